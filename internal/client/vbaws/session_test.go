// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

func TestSessionDecoding(t *testing.T) {
	t.Parallel()
	started := time.Date(2020, 6, 19, 4, 0, 5, 901095000, time.UTC)
	stopped := time.Date(2020, 6, 19, 4, 0, 8, 451697000, time.UTC)
	for name, c := range map[string]struct {
		body string
		want Session
	}{
		"documented": {
			`{"type":"RetentionActivity","status":"Succeeded","result":"Success","id":"f66b0bd7-033e-4a2a-bbc5-8aefb1e0cea5",
			"executionStartTime":"2020-06-19T04:00:05.901095","executionStopTime":"2020-06-19T04:00:08.451697","executionDuration":550,
			"reason":"","usn":26,"_links":[],"_embedded":{}}`,
			Session{ID: sessionID, Type: "RetentionActivity", Status: "Succeeded", Result: "Success", Started: started, Stopped: stopped},
		},
		"running with null": {
			`{"id":"s","status":"Running","executionStartTime":"2020-06-19T04:00:05.901095Z","executionStopTime":null}`,
			Session{ID: "s", Status: "Running", Started: started},
		},
		"running with the zero time": {
			`{"id":"s","status":"Running","executionStartTime":"2020-06-19T04:00:05.9010950","executionStopTime":"0001-01-01T00:00:00"}`,
			Session{ID: "s", Status: "Running", Started: started},
		},
		"unreadable time": {
			`{"id":"s","status":"Failed","executionStartTime":"yesterday","executionStopTime":17,"reason":"Bucket\r\n  is  gone.","usn":"x","name":{}}`,
			Session{ID: "s", Status: "Failed", Reason: "Bucket\r\n  is  gone."}, // made one line where it is read
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got Session
			if err := json.Unmarshal([]byte(c.body), &got); err != nil || got != c.want {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]Outcome{
		"Running": Running, "NeverExecuted": Running, "": Running, "Resting": Running,
		"Succeeded": Succeeded, "succeeded": Succeeded, " SUCCEEDED ": Succeeded, "Success": Succeeded,
		"Warning": Warning, "warning": Warning, "Failed": Failed, "FAILED": Failed, "Canceled": Canceled, "Cancelled": Canceled,
	} {
		if got := (Session{Status: status, Result: "Failed"}).Outcome(); got != want {
			t.Errorf("%q: %v, want %v", status, got, want)
		}
	}
	if Canceled.String() != "Canceled" || Running.String() != "Running" {
		t.Error("names are shifted")
	}
}

func TestSessionAndLogOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.3-rev0")
	f.on("GET /api/v1/sessions/"+sessionID, 200, `{"id":"`+sessionID+`","status":"Warning"}`)
	f.on("GET /api/v1/sessions/"+sessionID+"/log", 200,
		`{"sessionId":"`+sessionID+`","log":[{"logTime":"2020-06-19T04:00:05.9","status":"Error","message":"Access\nDenied","executionDuration":1},{"status":null}]}`)
	c := f.client(pinned("1.3-rev0"))
	if got, err := c.Session(t.Context(), sessionID); err != nil || got.ID != sessionID || got.Outcome() != Warning {
		t.Errorf("got %+v, %v", got, err)
	}
	want := []LogItem{{Time: time.Date(2020, 6, 19, 4, 0, 5, 900000000, time.UTC), Status: "Error", Message: "Access Denied"}, {}}
	if got, err := c.SessionLog(t.Context(), sessionID); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	must(t, f, "POST /api/v1/token 1.3-rev0", "GET /api/v1/sessions/"+sessionID+" 1.3-rev0", "GET /api/v1/sessions/"+sessionID+"/log 1.3-rev0")
	if _, err := c.Session(t.Context(), "gone"); !errors.Is(err, rest.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
	if _, err := c.SessionLog(t.Context(), "gone"); !errors.Is(err, rest.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
	f.on("GET /api/v1/sessions/"+sessionID+"/log", 200, `{"sessionId":"`+sessionID+`"}`)
	if got, err := c.SessionLog(t.Context(), sessionID); err != nil || len(got) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWaitSessionOverHTTPS(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.3-rev0")
	f.on("GET /api/v1/sessions/"+sessionID, 200, `{"id":"`+sessionID+`","status":"Succeeded","result":"Success"}`)
	var seen []Session
	got, err := f.client().WaitSession(t.Context(), Session{ID: sessionID}, func(s Session) { seen = append(seen, s) })
	if err != nil || got.Outcome() != Succeeded || len(seen) != 1 || seen[0] != got {
		t.Errorf("got %+v, %v, saw %v", got, err, seen)
	}
}

var errGone = &rest.APIError{Status: 404, Code: "NotFound"}

// waitSession waits as WaitSession does, with reads that a test scripts.
func waitSession(ctx context.Context, last Session, read func(context.Context) (Session, error), observe func(Session)) (Session, error) {
	get := func(ctx context.Context, _ string) (Session, error) { return read(ctx) }
	last.ID = sessionID
	return sessionClient(get, nil).WaitSession(ctx, last, observe)
}

// script gives one answer for each read, the last one for ever.
func script(answers ...any) (read func(context.Context) (Session, error), reads *int) {
	reads = new(int)
	return func(context.Context) (Session, error) {
		answer := answers[min(*reads, len(answers)-1)]
		*reads++
		if err, failed := answer.(error); failed {
			return Session{}, err
		}
		return Session{ID: sessionID, Status: answer.(string)}, nil
	}, reads
}

func TestWaitSession(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		answers  []any
		status   string // of the last state that was seen
		err      error
		observed []string
	}{
		"at once":            {[]any{"Succeeded"}, "Succeeded", nil, []string{"Succeeded"}},
		"after a while":      {[]any{"NeverExecuted", "Running", "running", "FAILED"}, "FAILED", nil, []string{"NeverExecuted", "Running", "running", "FAILED"}},
		"unknown status":     {[]any{"Resting", "Canceled"}, "Canceled", nil, []string{"Resting", "Canceled"}},
		"not yet there":      {[]any{errGone, errGone, errGone, "Running", "Warning"}, "Warning", nil, []string{"Running", "Warning"}},
		"never there":        {[]any{errGone}, "", rest.ErrNotFound, nil},
		"gone while running": {[]any{"Running", errGone}, "Running", rest.ErrNotFound, []string{"Running"}},
		"broken":             {[]any{"Running", broken}, "Running", broken, []string{"Running"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				read, _ := script(c.answers...)
				var observed []string
				got, err := waitSession(t.Context(), Session{ID: sessionID}, read, func(s Session) { observed = append(observed, s.Status) })
				if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || got.Status != c.status || got.ID != sessionID {
					t.Errorf("got %+v, %v", got, err)
				}
				if !slices.Equal(observed, c.observed) {
					t.Errorf("observed %q, want %q", observed, c.observed)
				}
			})
		})
	}
}

func TestWaitSessionPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		read, reads := script(errGone)
		_, err := waitSession(t.Context(), Session{}, read, nil)
		took := time.Since(began)
		if !errors.Is(err, rest.ErrNotFound) || took < 10*time.Second || took > 20*time.Second || *reads > 16 {
			t.Errorf("%v after %v and %d reads", err, took, *reads)
		}
	})
}

// A session that was there and is gone was purged: waiting for it is of no use.
func TestWaitSessionPurged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		read, reads := script("Running", errGone)
		if _, err := waitSession(t.Context(), Session{}, read, func(Session) {}); !errors.Is(err, rest.ErrNotFound) || *reads != 2 {
			t.Errorf("%v after %d reads", err, *reads)
		}
	})
}

func TestWaitSessionEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stopped := errors.New("time is up")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Hour, stopped)
		defer cancel()
		read, reads := script("Running")
		got, err := waitSession(ctx, Session{}, read, func(Session) {})
		if !errors.Is(err, stopped) || got.Status != "Running" || got.ID != sessionID {
			t.Errorf("got %+v, %v", got, err)
		}
		if *reads < 600 || *reads > 800 { // every five seconds in the end
			t.Errorf("%d reads in an hour", *reads)
		}
	})
}

func TestFailingLines(t *testing.T) {
	t.Parallel()
	at := func(second int) time.Time { return time.Date(2026, 1, 1, 0, 0, second, 0, time.UTC) }
	log := []LogItem{
		{at(4), "Error", "fourth"}, {at(1), "Success", "fine"}, {at(2), "warning", "second"}, {at(3), "RunningWithError", ""}, {at(5), "Running", "going on"},
	}
	before := slices.Clone(log)
	all := []string{"warning: second", "RunningWithError: no message", "Error: fourth"}
	for limit, want := range map[int][]string{10: all, 3: all, 2: all[1:], 1: all[2:], 0: {}, -1: {}} {
		if got := FailingLines(log, limit); !slices.Equal(got, want) {
			t.Errorf("%d: %q, want %q", limit, got, want)
		}
	}
	if !slices.Equal(log, before) {
		t.Error("the log was reordered")
	}
	if got := FailingLines(nil, 5); len(got) != 0 {
		t.Errorf("of nothing: %q", got)
	}
}

// Reasons and logs are the appliance's own texts, which may repeat what it was sent.
func TestSessionTextsAreTidy(t *testing.T) {
	t.Parallel()
	const said = password + `\r\nis wrong\u001b[2J`
	long := strings.Repeat("x", 5000)
	f := newFake(t, "1.3-rev0")
	session := `{"id":"` + sessionID + `","status":"Failed\u001b[2J","result":"` + password + `","type":"` + password + `","reason":"` + said + long + `"}`
	f.on("GET /api/v1/sessions/"+sessionID, 200, session)
	f.on("GET "+sessionPath, 200, `{"totalCount":1,"results":[`+session+`]}`)
	f.on("GET /api/v1/sessions/"+sessionID+"/log", 200, `{"log":[{"status":"Error\u001b[2J","message":"`+said+long+`"}]}`)
	c := f.client(pinned("1.3-rev0"))
	one, err := c.Session(t.Context(), sessionID)
	all, listErr := c.Sessions(t.Context(), time.Time{})
	log, logErr := c.SessionLog(t.Context(), sessionID)
	if err != nil || listErr != nil || logErr != nil || len(all) != 1 || len(log) != 1 {
		t.Fatalf("%v, %v, %v", err, listErr, logErr)
	}
	for _, text := range []string{one.Reason, all[0].Reason, log[0].Message} {
		if !strings.HasPrefix(text, "*** is wrong [2Jxxx") || len(text) > 700 {
			t.Errorf("%.1000q", text)
		}
	}
	noCanary(t, fmt.Sprint(one, all, log))
	if one.Status != "Failed [2J" || log[0].Status != "Error [2J" {
		t.Errorf("%q, %q", one.Status, log[0].Status)
	}
}
