// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// Absences says of operations that a run does not cover in any version why it does not.
type Absences map[string]string // by Operation.Call

// WriteReport writes the report into a file, if there is a name of one.
func (c *Checks) WriteReport(file string, absences Absences) error {
	if file == "" {
		return nil
	}
	var report bytes.Buffer
	c.Report(&report, absences)
	return os.WriteFile(file, report.Bytes(), 0o600)
}

// Report writes a table for each product, with the exchanges of each operation in each version, and the slips.
func (c *Checks) Report(w io.Writer, absences Absences) {
	for _, p := range []*Product{VB365, VBAWS} {
		c.reportProduct(w, p)
	}
	if len(absences) > 0 {
		fmt.Fprintln(w, "Operations that these tests do not cover")
	}
	for _, call := range slices.Sorted(maps.Keys(absences)) {
		fmt.Fprintf(w, "  %s: %s\n", call, absences[call])
	}
	fmt.Fprintln(w, "Where documents of the vendor are not followed, and how often that came up")
	c.tally.mu.Lock()
	defer c.tally.mu.Unlock()
	for i, s := range slips {
		fmt.Fprintf(w, "  %5d  %s: %s\n         %s\n", c.tally.slips[i], s.where, s.violation, s.reason)
	}
}

func (c *Checks) reportProduct(w io.Writer, p *Product) {
	row := func(name string, cell func(version string) string) {
		fmt.Fprintf(w, "  %-45s", name)
		for _, version := range p.versions {
			fmt.Fprintf(w, " %5s", cell(version))
		}
		fmt.Fprintln(w)
	}
	number := func(counts map[string]int) func(string) string {
		return func(version string) string { return fmt.Sprint(counts[version]) }
	}
	fmt.Fprintf(w, "%s: exchanges by operation and API version\n", p.name)
	row("", func(version string) string { return strings.Replace(version, "-rev", "r", 1) })
	for _, o := range operations[p] {
		row(o.Call, func(version string) string {
			if n := c.tally.seen(p, version, o.Call); n > 0 || p.within(o.span, version) {
				return fmt.Sprint(n)
			}
			return "."
		})
	}
	c.tally.mu.Lock()
	defer c.tally.mu.Unlock()
	row("unchecked, for want of the vendor's document", number(c.tally.unchecked))
	row("violations", number(c.tally.violations))
	fmt.Fprintln(w)
}

// Complaints tells what is wrong with a run of all tests: violations, operations that are neither covered nor excused, or
// both, and slips that nothing needs.
func (c *Checks) Complaints(absences Absences) (complaints []string) {
	known := map[string]bool{}
	for p, all := range operations {
		for _, o := range all {
			known[o.Call] = true
			_, excused := absences[o.Call]
			switch seen := c.tally.seen(p, "", o.Call) > 0; {
			case !seen && !excused:
				complaints = append(complaints, o.Call+" is not covered, and nothing says why")
			case seen && excused:
				complaints = append(complaints, o.Call+" is said not to be covered, but is")
			}
		}
	}
	c.tally.mu.Lock()
	defer c.tally.mu.Unlock()
	for key := range c.tally.exchanges {
		if version, call := key[0], key[1]; !known[call] {
			complaints = append(complaints, fmt.Sprintf("%s is asked in %s, but not listed as an operation of the client", call, version))
		}
	}
	for version, n := range c.tally.violations {
		complaints = append(complaints, fmt.Sprintf("%s: %d exchanges are not as the vendor documents them", version, n))
	}
	for call := range absences {
		if !known[call] {
			complaints = append(complaints, call+" is said not to be covered, but no client asks it")
		}
	}
	for i, s := range slips {
		if c.tally.slips[i] == 0 {
			complaints = append(complaints, fmt.Sprintf("the slip %s: %s did not come up", s.where, s.violation))
		}
	}
	slices.Sort(complaints)
	return complaints
}
