// SPDX-License-Identifier: MPL-2.0

// Package lookup finds objects by what a user wrote: exactly one by its name or ID, or all that match a pattern.
package lookup

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Entry is how a message shows an object, and what its near names are found by.
type Entry struct {
	Name, ID string
}

func (e Entry) String() string {
	name, id := rest.OneLine(e.Name), rest.OneLine(e.ID)
	if id == "" {
		return fmt.Sprintf("%q", name)
	}
	return fmt.Sprintf("%q (ID %s)", name, id)
}

// Query words what is looked for. Messages read "no proxy has the host name …".
type Query struct {
	Thing  string // "proxy"
	Things string // "proxies"
	Key    string // "host name", "name" or "ID"
	Wanted string
}

// NotUniqueError says that none or several objects were found. Its text tells the user what to write instead.
type NotUniqueError struct {
	Query Query
	Found []Entry // empty: none
	Near  []Entry // of none: the nearest, best first
	Total int     // how many objects were looked at
}

func (e *NotUniqueError) Error() string {
	q := e.Query
	if len(e.Found) > 0 {
		return fmt.Sprintf("%d %s have the %s %q: %s", len(e.Found), q.Things, q.Key, q.Wanted, list(e.Found[:min(len(e.Found), found)]))
	}
	text := fmt.Sprintf("no %s has the %s %q", q.Thing, q.Key, q.Wanted)
	switch {
	case e.Total == 0:
		return text + "; there are no " + q.Things
	case e.Total <= len(e.Near):
		return fmt.Sprintf("%s; there are: %s", text, list(e.Near))
	}
	return fmt.Sprintf("%s; the nearest of %d %s: %s", text, e.Total, q.Things, list(e.Near))
}

func list(entries []Entry) string {
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = e.String()
	}
	return strings.Join(texts, ", ")
}

// nearest is how many near names a message lists.
const nearest = 5

// found is how many of several objects with the same name a message lists.
const found = 10

// One gives the only object that is meant. None or several of them are a *NotUniqueError; entry says how it shows them.
func One[T any](q Query, all []T, is func(T) bool, entry func(T) Entry) (T, error) {
	var only T
	var found, others []Entry
	for _, object := range all {
		if is(object) {
			only = object
			found = append(found, entry(object))
		} else {
			others = append(others, entry(object))
		}
	}
	if len(found) == 1 {
		return only, nil
	}
	var none T
	return none, &NotUniqueError{Query: q, Found: found, Near: near(q, others), Total: len(all)}
}

// near sorts the entries by their likeness to what is wanted and gives the first few.
func near(q Query, entries []Entry) []Entry {
	type candidate struct {
		Entry
		distance int
	}
	candidates := make([]candidate, len(entries))
	for i, e := range entries {
		text := e.Name
		if q.Key == "ID" {
			text = e.ID
		}
		candidates[i] = candidate{e, distance(q.Wanted, text)}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	var best []Entry
	for _, c := range candidates[:min(nearest, len(candidates))] {
		best = append(best, c.Entry)
	}
	return best
}

// distance is how different two names are, case-insensitive. A name within the other one is near, whatever surrounds it:
// "proxy-1" means "proxy-1.example.com". The domain of either host does not count: "proxy1" also means that host.
func distance(wanted, name string) int {
	a, b := strings.ToLower(wanted), strings.ToLower(name)
	if a != "" && b != "" && (strings.Contains(b, a) || strings.Contains(a, b)) {
		return 0
	}
	shortA, _, _ := strings.Cut(a, ".")
	shortB, _, _ := strings.Cut(b, ".")
	return min(edits(a, b), edits(shortA, b), edits(a, shortB))
}

// edits counts the letters to insert, remove or replace between two texts.
func edits(from, to string) int {
	a, b := []rune(from), []rune(to)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Glob gives a test for a pattern in which * stands for any text, also none, and ? for one letter. It looks at the whole
// name, without regard to case.
func Glob(pattern string) func(name string) bool {
	expression := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile(`(?is)^` + expression + `$`).MatchString
}
