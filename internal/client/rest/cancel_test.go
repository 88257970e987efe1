// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestInterruptedCall: an interrupt leaves a call that changes something a moment for its answer, and nothing else: no
// read, no deadline, no call that has not been sent yet.
func TestInterruptedCall(t *testing.T) {
	t.Parallel()
	interrupt := func(parent context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(parent)
		time.AfterFunc(time.Second, cancel)
		return ctx, cancel
	}
	deadline := func(parent context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(parent, time.Second)
	}
	for name, c := range map[string]struct {
		method       string
		end          func(context.Context) (context.Context, context.CancelFunc)
		answer, want time.Duration
		err          error
	}{
		"answered in time":  {http.MethodPost, interrupt, 4 * time.Second, 4 * time.Second, nil},
		"answered too late": {http.MethodPost, interrupt, 8 * time.Second, time.Second + cancelGracePeriod, context.Canceled},
		"read":              {http.MethodGet, interrupt, 4 * time.Second, time.Second, context.Canceled},
		"deadline":          {http.MethodPost, deadline, 4 * time.Second, time.Second, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := inMemory(t, func(r *http.Request) (*http.Response, error) {
					wrote(r)
					select {
					case <-time.After(c.answer):
						return answerOf(http.StatusOK, nil, ""), nil
					case <-r.Context().Done():
						return nil, r.Context().Err()
					}
				}, withToken)
				ctx, cancel := c.end(t.Context())
				defer cancel()
				began := time.Now()
				_, err := client.Do(ctx, Request{Method: c.method, Path: "/thing"})
				if took := time.Since(began); took != c.want || !errors.Is(err, c.err) {
					t.Errorf("%v after %v, want %v after %v", err, took, c.err, c.want)
				}
				if unknown := c.err != nil && c.method == http.MethodPost; OutcomeUnknown(err) != unknown {
					t.Errorf("the outcome is unknown: %t, want %t", !unknown, unknown)
				}
			})
		})
	}
	t.Run("not sent yet", func(t *testing.T) {
		t.Parallel()
		client := inMemory(t, func(*http.Request) (*http.Response, error) {
			t.Error("the call was sent after the interrupt")
			return answerOf(http.StatusOK, nil, ""), nil
		}, withToken)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 20 { // a free slot and the end of the context are seen in any order
			if _, err := client.Do(ctx, Request{Method: http.MethodPost, Path: "/thing"}); !errors.Is(err, context.Canceled) || OutcomeUnknown(err) {
				t.Errorf("err = %v", err)
			}
		}
	})
}
