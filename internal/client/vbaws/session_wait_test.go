// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// course is what an appliance of a test does with its sessions.
type course struct {
	ends     map[string]time.Duration // after the beginning; a session with an empty ID does not exist
	appears  map[string]time.Duration // 404 before
	unlisted map[string]bool          // only readable by ID
	away     time.Duration            // so long the appliance cannot be asked
	listErr  error
	listTook time.Duration
	started  time.Time

	mu    sync.Mutex
	lists int
	reads map[string]int
}

// sessionClient is a client whose sessions come from these functions.
func sessionClient(get func(context.Context, string) (Session, error), list func(context.Context, time.Time) ([]Session, error)) *Client {
	c := &Client{}
	c.sessionReader.get, c.sessionReader.list = get, list
	c.sessions = c.sessionReader.collection()
	return c
}

func ofIDs(ids ...string) (sessions []Session) {
	for _, id := range ids {
		sessions = append(sessions, Session{ID: id})
	}
	return sessions
}

func (c *course) client() *Client {
	c.started, c.reads = time.Now(), map[string]int{}
	return sessionClient(
		func(_ context.Context, id string) (Session, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.reads[id]++
			return c.session(id)
		},
		func(ctx context.Context, _ time.Time) ([]Session, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.lists++
			if c.listTook > 0 {
				select {
				case <-time.After(c.listTook):
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}
			if time.Since(c.started) < c.away {
				return nil, errAway
			}
			var all []Session
			for _, id := range slices.Sorted(maps.Keys(c.ends)) {
				if s, err := c.session(id); err == nil && !c.unlisted[id] {
					s.ID = strings.ToUpper(id) // spelled in another way than asked for
					all = append(all, s)
				}
			}
			return all, c.listErr
		})
}

func (c *course) session(id string) (Session, error) {
	end, known := c.ends[id]
	passed := time.Since(c.started)
	if passed < c.away {
		return Session{}, errAway
	}
	if !known || passed < c.appears[id] {
		return Session{}, errGone
	}
	if passed < end {
		return Session{ID: id, Status: "Running"}, nil
	}
	return Session{ID: id, Status: "Succeeded"}, nil
}

var errAway = &rest.APIError{Status: http.StatusServiceUnavailable}

// A hundred sessions of five minutes are waited for in little more than five minutes, with one list for all.
func TestWaitSessionsTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := course{ends: map[string]time.Duration{}}
		var ids []string
		for i := range 100 {
			ids = append(ids, fmt.Sprintf("session-%d", i))
			c.ends[ids[i]] = 5 * time.Minute
		}
		ended := map[string]bool{}
		unfinished := c.client().WaitSessions(t.Context(), ofIDs(ids...), func(s Session) { ended[strings.ToLower(s.ID)] = s.Outcome() == Succeeded })
		if took := time.Since(c.started); len(unfinished) != 0 || len(ended) != 100 || took > 5*time.Minute+10*time.Second {
			t.Errorf("%d ended, unfinished %v, in %v", len(ended), unfinished, took)
		}
		if c.lists > 75 || len(c.reads) != 0 {
			t.Errorf("%d lists, single reads %v", c.lists, c.reads)
		}
	})
}

// The last one that runs is read by its ID: a list would show all the others again and again.
func TestWaitSessionsLastOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := course{ends: map[string]time.Duration{"a": 0, "b": 0, "c": time.Minute}}
		unfinished := c.client().WaitSessions(t.Context(), ofIDs("a", "b", "c"), func(Session) {})
		if len(unfinished) != 0 || c.lists != 1 || c.reads["c"] < 5 || len(c.reads) != 1 {
			t.Errorf("unfinished %v, %d lists, reads %v", unfinished, c.lists, c.reads)
		}
	})
}

func TestWaitSessionsOddities(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		course *course
		lost   map[string]error
		reads  map[string]int // by ID
		took   time.Duration  // at most
	}{
		"one appears late": {
			course: &course{ends: map[string]time.Duration{"a": time.Minute, "b": 0, "c": time.Minute}, appears: map[string]time.Duration{"a": 5 * time.Second}},
			took:   80 * time.Second,
		},
		"one never appears": {
			course: &course{ends: map[string]time.Duration{"b": 0, "c": time.Minute}},
			lost:   map[string]error{"a": rest.ErrNotFound}, took: 80 * time.Second,
		},
		"the list lacks one, as with a clock that is wrong": {
			course: &course{ends: map[string]time.Duration{"a": time.Minute, "b": time.Minute, "c": time.Minute}, unlisted: map[string]bool{"a": true}},
			took:   80 * time.Second,
		},
		"the list lacks all": {
			course: &course{ends: map[string]time.Duration{"a": 0, "b": 0, "c": 0}, unlisted: map[string]bool{"a": true, "b": true, "c": true}},
			reads:  map[string]int{"a": 1, "b": 1, "c": 1}, took: 20 * time.Second,
		},
		"the appliance restarts": {
			course: &course{ends: map[string]time.Duration{"a": 0, "b": time.Minute, "c": 2 * time.Minute}, away: time.Minute},
			took:   140 * time.Second,
		},
		"the appliance goes away": {
			course: &course{ends: map[string]time.Duration{"a": 0, "b": 0, "c": 0}, away: time.Hour},
			lost:   map[string]error{"a": errAway, "b": errAway, "c": errAway}, took: 130 * time.Second,
		},
		"the list is refused": {
			course: &course{ends: map[string]time.Duration{"a": 0, "b": 0, "c": 0}, listErr: broken},
			reads:  map[string]int{"a": 1, "b": 1, "c": 1}, took: time.Second,
		},
		"the list is refused by a gateway": {
			course: &course{ends: map[string]time.Duration{"a": 0, "b": 0, "c": 0}, listErr: errAway},
			reads:  map[string]int{"a": 1, "b": 1, "c": 1}, took: time.Second,
		},
		"the list is refused, and a session appears late": {
			course: &course{ends: map[string]time.Duration{"a": 0, "b": 0, "c": 0}, listErr: broken, appears: map[string]time.Duration{"a": 5 * time.Second}},
			took:   10 * time.Second,
		},
		"the list is refused, and a session never appears": {
			course: &course{ends: map[string]time.Duration{"b": 0, "c": 0}, listErr: broken},
			lost:   map[string]error{"a": rest.ErrNotFound}, took: 20 * time.Second,
		},
		"the list is late": {
			course: &course{ends: map[string]time.Duration{"a": 0, "b": 0, "c": 0}, listTook: time.Hour},
			reads:  map[string]int{"a": 1, "b": 1, "c": 1}, took: sessionListTimeout + time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := test.course
				unfinished := c.client().WaitSessions(t.Context(), ofIDs("a", "b", "c"), func(Session) {})
				if len(unfinished) != len(test.lost) || time.Since(c.started) > test.took {
					t.Errorf("unfinished %v after %v", unfinished, time.Since(c.started))
				}
				for id, want := range test.lost {
					if !errors.Is(unfinished[id], want) {
						t.Errorf("%s: %v, want %v", id, unfinished[id], want)
					}
				}
				if test.reads != nil && !maps.Equal(c.reads, test.reads) {
					t.Errorf("reads %v, want %v", c.reads, test.reads)
				}
			})
		})
	}
}

// Waits that were begun by different calls are served by the same lists, each ends with its own session, and one that is given
// up does not disturb the others.
func TestWaitsAreShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := course{ends: map[string]time.Duration{}}
		for i := range 50 {
			c.ends[fmt.Sprintf("session-%d", i)] = time.Minute + time.Duration(i)*time.Second
		}
		client := c.client()
		given, giveUp := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Second, giveUp)
		var calls sync.WaitGroup
		for id, end := range c.ends {
			ctx, gaveUp := t.Context(), id == "session-7"
			if gaveUp {
				ctx = given
			}
			calls.Go(func() {
				unfinished := client.WaitSessions(ctx, ofIDs(id), func(Session) {})
				took := time.Since(c.started)
				if gaveUp && (len(unfinished) != 1 || took != 30*time.Second) || !gaveUp && (len(unfinished) != 0 || took < end || took > end+6*time.Second) {
					t.Errorf("%s: unfinished %v after %v", id, unfinished, took)
				}
			})
		}
		calls.Wait()
		if c.lists > 50 || len(c.reads) > 1 { // the last one is read by its ID
			t.Errorf("%d lists, single reads %v", c.lists, c.reads)
		}
	})
}

// A list begins fifteen minutes before the first session, by the appliance's clock: one read of a session by its ID tells its start.
func TestWaitsFollowTheAppliancesClock(t *testing.T) {
	t.Parallel()
	for name, behind := range map[string]time.Duration{"same": 0, "behind": 5 * time.Hour, "ahead": -5 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var reads, lists atomic.Int32
				var ids []string
				for i := range 100 {
					ids = append(ids, fmt.Sprint(i))
				}
				session := func(id string) Session {
					status := "Running"
					if time.Since(began) > time.Minute {
						status = "Succeeded"
					}
					return Session{ID: id, Status: status, Started: began.Add(-behind)}
				}
				client := sessionClient(
					func(_ context.Context, id string) (Session, error) {
						reads.Add(1)
						return session(id), nil
					},
					func(_ context.Context, since time.Time) (listed []Session, _ error) {
						lists.Add(1)
						for _, id := range ids {
							if !session(id).Started.Before(since) {
								listed = append(listed, session(id))
							}
						}
						return listed, nil
					})
				if unfinished := client.WaitSessions(t.Context(), ofIDs(ids...), func(Session) {}); len(unfinished) != 0 {
					t.Errorf("unfinished: %v", unfinished)
				}
				want := int32(0)
				if behind > maxClockSkew {
					want = 100
				}
				if reads.Load() != want || lists.Load() > 30 {
					t.Errorf("%d lists, %d single reads", lists.Load(), reads.Load())
				}
			})
		})
	}
}

// A list that cannot be used is not requested for each round, and again after a while.
func TestUnusableListIsNotRequestedAlways(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := course{ends: map[string]time.Duration{"a": time.Hour, "b": time.Hour}, listErr: errors.New("too many")}
		if unfinished := c.client().WaitSessions(t.Context(), ofIDs("a", "b"), func(Session) {}); len(unfinished) != 0 {
			t.Errorf("unfinished: %v", unfinished)
		}
		if c.lists < 10 || c.lists > c.reads["a"]*2/3 || c.reads["a"] < 600 {
			t.Errorf("%d lists, single reads %v", c.lists, c.reads)
		}
	})
}

// Where the list is refused and one session cannot be read, the others are.
func TestOneUnreadableSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ids := []string{"a", "b", "c"}
		client := sessionClient(
			func(_ context.Context, id string) (Session, error) {
				if id == "a" {
					return Session{}, errAway
				}
				return Session{ID: id, Status: "Succeeded"}, nil
			},
			func(context.Context, time.Time) ([]Session, error) { return nil, errors.New("refused") })
		if unfinished := client.WaitSessions(t.Context(), ofIDs(ids...), func(Session) {}); len(unfinished) != 1 || !errors.Is(unfinished["a"], errAway) {
			t.Errorf("unfinished: %v", unfinished)
		}
	})
}

func TestWaitSessionsEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stopped := errors.New("time is up")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, stopped)
		defer cancel()
		c := course{ends: map[string]time.Duration{"a": 0, "b": time.Hour, "c": time.Hour}}
		unfinished := c.client().WaitSessions(ctx, ofIDs("a", "b", "c"), func(Session) {})
		if len(unfinished) != 2 || !errors.Is(unfinished["b"], stopped) || !errors.Is(unfinished["c"], stopped) {
			t.Errorf("unfinished %v", unfinished)
		}
		var idle course
		if none := idle.client().WaitSessions(t.Context(), nil, nil); len(none) != 0 || idle.lists != 0 {
			t.Errorf("waiting for nothing unfinished %v with %d lists", none, idle.lists)
		}
	})
}

func TestSessionsOverHTTPS(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	listed, single, gone := uid("listed"), uid("single"), uid("gone")
	f := newFake(t, "1.3-rev0")
	f.routes["GET /api/v1/sessions"] = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("FromUtc") != "2026-01-02T02:49:05Z" { // fifteen minutes before the first
			t.Errorf("the list was asked for with %s", r.URL.RawQuery)
		}
		reply(w, 200, fmt.Sprintf(`{"totalCount":3,"results":[{"id":%q,"status":"Failed"},{"id":%q},{"status":"Failed"}]}`, listed, single))
	}
	f.on("GET /api/v1/sessions/"+single, 200, fmt.Sprintf(`{"id":%q,"status":"Canceled"}`, strings.ToUpper(single)))
	found := f.client().FindSessions(t.Context(), []Session{{ID: listed}, {ID: single, Started: since}, {ID: gone}})
	if len(found) != 3 || found[listed].Outcome() != Failed || found[single].Outcome() != Canceled || !errors.Is(found[gone].Err, rest.ErrNotFound) {
		t.Errorf("found %v", found)
	}
	var seen []string
	unfinished := f.client().WaitSessions(t.Context(), []Session{{ID: listed}, {ID: single, Started: since}}, func(s Session) { seen = append(seen, s.ID) })
	if len(unfinished) != 0 || !slices.Equal(seen, []string{listed, single}) { // the last one is read by its ID
		t.Errorf("unfinished %v, seen %v", unfinished, seen)
	}
}
