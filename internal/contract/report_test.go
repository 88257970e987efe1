// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReport shows the counts, and complains of what a run of all tests must not leave.
func TestReport(t *testing.T) {
	t.Parallel()
	c := New("")
	everything := func() {
		for p, all := range operations {
			for _, o := range all {
				if o.Call != "GET /ServiceInstance" {
					c.tally.count(p.versions[0], o.Call)
				}
			}
		}
		for i := range slips {
			c.tally.slips[i] = 7
		}
	}
	everything()
	excuse := Absences{"GET /ServiceInstance": "for a reason"}
	if complaints := c.Complaints(excuse); len(complaints) > 0 {
		t.Errorf("complaints about a good run: %q", complaints)
	}
	c.tally.count("v4", "GET /Proxies")
	c.tally.count("v4", "GET /Jobs")
	c.tally.violate("v4")
	c.tally.slips[0] = 0
	want := []string{
		"GET /Jobs is asked in v4, but not listed as an operation of the client",
		"GET /Proxies is said not to be covered, but is",
		"GET /ServiceInstance is not covered, and nothing says why",
		"GET /Tapes is said not to be covered, but no client asks it",
		"the slip " + slips[0].where.String() + ": " + slips[0].violation + " did not come up",
		"v4: 1 exchanges are not as the vendor documents them",
	}
	if diff := cmp.Diff(want, c.Complaints(Absences{"GET /Tapes": "a", "GET /Proxies": "b"})); diff != "" {
		t.Errorf("other complaints (-want +have):\n%s", diff)
	}

	var report bytes.Buffer
	c.Report(&report, excuse)
	lines := strings.Split(report.String(), "\n")
	if n := len(lines); n > 120 {
		t.Errorf("the report has %d lines", n)
	}
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	for _, line := range []string{
		"v3 v4 v5 v6 v7 v8", "GET /Proxies 1 1 0 0 0 0", "GET /ServiceInstance . . . 0 0 0", "violations 0 1 0 0 0 0",
		"GET /repositories/{id} 1 0 0 0 0 0 0 0 0 0 0", "GET /ServiceInstance: for a reason", slips[1].reason,
		"7 " + slips[1].where.String() + ": " + slips[1].violation,
	} {
		if !slices.Contains(lines, line) {
			t.Errorf("the report has no line %q:\n%s", line, report.String())
		}
	}
}
