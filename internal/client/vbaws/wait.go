// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// WaitSession reads a session until its Outcome is no longer Running or ctx ends, and shows each state to observe. It
// returns the last state that it saw, also with an error. Without a time at which it started it counts as started just
// now.
func (c *Client) WaitSession(ctx context.Context, s Session, observe func(Session)) (Session, error) {
	since := s.Started
	if since.IsZero() {
		since = c.rest.Now().Add(-time.Duration(c.slowestStart.Load()) - c.waits.clockError())
	}
	last := s
	lost := c.waits.wait(ctx, since, []string{s.ID}, untilEnd(func(now Session) { last = now; observe(now) }))
	return last, lost[s.ID]
}

// WaitSessions is WaitSession for many, which started at a time or later by the appliance's clock. It returns by ID why
// the end of a session was not seen; nothing when all have ended. All that are waited for at the same time, here and in
// other calls, are served by the same requests: several by one list.
func (c *Client) WaitSessions(ctx context.Context, since time.Time, ids []string, observe func(Session)) (lost map[string]error) {
	return c.waits.wait(ctx, since, ids, untilEnd(observe))
}

// untilEnd observes a session until it has ended.
func untilEnd(observe func(Session)) (done func(Session) bool) {
	return func(now Session) bool {
		observe(now)
		return now.Outcome() != Running
	}
}

// FoundSession is a session, or why it could not be read.
type FoundSession struct {
	Session
	Err error
}

// FindSessions reads sessions by their IDs: several by one list, as WaitSessions does. Those that the list lacks are
// asked for one by one, so a wrong time costs requests only.
func (c *Client) FindSessions(ctx context.Context, since time.Time, ids []string) map[string]FoundSession {
	var mu sync.Mutex
	found := make(map[string]FoundSession, len(ids))
	c.waits.find(ctx, since, ids, func(string) bool { return true }, func(id string, session Session, err error) {
		mu.Lock()
		defer mu.Unlock()
		found[id] = FoundSession{session, err}
	})
	return found
}

// SightSessions is FindSessions for sessions that are known from the answers to their starts only. They may be so new that
// the appliance does not show them yet: those that it lacks are looked for until there is no doubt that they are gone.
func (c *Client) SightSessions(ctx context.Context, ids []string) map[string]FoundSession {
	found := make(map[string]FoundSession, len(ids))
	since := c.rest.Now().Add(-freshness - c.waits.clockError()) // older ones are shown
	lost := c.waits.wait(ctx, since, ids, func(now Session) bool {
		found[now.ID] = FoundSession{Session: now}
		return true
	})
	for id, err := range lost {
		found[id] = FoundSession{Err: err}
	}
	return found
}

const (
	// freshness is how long a session that was just started may be unreadable; the delay is not documented.
	freshness = 10 * time.Second
	// gather is how long a reading waits for other sessions: those of a fleet start one after the other.
	gather = 3 * time.Millisecond
	// step is how much further back a list begins after one that lacked a session: the clock that names the times of sessions
	// need not be that of the answers.
	step = 3 * time.Second
)

// finder reads sessions over the wire, or as a test tells.
type finder struct {
	one func(ctx context.Context, id string) (Session, error)
	all func(ctx context.Context, since time.Time) ([]Session, error)
}

// find reads the sessions and tells what it found. Of those that a list lacks it asks only for the expected ones.
func (f finder) find(ctx context.Context, since time.Time, ids []string, expected func(id string) bool, tell func(id string, s Session, err error)) {
	missing := ids
	if len(ids) > 1 {
		sessions, err := f.all(ctx, since)
		listed := make(map[string]Session, len(sessions))
		for _, s := range sessions {
			listed[strings.ToLower(s.ID)] = s
		}
		missing = slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			session, ok := listed[strings.ToLower(id)]
			if ok || err != nil {
				tell(id, session, err)
				return true
			}
			return !expected(id)
		})
	}
	var reads sync.WaitGroup
	for _, id := range missing {
		reads.Go(func() { // the kernel bounds how many are on the wire
			session, err := f.one(ctx, id)
			tell(id, session, err)
		})
	}
	reads.Wait()
}

// sessionWaits are the waits for sessions that a client has under way.
type sessionWaits struct {
	finder
	watch rest.Watch[string, Session]

	mu      sync.Mutex
	awaited map[string]*awaited // by ID as it is asked for
	early   time.Duration       // by how much sessions have started before the time that was thought, at most
}

// awaited is a session that somebody waits for.
type awaited struct {
	waiters  int
	thought  time.Time // it started at this time or later, by what is known of the appliance's clock
	since    time.Time // the same, after lists that lacked it
	expected time.Time // from now on it has to be found
}

func newSessionWaits(f finder) *sessionWaits {
	w := &sessionWaits{finder: f, awaited: map[string]*awaited{}}
	w.watch.Read, w.watch.Gather = w.round, gather
	return w
}

// wait shows the states of sessions to done until that says so of each. It returns why it did not of the others.
func (w *sessionWaits) wait(ctx context.Context, since time.Time, ids []string, done func(Session) bool) (lost map[string]error) {
	var mu sync.Mutex
	var waits sync.WaitGroup
	lost = map[string]error{}
	for _, id := range ids {
		w.enter(id, since)
		follow := w.watch.Begin(ctx, id, len(ids), func(s Session, err error) (bool, error) {
			switch {
			case errors.Is(err, rest.ErrNotFound) && !w.isExpected(id):
				return false, nil
			case err != nil:
				return false, err
			}
			mu.Lock()
			defer mu.Unlock()
			s.ID = id // in the spelling of who waits
			return done(s), nil
		})
		waits.Go(func() {
			defer w.leave(id)
			if err := follow(); err != nil {
				mu.Lock()
				defer mu.Unlock()
				lost[id] = err
			}
		})
	}
	waits.Wait()
	return lost
}

func (w *sessionWaits) enter(id string, since time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.awaited[id]
	if a == nil {
		a = &awaited{thought: since, since: since, expected: time.Now().Add(freshness)}
		w.awaited[id] = a
	}
	a.waiters++
	a.startedBy(since)
}

func (w *sessionWaits) leave(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.awaited[id].waiters--; w.awaited[id].waiters == 0 {
		delete(w.awaited, id)
	}
}

func (a *awaited) startedBy(t time.Time) {
	if !t.IsZero() && t.Before(a.since) {
		a.since = t
	}
}

func (w *sessionWaits) isExpected(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.awaited[id]
	return a == nil || !time.Now().Before(a.expected)
}

// round reads sessions that are waited for. One that the list lacks, because the clocks differ, is looked for further back in
// the next, and so are those that start later.
func (w *sessionWaits) round(ctx context.Context, ids []string, tell func(string, Session, error)) {
	var mu sync.Mutex
	lacked := map[string]bool{}
	for _, id := range ids {
		lacked[id] = true
	}
	w.find(ctx, w.since(ids), ids, w.isExpected, func(id string, s Session, err error) {
		mu.Lock()
		delete(lacked, id)
		mu.Unlock()
		if err == nil {
			w.found(id, s.Started)
		}
		tell(id, s, err)
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := range lacked {
		if a := w.awaited[id]; a != nil && !a.since.IsZero() {
			a.since = a.since.Add(-step)
		}
	}
}

// found notes that there is a session, and when it started.
func (w *sessionWaits) found(id string, started time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.awaited[id]
	if a == nil {
		return
	}
	a.expected = time.Now()
	if !started.IsZero() {
		w.early = max(w.early, a.thought.Sub(started))
		a.startedBy(started)
	}
}

// clockError is how much earlier than thought a session may have started.
func (w *sessionWaits) clockError() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.early
}

// since is when the first of the sessions started.
func (w *sessionWaits) since(ids []string) (first time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		if a := w.awaited[id]; a != nil && (first.IsZero() || a.since.Before(first)) {
			first = a.since
		}
	}
	return first
}
