// SPDX-License-Identifier: MPL-2.0

// Package contract holds what goes over the wire in tests against what the vendor documents: the vendor's OpenAPI
// documents, where a folder has them, and for the other API versions tables of facts. It knows neither the clients nor
// how the simulators answer; each of the three reads the vendor's pages for itself, so that a misreading shows.
package contract

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/routers"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// Product is one of the two products.
type Product struct {
	name     string
	versions []string          // oldest first
	prefix   string            // of paths; {version} stands for the version
	header   string            // that names the version; empty: the first segment of the path does
	files    map[string]string // the vendor's documents, by version
	facts    facts             // of the versions without a document
}

// VB365 has its versions in the path, VBAWS in a header.
var (
	VB365 = &Product{
		name: "Veeam Backup for Microsoft 365", versions: []string{"v3", "v4", "v5", "v6", "v7", "v8"}, prefix: "/{version}",
		files: map[string]string{"v6": "vb365_v6.json", "v7": "vb365_v7.json", "v8": "vb365_v8.json"},
		facts: vb365Facts,
	}
	VBAWS = &Product{
		name: "Veeam Backup for AWS",
		versions: []string{
			"1.0-rev0", "1.1-rev0", "1.2-rev0", "1.3-rev0", "1.4-rev0", "1.5-rev0", "1.5-rev1", "1.6-rev0", "1.7-rev0", "1.8-rev0", "1.9-rev0",
		},
		prefix: "/api/v1", header: "X-Api-Version",
		files: map[string]string{"1.0-rev0": "vbaws_1.0-rev0.yaml"},
		facts: vbawsFacts,
	}
)

func (p *Product) versionOf(r *http.Request) string {
	if p.header != "" {
		return r.Header.Get(p.header)
	}
	version, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return version
}

// Checks is the checks of a run of tests, and what they saw. The zero value is of no use, see New.
type Checks struct {
	routers map[string]func() (routers.Router, error) // by version; made when first needed, a document takes a second
	tally   *tally
}

// New takes the folder of the vendor's OpenAPI documents. With an empty name only the versions that have tables of facts
// are checked.
func New(folder string) *Checks {
	c := &Checks{tally: newTally(), routers: map[string]func() (routers.Router, error){}}
	for _, p := range []*Product{VB365, VBAWS} {
		for _, version := range p.versions {
			file, documented := p.files[version]
			switch {
			case !documented:
				c.routers[version] = sync.OnceValues(func() (routers.Router, error) { return p.router(version) })
			case folder != "":
				c.routers[version] = sync.OnceValues(func() (routers.Router, error) { return readDocument(folder, file) })
			}
		}
	}
	return c
}

// Wrap gives the wrapper that holds each exchange of an appliance against the contract of its API version, and fails the
// test when they differ. Answers are checked when no fault has disturbed them, and only those of an appliance that behaves
// as documented.
func (c *Checks) Wrap(t testing.TB, product *Product, asDocumented bool) func(http.Handler) http.Handler {
	t.Helper()
	return checker{Checks: c, product: product, requests: true, answers: asDocumented, report: reporter(t)}.wrap
}

// WrapAnswers is Wrap for tests that send wrong requests on purpose.
func (c *Checks) WrapAnswers(t testing.TB, product *Product) func(http.Handler) http.Handler {
	t.Helper()
	return checker{Checks: c, product: product, answers: true, report: reporter(t)}.wrap
}

// reporter collects violations, and fails the test by them at its end: the last exchanges may outlive the test.
func reporter(t testing.TB) func(violation string) {
	t.Helper()
	var mu sync.Mutex
	violations := map[string]bool{}
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, violation := range slices.Sorted(maps.Keys(violations)) {
			t.Errorf("not as the vendor documents it: %s", violation)
		}
	})
	return func(violation string) {
		mu.Lock()
		defer mu.Unlock()
		violations[violation] = true
	}
}

// checker looks at the exchanges of one appliance.
type checker struct {
	*Checks
	product           *Product
	requests, answers bool
	report            func(violation string)
}

func (c checker) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange{checker: c, request: r, version: c.product.versionOf(r)}
		x.checkRequest()
		watched, disturbed := appliance.Watch(r)
		answer := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, watched)
		if c.answers && x.call != nil && !disturbed() {
			if err := answer.check(x.call); err != nil {
				x.violation("answer", err)
			}
		}
	})
}
