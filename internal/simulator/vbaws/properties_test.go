// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// ask sends a request straight to the handler: thousands of them need no wire.
func ask(s *Simulator, method, target, body string, header map[string]string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	for name, value := range header {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder
}

func adminHeader(s *Simulator, revision string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + s.Tokens().Issue("admin").Access, "x-api-version": revision}
}

// TestSessionsKeepTheirRules lets clients, time and the test itself work on sessions in any order.
func TestSessionsKeepTheirRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		s := New(Config{
			Users: map[string]User{"admin": {Password: adminPassword}}, TokenLifetime: 1000 * time.Hour, Now: at.Now,
			Behaviour: Behaviour{
				FreshSession: rapid.SampledFrom([]FreshSession{FreshRunning, FreshHidden, FreshQueued}).Draw(t, "fresh"),
				SecondRescan: rapid.SampledFrom([]SecondRescan{NewSession, SameSession, Conflict}).Draw(t, "second"),
			},
		})
		header := adminHeader(s, "1.3-rev0")
		repository := s.AddRepository(Repository{Name: "r"})
		before := map[string]Session{}
		anySession := func(t *rapid.T) string {
			ids := []string{unknownID}
			for _, x := range s.Sessions() {
				ids = append(ids, x.ID)
			}
			return rapid.SampledFrom(ids).Draw(t, "session")
		}
		t.Repeat(map[string]func(*rapid.T){
			"rescan": func(t *rapid.T) {
				s.PlanNext(SessionPlan{
					Queued: rapid.IntRange(0, 2).Draw(t, "queued"), Polls: rapid.IntRange(0, 3).Draw(t, "polls"),
					Duration: time.Duration(rapid.IntRange(0, 2).Draw(t, "minutes")) * time.Minute,
					Outcome:  rapid.SampledFrom(append(slices.Clone(sessionStatuses), "")).Draw(t, "outcome"),
				})
				ask(s, "POST", "/api/v1/repositories/"+repository+"/rescan", "", header)
			},
			"read":    func(t *rapid.T) { ask(s, "GET", "/api/v1/sessions/"+anySession(t), "", header) },
			"log":     func(t *rapid.T) { ask(s, "GET", "/api/v1/sessions/"+anySession(t)+"/log", "", header) },
			"list":    func(*rapid.T) { ask(s, "GET", "/api/v1/sessions", "", header) },
			"stop":    func(t *rapid.T) { ask(s, "POST", "/api/v1/sessions/"+anySession(t)+"/stop", "", header) },
			"advance": func(t *rapid.T) { at.advance(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second) },
			"": func(t *rapid.T) {
				for _, x := range s.Sessions() {
					checkSession(t, before[x.ID], x, at.Now())
					before[x.ID] = x
				}
			},
		})
	})
}

// checkSession knows what holds for a session at any time, and for two looks at it, one after the other.
func checkSession(t *rapid.T, earlier, x Session, now time.Time) {
	if x.Result != sessionResults[x.Status] || x.Result == "" {
		t.Fatalf("status %s has result %s", x.Status, x.Result)
	}
	if x.Stopped.IsZero() == ended(x.Status) {
		t.Fatalf("a session that is %s stopped at %s", x.Status, x.Stopped)
	}
	if x.Status == StatusRunning && x.Started.IsZero() || x.Status == StatusNeverExecuted && !x.Started.IsZero() {
		t.Fatalf("a session that is %s started at %s", x.Status, x.Started)
	}
	if x.Started.After(now) || x.Stopped.After(now) || !x.Stopped.IsZero() && x.Stopped.Before(x.Started) {
		t.Fatalf("at %s a session ran from %s to %s", now, x.Started, x.Stopped)
	}
	if (len(x.Log) > 0) != ended(x.Status) {
		t.Fatalf("a session that is %s has log %v", x.Status, x.Log)
	}
	if earlier.ID == "" {
		return
	}
	if changed := x.Status != earlier.Status; changed != (x.USN > earlier.USN) {
		t.Fatalf("from %s to %s the usn went from %d to %d", earlier.Status, x.Status, earlier.USN, x.USN)
	}
	if ended(earlier.Status) && (x.Status != earlier.Status || x.Stopped != earlier.Stopped || x.Reason != earlier.Reason) {
		t.Fatalf("an ended session changed from %+v to %+v", earlier, x)
	}
	if earlier.Status == StatusRunning && x.Status == StatusNeverExecuted {
		t.Fatal("a running session was queued again")
	}
}

// TestPagesPutTogetherAreTheList reads a list page by page.
func TestPagesPutTogetherAreTheList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := New(Config{Users: map[string]User{"admin": {Password: adminPassword}}})
		header := adminHeader(s, "1.0-rev0")
		names := rapid.SliceOfN(rapid.StringMatching(`[a-c]{1,3}`), 0, 12).Draw(t, "names")
		for _, name := range names {
			s.AddRepository(Repository{Name: name})
		}
		size := rapid.IntRange(1, 5).Draw(t, "size")
		var got []string
		for offset := 0; ; offset += size {
			recorder := ask(s, "GET", "/api/v1/repositories?Sort=nameAsc&Offset="+strconv.Itoa(offset)+"&Limit="+strconv.Itoa(size), "", header)
			var list struct {
				TotalCount int
				Results    []struct{ Name string }
			}
			if err := json.Unmarshal(recorder.Body.Bytes(), &list); err != nil || list.TotalCount != len(names) {
				t.Fatalf("got %s, %v", recorder.Body, err)
			}
			if len(list.Results) == 0 {
				break
			}
			for _, r := range list.Results {
				got = append(got, r.Name)
			}
		}
		slices.Sort(names)
		if !slices.Equal(got, names) {
			t.Fatalf("got %v, want %v", got, names)
		}
	})
}

// FuzzRequests looks for requests that are answered with something else than a success or a well-formed refusal.
func FuzzRequests(f *testing.F) {
	s := New(Config{Users: map[string]User{"admin": {Password: adminPassword}}})
	s.AddRepository(Repository{ID: repositoryID, Name: "r"})
	roleSeed := s.IAMRoles()[0].ID
	token := s.Tokens().Issue("admin").Access
	for _, seed := range [][4]string{
		{"POST", "/token", "grant_type=password&username=admin&password=x", "1.3-rev0"},
		{"POST", "/token", "grant_type=%zz", "1.3-rev0"},
		{"GET", "/repositories?SearchPattern=*[(&Sort=nameAsc,&Limit=-1", "", "1.0-rev0"},
		{"POST", "/repositories/" + repositoryID + "/rescan", "", "1.3-rev0"},
		{"GET", "/sessions?FromUtc=2026&Types=Task&Usn=-1", "", "1.2-rev0"},
		{"DELETE", "/repositories/%2e%2e", "{}", "1.4-rev0"},
		{"GET", "/problems/accessDenied", "", ""},
		{"POST", "/accounts/amazon/" + roleSeed + "/rescan", `{"regionIds":[]}`, "1.1-rev0"},
		{"GET", "/cloudInfrastructure/buckets?AmazonAccountId=" + roleSeed + "&Sort=nameDesc", "", "1.0-rev0"},
		{"GET", "/cloudInfrastructure/regions?Sort=nameDesk", "", "1.3-rev0"},
		{"POST", "/virtualMachines/rescan", "", "1.3-rev0"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, path, body, revision string) {
		request, err := http.NewRequestWithContext(t.Context(), method, "https://127.0.0.1/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Skip("not a request")
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(body, "{") {
			request.Header.Set("Content-Type", "application/json")
		}
		request.Header.Set("x-api-version", revision)
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		if recorder.Code < 400 {
			return
		}
		var refusal errorBody
		if err := json.Unmarshal(recorder.Body.Bytes(), &refusal); err != nil {
			t.Fatalf("%d %s: %v", recorder.Code, recorder.Body, err)
		}
		if refusal.Status != recorder.Code || refusal.Title == "" || refusal.ErrorCode == "" || recorder.Code == http.StatusInternalServerError ||
			!strings.HasPrefix(refusal.Type, "https://127.0.0.1/api/v1/problems/") {
			t.Fatalf("%d %s", recorder.Code, recorder.Body)
		}
	})
}
