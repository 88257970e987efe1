// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// All sessions that are waited for at the same time are read by the same requests: one by its ID, several by one list; see
// package collection.

const (
	// visibilityDelay is how long a session that was just started may be unreadable; the delay is not documented.
	visibilityDelay = 10 * time.Second
	// maxClockSkew is how far the appliance's clock may be behind before a list lacks the sessions that were just started. They
	// are read by their IDs then, which tells when they started by that clock.
	maxClockSkew = 15 * time.Minute
	// sessionListTimeout is when reads by ID take the place of a list.
	sessionListTimeout = 20 * time.Second
)

// sessionReader reads sessions for waiters.
type sessionReader struct {
	get  func(ctx context.Context, id string) (Session, error)
	list func(ctx context.Context, since time.Time) ([]Session, error)

	mu      sync.Mutex
	started map[string]time.Time // by ID in lower case; by the appliance's clock if the session has been read
}

func (r *sessionReader) collection() *collection.Collection[Session] {
	r.started = map[string]time.Time{}
	return collection.New(collection.Source[Session]{
		ID: func(s Session) string { return s.ID },
		Get: func(ctx context.Context, id string, _ bool) (Session, error) {
			session, err := r.get(ctx, id)
			if err == nil {
				r.register(session)
			}
			return session, err
		},
		List: r.listOf,
	})
}

// listOf reads the sessions from the first of those with the IDs on. The list is never complete: see maxClockSkew.
func (r *sessionReader) listOf(ctx context.Context, ids []string) (all []Session, complete bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, sessionListTimeout)
	defer cancel()
	first := time.Now()
	r.mu.Lock()
	for _, id := range ids {
		if started, known := r.started[strings.ToLower(id)]; known && started.Before(first) {
			first = started
		}
	}
	r.mu.Unlock()
	all, err = r.list(ctx, first.Add(-maxClockSkew))
	return all, false, err
}

// register remembers when a session started: the time when it was first waited for, until it has been read.
func (r *sessionReader) register(s Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := strings.ToLower(s.ID)
	switch _, known := r.started[key]; {
	case !s.Started.IsZero():
		r.started[key] = s.Started
	case !known:
		r.started[key] = time.Now()
	}
}

// WaitSession reads a session until its Outcome is no longer Running or ctx ends, and passes each state to observe. It
// returns the last state that it read, also with an error.
func (c *Client) WaitSession(ctx context.Context, s Session, observe func(Session)) (Session, error) {
	last := s
	unfinished := c.WaitSessions(ctx, []Session{s}, func(now Session) { last = now; observe(now) })
	return last, unfinished[s.ID]
}

// WaitSessions is WaitSession for several. It returns by ID why the end of a session was not seen; it is empty if all have ended.
func (c *Client) WaitSessions(ctx context.Context, sessions []Session, observe func(Session)) (unfinished map[string]error) {
	return c.waitSessions(ctx, sessions, func(now Session) bool {
		observe(now)
		return now.Outcome() != Running
	})
}

// waitSessions passes the states of sessions to done, one at a time, until that returns true for each. A session that has not
// been seen yet may be so new that the appliance does not show it. It returns the errors of the others.
func (c *Client) waitSessions(ctx context.Context, sessions []Session, done func(Session) bool) (unfinished map[string]error) {
	var mu sync.Mutex
	seen := make([]bool, len(sessions))
	visible := time.Now().Add(visibilityDelay)
	errs := c.sessions.WaitEach(ctx, c.registerSessions(sessions), func(at int, now Session, err error) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case errors.Is(err, rest.ErrNotFound) && !seen[at] && time.Now().Before(visible):
			return false, nil
		case err != nil:
			return false, err
		}
		seen[at] = true
		now.ID = sessions[at].ID // as the caller spells it
		return done(now), nil
	})
	unfinished = map[string]error{}
	for at, err := range errs {
		if err != nil {
			unfinished[sessions[at].ID] = err
		}
	}
	return unfinished
}

func (c *Client) registerSessions(sessions []Session) (ids []string) {
	for _, s := range sessions {
		c.sessionReader.register(s)
		ids = append(ids, s.ID)
	}
	return ids
}

// FoundSession is a session, or why it could not be read.
type FoundSession struct {
	Session
	Err error
}

// FindSessions reads sessions once, and returns them by ID.
func (c *Client) FindSessions(ctx context.Context, sessions []Session) map[string]FoundSession {
	found := make([]FoundSession, len(sessions))
	errs := c.sessions.WaitEach(ctx, c.registerSessions(sessions), func(at int, now Session, err error) (bool, error) {
		found[at] = FoundSession{now, err}
		return true, nil
	})
	byID := map[string]FoundSession{}
	for at, err := range errs {
		if err != nil {
			found[at].Err = err
		}
		byID[sessions[at].ID] = found[at]
	}
	return byID
}

// FindNewSessions is FindSessions for sessions that are known from the responses to their starts only. They may be so new
// that the appliance does not show them yet: a missing one is read again until the visibility delay is over.
func (c *Client) FindNewSessions(ctx context.Context, sessions []Session) map[string]FoundSession {
	found := map[string]FoundSession{}
	unseen := c.waitSessions(ctx, sessions, func(now Session) bool {
		found[now.ID] = FoundSession{Session: now}
		return true
	})
	for id, err := range unseen {
		found[id] = FoundSession{Err: err}
	}
	return found
}
