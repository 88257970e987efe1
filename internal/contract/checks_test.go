// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

const (
	id          = "0f0e0d0c-1111-4222-8333-444455556666"
	onePage     = `{"offset":0,"limit":1000,"results":[{"id":"` + id + `","hostName":"proxy-1.example.com","port":9193,"status":"Online"}]}`
	oldProxy    = `{"id":"` + id + `","hostName":"a","description":"","port":9193,"status":"Online","enableNetworkThrottling":false,"_links":{"self":{"href":"b"}}}`
	aSession    = `{"sessionId":"` + id + `"}`
	aRepository = `"id":"` + id + `","name":"a","description":"","amazonStorageFolder":"b","enableEncryption":false`
	problem     = `{"type":"https://aws.example.com/a","title":"b","status":404,"errorCode":"NotFound"}`
)

// row is an exchange.
type row struct {
	request  string // verb and target
	revision string // of Veeam Backup for AWS; empty: the other product
	body     string
	status   int
	answer   string
	want     string // a part of the violation; empty: none
}

// factRows are about the versions with tables of facts.
var factRows = map[string]row{
	"an old list":                          {request: "GET /v4/Proxies", status: 200, answer: "[" + oldProxy + "]"},
	"a page in an old version":             {request: "GET /v4/Proxies", status: 200, answer: onePage, want: "answer of GET /v4/Proxies"},
	"an old path in another case":          {request: "POST /v4/Proxies/" + id + "/action", body: `{"rescan":null}`, status: 200, want: "no matching operation"},
	"an old rescan":                        {request: "POST /v5/Proxies/" + id + "/action", body: `{"rescan":null}`, status: 200},
	"an old rescan with a value":           {request: "POST /v5/Proxies/" + id + "/action", body: `{"rescan":{}}`, status: 200, want: "request of POST"},
	"an old removal":                       {request: "POST /v3/Proxies/" + id + "/Action", body: `{"remove":{"username":"a","userPassword":"b"}}`, status: 200},
	"an old removal with the names of v5":  {request: "POST /v3/Proxies/" + id + "/Action", body: `{"remove":{"userName":"a","userPassword":"b"}}`, status: 200, want: "request of POST"},
	"two actions at once":                  {request: "POST /v3/Proxies/" + id + "/Action", body: `{"remove":{},"rescan":null}`, status: 200, want: "request of POST"},
	"a synchronization in v3":              {request: "POST /v3/BackupRepositories/" + id + "/action", body: `{"sync":null}`, status: 200, want: "no matching operation"},
	"a query of v5 in v4":                  {request: "GET /v4/Proxies?extendedView=true", status: 200, answer: "[]", want: `"extendedView"`},
	"an old proxy with a property of v6":   {request: "GET /v5/Proxies/" + id, status: 200, answer: strings.Replace(oldProxy, "}", `},"type":"Local"`, 1), want: "type"},
	"an old proxy without its port":        {request: "GET /v5/Proxies/" + id, status: 200, answer: strings.Replace(oldProxy, `"port":9193,`, "", 1), want: "port"},
	"an old edit that answers":             {request: "PUT /v3/Proxies/" + id, body: `{"port":1}`, status: 200, answer: oldProxy},
	"an old edit that does not answer":     {request: "PUT /v3/Proxies/" + id, body: `{"port":1}`, status: 200},
	"an old edit of the host":              {request: "PUT /v3/Proxies/" + id, body: `{"hostName":"a"}`, status: 200, want: "hostName"},
	"an old read without an answer":        {request: "GET /v3/Proxies/" + id, status: 200, want: "with a body"},
	"an old failure":                       {request: "GET /v3/Proxies/" + id, status: 404, answer: `{"message":"a"}`},
	"an old failure of a later shape":      {request: "GET /v3/Proxies/" + id, status: 404, answer: `{"message":"a","errorCode":null}`, want: "errorCode"},
	"an unknown version":                   {request: "GET /v9/Proxies", status: 200, want: `no version "v9"`},
	"a form":                               {request: "POST /v3/token", body: "grant_type=password&username=a&password=b", status: 400, answer: `{"error":"a"}`},
	"a form with a field of v7":            {request: "POST /v3/token", body: "grant_type=password&disable_antiforgery_token=true", status: 400, answer: `{"error":"a"}`, want: "disable_antiforgery_token"},
	"a later rescan":                       {request: "POST /api/v1/repositories/" + id + "/rescan", revision: "1.3-rev0", status: 202, answer: aSession},
	"a rescan that is gone":                {request: "POST /api/v1/repositories/" + id + "/rescan", revision: "1.4-rev0", status: 202, answer: aSession, want: "no matching operation"},
	"a later rescan with another success":  {request: "POST /api/v1/repositories/" + id + "/rescan", revision: "1.3-rev0", status: 200, answer: aSession, want: "status 200"},
	"a role spelt as in 1.1-rev0":          {request: "GET /api/v1/repositories/" + id, revision: "1.1-rev0", status: 200, answer: `{` + aRepository + `,"amazonAccountId":"` + id + `"}`},
	"a role spelt as before":               {request: "GET /api/v1/repositories/" + id, revision: "1.2-rev0", status: 200, answer: `{` + aRepository + `,"amazonAccountId":"` + id + `"}`, want: "amazonAccountId"},
	"a filter of 1.7-rev0":                 {request: "GET /api/v1/sessions?ParentSessionId=" + id, revision: "1.6-rev0", status: 404, answer: problem, want: "ParentSessionId"},
	"a query in another case":              {request: "GET /api/v1/sessions?offset=0", revision: "1.6-rev0", status: 404, answer: problem, want: `"offset"`},
	"a body of the wrong type":             {request: "POST /api/v1/accounts/amazon/" + id + "/rescan", revision: "1.9-rev0", body: `{"regionIds":["us-east-1"]}`, status: 202, answer: aSession, want: "regionIds"},
	"a missing body of a rescan":           {request: "POST /api/v1/accounts/amazon/" + id + "/rescan", revision: "1.9-rev0", status: 202, answer: aSession, want: "request of POST"},
	"a failure with another status":        {request: "GET /api/v1/repositories/" + id, revision: "1.5-rev1", status: 418, answer: problem, want: "status 418"},
	"a failure of another product's shape": {request: "GET /api/v1/repositories/" + id, revision: "1.5-rev1", status: 404, answer: `{"message":"a"}`, want: "answer of GET"},
	"an unknown revision":                  {request: "GET /api/v1/repositories", revision: "1.10-rev0", status: 200, want: `no version "1.10-rev0"`},
}

// documentRows are about the versions with documents of the vendor.
var documentRows = map[string]row{
	"a list":                        {request: "GET /v8/Proxies?limit=1000&offset=0", status: 200, answer: onePage},
	"another case in the path":      {request: "GET /v8/proxies", status: 200, answer: onePage, want: "no matching operation"},
	"an unknown query":              {request: "GET /v8/Proxies?extendedView=true", status: 200, answer: onePage, want: `"extendedView"`},
	"a query of a wrong type":       {request: "GET /v8/Proxies?limit=all", status: 200, answer: onePage, want: "limit"},
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
	"a form with an unknown field":  {request: "POST /v6/token", body: "grant_type=password&disable_antiforgery_token=true", status: 400, answer: `{"message":"a"}`, want: "disable_antiforgery_token"},
	"a refusal":                     {request: "GET /v8/Proxies/" + id, status: 404, answer: `{"message":"a","errorCode":"ResourceNotFound"}`},
	"a refusal with another code":   {request: "GET /v8/Proxies/" + id, status: 404, answer: `{"message":"a","errorCode":"NotFound"}`, want: "errorCode"},
	"a code that v7 does not have":  {request: "GET /v7/Proxies/" + id, status: 404, answer: `{"message":"a","errorCode":"ResourceNotFound"}`, want: "errorCode"},
	"a rescan":                      {request: "POST /api/v1/repositories/" + id + "/rescan", revision: "1.0-rev0", status: 202, answer: aSession},
	"a rescan without a session":    {request: "POST /api/v1/repositories/" + id + "/rescan", revision: "1.0-rev0", status: 202, answer: `{"session":"` + id + `"}`, want: "answer of POST"},
	"a problem":                     {request: "GET /api/v1/repositories/" + id, revision: "1.0-rev0", status: 404, answer: problem},
	"a problem with another status": {request: "GET /api/v1/repositories/" + id, revision: "1.0-rev0", status: 409, answer: problem, want: "status 409"},
}

// TestChecks shows that the checks find what they are there for, and nothing else: first in the versions of the vendor's
// documents, then in those of the tables of facts.
func TestChecks(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("VEEAM_OPENAPI_DIR")
	checks := New(folder)
	rows := maps.Clone(factRows)
	for name, test := range documentRows {
		if folder == "" {
			test = row{request: test.request, revision: test.revision, body: test.body, status: 299, answer: "anything"} // all passes
		}
		rows[name] = test
	}
	for name, test := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			product := VB365
			if test.revision != "" {
				product = VBAWS
			}
			var violations []string
			c := checker{Checks: checks, product: product, requests: true, answers: true, report: func(v string) { violations = append(violations, v) }}
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
			switch {
			case strings.HasSuffix(target, "/token"):
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			case test.body != "":
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
