// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// rounds is a watch that counts its rounds; each takes a while and finds the time since the beginning.
type rounds struct {
	Watch[string, time.Duration]

	mu    sync.Mutex
	keys  [][]string
	began time.Time
}

func newRounds(takes time.Duration) *rounds {
	r := &rounds{began: time.Now()}
	r.Read = func(ctx context.Context, keys []string, tell func(string, time.Duration, error)) {
		r.mu.Lock()
		r.keys = append(r.keys, slices.Sorted(slices.Values(keys)))
		r.mu.Unlock()
		found := time.Since(r.began)
		if sleep(ctx, takes) != nil {
			return
		}
		for _, key := range keys {
			tell(key, found, nil)
		}
	}
	return r
}

func TestAskersShareARound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRounds(20 * time.Millisecond)
		var asks sync.WaitGroup
		for i := range 100 {
			asks.Go(func() {
				if _, err := r.Ask(t.Context(), fmt.Sprint(i%50)); err != nil {
					t.Error(err)
				}
			})
		}
		asks.Wait()
		if len(r.keys) != 1 || len(r.keys[0]) != 50 {
			t.Errorf("%d rounds, the first for %v", len(r.keys), r.keys)
		}
	})
}

// What an asker is told was read after it asked: whoever comes during a round waits for the next one.
func TestAReadingBeginsAfterTheQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRounds(500 * time.Millisecond)
		go r.Ask(t.Context(), "a")
		_ = sleep(t.Context(), 100*time.Millisecond)
		found, err := r.Ask(t.Context(), "a")
		if err != nil || found < 100*time.Millisecond || len(r.keys) != 2 {
			t.Errorf("read %v after the beginning, %v, in %d rounds", found, err, len(r.keys))
		}
	})
}

// A round that hangs does not keep others from being served.
func TestASlowRound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRounds(time.Minute)
		go r.Ask(t.Context(), "a")
		_ = sleep(t.Context(), 100*time.Millisecond)
		found, err := r.Ask(t.Context(), "b")
		if err != nil || found > 2*time.Second {
			t.Errorf("read %v after the beginning, %v", found, err)
		}
	})
}

// Who leaves does not disturb who stays; when the last one leaves, the reads end.
func TestLeaving(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRounds(time.Second)
		left := errors.New("left")
		leaves, leave := context.WithCancelCause(t.Context())
		var asks sync.WaitGroup
		asks.Go(func() {
			if _, err := r.Ask(leaves, "a"); !errors.Is(err, left) {
				t.Error(err)
			}
		})
		asks.Go(func() {
			if _, err := r.Ask(t.Context(), "b"); err != nil {
				t.Error(err)
			}
		})
		_ = sleep(t.Context(), 100*time.Millisecond)
		leave(left)
		asks.Wait()

		alone, stop := context.WithCancelCause(t.Context())
		ended := make(chan struct{})
		r.Read = func(ctx context.Context, _ []string, _ func(string, time.Duration, error)) {
			defer close(ended)
			<-ctx.Done()
		}
		time.AfterFunc(time.Minute, func() { stop(left) })
		if _, err := r.Ask(alone, "c"); !errors.Is(err, left) {
			t.Error(err)
		}
		<-ended
		if _, err := r.Ask(alone, "c"); !errors.Is(err, left) { // before it was read
			t.Error(err)
		}
	})
}

// The gaps between readings grow to five seconds, also for many who began at different times, and all share them.
func TestUntil(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRounds(0)
		var waits sync.WaitGroup
		for i := range 20 {
			waits.Go(func() {
				_ = sleep(t.Context(), time.Duration(i)*700*time.Millisecond)
				var last, widest time.Duration
				err := r.Until(t.Context(), fmt.Sprint(i), func(now time.Duration, err error) (bool, error) {
					if last > 0 {
						widest = max(widest, now-last)
					}
					last = now
					return now > 5*time.Minute, err
				})
				if err != nil || widest > 6*time.Second || widest < 3*time.Second {
					t.Errorf("%v, the widest gap was %v", err, widest)
				}
			})
		}
		waits.Wait()
		if n := len(r.keys); n < 60 || n > 300 {
			t.Errorf("%d rounds", n)
		}
	})
}

// One who waits for several reads them together the second time too, although the machine is late with some of them. One
// who waits for a single object looks at it again at once.
func TestBegin(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{{"a"}, {"a", "b", "c"}} {
		synctest.Test(t, func(t *testing.T) {
			r := newRounds(0)
			var waits sync.WaitGroup
			for i, key := range keys {
				follow := r.Begin(t.Context(), key, len(keys), func(now time.Duration, err error) (bool, error) {
					_ = sleep(t.Context(), time.Duration(i)*50*time.Millisecond)
					return now > watchGather, err
				})
				waits.Go(func() {
					if err := follow(); err != nil {
						t.Error(err)
					}
				})
			}
			waits.Wait()
			if len(r.keys) != 2 || !slices.Equal(r.keys[1], keys) {
				t.Errorf("read %v", r.keys)
			}
			if took := time.Since(r.began); (took < 50*time.Millisecond) != (len(keys) == 1) {
				t.Errorf("%d objects took %v", len(keys), took)
			}
		})
	}
}

func TestUntilSaysNo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRounds(0)
		enough := errors.New("enough")
		seen := 0
		err := r.Until(t.Context(), "a", func(time.Duration, error) (bool, error) {
			if seen++; seen == 3 {
				return false, enough
			}
			return false, nil
		})
		if !errors.Is(err, enough) || seen != 3 {
			t.Errorf("%v after %d readings", err, seen)
		}
		// An object of which nothing is told is asked for again, and an asker hears so.
		rounds := 0
		r.Read = func(_ context.Context, _ []string, tell func(string, time.Duration, error)) {
			if rounds++; rounds == 3 {
				tell("b", 0, nil)
			}
		}
		if _, err := r.Ask(t.Context(), "b"); err == nil {
			t.Error("an asker is not told that nothing was found out")
		}
		if err := r.Until(t.Context(), "b", func(time.Duration, error) (bool, error) { return true, nil }); err != nil || rounds != 3 {
			t.Errorf("%v after %d rounds", err, rounds)
		}
	})
}
