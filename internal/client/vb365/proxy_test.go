// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The load of a proxy is for information: whatever an appliance writes there, the proxy itself can be read.
func TestLoadOfAProxyNeverFailsARead(t *testing.T) {
	t.Parallel()
	number := func(v float64) *float64 { return &v }
	for body, want := range map[string]Proxy{
		`{"cpuUsagePercent": 12.5, "memoryUsagePercent": "40", "role": ["Scheduler", "Processor"]}`: {CPUUsagePercent: number(12.5), MemoryUsagePercent: number(40), Roles: []string{"Scheduler", "Processor"}},
		`{"cpuUsagePercent": 0, "memoryUsagePercent": null, "role": null}`:                          {CPUUsagePercent: number(0)},
		`{"cpuUsagePercent": "NaN", "memoryUsagePercent": "", "role": "Processor"}`:                 {},
		`{"cpuUsagePercent": {}, "memoryUsagePercent": [1], "role": [1]}`:                           {},
		`{}`: {},
	} {
		var answer proxyResponse
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if diff := cmp.Diff(want, answer.proxy()); diff != "" {
			t.Errorf("%s (-want +have):\n%s", body, diff)
		}
	}
}
