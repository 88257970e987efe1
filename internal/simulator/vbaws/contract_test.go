// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// TestAnswersFollowTheVendorsSpecification checks answers of every documented operation and status against the
// vendor's document of 1.0-rev0, where VEEAM_OPENAPI_DIR has it; it is not part of this repository.
func TestAnswersFollowTheVendorsSpecification(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("VEEAM_OPENAPI_DIR")
	if folder == "" {
		t.Skip("VEEAM_OPENAPI_DIR is not set")
	}
	router := vendorRouter(t, filepath.Join(folder, "vbaws_1.0-rev0.yaml"))
	for _, outcome := range []string{StatusSucceeded, StatusWarning, StatusFailed, StatusCanceled, StatusRunning, StatusNeverExecuted} {
		var checked atomic.Int64
		s := startWith(t, Config{
			Product: "2.0", Session: SessionPlan{Polls: 1, Outcome: outcome},
			Behaviour: Behaviour{Timestamps: TimestampsZoned}, // the vendor's examples contradict the declared date-time
		}, appliance.Options{
			Wrap: func(next http.Handler) http.Handler {
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
			},
		})
		converse(s)
		if n := checked.Load(); n < 20 {
			t.Errorf("only %d answers were checked", n)
		}
	}
}

// converse makes the simulator give every kind of answer that the vendor's document lists for what is simulated.
func converse(s *station) {
	s.t.Helper()
	id := s.AddRepository(Repository{Name: "r", Hint: "h", Encryption: true})
	used := s.AddRepository(Repository{Name: "used", InUse: true})
	s.get("/system/version")
	s.get("/system/time")
	s.get("/repositories?SearchPattern=*&Sort=nameAsc&Offset=0&Limit=-1")
	s.get("/repositories?Limit=-2")
	s.get("/repositories/" + id)
	s.get("/repositories/" + unknownID)
	s.post("/repositories/" + unknownID + "/rescan")
	session := s.rescan(id)
	for range 3 {
		s.get("/sessions/" + session)
		s.get("/sessions/" + session + "/log")
		s.get("/sessions")
	}
	s.post("/sessions/" + session + "/stop")
	s.post("/sessions/" + unknownID + "/stop")
	s.get("/sessions/" + unknownID)
	s.get("/sessions?Status=Odd")
	s.delete("/repositories/" + used)
	other := s.AddIAMRole(IAMRole{Name: "other", Kind: RoleOfOtherAccount})
	s.AddIAMRole(IAMRole{Name: "keys", Kind: AccessKeys})
	region, bucket := s.Regions()[0].ID, s.AddBucket(Bucket{Name: "bucket", RoleID: other})
	for _, path := range []string{"/accounts/amazon", "/cloudInfrastructure/regions", "/cloudInfrastructure/buckets"} {
		s.get(path + "?SearchPattern=*&Sort=nameAsc&Offset=0&Limit=100")
		s.get(path + "?Limit=x")
		s.get(path + "/" + unknownID)
	}
	s.get("/cloudInfrastructure/buckets?AmazonAccountId=" + other)
	for _, path := range []string{
		"/accounts/amazon/" + other, "/cloudInfrastructure/regions/" + region, "/cloudInfrastructure/buckets/" + bucket,
	} {
		s.want(http.StatusOK, s.get(path))
	}
	s.want(http.StatusAccepted, s.postJSON("/accounts/amazon/"+other+"/rescan", `{"regionIds": ["`+region+`"]}`))
	s.postJSON("/accounts/amazon/"+other+"/rescan", `{"regionIds": ["`+unknownID+`"]}`)
	s.postJSON("/accounts/amazon/"+unknownID+"/rescan", `{}`)
	s.want(http.StatusAccepted, s.post("/cloudInfrastructure/buckets/rescan/"+other))
	s.post("/cloudInfrastructure/buckets/rescan/" + unknownID)
	s.form(url.Values{"grant_type": {"password"}, "username": {"careful"}, "password": {adminPassword}})
	s.form(url.Values{"grant_type": {"password"}, "username": {"admin"}, "password": {"wrong"}})
	s.form(url.Values{"grant_type": {"password"}})
	s.get("/problems/accessDenied")
	s.delete("/token")
	s.get("/repositories")
}

func vendorRouter(t *testing.T, file string) routers.Router {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	document.Servers = nil // any host
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
	mediaType, _, _ := strings.Cut(answered.Header().Get("Content-Type"), ";")
	if mediaType == "text/html" {
		return nil // declared as binary
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route},
		Status:                 answered.Code,
		Header:                 answered.Header(),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	}
	input.SetBodyBytes(bytes.Clone(answered.Body.Bytes()))
	return openapi3filter.ValidateResponse(r.Context(), input)
}
