// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

var sessionOrders = sortOrders[*session]{
	"startTime": func(a, b *session) int { return a.Started.Compare(b.Started) },
	"stopTime":  func(a, b *session) int { return a.Stopped.Compare(b.Stopped) },
	"duration":  func(a, b *session) int { return cmp.Compare(a.duration(), b.duration()) },
	"type":      func(a, b *session) int { return cmp.Compare(a.Type, b.Type) },
	"reason":    func(a, b *session) int { return cmp.Compare(a.Reason, b.Reason) },
	"usn":       func(a, b *session) int { return cmp.Compare(a.USN, b.USN) },
}

func (x *session) duration() time.Duration {
	if x.Started.IsZero() || x.Stopped.IsZero() {
		return 0
	}
	return x.Stopped.Sub(x.Started)
}

// listSessions is GET /sessions. It counts as one read of each session it shows, and of each that is hidden but for
// that would be found: clients may wait with the list alone.
func (s *Simulator) listSessions(c *call) answer {
	query := fields(c.request.URL.Query())
	wanted, err := sessionFilter(query, c.dialect)
	if err != nil {
		return invalidRequest.answer(err.Error(), "")
	}
	var found, hidden []*session
	for _, x := range s.sessions {
		s.advance(x)
		switch {
		case !wanted(x):
		case x.hidden > 0:
			hidden = append(hidden, x)
		default:
			found = append(found, x)
		}
	}
	if err := sessionOrders.apply(found, query, ""); err != nil {
		return invalidRequest.answer(err.Error(), "")
	}
	part, err := cut(found, query, s.config.Behaviour.DefaultLimit)
	if err != nil {
		return invalidRequest.answer(err.Error(), "")
	}
	body := listPage{TotalCount: len(found), Results: []any{}, Links: []link{c.link("GET", "self", "/sessions")}}
	for _, x := range part {
		body.Results = append(body.Results, s.writeSession(c, x))
	}
	for _, x := range append(hidden, part...) {
		x.countRead()
	}
	return answer{status: http.StatusOK, body: body}
}

// sessionFilter reads the filters of GET /sessions. The sessions here belong to no policy, machine or other session,
// so that PolicyId, VmId and ParentSessionId find none. Usn is taken as "newer than".
func sessionFilter(query fields, d dialect) (func(*session) bool, error) {
	statuses, err := query.oneOf("Status", sessionStatuses)
	if err != nil {
		return nil, err
	}
	types, err := query.oneOf("Types", d.sessionFilter)
	if err != nil {
		return nil, err
	}
	from, err := query.instant("FromUtc")
	if err != nil {
		return nil, err
	}
	to, err := query.instant("ToUtc")
	if err != nil {
		return nil, err
	}
	usn, _, err := query.integer("Usn", 0)
	if err != nil {
		return nil, err
	}
	foreign := query.first("PolicyId")+query.first("VmId")+query.first("ParentSessionId") != ""
	return func(x *session) bool {
		return !foreign &&
			(len(statuses) == 0 || slices.Contains(statuses, x.Status)) &&
			(len(types) == 0 || slices.Contains(types, x.Type)) &&
			(from.IsZero() || !x.began().Before(from)) &&
			(to.IsZero() || !x.began().After(to)) &&
			x.USN > int64(usn)
	}, nil
}

// getSession is GET /sessions/{id}; it moves the session on.
func (s *Simulator) getSession(c *call) answer {
	x := s.findSession(c.id)
	if x == nil {
		return sessionNotFound(c.id)
	}
	s.advance(x)
	defer x.countRead()
	if x.hidden > 0 {
		return sessionNotFound(c.id)
	}
	return answer{status: http.StatusOK, body: s.writeSession(c, x)}
}

// getSessionLog is GET /sessions/{id}/log. A session that has not begun has no log, a running one a single line.
func (s *Simulator) getSessionLog(c *call) answer {
	s.settle()
	x := s.findSession(c.id)
	if x == nil || x.hidden > 0 {
		return sessionNotFound(c.id)
	}
	lines := x.Log
	if x.Status == StatusRunning {
		lines = []LogItem{{Time: x.Started, Status: "Running", Message: "Searching for backup files."}}
	}
	body := map[string]any{"sessionId": x.ID}
	var log []map[string]any
	for _, line := range lines {
		if !slices.Contains(logStatuses, line.Status) {
			appliance.Disturb(c.request)
		}
		log = append(log, map[string]any{
			"logTime": s.timestamp(line.Time), "status": line.Status, "message": line.Message,
			"executionStartTime": s.timestamp(line.Time), "executionDuration": line.Duration.Milliseconds(),
		})
	}
	if log != nil {
		body["log"] = log
	}
	return answer{status: http.StatusOK, body: body}
}

// stopSession is POST /sessions/{id}/stop: 202 without a body, also for a session that has ended.
func (s *Simulator) stopSession(c *call) answer {
	s.settle()
	x := s.findSession(c.id)
	if x == nil || x.hidden > 0 {
		return sessionNotFound(c.id)
	}
	if !ended(x.Status) {
		s.end(x, StatusCanceled, s.now())
	}
	return answer{status: http.StatusAccepted}
}

func sessionNotFound(id string) answer {
	return resourceNotFound.answer(fmt.Sprintf("The session '%s' was not found.", id), id)
}

// writeSession writes the schema Session of SPEC10. executionDuration is only the milliseconds within the last
// second, as in the vendor's own example (D20: 550 for a session of 2.55 s).
func (s *Simulator) writeSession(c *call, x *session) map[string]any {
	if !slices.Contains(sessionStatuses, x.Status) {
		appliance.Disturb(c.request)
	}
	path := "/sessions/" + x.ID
	body := map[string]any{
		"id": x.ID, "type": x.Type, "status": x.Status, "reason": x.Reason, "usn": x.USN,
		"executionDuration": x.duration().Milliseconds() % 1000,
		"_links":            []link{c.link("GET", "self", path), c.link("GET", "SessionLogs", path+"/log")},
		"_embedded":         struct{}{},
	}
	if x.Result != "" {
		body["result"] = x.Result
	}
	if c.dialect.sessionName {
		body["name"] = x.Name
	}
	if !x.Started.IsZero() {
		body["executionStartTime"] = s.timestamp(x.Started)
	}
	switch {
	case !x.Stopped.IsZero():
		body["executionStopTime"] = s.timestamp(x.Stopped)
	case s.config.Behaviour.RunningStopTime == StopTimeNull:
		body["executionStopTime"] = json.RawMessage("null")
	case s.config.Behaviour.RunningStopTime == StopTimeZero:
		body["executionStopTime"] = "0001-01-01T00:00:00"
	}
	return body
}
