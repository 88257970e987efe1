// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestPollGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var gaps []time.Duration
		last := time.Now()
		err := Poll(t.Context(), func(context.Context) (bool, error) {
			gaps = append(gaps, time.Since(last))
			last = time.Now()
			return len(gaps) == 15, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if gaps[0] != 0 || gaps[1] != 250*time.Millisecond || gaps[2] != 375*time.Millisecond || gaps[14] != 5*time.Second {
			t.Errorf("gaps %v", gaps)
		}
		if !slices.IsSorted(gaps) {
			t.Errorf("gaps shrink: %v", gaps)
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
