// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLevelsFollowWhatTheCLIShows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set                             map[string]string
		provider, sdk, proto, framework string
	}{
		"nothing":                        {nil, "OFF", "OFF", "OFF", "OFF"},
		"everything":                     {map[string]string{"TF_LOG": "TRACE"}, "TRACE", "TRACE", "TRACE", "TRACE"},
		"a level":                        {map[string]string{"TF_LOG": "warn"}, "warn", "warn", "warn", "warn"},
		"everything as JSON":             {map[string]string{"TF_LOG": "JSON"}, "JSON", "JSON", "JSON", "JSON"},
		"the CLI alone":                  {map[string]string{"TF_LOG_CORE": "TRACE", "TF_LOG_PATH": "trace.log"}, "OFF", "OFF", "OFF", "OFF"},
		"all but providers":              {map[string]string{"TF_LOG": "TRACE", "TF_LOG_PROVIDER": "OFF"}, "OFF", "OFF", "OFF", "OFF"},
		"providers":                      {map[string]string{"TF_LOG_PROVIDER": "DEBUG"}, "DEBUG", "DEBUG", "DEBUG", "DEBUG"},
		"this provider's own lines":      {map[string]string{"TF_LOG_PROVIDER_VEEAM": "DEBUG"}, "DEBUG", "OFF", "OFF", "OFF"},
		"the SDK":                        {map[string]string{"TF_LOG_SDK": "TRACE"}, "OFF", "TRACE", "TRACE", "TRACE"},
		"the protocol":                   {map[string]string{"TF_LOG_SDK_PROTO": "TRACE"}, "OFF", "OFF", "TRACE", "OFF"},
		"the framework":                  {map[string]string{"TF_LOG_SDK_FRAMEWORK": "TRACE"}, "OFF", "OFF", "OFF", "TRACE"},
		"everything but the SDK's lines": {map[string]string{"TF_LOG": "TRACE", "TF_LOG_SDK": "OFF"}, "TRACE", "OFF", "OFF", "OFF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]string{
				"TF_LOG_PROVIDER_VEEAM": test.provider, "TF_LOG_SDK": test.sdk, "TF_LOG_SDK_PROTO": test.proto, "TF_LOG_SDK_FRAMEWORK": test.framework,
			}
			if diff := cmp.Diff(want, levels(func(variable string) string { return test.set[variable] })); diff != "" {
				t.Errorf("other levels than expected (-want +have):\n%s", diff)
			}
		})
	}
}
