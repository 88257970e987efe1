// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// startWithRepository starts a 5.0 appliance with one repository and returns its ID.
func startWithRepository(t *testing.T, c Config) (*station, string) {
	t.Helper()
	s := start(t, c)
	return s, s.AddRepository(Repository{Name: "r"})
}

// statuses reads a session n times.
func (s *station) statuses(id string, n int) string {
	s.t.Helper()
	var seen []string
	for range n {
		r := s.get("/sessions/" + id)
		if r.status != http.StatusOK {
			seen = append(seen, fmt.Sprint(r.status))
			continue
		}
		seen = append(seen, r.json["status"].(string))
	}
	return strings.Join(seen, " ")
}

func TestRescan(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Session: SessionPlan{Polls: 2}})
	s.token = s.login("operator", operatorPassword) // a Portal Operator may rescan
	for _, s.revision = range revisionsWithRescan {
		r := s.want(http.StatusAccepted, s.post("/repositories/"+strings.ToUpper(id)+"/rescan"))
		session := r.json["sessionId"].(string)
		link := r.json["_links"].([]any)[0].(map[string]any)
		if link["href"] != s.URL()+"/api/v1/sessions/"+session || link["method"] != "GET" || len(r.json) != 2 {
			t.Errorf("%s: got %s", s.revision, r.text)
		}
		if got := s.statuses(session, 4); got != "Running Running Succeeded Succeeded" {
			t.Errorf("%s: got %s", s.revision, got)
		}
		if x, _ := s.Session(session); x.RepositoryID != id {
			t.Errorf("%s: the session is one of repository %q", s.revision, x.RepositoryID)
		}
	}
}

func TestRescanTakesNoBody(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{})
	for _, body := range []string{"{}", "null", " "} {
		r := s.send("POST", "/repositories/"+id+"/rescan", strings.NewReader(body), http.Header{"Content-Type": {"application/json"}})
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", r)
	}
	if got := s.Sessions(); len(got) != 0 {
		t.Errorf("a refused rescan started %v", got)
	}
	// A content type alone is no body.
	s.want(http.StatusAccepted, s.send("POST", "/repositories/"+id+"/rescan", nil, http.Header{"Content-Type": {"application/json"}}))
}

func TestSessionOutcomes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ outcome, result, logStatus string }{
		{"", "Success", "Success"},
		{StatusSucceeded, "Success", "Success"},
		{StatusWarning, "Warning", "Warning"},
		{StatusFailed, "Failed", "Error"},
		{StatusCanceled, "Cancelled", "Canceled"},
	} {
		s, id := startWithRepository(t, Config{Session: SessionPlan{Polls: 1, Outcome: c.outcome}})
		session := s.rescan(id)
		running := s.get("/sessions/" + session)
		if running.json["status"] != StatusRunning || running.json["result"] != "Running" || running.json["reason"] != "" ||
			running.json["executionStartTime"] != "2026-03-04T05:06:07.123456" || running.json["type"] != "Task" {
			t.Errorf("%s: running it is %s", c.outcome, running.text)
		}
		s.clock.advance(2550 * time.Millisecond)
		r := s.get("/sessions/" + session)
		want := c.outcome
		if want == "" {
			want = StatusSucceeded
		}
		if r.json["status"] != want || r.json["result"] != c.result || r.json["executionStopTime"] != "2026-03-04T05:06:09.673456" ||
			r.json["executionDuration"] != 550.0 || r.json["usn"].(float64) <= running.json["usn"].(float64) {
			t.Errorf("%s: ended it is %s", c.outcome, r.text)
		}
		if good := want == StatusSucceeded; (r.json["reason"] == "") != good {
			t.Errorf("%s: got reason %q", c.outcome, r.json["reason"])
		}
		log := s.want(http.StatusOK, s.get("/sessions/"+session+"/log"))
		line := log.json["log"].([]any)[0].(map[string]any)
		if log.json["sessionId"] != session || line["status"] != c.logStatus || line["message"] == "" ||
			line["logTime"] != "2026-03-04T05:06:09.673456" {
			t.Errorf("%s: got log %s", c.outcome, log.text)
		}
	}
}

func TestSessionCourse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		plan      SessionPlan
		behaviour Behaviour
		want      string
	}{
		{"at once", SessionPlan{}, Behaviour{}, "Succeeded Succeeded Succeeded Succeeded Succeeded"},
		{"polls", SessionPlan{Polls: 3, Outcome: StatusFailed}, Behaviour{}, "Running Running Running Failed Failed"},
		{"queued", SessionPlan{Queued: 2, Polls: 1}, Behaviour{}, "NeverExecuted NeverExecuted Running Succeeded Succeeded"},
		{"for ever", SessionPlan{Polls: 1, Outcome: StatusRunning}, Behaviour{}, "Running Running Running Running Running"},
		{"never", SessionPlan{Polls: 1, Outcome: StatusNeverExecuted}, Behaviour{}, strings.TrimSpace(strings.Repeat("NeverExecuted ", 5))},
		{"unknown outcome", SessionPlan{Polls: 1, Outcome: "Exploded"}, Behaviour{}, "Running Exploded Exploded Exploded Exploded"},
		{"fresh hidden", SessionPlan{Polls: 1}, Behaviour{FreshSession: FreshHidden}, "404 404 Running Succeeded Succeeded"},
		{"fresh hidden once", SessionPlan{Polls: 1}, Behaviour{FreshSession: FreshHidden, FreshReads: 1}, "404 Running Succeeded Succeeded Succeeded"},
		{"fresh queued", SessionPlan{Polls: 1}, Behaviour{FreshSession: FreshQueued}, "NeverExecuted NeverExecuted Running Succeeded Succeeded"},
		{"fresh queued for longer", SessionPlan{Queued: 3, Polls: 1}, Behaviour{FreshSession: FreshQueued}, "NeverExecuted NeverExecuted NeverExecuted Running Succeeded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, id := startWithRepository(t, Config{Session: c.plan, Behaviour: c.behaviour})
			session := s.rescan(id)
			// Logs and the test's own looks do not move a session on.
			s.get("/sessions/" + session + "/log")
			s.Session(session)
			if got := s.statuses(session, 5); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestSessionDuration(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{TokenLifetime: 24 * time.Hour, Session: SessionPlan{Duration: time.Minute, Outcome: StatusWarning}})
	session := s.rescan(id)
	s.clock.advance(time.Minute - time.Nanosecond)
	if got := s.statuses(session, 3); got != "Running Running Running" {
		t.Errorf("before its time: %s", got)
	}
	s.clock.advance(time.Hour)
	if got := s.get("/sessions?Status=Warning").results("id"); !slices.Equal(got, []string{session}) {
		t.Errorf("listed after its time: %v", got)
	}
	x, _ := s.Session(session)
	if x.Status != StatusWarning || x.Stopped.Sub(x.Started) != time.Minute {
		t.Errorf("got %+v", x)
	}

	s.PlanNext(SessionPlan{Duration: time.Minute, Polls: 2}, SessionPlan{Duration: time.Minute, Outcome: StatusRunning})
	if got := s.statuses(s.rescan(id), 3); got != "Running Running Succeeded" {
		t.Errorf("polls before duration: %s", got)
	}
	session = s.rescan(id)
	s.clock.advance(time.Hour)
	if got := s.statuses(session, 2); got != "Running Running" {
		t.Errorf("for ever: %s", got)
	}
}

func TestPlanFor(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{})
	other := s.AddRepository(Repository{Name: "other"})
	s.PlanNext(SessionPlan{Outcome: StatusWarning})
	s.PlanFor(strings.ToUpper(id), SessionPlan{Outcome: StatusFailed}, SessionPlan{Outcome: StatusCanceled})
	for i, want := range []struct{ id, status string }{
		{id, StatusFailed}, {other, StatusWarning}, {other, StatusSucceeded}, {id, StatusCanceled}, {id, StatusSucceeded},
	} {
		if got := s.statuses(s.rescan(want.id), 1); got != want.status {
			t.Errorf("rescan %d ended %s, want %s", i, got, want.status)
		}
	}
}

func TestPlanNext(t *testing.T) {
	t.Parallel()
	log := []LogItem{
		{Status: "Success", Message: "Folder read.", Duration: 1500 * time.Millisecond},
		{Status: "Error", Message: "Object x is damaged.", Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
	}
	s, id := startWithRepository(t, Config{Session: SessionPlan{Outcome: StatusWarning}})
	s.PlanNext(SessionPlan{Outcome: StatusFailed, Reason: "Damaged.", Log: log})
	s.PlanNext(SessionPlan{})
	first, second, third := s.rescan(id), s.rescan(id), s.rescan(id)
	for session, want := range map[string]string{first: StatusFailed, second: StatusSucceeded, third: StatusWarning} {
		if got := s.statuses(session, 1); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if r := s.get("/sessions/" + first); r.json["reason"] != "Damaged." {
		t.Errorf("got %s", r.text)
	}
	lines := s.get("/sessions/" + first + "/log").json["log"].([]any)
	one, two := lines[0].(map[string]any), lines[1].(map[string]any)
	if one["message"] != "Folder read." || one["executionDuration"] != 1500.0 || two["status"] != "Error" ||
		two["logTime"] != "2026-01-02T03:04:05.000000" {
		t.Errorf("got log %v", lines)
	}
	if !log[0].Time.IsZero() {
		t.Error("the plan of the caller was changed")
	}
}

func TestLogBeforeTheEnd(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Session: SessionPlan{Queued: 1, Polls: 5}})
	session := s.rescan(id)
	if r := s.want(http.StatusOK, s.get("/sessions/"+session+"/log")); len(r.json) != 1 || r.json["sessionId"] != session {
		t.Errorf("queued: got %s", r.text)
	}
	if got := s.get("/sessions/" + session); got.json["executionStartTime"] != nil {
		t.Errorf("queued: got %s", got.text)
	}
	s.get("/sessions/" + session)
	line := s.get("/sessions/" + session + "/log").json["log"].([]any)[0].(map[string]any)
	if line["status"] != "Running" {
		t.Errorf("running: got %v", line)
	}
}

func TestSecondRescan(t *testing.T) {
	t.Parallel()
	for mode, check := range map[SecondRescan]func(s *station, id, first string){
		NewSession: func(s *station, id, first string) {
			if s.rescan(id) == first {
				t.Error("the second rescan shares the session")
			}
		},
		SameSession: func(s *station, id, first string) {
			if s.rescan(id) != first {
				t.Error("the second rescan has a session of its own")
			}
		},
		Conflict: func(s *station, id, first string) {
			s.wantProblem(http.StatusConflict, "UnknownError", "unknownError", s.post("/repositories/"+id+"/rescan"))
		},
	} {
		s, id := startWithRepository(t, Config{Behaviour: Behaviour{SecondRescan: mode}, Session: SessionPlan{Polls: 1}})
		other := s.AddRepository(Repository{Name: "other"})
		first := s.rescan(id)
		check(s, id, first)
		if s.rescan(other) == first {
			t.Error("another repository shares the session")
		}
		for _, x := range s.Sessions() {
			s.statuses(x.ID, 2)
		}
		if s.rescan(id) == first {
			t.Error("a rescan after the end shares the ended session")
		}
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Session: SessionPlan{Outcome: StatusRunning}})
	running := s.rescan(id)
	s.PlanNext(SessionPlan{}, SessionPlan{Outcome: StatusNeverExecuted})
	done, queued := s.rescan(id), s.rescan(id)
	s.statuses(done, 1)
	for session, want := range map[string]string{running: StatusCanceled, done: StatusSucceeded, queued: StatusCanceled} {
		if r := s.want(http.StatusAccepted, s.post("/sessions/"+session+"/stop")); r.text != "" {
			t.Errorf("got a body: %s", r.text)
		}
		if got := s.statuses(session, 2); got != want+" "+want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if r := s.get("/sessions/" + queued); r.json["executionDuration"] != 0.0 || r.json["result"] != "Cancelled" {
		t.Errorf("got %s", r.text)
	}
	s.want(http.StatusOK, s.get("/sessions/"+queued+"/log"))
}
