// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestMaxConcurrent(t *testing.T) {
	t.Parallel()
	for configured, want := range map[int]int{1: 1, 3: 3, 0: 10, -4: 10} {
		synctest.Test(t, func(t *testing.T) {
			var now, most atomic.Int32
			a := &account{}
			c := inMemory(t, func(r *http.Request) (*http.Response, error) {
				n := now.Add(1)
				defer now.Add(-1)
				most.Store(max(most.Load(), n))
				time.Sleep(time.Second)
				return a.answer(r)
			}, func(o *Options) { o.MaxConcurrent = configured })
			began := time.Now()
			var wait sync.WaitGroup
			for range 30 {
				wait.Go(func() {
					if err := get(t.Context(), c); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			// The login goes first, alone.
			if took := time.Since(began); int(most.Load()) != want || took != time.Duration(1+30/want)*time.Second {
				t.Errorf("%d configured: %d at once, took %v", configured, most.Load(), took)
			}
		})
	}
}

// A call waits for its next attempt without keeping others from theirs.
func TestWaitingForARetryHoldsNoSlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/busy" {
				return answerOf(503, http.Header{"Retry-After": {"60"}}, ""), nil
			}
			return answerOf(200, nil, ""), nil
		}, withToken, retries(1), func(o *Options) { o.MaxConcurrent = 1 })
		busy := make(chan struct{})
		go func() {
			defer close(busy)
			_, _ = c.Do(context.Background(), Request{Method: http.MethodGet, Path: "/busy"})
		}()
		synctest.Wait()
		began := time.Now()
		if err := get(t.Context(), c); err != nil || time.Since(began) != 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		<-busy
	})
}

func TestCancelWhileWaitingForASlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			requests++
			time.Sleep(10 * time.Second)
			return answerOf(200, nil, ""), nil
		}, withToken, func(o *Options) { o.MaxConcurrent = 1 })
		first := make(chan error)
		go func() { first <- get(context.Background(), c) }()
		synctest.Wait()
		stopped := errors.New("stopped by the test")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, stopped)
		defer cancel()
		_, err := c.Do(ctx, Request{Method: http.MethodPost, Path: "/thing"})
		if !errors.Is(err, stopped) || OutcomeUnknown(err) {
			t.Errorf("err = %v", err)
		}
		if err := <-first; err != nil || requests != 1 {
			t.Errorf("%v, %d requests", err, requests)
		}
	})
}

func TestCancelDuringTheExchange(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	server := serve(t, func(http.ResponseWriter, *http.Request) { close(entered); <-leave })
	defer close(leave)
	stopped := errors.New("stopped by the test")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-entered; cancel(stopped) }()
	_, err := clientOf(t, server, withToken, retries(3)).Do(ctx, Request{Method: http.MethodPost, Path: "/thing"})
	if !errors.Is(err, stopped) || !OutcomeUnknown(err) {
		t.Errorf("err = %v", err)
	}
}
