// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Statuses of a session (SPEC10 SessionStatuses).
const (
	StatusRunning       = "Running"
	StatusNeverExecuted = "NeverExecuted"
	StatusSucceeded     = "Succeeded"
	StatusWarning       = "Warning"
	StatusFailed        = "Failed"
	StatusCanceled      = "Canceled"
)

var sessionStatuses = []string{
	StatusRunning, StatusNeverExecuted, StatusSucceeded, StatusWarning, StatusFailed, StatusCanceled,
}

// sessionResults spells a status as the field result does (SPEC10 SessionResults, "Cancelled" with two l).
var sessionResults = map[string]string{
	StatusRunning: "Running", StatusNeverExecuted: "Running", StatusSucceeded: "Success",
	StatusWarning: "Warning", StatusFailed: "Failed", StatusCanceled: "Cancelled",
}

// logStatuses are those of the lines of a session's log (SPEC10 LogItem).
var logStatuses = []string{
	"NeverExecuted", "Success", "Warning", "Error", "Pending", "Canceling", "Canceled", "Running", "RunningWithWarning", "RunningWithError",
}

// endings are the reason and the last log line of the sessions whose plan names none.
var endings = map[string]struct{ reason, logStatus, logMessage string }{
	StatusSucceeded: {"", "Success", "Rescan completed."},
	StatusWarning:   {"Some backup files could not be read.", "Warning", "Some backup files could not be read."},
	StatusFailed:    {"The bucket cannot be accessed.", "Error", "The bucket cannot be accessed."},
	StatusCanceled:  {"Stopped by a user.", "Canceled", "The session was stopped."},
}

// SessionPlan is the course of a session. It ends at the first of Polls and Duration that is set; with neither, the
// first read finds it ended.
type SessionPlan struct {
	Queued   int           // this many reads show NeverExecuted first
	Polls    int           // this many reads show Running, the next one the outcome
	Duration time.Duration // since the start of the session
	// Outcome is the final status; Succeeded when empty. Running and NeverExecuted never end. A value that the
	// vendor does not know is written as it is.
	Outcome string
	Reason  string    // "": what fits the outcome
	Log     []LogItem // of the ended session; nil: what fits the outcome
}

// LogItem is a line of a session's log.
type LogItem struct {
	Time     time.Time // zero: the end of the session
	Status   string    // SPEC10 LogItem: "Success", "Warning", "Error", …
	Message  string
	Duration time.Duration
}

// Session is a session as its appliance knows it.
type Session struct {
	ID           string
	Name         string
	Type         string
	Status       string
	Result       string
	RepositoryID string    // of the rescan of a repository
	RoleID       string    // of the rescan of an IAM role or of the buckets it sees
	RegionIDs    []string  // that the rescan of an IAM role is for; nil: all
	Started      time.Time // zero while it is NeverExecuted
	Stopped      time.Time // zero while it runs
	Reason       string
	USN          int64 // grows with every change of any session
	Log          []LogItem
}

// session is a Session with its future.
type session struct {
	Session
	kind    string // of the rescan, see there
	object  string
	plan    SessionPlan
	created time.Time
	hidden  int  // reads that still find nothing
	queued  int  // reads that still find NeverExecuted
	polls   int  // reads that found Running
	fixed   bool // the plan is over
}

// PlanNext sets the course of the next rescans, one plan each, in this order; later ones follow Config.Session again.
func (s *Simulator) PlanNext(plans ...SessionPlan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.planned = append(s.planned, plans...)
}

// PlanFor is PlanNext for the rescans of one repository or IAM role, those of its buckets included, and goes before it.
func (s *Simulator) PlanFor(id string, plans ...SessionPlan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id = strings.ToLower(id)
	s.plannedFor[id] = append(s.plannedFor[id], plans...)
}

// nextPlan takes the plan of the next session of a repository or IAM role.
func (s *Simulator) nextPlan(id string) SessionPlan {
	plan := s.config.Session
	if own := s.plannedFor[id]; len(own) > 0 {
		plan, s.plannedFor[id] = own[0], own[1:]
	} else if len(s.planned) > 0 {
		plan, s.planned = s.planned[0], s.planned[1:]
	}
	plan.Outcome = cmp.Or(plan.Outcome, StatusSucceeded)
	return plan
}

// AddSession adds a session that stays as it is, and returns its ID. Empty fields are filled in: a Task that
// Succeeded now.
func (s *Simulator) AddSession(x Session) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	x.ID = strings.ToLower(cmp.Or(x.ID, randomID()))
	x.Type = cmp.Or(x.Type, s.config.Behaviour.SessionType)
	x.Status = cmp.Or(x.Status, StatusSucceeded)
	x.Result = cmp.Or(x.Result, sessionResults[x.Status])
	if x.Started.IsZero() && x.Status != StatusNeverExecuted {
		x.Started = s.now()
	}
	if x.Stopped.IsZero() && ended(x.Status) {
		x.Stopped = s.now()
	}
	x.USN = s.nextUSN()
	s.sessions = append(s.sessions, &session{Session: x, created: s.now(), fixed: true})
	return x.ID
}

// Sessions gives all sessions as they are now, oldest first. Looking at them does not count as a read.
func (s *Simulator) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	all := make([]Session, len(s.sessions))
	for i, x := range s.sessions {
		all[i] = x.copy()
	}
	return all
}

// Session gives one session as it is now, without counting as a read.
func (s *Simulator) Session(id string) (Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	x := s.findSession(id)
	if x == nil {
		return Session{}, false
	}
	return x.copy(), true
}

// SetSession changes a session behind the back of the clients; it tells whether there is one with the ID. A changed
// status ends its plan, and result and stop time follow it unless they are changed as well.
func (s *Simulator) SetSession(id string, change func(*Session)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	x := s.findSession(id)
	if x == nil {
		return false
	}
	before := x.copy()
	change(&x.Session)
	x.USN = s.nextUSN()
	if x.Status == before.Status {
		return true
	}
	x.fixed, x.hidden = true, 0
	if x.Result == before.Result {
		x.Result = sessionResults[x.Status]
	}
	if ended(x.Status) && x.Stopped.IsZero() {
		x.Stopped = s.now()
	}
	return true
}

// PurgeSessions forgets all sessions, as the appliance's retention does.
func (s *Simulator) PurgeSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions = nil
}

func (x *session) copy() Session {
	c := x.Session
	c.Log, c.RegionIDs = slices.Clone(c.Log), slices.Clone(c.RegionIDs)
	return c
}

// ended holds also for statuses the vendor does not know: they stay.
func ended(status string) bool { return status != StatusRunning && status != StatusNeverExecuted }

func (s *Simulator) nextUSN() int64 {
	s.usn++
	return s.usn
}

func (s *Simulator) findSession(id string) *session {
	i := slices.IndexFunc(s.sessions, func(x *session) bool { return strings.EqualFold(x.ID, id) })
	if i < 0 {
		return nil
	}
	return s.sessions[i]
}

// startSession begins the session of a rescan.
func (s *Simulator) startSession(r rescan) *session {
	plan := s.nextPlan(r.object)
	behaviour := s.config.Behaviour
	x := &session{Session: r.session, kind: r.kind, object: r.object, plan: plan, created: s.now(), queued: plan.Queued}
	switch behaviour.FreshSession {
	case FreshHidden:
		x.hidden = behaviour.FreshReads
	case FreshQueued:
		x.queued = max(x.queued, behaviour.FreshReads)
	}
	x.ID, x.Type, x.USN = randomID(), behaviour.SessionType, s.nextUSN()
	if x.queued > 0 || plan.Outcome == StatusNeverExecuted {
		x.Status, x.Result = StatusNeverExecuted, sessionResults[StatusNeverExecuted]
	} else {
		s.run(x)
	}
	s.sessions = append(s.sessions, x)
	return x
}

func (s *Simulator) run(x *session) {
	x.Status, x.Result = StatusRunning, sessionResults[StatusRunning]
	x.Started, x.USN = s.now(), s.nextUSN()
}

// advance lets a session become what its reads so far and the time make it.
func (s *Simulator) advance(x *session) {
	if x.fixed || x.hidden > 0 || x.queued > 0 || x.plan.Outcome == StatusNeverExecuted {
		return
	}
	if x.Status == StatusNeverExecuted {
		s.run(x)
	}
	byTime := x.plan.Duration > 0
	if byTime {
		s.settle()
	}
	if !x.fixed && ended(x.plan.Outcome) && x.polls >= x.plan.Polls && (x.plan.Polls > 0 || !byTime) {
		s.end(x, x.plan.Outcome, s.now())
	}
}

// countRead counts a read of the session as it was shown.
func (x *session) countRead() {
	switch {
	case x.hidden > 0:
		x.hidden--
	case x.queued > 0:
		x.queued--
	case x.Status == StatusRunning:
		x.polls++
	}
}

// began is when the session started or, until then, was asked for.
func (x *session) began() time.Time {
	if x.Started.IsZero() {
		return x.created
	}
	return x.Started
}

// settle ends the sessions whose time is over.
func (s *Simulator) settle() {
	for _, x := range s.sessions {
		if x.fixed || x.Status != StatusRunning || x.plan.Duration == 0 || !ended(x.plan.Outcome) {
			continue
		}
		if stop := x.Started.Add(x.plan.Duration); !s.now().Before(stop) {
			s.end(x, x.plan.Outcome, stop)
		}
	}
}

// end gives a session its final status, with the reason and log of its plan when that status was planned.
func (s *Simulator) end(x *session, status string, at time.Time) {
	x.fixed = true
	x.Status, x.Result, x.Stopped, x.USN = status, sessionResults[status], at, s.nextUSN()
	ending := endings[status]
	x.Reason = ending.reason
	x.Log = []LogItem{{Status: cmp.Or(ending.logStatus, "Success"), Message: cmp.Or(ending.logMessage, "The session ended.")}}
	if status == x.plan.Outcome {
		x.Reason = cmp.Or(x.plan.Reason, x.Reason)
		if x.plan.Log != nil {
			x.Log = slices.Clone(x.plan.Log)
		}
	}
	for i := range x.Log {
		if x.Log[i].Time.IsZero() {
			x.Log[i].Time = at
		}
	}
}
