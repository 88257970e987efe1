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

func TestUnknownSession(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	for _, send := range []func(id string) reply{
		func(id string) reply { return s.get("/sessions/" + id) },
		func(id string) reply { return s.get("/sessions/" + id + "/log") },
		func(id string) reply { return s.post("/sessions/" + id + "/stop") },
	} {
		s.wantProblem(http.StatusNotFound, "NotFound", "resourceNotFound", send(unknownID))
		s.wantProblem(http.StatusNotFound, "UnexpectedContent", "validationError", send("x"))
	}
}

func TestHiddenSession(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Behaviour: Behaviour{FreshSession: FreshHidden}})
	session := s.rescan(id)
	for _, r := range []reply{s.get("/sessions/" + session + "/log"), s.post("/sessions/" + session + "/stop"), s.get("/sessions/" + session)} {
		s.wantProblem(http.StatusNotFound, "NotFound", "resourceNotFound", r)
	}
	if got := s.get("/sessions").json["totalCount"]; got != 0.0 {
		t.Errorf("%v hidden sessions are listed", got)
	}
}

func TestPurgeSessions(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{})
	session := s.rescan(id)
	s.PurgeSessions()
	s.want(http.StatusNotFound, s.get("/sessions/"+session))
	if _, ok := s.Session(session); ok || len(s.Sessions()) != 0 {
		t.Error("a purged session is still there")
	}
}

func TestTimeWriting(t *testing.T) {
	t.Parallel()
	for writing, want := range map[Timestamps]string{
		TimestampsPlain:       "2026-03-04T05:06:07.123456",
		TimestampsZoned:       "2026-03-04T05:06:07.123456Z",
		TimestampsSevenDigits: "2026-03-04T05:06:07.1234567",
	} {
		s, id := startWithRepository(t, Config{Behaviour: Behaviour{Timestamps: writing}})
		if got := s.get("/system/time").json["utcDateTime"]; got != want {
			t.Errorf("got %v, want %s", got, want)
		}
		if got := s.get("/sessions/" + s.rescan(id)).json["executionStopTime"]; got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

func TestStopTimeWhileRunning(t *testing.T) {
	t.Parallel()
	for writing, want := range map[StopTime]string{
		StopTimeNull: `"executionStopTime":null`, StopTimeZero: `"executionStopTime":"0001-01-01T00:00:00"`, StopTimeAbsent: "",
	} {
		s, id := startWithRepository(t, Config{Session: SessionPlan{Polls: 1}, Behaviour: Behaviour{RunningStopTime: writing}})
		r := s.get("/sessions/" + s.rescan(id))
		if want == "" && strings.Contains(r.text, "executionStopTime") || !strings.Contains(r.text, want) {
			t.Errorf("got %s, want %s", r.text, want)
		}
	}
}

func TestSessionTypeAndName(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Accepts: allRevisions, Behaviour: Behaviour{SessionType: "RepositoryRescan"}})
	s.revision = "1.0-rev0"
	session := s.rescan(id)
	for _, s.revision = range allRevisions {
		r := s.get("/sessions/" + session)
		named := slices.Contains([]string{"1.7-rev0", "1.8-rev0", "1.9-rev0"}, s.revision)
		if _, ok := r.json["name"]; ok != named || r.json["type"] != "RepositoryRescan" {
			t.Errorf("%s: got %s", s.revision, r.text)
		}
	}
}

func TestListSessions(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Accepts: allRevisions})
	day := func(d int) time.Time { return time.Date(2026, 1, d, 12, 0, 0, 0, time.UTC) }
	var ids []string
	for _, x := range []Session{
		{Type: "Task", Started: day(1), Stopped: day(9), Reason: "c"},
		{Type: "Policy", Status: StatusFailed, Started: day(2), Stopped: day(3), Reason: "a"},
		{Type: "Task", Status: StatusRunning, Started: day(3), Reason: "b"},
	} {
		ids = append(ids, s.AddSession(x))
	}
	s.revision = "1.0-rev0"
	for query, want := range map[string]string{
		"":                             "012",
		"Status=Failed":                "1",
		"Status=Failed&Status=Running": "12",
		"Types=Task":                   "02",
		"Types=Task&Status=Running":    "2",
		"FromUtc=2026-01-02":           "12",
		"FromUtc=2026-01-02T12:00:01":  "2",
		"ToUtc=2026-01-02T12:00:00Z":   "01",
		"FromUtc=2026-01-02T13%3A00%3A00%2B01%3A00&ToUtc=2026-01-03": "1",
		"Usn=1":                               "12",
		"PolicyId=" + unknownID:               "",
		"VmId=i-1":                            "",
		"ParentSessionId=" + unknownID:        "",
		"Sort=startTimeDesc":                  "210",
		"Sort=stopTimeAsc":                    "210",
		"Sort=durationDesc":                   "012",
		"Sort=reasonAsc":                      "120",
		"Sort=usnDesc":                        "210",
		"Sort=typeAsc&Sort=usnDesc":           "120",
		"Sort=usnAsc&Limit=1&Offset=1":        "1",
		"Limit=-1&Types=Task&Sort=reasonDesc": "02",
	} {
		var got string
		for _, id := range s.want(http.StatusOK, s.get("/sessions?"+query)).results("id") {
			got += fmt.Sprint(slices.Index(ids, id))
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"Status=running", "Status=Success", "Types=Rescan", "Types=FlrEfsTask", "FromUtc=yesterday", "ToUtc=1", "Usn=x", "Limit=-2", "Sort=nameAsc"} {
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", s.get("/sessions?"+query))
	}
	for revision, types := range map[string]string{"1.5-rev0": "FlrEfsTask", "1.7-rev0": "ManualTask", "1.4-rev0": "SelfBackupActivity"} {
		s.revision = revision
		s.want(http.StatusOK, s.get("/sessions?Types="+types))
	}
}

// TestListMovesSessionsOn: whoever waits for many sessions reads the list alone, and sees each take its course.
func TestListMovesSessionsOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		plan      SessionPlan
		behaviour Behaviour
		want      string
	}{
		{"at once", SessionPlan{}, Behaviour{}, "Succeeded Succeeded Succeeded"},
		{"polls", SessionPlan{Polls: 2, Outcome: StatusFailed}, Behaviour{}, "Running Running Failed"},
		{"queued", SessionPlan{Queued: 1, Polls: 1}, Behaviour{}, "NeverExecuted Running Succeeded"},
		{"for ever", SessionPlan{Polls: 1, Outcome: StatusRunning}, Behaviour{}, "Running Running Running"},
		{"hidden", SessionPlan{}, Behaviour{FreshSession: FreshHidden, FreshReads: 1}, "- Succeeded Succeeded"},
		{"by time", SessionPlan{Polls: 1, Duration: time.Hour}, Behaviour{}, "Running Succeeded Succeeded"},
	} {
		s, id := startWithRepository(t, Config{Session: c.plan, Behaviour: c.behaviour})
		from := s.clock.Now().Add(-time.Second).Format("2006-01-02T15:04:05Z")
		const n = 3
		for range n {
			s.rescan(id)
		}
		var got []string
		for range 3 {
			statuses := s.want(http.StatusOK, s.get("/sessions?Limit=100&FromUtc="+from)).results("status")
			status := "-"
			for _, status = range statuses {
				if status != statuses[0] || len(statuses) != n {
					t.Errorf("%s: sessions of one plan differ: %v", c.name, statuses)
				}
			}
			got = append(got, status)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %v, want %s", c.name, got, c.want)
		}
	}
}

// TestListMovesOnlyWhatItShows: sessions of other pages, filters and times stay where they are.
func TestListMovesOnlyWhatItShows(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Session: SessionPlan{Polls: 1}})
	first, second := s.rescan(id), s.rescan(id)
	for _, query := range []string{
		"Limit=0", "Status=Failed", "Types=Policy", "Usn=99", "FromUtc=2027-01-01", "Offset=2", "PolicyId=" + unknownID,
	} {
		if got := s.get("/sessions?" + query).results("id"); len(got) != 0 {
			t.Errorf("%s: got %v", query, got)
		}
	}
	if got := s.get("/sessions?Limit=1").results("id"); !slices.Equal(got, []string{first}) {
		t.Errorf("got %v", got)
	}
	// The first one has had its read and ends; the second one runs on and is the only one that does.
	if got := s.get("/sessions?Status=Running").results("id"); !slices.Equal(got, []string{second}) {
		t.Errorf("running are %v, want %s", got, second)
	}
	if got := strings.Join(s.get("/sessions").results("status"), " "); got != "Succeeded Succeeded" {
		t.Errorf("got %s", got)
	}
}

func TestSessionsBehindTheBackOfClients(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Session: SessionPlan{Polls: 9}})
	session := s.rescan(id)
	before, _ := s.Session(session)
	if !s.SetSession(session, func(x *Session) { x.Reason = "still at it" }) || s.SetSession(unknownID, func(*Session) { t.Error("called") }) {
		t.Error("SetSession tells the wrong thing")
	}
	if r := s.get("/sessions/" + session); r.json["status"] != StatusRunning || r.json["reason"] != "still at it" {
		t.Errorf("got %s", r.text)
	}
	s.SetSession(session, func(x *Session) { x.Status = StatusFailed })
	r := s.get("/sessions/" + session)
	if r.json["status"] != StatusFailed || r.json["result"] != "Failed" || r.json["executionStopTime"] == nil ||
		r.json["usn"].(float64) <= float64(before.USN) {
		t.Errorf("got %s", r.text)
	}
	s.SetSession(session, func(x *Session) { x.Status, x.Result = "Odd", "Odder" })
	if r := s.get("/sessions/" + session); r.json["status"] != "Odd" || r.json["result"] != "Odder" {
		t.Errorf("got %s", r.text)
	}
}

func TestSessionsThatStayQueued(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{})
	added, set := s.AddSession(Session{Status: StatusNeverExecuted}), s.rescan(id)
	s.SetSession(set, func(x *Session) { x.Status = StatusNeverExecuted })
	for _, session := range []string{added, set} {
		if got := s.statuses(session, 2); got != "NeverExecuted NeverExecuted" {
			t.Errorf("got %s", got)
		}
	}
}

func TestConcurrentRescans(t *testing.T) {
	t.Parallel()
	s, id := startWithRepository(t, Config{Session: SessionPlan{Polls: 1}})
	const n = 20
	sessions := make(chan string, n)
	for range n {
		go func() {
			r := s.post("/repositories/" + id + "/rescan")
			s.get("/sessions")
			session, _ := r.json["sessionId"].(string)
			sessions <- session
		}()
	}
	seen := map[string]bool{}
	for range n {
		seen[<-sessions] = true
	}
	if len(seen) != n || seen[""] || len(s.Sessions()) != n {
		t.Errorf("%d rescans made %d sessions", n, len(seen))
	}
}
