// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The pauses double from milliseconds to five seconds. Those who wait at the same time check at the same time.
func TestPollGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		times := make([]map[time.Time]bool, 20)
		var waits sync.WaitGroup
		for i := range times {
			times[i] = map[time.Time]bool{}
			waits.Go(func() {
				_ = sleep(t.Context(), time.Duration(i)*700*time.Millisecond)
				began, last, count := time.Now(), time.Now(), 0
				err := Poll(t.Context(), func(context.Context) (bool, error) {
					pause, interval := time.Since(last), maxInterval
					if count < 10 {
						interval = minInterval << max(count-1, 0)
					}
					if count > 0 && (pause <= interval/2 || pause > interval*3/2) {
						t.Errorf("pause %d is %v", count, pause)
					}
					count++
					if last = time.Now(); time.Since(began) > 30*time.Second {
						times[i][last] = true
					}
					return time.Since(began) > 5*time.Minute, nil
				})
				if err != nil || count < 60 || count > 75 {
					t.Errorf("%v after %d checks", err, count)
				}
			})
		}
		waits.Wait()
		all := map[time.Time]bool{}
		for i := range times {
			maps.Copy(all, times[i])
		}
		if len(all) > 65 {
			t.Errorf("%d times of checks", len(all))
		}
	})
}

func TestPollEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		done bool
		err  error
	}{"done": {true, nil}, "broken": {false, broken}, "done and broken": {true, broken}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began, calls := time.Now(), 0
				err := Poll(t.Context(), func(context.Context) (bool, error) { calls++; return c.done, c.err })
				if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || calls != 1 || time.Since(began) != 0 {
					t.Errorf("%v after %d calls", err, calls)
				}
			})
		})
	}
}

func TestPollIsCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stopped := errors.New("stopped by the test")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(stopped) })
		began := time.Now()
		err := Poll(ctx, func(context.Context) (bool, error) { return false, nil })
		if !errors.Is(err, stopped) || time.Since(began) != 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// A wait outlasts a server that cannot be asked for a while, but not one that stays away or refuses.
func TestPollOutlastsOutages(t *testing.T) {
	t.Parallel()
	restart, cut := &APIError{Status: http.StatusBadGateway}, &TransportError{Err: io.ErrUnexpectedEOF, Sent: true}
	for name, c := range map[string]struct {
		err   error
		lasts time.Duration
		fails bool
		least time.Duration
		most  time.Duration
	}{
		"a restart":            {restart, time.Minute, false, time.Minute, 70 * time.Second},
		"a cut connection":     {cut, 30 * time.Second, false, 30 * time.Second, 40 * time.Second},
		"a server that leaves": {restart, time.Hour, true, 2 * time.Minute, 130 * time.Second},
		"a refusal":            {&APIError{Status: http.StatusInternalServerError}, time.Minute, true, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := Poll(t.Context(), func(context.Context) (bool, error) {
					if time.Since(began) < c.lasts {
						return false, c.err
					}
					return true, nil
				})
				if took := time.Since(began); (err != nil) != c.fails || c.fails && !errors.Is(err, c.err) || took < c.least || took > c.most {
					t.Errorf("%v after %v", err, took)
				}
			})
		})
	}
}

// Each outage has the whole patience, and the end of the context tells of the one it ends in.
func TestPollForgivesEachOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		began, outage := time.Now(), &APIError{Status: http.StatusBadGateway}
		err := Poll(ctx, func(context.Context) (bool, error) {
			if int(time.Since(began).Minutes())%2 == 1 {
				return false, outage
			}
			return false, nil
		})
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, outage) {
			t.Errorf("ended with %v", err)
		}
	})
}
