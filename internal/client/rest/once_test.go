// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestOnceKeepsSuccess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var once Once[int]
		calls := 0
		work := func(context.Context) (int, error) {
			time.Sleep(time.Second)
			calls++
			return calls, nil
		}
		if _, ok := once.Get(); ok {
			t.Error("there is a result before the work")
		}
		var callers sync.WaitGroup
		for range 20 {
			callers.Go(func() {
				if n, err := once.Do(t.Context(), work); n != 1 || err != nil {
					t.Errorf("%d, %v", n, err)
				}
			})
		}
		callers.Wait()
		time.Sleep(time.Hour)
		if n, err := once.Do(t.Context(), work); n != 1 || err != nil || calls != 1 {
			t.Errorf("%d, %v after %d calls", n, err, calls)
		}
		once.Set(7)
		if n, ok := once.Get(); n != 7 || !ok {
			t.Errorf("%d, %t", n, ok)
		}
	})
}

func TestOnceKeepsFailureForSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var once Once[int]
		calls := 0
		work := func(context.Context) (int, error) {
			time.Sleep(time.Minute)
			if calls++; calls == 1 {
				return 0, errors.New("unreachable")
			}
			return calls, nil
		}
		var callers sync.WaitGroup
		for range 10 {
			callers.Go(func() {
				if _, err := once.Do(t.Context(), work); err == nil {
					t.Error("no error")
				}
			})
		}
		callers.Wait()
		time.Sleep(failureTTL - time.Second)
		if _, err := once.Do(t.Context(), work); err == nil || calls != 1 {
			t.Errorf("%v after %d calls", err, calls)
		}
		time.Sleep(time.Second)
		if n, err := once.Do(t.Context(), work); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

// A caller that gives up does not stop the work that others wait for.
func TestOnceOutlivesItsFirstCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var once Once[int]
		work := func(ctx context.Context) (int, error) {
			time.Sleep(time.Minute)
			return 1, ctx.Err()
		}
		left := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(left) })
		if _, err := once.Do(ctx, work); !errors.Is(err, left) {
			t.Errorf("%v", err)
		}
		if n, err := once.Do(t.Context(), work); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}
