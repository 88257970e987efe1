// SPDX-License-Identifier: MPL-2.0

package collection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// server has objects of the form {ID, time of the read}, and counts what it is asked.
type server struct {
	*Collection[object]

	mu         sync.Mutex
	missing    map[string]bool
	unlisted   map[string]bool
	incomplete bool
	listErr    error
	listTime   time.Duration
	getErr     error
	getTime    time.Duration
	lists      int
	gets       []string
	told       map[string]bool // to be unlisted
}

type object struct {
	id   string
	read time.Time
}

func newServer(ids ...string) *server {
	s := &server{missing: map[string]bool{}, unlisted: map[string]bool{}, told: map[string]bool{}}
	s.Collection = New(Source[object]{
		ID: func(o object) string { return strings.ToUpper(o.id) },
		Get: func(ctx context.Context, id string, unlisted bool) (object, error) {
			s.mu.Lock()
			s.gets = append(s.gets, id)
			s.told[id] = unlisted
			missing, err, took := s.missing[strings.ToLower(id)], s.getErr, s.getTime
			s.mu.Unlock()
			found := object{id, time.Now()}
			if err := sleep(ctx, took); err != nil {
				return object{}, err
			}
			if missing {
				return object{}, rest.ErrNotFound
			}
			return found, err
		},
		List: func(ctx context.Context, _ []string) (all []object, complete bool, err error) {
			s.mu.Lock()
			s.lists++
			for _, id := range ids {
				if !s.unlisted[id] && !s.missing[id] {
					all = append(all, object{id, time.Now()})
				}
			}
			complete, err, took := !s.incomplete, s.listErr, s.listTime
			s.mu.Unlock()
			if err := sleep(ctx, took); err != nil {
				return nil, false, err
			}
			if err != nil {
				return nil, false, err
			}
			return all, complete, nil
		},
	})
	return s
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func ids(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("id-%d", i))
	}
	return ids
}

// want checks the requests since the last call.
func (s *server) want(t *testing.T, lists int, gets ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.gets)
	slices.Sort(gets)
	if s.lists != lists || !slices.Equal(s.gets, gets) {
		t.Errorf("%d lists and reads of %v, want %d and %v", s.lists, s.gets, lists, gets)
	}
	s.lists, s.gets = 0, nil
}

func (s *server) getAll(t *testing.T, ids ...string) {
	t.Helper()
	var calls sync.WaitGroup
	for _, id := range ids {
		calls.Go(func() {
			if found, err := s.Get(t.Context(), id); err != nil || !strings.EqualFold(found.id, id) {
				t.Errorf("%s: %v, %v", id, found, err)
			}
		})
	}
	calls.Wait()
}

func test(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, run)
}

func TestCallsAtTheSameTimeShareAList(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(100)...)
		s.getAll(t, append(ids(100), "ID-1")...)
		s.getAll(t, "id-1")
		s.want(t, 1)
		time.Sleep(maxAge + time.Second)
		s.getAll(t, ids(3)...)
		s.want(t, 1)
	})
}

func TestCallsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(9)...)
		for _, id := range ids(9) {
			s.getAll(t, id)
		}
		s.want(t, 1, "id-0", "id-1")
	})
}

// Calls during a list wait for it and are answered by it, unless it takes long.
func TestCallsDuringAList(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		for took, lists := range map[time.Duration]int{slowBatch / 2: 1, time.Minute / 2: 2} {
			s := newServer(ids(9)...)
			s.listTime = took
			go s.getAll(t, "id-0", "id-1")
			time.Sleep(100 * time.Millisecond)
			began := time.Now()
			s.getAll(t, "id-2", "id-3")
			s.want(t, lists)
			if time.Since(began) > took+2*slowBatch {
				t.Errorf("answered after %v", time.Since(began))
			}
		}
	})
}

// A list never says that an object is gone, and one that fails hides none.
func TestObjectsWithoutAList(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(4)...)
		s.unlisted["id-1"], s.missing["id-2"] = true, true
		objects, errs := s.GetEach(t.Context(), ids(4))
		for i, err := range errs {
			if errors.Is(err, rest.ErrNotFound) != (i == 2) || (objects[i].id == "") != (i == 2) {
				t.Errorf("%d: %v, %v", i, objects[i], err)
			}
		}
		s.getAll(t, "id-1")
		s.want(t, 1, "id-1", "id-1", "id-2")
		if !s.told["id-1"] {
			t.Error("a read by ID does not know that the object is not in the list")
		}

		s = newServer(ids(4)...)
		s.listErr = &rest.APIError{Status: http.StatusGatewayTimeout}
		s.getAll(t, ids(4)...)
		s.getAll(t, ids(4)...)
		s.want(t, 1, append(ids(4), ids(4)...)...) // it is not tried again at once
		if _, err := s.All(t.Context()); !errors.Is(err, s.listErr) || s.told["id-1"] {
			t.Error(err)
		}
		time.Sleep(failureTTL + time.Second)
		s.listErr = nil
		s.getAll(t, ids(4)...)
		s.want(t, 1)

		for _, failure := range []error{&rest.TransportError{}, &rest.AuthError{Err: &rest.APIError{Status: http.StatusUnauthorized}}} {
			s = newServer(ids(4)...)
			s.listErr = failure
			for _, err := range second(s.GetEach(t.Context(), ids(4))) {
				if !errors.Is(err, failure) {
					t.Errorf("%v, want %v", err, failure)
				}
			}
			s.want(t, 1)
		}
	})
}

func second[A, B any](_ A, b B) B { return b }

// After an own write an object is read again, and the others are not; also when a list was under way.
func TestOwnWrites(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(4)...)
		s.getAll(t, ids(4)...)
		s.Changed("ID-1")
		s.getAll(t, "id-0", "id-2")
		s.want(t, 1)
		s.getAll(t, "id-1")
		s.want(t, 0, "id-1")
		s.find(t, "id-2", 1)
		s.want(t, 0)
		s.find(t, "id-1", 1)
		s.find(t, "id-1", 1)
		s.want(t, 1)
		s.find(t, "id-9", 0)
		s.Changed("id-9")
		s.find(t, "id-8", 0)
		s.want(t, 0)
		s.find(t, "id-9", 0)
		s.want(t, 1)
		s.all(t)
		s.want(t, 0)
		s.Changed("id-9")
		s.all(t)
		s.want(t, 1)

		s.listTime = slowBatch / 2
		time.Sleep(maxAge + time.Second)
		go s.getAll(t, ids(4)...)
		time.Sleep(100 * time.Millisecond)
		s.Changed("id-3")
		s.getAll(t, "id-3")
		s.want(t, 1, "id-3")
	})
}

// A list that may lack objects says only that there is none when it began after the call.
func TestFindInIncompleteLists(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(4)...)
		s.incomplete = true
		s.find(t, "id-9", 0)
		s.want(t, 1)
		s.find(t, "id-1", 1)
		s.want(t, 0)
		s.find(t, "id-9", 0)
		s.want(t, 1)
		s.getAll(t, "id-9")
		if s.want(t, 0, "id-9"); s.told["id-9"] {
			t.Error("a read by ID takes the list for complete")
		}
	})
}

func (s *server) find(t *testing.T, id string, n int) {
	t.Helper()
	found, err := s.Find(t.Context(), id, func(o object) bool { return o.id == id })
	if err != nil || len(found) != n {
		t.Errorf("%s: %v, %v", id, found, err)
	}
}

func (s *server) all(t *testing.T) {
	t.Helper()
	if all, err := s.All(t.Context()); err != nil || len(all) != 4 || len(s.Last()) != 4 {
		t.Errorf("%v, %v", all, err)
	}
}

// What a waiter is shown was read after it asked. Waiters share lists; one alone reads by ID.
func TestWaits(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(20)...)
		s.listTime, s.getTime = 500*time.Millisecond, 500*time.Millisecond
		var waits sync.WaitGroup
		for i, id := range ids(20) {
			waits.Go(func() {
				time.Sleep(time.Duration(i) * 700 * time.Millisecond)
				began, last := time.Now(), time.Now()
				err := s.Wait(t.Context(), id, func(o object, err error) (bool, error) {
					if o.read.Before(last) {
						t.Errorf("%s was read %v before", id, last.Sub(o.read))
					}
					last = time.Now()
					return time.Since(began) > 5*time.Minute, err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		waits.Wait()
		if s.lists < 55 || s.lists+len(s.gets) > 110 {
			t.Errorf("%d lists, %d reads by ID", s.lists, len(s.gets))
		}
	})
}

func TestWaitForSeveral(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(1000)...)
		s.missing["id-7"] = true
		began := time.Now()
		errs := s.WaitEach(t.Context(), ids(1000), func(at int, o object, err error) (bool, error) {
			return at < 500 || time.Since(began) > time.Minute, err
		})
		for i, err := range errs {
			if errors.Is(err, rest.ErrNotFound) != (i == 7) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if s.lists > 30 || len(s.gets) != 1 {
			t.Errorf("%d lists, reads by ID of %v", s.lists, s.gets)
		}
	})
}

// A wait ends as seen says, with an outage that lasts, or with its context.
func TestWaitEnds(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer("a")
		enough, seen := errors.New("enough"), 0
		err := s.Wait(t.Context(), "a", func(object, error) (bool, error) {
			if seen++; seen == 3 {
				return false, enough
			}
			return false, nil
		})
		if !errors.Is(err, enough) || seen != 3 {
			t.Errorf("%v after %d results", err, seen)
		}
		s.getErr = &rest.APIError{Status: http.StatusBadGateway}
		began := time.Now()
		err = s.Wait(t.Context(), "a", func(_ object, err error) (bool, error) { return false, err })
		if !errors.Is(err, s.getErr) || time.Since(began) < 2*time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		stopped := errors.New("stopped")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, stopped)
		defer cancel()
		err = s.Wait(ctx, "a", func(_ object, err error) (bool, error) { return false, err })
		if !errors.Is(err, stopped) || !errors.Is(err, s.getErr) { // the outage in which it ends is named
			t.Error(err)
		}
	})
}

// Who leaves does not disturb who stays; when the last one leaves, the requests are cancelled.
func TestLeaving(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer("a", "b")
		s.listTime, s.getTime = 10*time.Second, time.Hour
		left := errors.New("left")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, left)
		defer cancel()
		var calls sync.WaitGroup
		calls.Go(func() { s.getAll(t, "a") })
		calls.Go(func() {
			if _, err := s.Get(ctx, "b"); !errors.Is(err, left) {
				t.Error(err)
			}
		})
		calls.Wait()
		s.want(t, 1)
		ctx, cancel = context.WithTimeoutCause(t.Context(), time.Second, left)
		defer cancel()
		began := time.Now()
		if _, err := s.Get(ctx, "c"); !errors.Is(err, left) || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if _, err := s.Get(ctx, "c"); !errors.Is(err, left) { // before it is read
			t.Error(err)
		}
		synctest.Wait() // the bubble does not end while a request waits
		s.want(t, 0, "c")
		s.getTime = 0
		if _, err := s.Get(t.Context(), "c"); err != nil {
			t.Error(err)
		}
	})
}

func TestChangedForgetsOldChanges(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(4)...)
		s.Changed(ids(4)...)
		s.all(t)
		if len(s.changed) != 0 {
			t.Errorf("kept %v", slices.Collect(maps.Keys(s.changed)))
		}
	})
}

// A list keeps an object that was deleted since; once a read by ID has not found it, no search finds it either.
func TestDeletedObjectsAreNotFound(t *testing.T) {
	t.Parallel()
	test(t, func(t *testing.T) {
		s := newServer(ids(4)...)
		s.Changed("id-1") // the removal, which is not over yet
		s.all(t)
		s.missing["id-1"], s.unlisted["id-1"] = true, true
		err := s.Wait(t.Context(), "id-1", func(_ object, err error) (bool, error) { return false, err })
		if !errors.Is(err, rest.ErrNotFound) {
			t.Error(err)
		}
		found, err := s.Find(t.Context(), "host", func(o object) bool { return o.id == "id-1" })
		if err != nil || len(found) > 0 {
			t.Errorf("%v, %v", found, err)
		}
	})
}
