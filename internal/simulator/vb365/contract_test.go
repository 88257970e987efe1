// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// TestAnswersFollowTheVendorsDocuments checks requests and answers about
// proxies, repositories and synchronizations against the vendor's documents of
// v6 to v8, where VEEAM_OPENAPI_DIR has them; they are not part of this
// repository.
func TestAnswersFollowTheVendorsDocuments(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("VEEAM_OPENAPI_DIR")
	if folder == "" {
		t.Skip("VEEAM_OPENAPI_DIR is not set")
	}
	for _, row := range all[3:] {
		t.Run(row.version, func(t *testing.T) {
			t.Parallel()
			router := vendorRouter(t, filepath.Join(folder, "vb365_"+row.version+".json"))
			var checked atomic.Int64
			a := serveWith(t, Config{Product: row.product}, appliance.Options{Wrap: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					recorder := httptest.NewRecorder()
					next.ServeHTTP(recorder, r)
					if err := checkAnswer(router, r, recorder); err != nil {
						t.Errorf("%s %s -> %d: %v", r.Method, r.URL, recorder.Code, err)
					}
					checked.Add(1)
					maps.Copy(w.Header(), recorder.Header())
					w.WriteHeader(recorder.Code)
					_, _ = w.Write(recorder.Body.Bytes()) // the client may be gone
				})
			}}).at(row.version)
			converse(a)
			if n := checked.Load(); n < 30 {
				t.Errorf("only %d answers were checked", n)
			}
		})
	}
}

// converse makes the simulator give every kind of answer about what it has.
func converse(a *api) {
	a.t.Helper()
	a.AddProxy(Proxy{HostName: "pooled", ProxyPoolID: pool, UseInternetProxy: true, InternetProxyType: Custom})
	proxy := a.AddProxy(Proxy{HostName: "px1"})
	a.get("/ServiceInstance")
	a.get("/Proxies")
	a.get("/Proxies/" + proxy + "?extendedView=true")
	a.rescan(proxy)
	a.get("/Proxies/" + nobody)

	disk := a.AddRepository(Repository{Name: "disk", ProxyID: proxy})
	for _, kind := range []string{AzureBlob, AzureBlobArchive, AmazonS3, AmazonS3Compatible, AmazonS3Glacier} {
		id := a.AddRepository(Repository{
			Name: kind, ProxyPoolID: pool, OrganizationID: organization,
			ObjectStorage: ObjectStorage{Type: kind, SizeLimitGB: 1}, OutOfOrderReason: "Missing",
		})
		a.get("/BackupRepositories/" + id)
	}
	for _, query := range []string{"", "?limit=2&offset=2", "?longTerm=true", "?proxyId=" + proxy, "?proxyId=x"} {
		a.get("/BackupRepositories" + query)
	}
	a.get("/BackupRepositories/" + disk)
	a.get("/BackupRepositories/" + nobody)
	a.sync(disk)
	for _, end := range []SyncEnd{EndGone, EndNone, EndFailed} {
		a.PlanSync(SyncPlan{Polls: 1, End: end}, SyncPlan{Polls: 9})
		id := a.cloud("cloud")
		session := a.started(id)
		a.get("/RepositorySynchronizeSessions")
		a.get("/RepositorySynchronizeSessions/" + session)
		a.get("/RepositorySynchronizeSessions")
		a.want(a.stop(a.started(id)), byVersion(a, 0, 0, 0, 200, 200, 204))
	}
	a.stop(nobody)
}

// vendorRouter reads a document, for any host. Schemas are closed, so that a
// misspelt property of an answer shows.
func vendorRouter(t *testing.T, file string) routers.Router {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document.Servers = nil
	for _, name := range []string{"RESTBackupRepository", "RESTObjectStorageComposed", "RESTRepositorySynchronizeSession", "RESTProxy", "RESTExceptionInfo"} {
		if schema := document.Components.Schemas[name]; schema != nil {
			schema.Value.AdditionalProperties.Has = new(bool)
		}
	}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

func checkAnswer(router routers.Router, r *http.Request, answered *httptest.ResponseRecorder) error {
	route, parameters, err := router.FindRoute(r)
	if err != nil {
		return err
	}
	request := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, ExcludeRequestBody: true},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), request); err != nil && !strings.Contains(r.URL.RawQuery, "proxyId=x") {
		return err
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: answered.Code, Header: answered.Header(),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	input.SetBodyBytes(bytes.Clone(answered.Body.Bytes()))
	return openapi3filter.ValidateResponse(r.Context(), input)
}
