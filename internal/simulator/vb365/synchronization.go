// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Values of SyncSession.State (S6 RESTRepositorySynchronizeSession). There is
// none for success.
const (
	SyncNone          = "None"
	SyncSynchronizing = "Synchronizing"
	SyncFailed        = "Failed"
)

// SyncEnd is how a synchronization ends.
type SyncEnd int

const (
	EndGone    SyncEnd = iota // the session disappears and the repository is in sync
	EndNone                   // the session stays with the state None, the repository is in sync
	EndFailed                 // the session stays with the state Failed, the repository is out of sync
	EndLost                   // the session disappears and the repository is out of sync
	EndRunning                // never
)

// SyncPlan is the course of a synchronization.
type SyncPlan struct {
	// Polls is how many reads of its session, alone or in the list, still show
	// it running; Duration is how long it lasts at least.
	Polls    int
	Duration time.Duration
	End      SyncEnd
	Error    string // of EndFailed; "" is a text of the simulator's
}

// SyncSession is the session of a synchronization.
type SyncSession struct {
	ID           string
	RepositoryID string
	State        string
	Progress     int // in percent
	Error        string
}

// syncEntry is a session with its future; progress is nil when it has ended.
type syncEntry struct {
	SyncSession
	plan     SyncPlan
	started  time.Time
	reads    int
	progress *progress
}

// PlanSync sets the course of the next synchronizations, one plan each, in
// this order; later ones follow Config.Sync again.
func (s *Simulator) PlanSync(plans ...SyncPlan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.syncPlans = append(s.syncPlans, plans...)
}

// PlanSyncFor is PlanSync for one repository, and goes before it.
func (s *Simulator) PlanSyncFor(repositoryID string, plans ...SyncPlan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strings.ToLower(repositoryID)
	s.syncPlansFor[id] = append(s.syncPlansFor[id], plans...)
}

func (s *Simulator) nextSyncPlan(repositoryID string) SyncPlan {
	if own := s.syncPlansFor[repositoryID]; len(own) > 0 {
		s.syncPlansFor[repositoryID] = own[1:]
		return own[0]
	}
	if len(s.syncPlans) > 0 {
		plan := s.syncPlans[0]
		s.syncPlans = s.syncPlans[1:]
		return plan
	}
	return s.config.Sync
}

// SyncSessions returns the sessions that are there, oldest first. Looking does
// not count as a read.
func (s *Simulator) SyncSessions() []SyncSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	all := make([]SyncSession, len(s.syncs))
	for i, x := range s.syncs {
		all[i] = x.SyncSession
		all[i].Progress = s.syncProgress(x)
	}
	return all
}

// SetSyncSession changes a session behind the back of the API's users; another
// state ends its plan. An unknown ID changes nothing.
func (s *Simulator) SetSyncSession(id string, change func(*SyncSession)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.findSync(id)
	if x == nil {
		return
	}
	change(&x.SyncSession)
	if x.State != SyncSynchronizing {
		x.progress = nil
	}
}

// DropSyncSessions forgets all sessions, whatever becomes of the repositories.
func (s *Simulator) DropSyncSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.syncs = nil
}

func (s *Simulator) findSync(id string) *syncEntry {
	i := slices.IndexFunc(s.syncs, func(x *syncEntry) bool { return strings.EqualFold(x.ID, id) })
	if i < 0 {
		return nil
	}
	return s.syncs[i]
}

func (s *Simulator) dropSync(gone *syncEntry) {
	s.syncs = slices.DeleteFunc(s.syncs, func(x *syncEntry) bool { return x == gone })
}

func (s *Simulator) dropSyncOf(repositoryID string) {
	s.syncs = slices.DeleteFunc(s.syncs, func(x *syncEntry) bool { return strings.EqualFold(x.RepositoryID, repositoryID) })
}

// settleSyncs ends the synchronizations whose time has come.
func (s *Simulator) settleSyncs(now time.Time) {
	for _, x := range slices.Clone(s.syncs) {
		if x.progress == nil || x.plan.End == EndRunning || !x.progress.done(now) {
			continue
		}
		x.Progress, x.progress = s.syncProgress(x), nil
		switch x.plan.End {
		case EndNone:
			x.State, x.Progress = SyncNone, 100
		case EndFailed:
			x.State, x.Error = SyncFailed, cmp.Or(x.plan.Error, "The object storage cannot be reached.")
		default:
			s.dropSync(x)
		}
		if r := s.findRepository(x.RepositoryID); r != nil {
			r.OutOfSync = x.plan.End == EndFailed || x.plan.End == EndLost
		}
	}
}

// actOnRepository is the action form of v4 and v5 (H40 and
// H50:synchronizing_repositories).
func (s *Simulator) actOnRepository(c *call) answer {
	var body struct{}
	if reply, ok := s.decode(c, repositoryActionFields, &body); !ok {
		return reply
	}
	return s.startSync(c)
}

// syncRepository takes no body (S6 to S8 BackupRepository_StartSynchronizeAction).
func (s *Simulator) syncRepository(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	return s.startSync(c)
}

// startSync answers 200 with the session in every version, v8 included.
func (s *Simulator) startSync(c *call) answer {
	r := s.findRepository(c.id)
	if r == nil {
		return s.failUnknown(c, "Backup repository", c.id)
	}
	if r.jet() {
		return s.failNoStorage(c, r)
	}
	running := slices.IndexFunc(s.syncs, func(x *syncEntry) bool { return x.RepositoryID == r.ID && x.progress != nil })
	if running >= 0 {
		if s.config.Behaviour.RefuseSecondSync {
			return s.fail(c, refused, fmt.Sprintf("Backup repository %s is being synchronized.", r.Name))
		}
		return answer{status: http.StatusOK, body: s.renderSync(c, s.syncs[running])}
	}
	s.dropSyncOf(r.ID) // what is left of the last one
	r.Syncs++
	plan, now := s.nextSyncPlan(r.ID), s.config.Now()
	x := &syncEntry{
		SyncSession: SyncSession{ID: newUUID(), RepositoryID: r.ID, State: SyncSynchronizing},
		plan:        plan, started: now, progress: &progress{polls: plan.Polls, due: now.Add(plan.Duration)},
	}
	s.syncs = append(s.syncs, x)
	return answer{status: http.StatusOK, body: s.renderSync(c, x)}
}

func (s *Simulator) listSyncs(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	results := make([]any, len(s.syncs)) // no page in any version
	for i, x := range s.syncs {
		results[i] = s.renderSync(c, x)
		x.read()
	}
	return answer{status: http.StatusOK, body: results}
}

func (s *Simulator) getSync(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	x := s.findSync(c.id)
	if x == nil {
		return s.failUnknown(c, "Synchronization session", c.id)
	}
	defer x.read()
	body := s.renderSync(c, x)
	if c.dialect.syncWithoutID && s.config.Behaviour.OmitSyncSessionID {
		delete(body, "id")
	}
	return answer{status: http.StatusOK, body: body}
}

// actOnSync is the action form of v4 and v5: {"stop": {}} (H40 and
// H50:stopping_synchronizations_session).
func (s *Simulator) actOnSync(c *call) answer {
	var body struct{ Stop json.RawMessage }
	if reply, ok := s.decode(c, syncActionFields, &body); !ok {
		return reply
	}
	return s.endSync(c)
}

// stopSync takes no body (S6 to S8
// RepositorySynchronizeSessions_StopSynchronizeAction).
func (s *Simulator) stopSync(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	return s.endSync(c)
}

// endSync removes the session. The repository stays as it is: the next
// synchronization goes on where this one was stopped
// (PS:stop-vborepositorysynchronizesession).
func (s *Simulator) endSync(c *call) answer {
	x := s.findSync(c.id)
	if x == nil {
		return s.failUnknown(c, "Synchronization session", c.id)
	}
	if x.progress != nil {
		s.dropSync(x)
	}
	return answer{status: c.dialect.act}
}

// read counts a read of the API after the session has been shown.
func (x *syncEntry) read() {
	if x.progress != nil {
		x.reads++
		x.progress.polls--
	}
}

// syncProgress of a running session follows its plan, up to 99.
func (s *Simulator) syncProgress(x *syncEntry) int {
	switch {
	case x.State != SyncSynchronizing || x.progress == nil:
		return x.Progress
	case x.plan.Duration > 0:
		return min(99, int(s.config.Now().Sub(x.started)*100/x.plan.Duration))
	}
	return min(99, x.reads*100/(x.plan.Polls+1))
}

// renderSync is RESTRepositorySynchronizeSession. The pages of v4 and v5 do
// not list error.
func (s *Simulator) renderSync(c *call, x *syncEntry) map[string]any {
	body := map[string]any{
		"id": x.ID, "repositoryId": x.RepositoryID, "state": x.State, "progressPercent": s.syncProgress(x),
		"_links": map[string]any{
			"self":       c.link("/RepositorySynchronizeSessions/" + x.ID),
			"repository": c.link("/backuprepositories/" + x.RepositoryID),
		},
	}
	if c.dialect.syncError {
		body["error"] = x.Error
	}
	return s.shape(body, sparseSync)
}
