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
// returns the last state that it saw, also with an error.
func (c *Client) WaitSession(ctx context.Context, id string, observe func(Session)) (Session, error) {
	last := Session{ID: id}
	lost := c.WaitSessions(ctx, time.Time{}, []string{id}, func(s Session) { last = s; observe(s) })
	return last, lost[id]
}

// WaitSessions is WaitSession for many, which started at a time or later by the appliance's clock. As long as several
// are Running one list shows them all. It returns by ID why the end of a session was not seen; nothing when all have
// ended.
func (c *Client) WaitSessions(ctx context.Context, since time.Time, ids []string, observe func(Session)) (lost map[string]error) {
	return c.finder(since).wait(ctx, ids, observe)
}

// FoundSession is a session, or why it could not be read.
type FoundSession struct {
	Session
	Err error
}

// FindSessions reads sessions by their IDs: several by one list, as WaitSessions does. Those that the list lacks are
// asked for one by one, so a wrong time costs requests only.
func (c *Client) FindSessions(ctx context.Context, since time.Time, ids []string) map[string]FoundSession {
	return c.finder(since).find(ctx, ids, func(string) bool { return true })
}

// finder reads sessions over the wire, or as a test tells.
type finder struct {
	one func(ctx context.Context, id string) (Session, error)
	all func(ctx context.Context) ([]Session, error)
}

func (c *Client) finder(since time.Time) finder {
	return finder{one: c.Session, all: func(ctx context.Context) ([]Session, error) { return c.Sessions(ctx, since) }}
}

// freshness is how long a session that was just started may be unreadable; the delay is not documented.
const freshness = 10 * time.Second

func (f finder) wait(ctx context.Context, ids []string, observe func(Session)) (lost map[string]error) {
	began, pending, seen := time.Now(), slices.Clone(ids), map[string]bool{}
	lost = map[string]error{}
	if len(ids) == 0 {
		return lost
	}
	err := rest.Poll(ctx, func(ctx context.Context) (bool, error) {
		expected := func(id string) bool { return seen[id] || time.Since(began) >= freshness }
		found := f.find(ctx, pending, expected)
		var outage error
		pending = slices.DeleteFunc(pending, func(id string) bool {
			session, listed := found[id]
			switch {
			case !listed || errors.Is(session.Err, rest.ErrNotFound) && !expected(id):
				return false
			case rest.Outage(session.Err):
				outage = session.Err
				return false
			case session.Err != nil:
				lost[id] = session.Err
				return true
			}
			seen[id] = true
			observe(session.Session)
			return session.Outcome() != Running
		})
		return len(pending) == 0, outage
	})
	for _, id := range pending {
		lost[id] = err
	}
	return lost
}

// find reads the sessions. Of those that a list lacks it asks only for the expected ones.
func (f finder) find(ctx context.Context, ids []string, expected func(id string) bool) map[string]FoundSession {
	found := make(map[string]FoundSession, len(ids))
	missing := ids
	if len(ids) > 1 {
		sessions, err := f.all(ctx)
		if err != nil {
			for _, id := range ids {
				found[id] = FoundSession{Err: err}
			}
			return found
		}
		listed := make(map[string]Session, len(sessions))
		for _, s := range sessions {
			listed[strings.ToLower(s.ID)] = s
		}
		missing = slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
			session, ok := listed[strings.ToLower(id)]
			if ok {
				found[id] = FoundSession{Session: session}
			}
			return ok || !expected(id)
		})
	}
	var mu sync.Mutex
	var reads sync.WaitGroup
	for _, id := range missing {
		reads.Go(func() { // the kernel bounds how many are on the wire
			session, err := f.one(ctx, id)
			mu.Lock()
			defer mu.Unlock()
			found[id] = FoundSession{session, err}
		})
	}
	reads.Wait()
	return found
}
