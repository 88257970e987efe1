// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
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
