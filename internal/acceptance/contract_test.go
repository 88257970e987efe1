// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// openAPIFolder holds the vendor's OpenAPI documents, which are not part of the project.
var openAPIFolder = os.Getenv("VEEAM_OPENAPI_DIR")

// documents are the files in that folder, by what a request asks for: the first segment of its path, or the revision
// in its header. There are no documents of the other versions and revisions.
var documents = map[string]string{
	"v6": "vb365_v6.json", "v7": "vb365_v7.json", "v8": "vb365_v8.json", "1.0-rev0": "vbaws_1.0-rev0.yaml",
}

// slips are the places where a document contradicts the vendor's own pages, or itself.
var slips = []struct{ where, violation, reason string }{
	{"GET /api/v1/accounts/amazon", `accessKeys: property "defaultRegion`, "The document requires defaultRegionType of access keys, and declares only defaultRegion."},
	{"GET /api/v1/sessions", `match the format "date-time"`, "The vendor's pages print the times of sessions without a zone (Veeam Backup for AWS 2.0, sessions)."},
	{"GET /api/v1/system/time", `match the format "date-time"`, "No page prints this one; the simulator writes it like those of sessions."},
}

var (
	loadDocuments = sync.OnceValues(func() (map[string]routers.Router, error) {
		loaded := map[string]routers.Router{}
		for name, file := range documents {
			router, err := loadDocument(filepath.Join(openAPIFolder, file))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			loaded[name] = router
		}
		return loaded, nil
	})
	sayUnchecked = sync.OnceFunc(func() {
		fmt.Println("requests are not held against the vendor's OpenAPI documents: VEEAM_OPENAPI_DIR does not name their folder")
	})
)

// loadDocument reads a document, for any host.
func loadDocument(file string) (routers.Router, error) {
	document, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	document.Servers = nil
	closeSchemas(document.Components.Schemas)
	return gorillamux.NewRouter(document)
}

// closeSchemas forbids properties that a schema does not name: the documents leave that open, so a misspelt one would
// pass. Schemas that others are composed of stay open.
func closeSchemas(schemas openapi3.Schemas) {
	composed := map[*openapi3.Schema]bool{}
	for _, schema := range schemas {
		if len(schema.Value.AllOf) > 0 {
			composed[schema.Value] = true
			for _, part := range schema.Value.AllOf {
				composed[part.Value] = true
			}
		}
	}
	for _, schema := range schemas {
		s := schema.Value
		if len(s.Properties) > 0 && !composed[s] && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
			s.AdditionalProperties.Has = new(bool)
		}
	}
}

// contract gives the wrapper that holds each exchange of an appliance against the vendor's document of its API version,
// and fails the test when they differ. Answers are checked when they are successes that no fault has disturbed, and
// only of an appliance that behaves as documented.
func contract(t *testing.T, asDocumented bool) func(http.Handler) http.Handler {
	t.Helper()
	if openAPIFolder == "" {
		sayUnchecked()
		return nil
	}
	routers, err := loadDocuments()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	violations := map[string]bool{}
	// Reported at the end: the last exchanges may outlive the test.
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		for _, violation := range slices.Sorted(maps.Keys(violations)) {
			t.Errorf("not as the vendor's document has it: %s", violation)
		}
	})
	c := checker{routers: routers, answers: asDocumented, report: func(violation string) {
		mu.Lock()
		defer mu.Unlock()
		violations[violation] = true
	}}
	return c.wrap
}

type checker struct {
	routers map[string]routers.Router
	answers bool
	report  func(violation string)
}

func (c checker) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		router := c.routers[r.Header.Get("X-Api-Version")]
		if router == nil {
			version, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			router = c.routers[version]
		}
		if router == nil {
			next.ServeHTTP(w, r)
			return
		}
		call, err := c.checkRequest(router, r)
		if err != nil {
			c.violation(r, call, "request", err)
		}
		watched, disturbed := appliance.Watch(r)
		answer := &answerRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, watched)
		if call == nil || !c.answers || answer.status > 299 || disturbed() {
			return
		}
		if err := answer.check(call); err != nil {
			c.violation(r, call, "answer", err)
		}
	})
}

var contractOptions = &openapi3filter.Options{
	AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc, // the tests of the login look after it
	RejectWhenRequestBodyNotSpecified: true,
	IncludeResponseStatus:             true,
	SkipSettingDefaults:               true,
}

// checkRequest checks path, verb, query, headers and body. The body stays readable. Without a route there is no call
// that an answer could be checked against.
func (c checker) checkRequest(router routers.Router, r *http.Request) (*openapi3filter.RequestValidationInput, error) {
	route, params, err := router.FindRoute(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, nil //nolint:nilerr // the client has left
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	clone := r.Clone(context.WithoutCancel(r.Context()))
	clone.Body = io.NopCloser(bytes.NewReader(body))
	call := &openapi3filter.RequestValidationInput{Request: clone, PathParams: params, Route: route, Options: contractOptions}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			return call, fmt.Errorf("the query parameter %q is not documented", name)
		}
	}
	return call, openapi3filter.ValidateRequest(clone.Context(), call)
}

// violation reports an error unless it is one of the slips. The text names the property, never its value.
func (c checker) violation(r *http.Request, call *openapi3filter.RequestValidationInput, side string, err error) {
	where := r.Method + " " + uuids.ReplaceAllString(r.URL.Path, "{id}")
	if call != nil {
		where = r.Method + " " + call.Route.Path
	}
	text := err.Error()
	var schema *openapi3.SchemaError
	var request *openapi3filter.RequestError
	var response *openapi3filter.ResponseError
	switch {
	case errors.As(err, &schema):
		text = fmt.Sprintf("%s: %s", strings.Join(schema.JSONPointer(), "."), schema.Reason)
	case errors.As(err, &request):
		text = request.Reason
		if request.Parameter != nil {
			text = request.Parameter.Name + ": " + text
		}
	case errors.As(err, &response):
		text = response.Reason
	}
	for _, slip := range slips {
		if strings.Contains(where, slip.where) && strings.Contains(text, slip.violation) {
			return
		}
	}
	c.report(fmt.Sprintf("%s of %s: %s", side, where, text))
}

// answerRecorder keeps what passes through it.
type answerRecorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (a *answerRecorder) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answerRecorder) Write(p []byte) (int, error) {
	if a.body.Len() < 8<<20 { // there are bodies that never end
		a.body.Write(p)
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the writer of net/http.
func (a *answerRecorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// check checks status, content type and body.
func (a *answerRecorder) check(call *openapi3filter.RequestValidationInput) error {
	documented := call.Route.Operation.Responses.Status(a.status)
	switch {
	case documented == nil: // "default" stands for failures in all the documents
		return fmt.Errorf("status %d is not documented", a.status)
	case len(documented.Value.Content) == 0 && a.body.Len() > 0:
		return fmt.Errorf("status %d is documented without a body", a.status)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: call, Status: a.status, Header: a.Header(), Options: contractOptions,
	}
	input.SetBodyBytes(a.body.Bytes())
	return openapi3filter.ValidateResponse(call.Request.Context(), input)
}
