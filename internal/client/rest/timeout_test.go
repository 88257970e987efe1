// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestCancelDuringTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		attempts := 0
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			attempts++
			return answerOf(503, http.Header{"Retry-After": {"60"}}, ""), nil
		}, withToken, retries(5))
		began := time.Now()
		err := get(ctx, c)
		if took := time.Since(began); err == nil || attempts != 1 || took != 3*time.Second {
			t.Errorf("%v after %d attempts and %v", err, attempts, took)
		}
	})
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	hang := func(r *http.Request) (*http.Response, error) {
		wrote(r)
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	for name, c := range map[string]struct {
		configured, asked, want time.Duration
		ends                    string // in the message
	}{
		"default":       {0, 0, time.Minute, "did not respond in time (1m0s)"},
		"configured":    {5 * time.Second, 0, 5 * time.Second, "did not respond in time (5s)"},
		"of the call":   {5 * time.Second, 7 * time.Second, 7 * time.Second, "did not respond in time (7s)"},
		"context alone": {5 * time.Second, -1, time.Hour, "the time allowed for the operation ended"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				client := inMemory(t, hang, withToken, func(o *Options) { o.RequestTimeout = c.configured })
				began := time.Now()
				_, err := client.Do(ctx, Request{Method: http.MethodPost, Path: "/thing", Timeout: c.asked})
				if took := time.Since(began); took != c.want {
					t.Errorf("took %v, want %v", took, c.want)
				}
				if err == nil || !contains(err.Error(), c.ends) || !OutcomeUnknown(err) {
					t.Errorf("err = %v", err)
				}
			})
		})
	}
}

// Each attempt has the whole time; a GET tries again after a time-out.
func TestTimeoutOfEachAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		c := inMemory(t, func(r *http.Request) (*http.Response, error) {
			attempts++
			<-r.Context().Done()
			return nil, r.Context().Err()
		}, withToken, retries(2))
		began := time.Now()
		err := get(t.Context(), c)
		if took := time.Since(began); attempts != 3 || took < 3*time.Minute || took > 3*time.Minute+2*time.Second || !errors.Is(err, ErrTimeout) {
			t.Errorf("%v after %d attempts and %v", err, attempts, took)
		}
	})
}

// A real server that hangs is left in time.
func TestTimeoutOverHTTPS(t *testing.T) {
	t.Parallel()
	var entered atomic.Bool
	leave := make(chan struct{})
	server := serve(t, func(http.ResponseWriter, *http.Request) { entered.Store(true); <-leave })
	defer close(leave)
	c := clientOf(t, server, withToken)
	for timeout := 100 * time.Millisecond; ; timeout *= 2 { // on a busy machine the request takes a while to get there
		_, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Timeout: timeout})
		if !errors.Is(err, ErrTimeout) {
			t.Fatalf("err = %v", err)
		}
		if entered.Load() {
			if !OutcomeUnknown(err) {
				t.Errorf("the outcome of %v is taken for known", err)
			}
			return
		}
	}
}

// A call that waits without limit for long work does not do so for an answer that has begun and stalls. Its status is
// known by then.
func TestTimeoutOfAStalledAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		out    any
		says   string
		doubt  bool
	}{
		"a body that is wanted": {200, &struct{}{}, "did not respond in time (5s)", true},
		"a body that is not":    {200, nil, "", false},
		"a refusal":             {409, nil, "409 Conflict", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := inMemory(t, func(r *http.Request) (*http.Response, error) {
					wrote(r)
					time.Sleep(time.Hour) // the work
					answer := answerOf(c.status, nil, "")
					answer.Body = stalled{r.Context()}
					return answer, nil
				}, withToken, func(o *Options) { o.RequestTimeout = 5 * time.Second })
				began := time.Now()
				_, err := client.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Out: c.out, Timeout: -1})
				if took := time.Since(began); took != time.Hour+5*time.Second || OutcomeUnknown(err) != c.doubt {
					t.Errorf("%v after %v", err, took)
				}
				if (err != nil) != (c.says != "") || err != nil && !contains(err.Error(), c.says) {
					t.Errorf("err = %v", err)
				}
			})
		})
	}
}

// stalled is a body of which nothing comes.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func (stalled) Close() error { return nil }
