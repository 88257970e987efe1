// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/routers"
)

var (
	anyID     = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	parameter = regexp.MustCompile(`\{[^}]*\}`)
)

// tally counts what the checks of a run saw.
type tally struct {
	mu         sync.Mutex
	exchanges  map[[2]string]int // by version and operation
	violations map[string]int    // by version
	unchecked  map[string]int    // by version
	slips      map[int]int       // by index
}

func newTally() *tally {
	return &tally{exchanges: map[[2]string]int{}, violations: map[string]int{}, unchecked: map[string]int{}, slips: map[int]int{}}
}

func (t *tally) count(version, operation string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.exchanges[[2]string{version, operation}]++
}

func (t *tally) violate(version string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.violations[version]++
}

func (t *tally) uncheck(version string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unchecked[version]++
}

// slipped tells whether a violation is one of the slips.
func (t *tally) slipped(where, violation string) bool {
	for i, s := range slips {
		if s.covers(where, violation) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.slips[i]++
			return true
		}
	}
	return false
}

// seen gives the exchanges of an operation in a version; with an empty version, in all of the product's.
func (t *tally) seen(product *Product, version, operation string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if version != "" {
		return t.exchanges[[2]string{version, operation}]
	}
	sum := 0
	for _, version := range product.versions {
		sum += t.exchanges[[2]string{version, operation}]
	}
	return sum
}

// Exchanges tells how many exchanges of a version were checked.
func (c *Checks) Exchanges(version string) int {
	c.tally.mu.Lock()
	defer c.tally.mu.Unlock()
	sum := 0
	for key, n := range c.tally.exchanges {
		if key[0] == version {
			sum += n
		}
	}
	return sum
}

// operationName is verb and path as operations has them: without the version, with {id} for whatever the document calls
// it, and with the action where a body tells it.
func operationName(p *Product, route *routers.Route, version string, body []byte) string {
	path := strings.TrimPrefix(route.Path, strings.ReplaceAll(p.prefix, "{version}", version))
	name := route.Method + " " + parameter.ReplaceAllString(path, "{id}")
	var action map[string]json.RawMessage
	if strings.HasSuffix(strings.ToLower(path), "/action") && json.Unmarshal(body, &action) == nil {
		name += " " + strings.Join(slices.Sorted(maps.Keys(action)), " ")
	}
	return name
}
