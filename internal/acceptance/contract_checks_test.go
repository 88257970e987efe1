// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestContractChecks shows that the checks find what they are there for, and nothing else.
func TestContractChecks(t *testing.T) {
	t.Parallel()
	if openAPIFolder == "" {
		t.Skip("VEEAM_OPENAPI_DIR does not name a folder")
	}
	const id = "0f0e0d0c-1111-4222-8333-444455556666"
	const page = `{"offset":0,"limit":1000,"results":[{"id":"` + id + `","hostName":"proxy-1.example.com","port":9193,"status":"Online"}]}`
	tests := map[string]struct {
		request  string // verb and target
		revision string
		body     string
		status   int
		answer   string
		want     string // a part of the violation; empty: none
	}{
		"a list":                        {request: "GET /v8/Proxies?limit=1000&offset=0", status: 200, answer: page},
		"another case in the path":      {request: "GET /v8/proxies", status: 200, answer: page, want: "no matching operation"},
		"an unknown query":              {request: "GET /v8/Proxies?extendedView=true", status: 200, answer: page, want: `"extendedView"`},
		"a query of a wrong type":       {request: "GET /v8/Proxies?limit=all", status: 200, answer: page, want: "limit"},
		"another verb":                  {request: "DELETE /v8/Proxies/" + id, status: 204, want: "method not allowed"},
		"a removal":                     {request: "POST /v8/Proxies/" + id + "/Remove", body: `{"userName":"a","userPassword":"b","force":false}`, status: 204},
		"a property in another case":    {request: "POST /v8/Proxies/" + id + "/Remove", body: `{"username":"a","userPassword":"b"}`, status: 204, want: "username"},
		"a property of a wrong type":    {request: "POST /v8/Proxies/" + id + "/Remove", body: `{"force":"no"}`, status: 204, want: "force"},
		"a missing body":                {request: "POST /v8/Proxies/" + id + "/Remove", status: 204, want: "request of POST"},
		"a body where there is none":    {request: "POST /v8/Proxies/" + id + "/Rescan", body: `{}`, status: 204, want: "request of POST"},
		"another success":               {request: "POST /v8/Proxies/" + id + "/Rescan", status: 200, want: "status 200"},
		"an answer where there is none": {request: "POST /v7/Proxies/" + id + "/Rescan", status: 200, answer: `{}`, want: "without a body"},
		"an answer of another shape":    {request: "GET /v8/Proxies", status: 200, answer: `[]`, want: "answer of GET /v8/Proxies"},
		"an unknown value":              {request: "GET /v8/Proxies/" + id, status: 200, answer: `{"status":"Sleeping"}`, want: "status"},
		"an unknown property":           {request: "GET /v8/Proxies/" + id, status: 200, answer: `{"threadsNumber":64}`, want: "threadsNumber"},
		"a refusal":                     {request: "GET /v8/Proxies/" + id, status: 404},
		"a version without a document":  {request: "GET /v4/Anything", status: 200},
		"a rescan":                      {request: "POST /api/v1/repositories/" + id + "/rescan", revision: "1.0-rev0", status: 202, answer: `{"sessionId":"` + id + `"}`},
		"a rescan without a session":    {request: "POST /api/v1/repositories/" + id + "/rescan", revision: "1.0-rev0", status: 202, answer: `{"session":"` + id + `"}`, want: "answer of POST"},
		"another revision":              {request: "POST /api/v1/anything", revision: "1.3-rev0", status: 202},
	}
	routers, err := loadDocuments()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var violations []string
			c := checker{routers: routers, answers: true, report: func(v string) { violations = append(violations, v) }}
			handler := c.wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body, _ := io.ReadAll(r.Body); string(body) != test.body {
					t.Errorf("the handler reads %q", body)
				}
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.answer)
			}))
			method, target, _ := strings.Cut(test.request, " ")
			request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(test.body))
			request.Header.Set("X-Api-Version", test.revision)
			if test.body != "" {
				request.Header.Set("Content-Type", "application/json")
			}
			handler.ServeHTTP(httptest.NewRecorder(), request)
			switch {
			case test.want == "" && len(violations) > 0:
				t.Errorf("violations: %q", violations)
			case test.want != "" && (len(violations) != 1 || !strings.Contains(violations[0], test.want)):
				t.Errorf("violations: %q, want one with %q", violations, test.want)
			}
		})
	}
}
