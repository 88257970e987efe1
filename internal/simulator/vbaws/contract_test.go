// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"net/http"
	"net/url"
	"os"
	"sync/atomic"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/contract"
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
	checks := contract.New(folder)
	for _, outcome := range []string{StatusSucceeded, StatusWarning, StatusFailed, StatusCanceled, StatusRunning, StatusNeverExecuted} {
		for _, sparse := range []bool{false, true} {
			before := checks.Exchanges("1.0-rev0")
			converse(startWith(t, Config{
				Product: "2.0", Session: SessionPlan{Polls: 1, Outcome: outcome},
				// The vendor's examples contradict the declared date-time.
				Behaviour: Behaviour{Timestamps: TimestampsZoned, Sparse: sparse},
			}, appliance.Options{Wrap: checks.WrapAnswers(t, contract.VBAWS)}))
			if n := checks.Exchanges("1.0-rev0") - before; n < 20 {
				t.Errorf("only %d answers were checked", n)
			}
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

// TestUnknownStatusIsADisturbance: a session, or a line of its log, that a test gives a status which no document knows is not
// held against one.
func TestUnknownStatusIsADisturbance(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[string]bool{StatusWarning: false, "Paused": true} {
		var last atomic.Bool
		s := startWith(t, Config{Session: SessionPlan{Outcome: outcome, Log: []LogItem{{Status: outcome}}}}, appliance.Options{Wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				watched, disturbed := appliance.Watch(r)
				next.ServeHTTP(w, watched)
				last.Store(disturbed())
			})
		}})
		session := s.rescan(s.AddRepository(Repository{Name: "r"}))
		for _, path := range []string{"/sessions/" + session, "/sessions", "/sessions/" + session + "/log"} {
			if s.get(path); last.Load() != want {
				t.Errorf("%s of a session with the status %s: disturbed is %v", path, outcome, last.Load())
			}
		}
	}
}
