// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reader is a list of numbers, of which each read has one more.
type reader struct {
	mu    sync.Mutex
	reads int
	took  time.Duration
	err   error
}

func (r *reader) read(ctx context.Context) ([]int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reads++
	if r.took > 0 {
		time.Sleep(r.took)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	all := make([]int, r.reads)
	for i := range all {
		all[i] = i + 1
	}
	return all, r.err
}

func is(n int) func(int) bool { return func(m int) bool { return m == n } }

func TestSharedListIsReadOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &reader{took: time.Second}
		var list sharedList[int]
		var callers sync.WaitGroup
		for i := range 50 {
			callers.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Millisecond) // while it is read, and after that
				if all, err := list.find(t.Context(), r.read, is(1)); err != nil || len(all) != 1 {
					t.Errorf("%v, %v", all, err)
				}
			})
		}
		callers.Wait()
		if r.reads != 1 || !list.isCached() {
			t.Errorf("%d reads", r.reads)
		}
		time.Sleep(listTTL)
		if all, err := list.get(t.Context(), r.read); err != nil || len(all) != 2 {
			t.Errorf("half a minute later: %v, %v", all, err)
		}
	})
}

// What a list lacks may have come since: it is read again, once for all who miss something.
func TestSharedListWithoutTheWanted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &reader{}
		var list sharedList[int]
		if all, err := list.find(t.Context(), r.read, is(9)); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
		time.Sleep(time.Second)
		r.took = time.Second
		var callers sync.WaitGroup
		for range 10 {
			callers.Go(func() {
				if all, err := list.find(t.Context(), r.read, is(2)); err != nil || len(all) != 2 {
					t.Errorf("%v, %v", all, err)
				}
			})
		}
		callers.Wait()
		if r.reads != 2 {
			t.Errorf("%d reads", r.reads)
		}
	})
}

func TestSharedListFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &reader{took: time.Minute, err: errors.New("refused")}
		var list sharedList[int]
		for range 20 {
			if _, err := list.find(t.Context(), r.read, is(1)); !errors.Is(err, r.err) {
				t.Errorf("err = %v", err)
			}
		}
		if r.reads != 1 {
			t.Errorf("%d reads", r.reads)
		}
		time.Sleep(listFailureTTL)
		r.err = nil
		if all, err := list.get(t.Context(), r.read); err != nil || len(all) != 2 {
			t.Errorf("after a while: %v, %v", all, err)
		}
	})
}

// One who gives up neither waits for the list nor takes it from the others.
func TestSharedListGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &reader{took: time.Minute}
		var list sharedList[int]
		stopped := errors.New("stopped")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, stopped)
		defer cancel()
		began := time.Now()
		if _, err := list.get(ctx, r.read); !errors.Is(err, stopped) || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if all, err := list.get(t.Context(), r.read); err != nil || len(all) != 1 || time.Since(began) != time.Minute {
			t.Errorf("%v, %v after %v", all, err, time.Since(began))
		}
	})
}
