// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"slices"
	"strings"
	"testing"
)

// TestFactsAreWhole: every row has a source and versions that exist, every shape is used, and a document can be made of them
// for each version without one of the vendor's.
func TestFactsAreWhole(t *testing.T) {
	t.Parallel()
	for _, p := range []*Product{VB365, VBAWS} {
		used := []string{p.facts.failure}
		check := func(row, source string, s span) {
			if source == "" {
				t.Errorf("%s: %s has no source", p.name, row)
			}
			for _, version := range []string{s.first, s.last} {
				if version != "" && (!slices.Contains(p.versions, version) || p.files[version] != "") {
					t.Errorf("%s: %s speaks of version %q", p.name, row, version)
				}
			}
		}
		for _, o := range p.facts.operations {
			check(o.call, o.source, o.span)
			used = append(append(used, o.body...), o.form, o.answer, o.failure)
		}
		for _, s := range p.facts.shapes {
			check(s.name, s.source, s.span)
			used = append(used, s.properties)
		}
		words := strings.FieldsFunc(strings.Join(used, " "), func(r rune) bool { return strings.ContainsRune(" :[]?!", r) })
		for _, s := range p.facts.shapes {
			if !slices.Contains(words, s.name) {
				t.Errorf("%s: nothing uses the shape %s", p.name, s.name)
			}
		}
		for _, version := range p.versions {
			if p.files[version] != "" {
				continue
			}
			if _, err := p.router(version); err != nil {
				t.Errorf("%s %s: %v", p.name, version, err)
			}
			rows := map[string]int{}
			for _, o := range p.facts.operations {
				if p.within(o.span, version) {
					rows[o.call]++
				}
			}
			for call, n := range rows {
				if n > 1 {
					t.Errorf("%s %s has %d rows for %s", p.name, version, n, call)
				}
			}
		}
	}
}
