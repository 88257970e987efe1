// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const (
	// visibilityDelay is how long a session that was just started may be unreadable; the delay is not documented.
	visibilityDelay = 10 * time.Second
	// maxClockSkew is how far the appliance's clock may be behind before a list lacks the sessions that were just started.
	maxClockSkew = 15 * time.Minute
	// batchWindow is how long a round of reads waits for further sessions: those of a fleet start one after the other.
	batchWindow = 3 * time.Millisecond
)

// WaitSession reads a session until its Outcome is no longer Running or ctx ends, and passes each state to observe. It
// returns the last state that it read, also with an error. All sessions that are waited for at the same time, here and in
// WaitSessions, are served by the same requests; see sessionReader.
func (c *Client) WaitSession(ctx context.Context, s Session, observe func(Session)) (Session, error) {
	last := s
	unfinished := c.waits.wait(ctx, s.Started, []string{s.ID}, untilEnd(func(now Session) { last = now; observe(now) }))
	return last, unfinished[s.ID]
}

// WaitSessions is WaitSession for several, which started at the given time or later by the appliance's clock; zero: just
// now. It returns by ID why the end of a session was not seen; it is empty if all have ended.
func (c *Client) WaitSessions(ctx context.Context, since time.Time, ids []string, observe func(Session)) (unfinished map[string]error) {
	return c.waits.wait(ctx, since, ids, untilEnd(observe))
}

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

// FindSessions reads sessions by their IDs, as WaitSessions does, once.
func (c *Client) FindSessions(ctx context.Context, since time.Time, ids []string) map[string]FoundSession {
	var mu sync.Mutex
	found := make(map[string]FoundSession, len(ids))
	c.waits.read(ctx, since, ids, func(string) bool { return false }, func(id string, session Session, err error) {
		mu.Lock()
		defer mu.Unlock()
		found[id] = FoundSession{session, err}
	})
	return found
}

// SightSessions is FindSessions for sessions that are known from the responses to their starts only. They may be so new
// that the appliance does not show them yet: a missing one is read again until the visibility delay is over.
func (c *Client) SightSessions(ctx context.Context, ids []string) map[string]FoundSession {
	found := make(map[string]FoundSession, len(ids))
	unseen := c.waits.wait(ctx, time.Time{}, ids, func(now Session) bool {
		found[now.ID] = FoundSession{Session: now}
		return true
	})
	for id, err := range unseen {
		found[id] = FoundSession{Err: err}
	}
	return found
}

// sessionWaits are the waits for sessions that a client has under way.
type sessionWaits struct {
	*sessionReader
	watch rest.Watch[string, Session]

	mu    sync.Mutex
	waits map[string]*sessionWait // by the ID that is waited for
}

// sessionWait is a session that is waited for.
type sessionWait struct {
	waiters int
	since   time.Time // it started at this time or later, by the appliance's clock
	visible time.Time // from now on the appliance must know it
}

func newSessionWaits(r *sessionReader) *sessionWaits {
	w := &sessionWaits{sessionReader: r, waits: map[string]*sessionWait{}}
	w.watch.Read, w.watch.Gather = w.round, batchWindow
	return w
}

// wait passes the states of sessions to done until that returns true for each. It returns the errors of the others.
func (w *sessionWaits) wait(ctx context.Context, since time.Time, ids []string, done func(Session) bool) (unfinished map[string]error) {
	var mu sync.Mutex
	var waits sync.WaitGroup
	unfinished = map[string]error{}
	for _, id := range ids {
		w.enter(id, since)
		follow := w.watch.Begin(ctx, id, len(ids), func(s Session, err error) (bool, error) {
			switch {
			case errors.Is(err, rest.ErrNotFound) && w.isNew(id):
				return false, nil
			case err != nil:
				return false, err
			}
			mu.Lock()
			defer mu.Unlock()
			s.ID = id // as the caller spells it
			return done(s), nil
		})
		waits.Go(func() {
			defer w.leave(id)
			if err := follow(); err != nil {
				mu.Lock()
				defer mu.Unlock()
				unfinished[id] = err
			}
		})
	}
	waits.Wait()
	return unfinished
}

func (w *sessionWaits) enter(id string, since time.Time) {
	if since.IsZero() {
		since = time.Now().Add(-maxClockSkew)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waits[id] == nil {
		w.waits[id] = &sessionWait{since: since, visible: time.Now().Add(visibilityDelay)}
	}
	w.waits[id].waiters++
}

func (w *sessionWaits) leave(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waits[id].waiters--; w.waits[id].waiters == 0 {
		delete(w.waits, id)
	}
}

// isNew reports whether the appliance may not show the session yet.
func (w *sessionWaits) isNew(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := w.waits[id]
	return wait != nil && time.Now().Before(wait.visible)
}

// round reads the sessions once, in a list that begins with the first of them.
func (w *sessionWaits) round(ctx context.Context, ids []string, deliver func(string, Session, error)) {
	var since time.Time
	w.mu.Lock()
	for _, id := range ids {
		if wait := w.waits[id]; wait != nil && (since.IsZero() || wait.since.Before(since)) {
			since = wait.since
		}
	}
	w.mu.Unlock()
	w.read(ctx, since, ids, w.isNew, func(id string, s Session, err error) {
		if err == nil {
			w.seen(id, s.Started)
		}
		deliver(id, s, err)
	})
}

// seen notes that the appliance shows the session, and when it started by the appliance's clock.
func (w *sessionWaits) seen(id string, started time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := w.waits[id]
	if wait == nil {
		return
	}
	wait.visible = time.Now()
	if !started.IsZero() && started.Before(wait.since) {
		wait.since = started
	}
}
