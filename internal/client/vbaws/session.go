// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Session is the run of a background operation (SPEC10 Session).
type Session struct {
	ID      string
	Type    string // says nothing about a rescan: no documented value names it
	Status  string // as the appliance writes it; see Outcome
	Result  string // a second opinion in another spelling ("Success", "Cancelled"); empty when absent
	Reason  string // of a failure, on one line; empty when none is told
	Started time.Time
	Stopped time.Time // zero: not yet
}

// UnmarshalJSON implements json.Unmarshaler. A time that cannot be read is left out: the status counts.
func (s *Session) UnmarshalJSON(data []byte) error {
	var body struct {
		ID      lenientString `json:"id"`
		Type    lenientString `json:"type"`
		Status  lenientString `json:"status"`
		Result  lenientString `json:"result"`
		Reason  lenientString `json:"reason"`
		Started lenientString `json:"executionStartTime"`
		Stopped lenientString `json:"executionStopTime"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	*s = Session{
		ID: string(body.ID), Type: string(body.Type), Status: string(body.Status), Result: string(body.Result),
		Reason: string(body.Reason), Started: body.Started.time(), Stopped: body.Stopped.time(),
	}
	return nil
}

// Outcome is where a session stands.
type Outcome int

const (
	Running Outcome = iota // or queued, or of an unknown status
	Succeeded
	Warning
	Failed
	Canceled
)

// outcomes holds the final values of status, and those of result where they differ: one idea has three spellings in
// the specification. "Running" and "NeverExecuted" (queued) are not final.
var outcomes = map[string]Outcome{
	"succeeded": Succeeded, "success": Succeeded,
	"warning":  Warning,
	"failed":   Failed,
	"canceled": Canceled, "cancelled": Canceled,
}

// Outcome reads the status without regard to case. An unknown one counts as Running: the caller's time limit ends that.
func (s Session) Outcome() Outcome { return outcomes[strings.ToLower(strings.TrimSpace(s.Status))] }

func (o Outcome) String() string {
	return [...]string{Running: "Running", Succeeded: "Succeeded", Warning: "Warning", Failed: "Failed", Canceled: "Canceled"}[o]
}

// Session reads one. An unknown one, or one that the appliance has forgotten since, is rest.ErrNotFound.
func (c *Client) Session(ctx context.Context, id string) (Session, error) {
	var session Session
	err := c.send(ctx, rest.Request{
		Method: http.MethodGet, Path: sessionPath + "/" + url.PathEscape(id), Out: &session,
		Check: func() error { return cmp.Or(rest.CheckID(id, session.ID), session.check()) },
	})
	if err != nil {
		return Session{}, err
	}
	return c.sanitized(session), nil
}

// check validates what every session has.
func (s Session) check() error { return cmp.Or(rest.CheckID("", s.ID), required("status", s.Status)) }

// sanitized makes the texts of the appliance fit for state and diagnostics.
func (c *Client) sanitized(s Session) Session {
	s.Type, s.Status, s.Result, s.Reason = c.rest.Sanitize(s.Type), c.rest.Sanitize(s.Status), c.rest.Sanitize(s.Result), c.rest.Sanitize(s.Reason)
	return s
}

// Sessions reads those that started at a time or later, or all of them if it is zero. Appliances keep sessions for as long
// as they are configured to. The list may lack sessions: elements without the properties of a session are dropped.
func (c *Client) Sessions(ctx context.Context, since time.Time) ([]Session, error) {
	filter := url.Values{}
	if !since.IsZero() {
		filter.Set("FromUtc", since.UTC().Format("2006-01-02T15:04:05Z")) // rounded down to the second
	}
	sessions, err := readAll(ctx, c, sessionPath, filter, func(Session) error { return nil })
	sessions = slices.DeleteFunc(sessions, func(s Session) bool { return s.check() != nil })
	for i := range sessions {
		sessions[i] = c.sanitized(sessions[i])
	}
	return sessions, err
}

func (s Session) key() string { return s.ID }

// LogItem is a line of a session's log (SPEC10 LogItem).
type LogItem struct {
	Time    time.Time
	Status  string // for example "Success", "Warning", "Error"
	Message string // on one line
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *LogItem) UnmarshalJSON(data []byte) error {
	var body struct {
		Time    lenientString `json:"logTime"`
		Status  lenientString `json:"status"`
		Message lenientString `json:"message"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	*l = LogItem{Time: body.Time.time(), Status: string(body.Status), Message: string(body.Message)}
	return nil
}

// SessionLog reads the log of a session, which is not paged.
func (c *Client) SessionLog(ctx context.Context, id string) ([]LogItem, error) {
	var answer struct {
		SessionID lenientString      `json:"sessionId"`
		Log       rest.List[LogItem] `json:"log"`
	}
	err := c.send(ctx, rest.Request{
		Method: http.MethodGet, Path: sessionPath + "/" + url.PathEscape(id) + "/log", Out: &answer,
		Check: func() error {
			if answer.SessionID == "" && answer.Log != nil {
				return nil
			}
			return rest.CheckID(id, string(answer.SessionID))
		},
	})
	if err != nil {
		return nil, err
	}
	for i, item := range answer.Log {
		answer.Log[i].Status, answer.Log[i].Message = c.rest.Sanitize(item.Status), c.rest.Sanitize(item.Message)
	}
	return answer.Log, nil
}

// FailingLines gives the newest warnings and errors of a log, at most limit of them, the newest last, each as
// "Error: text".
func FailingLines(log []LogItem, limit int) []string {
	sorted := slices.Clone(log)
	slices.SortStableFunc(sorted, func(a, b LogItem) int { return a.Time.Compare(b.Time) })
	var lines []string
	for _, item := range sorted {
		status := strings.ToLower(item.Status) // also RunningWithWarning and RunningWithError
		if strings.Contains(status, "warning") || strings.Contains(status, "error") || strings.Contains(status, "failed") {
			lines = append(lines, item.Status+": "+cmp.Or(item.Message, "no message"))
		}
	}
	return lines[max(0, len(lines)-max(limit, 0)):]
}
