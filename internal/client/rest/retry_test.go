// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// once and all of the attempts that a client with two retries makes.
const once, all = 1, 3

// methods with what a lost or unclear answer allows.
var methods = []struct {
	name    string
	request Request
	unclear int // attempts after an answer that leaves the outcome open
}{
	{"GET", Request{Method: http.MethodGet}, all},
	{"PUT", Request{Method: http.MethodPut, Body: 1}, once},
	{"DELETE", Request{Method: http.MethodDelete}, once},
	{"POST", Request{Method: http.MethodPost, Body: 1}, once},
	{"PATCH", Request{Method: http.MethodPatch, Body: 1}, once},
	{"idempotent POST", Request{Method: http.MethodPost, Body: 1, Idempotent: true}, all},
}

func TestRetryByStatus(t *testing.T) {
	t.Parallel()
	soon := http.Header{"Retry-After": {"1"}}
	for _, c := range []struct {
		name    string
		status  int
		header  http.Header
		want    int // attempts; 0: as the method's unclear
		unknown bool
	}{
		{"400", 400, nil, once, false},
		{"403", 403, nil, once, false},
		{"404", 404, nil, once, false},
		{"409", 409, nil, once, false},
		{"408", 408, nil, 0, true},
		{"408 Retry-After", 408, soon, 0, true},
		{"429", 429, nil, all, false},
		{"429 Retry-After", 429, soon, all, false},
		{"500", 500, nil, once, false},
		{"501", 501, nil, once, false},
		{"502", 502, nil, 0, true},
		{"499", 499, nil, 0, true},
		{"503", 503, nil, 0, true},
		{"503 Retry-After", 503, soon, all, false},
		{"504", 504, nil, 0, true},
		{"505", 505, nil, once, false},
		{"507", 507, nil, once, false},
		{"511", 511, nil, once, false},
		{"520", 520, nil, 0, true},
		{"524", 524, nil, 0, true},
		{"530", 530, nil, 0, true},
		{"598", 598, nil, 0, true},
		{"999", 999, nil, 0, true},
	} {
		for _, m := range methods {
			t.Run(c.name+" "+m.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					attempts := 0
					client := inMemory(t, func(r *http.Request) (*http.Response, error) {
						attempts++
						return answerOf(c.status, c.header, ""), nil
					}, withToken, retries(2))
					request := m.request
					request.Path = "/thing"
					status, err := client.Do(t.Context(), request)
					if want := cmp.Or(c.want, m.unclear); attempts != want {
						t.Errorf("%d attempts, want %d", attempts, want)
					}
					var api *APIError
					if !errors.As(err, &api) || api.Status != c.status || status != c.status {
						t.Errorf("%d, %v", status, err)
					}
					changes := m.name != "GET" && m.name != "idempotent POST"
					if got := OutcomeUnknown(err); got != (c.unknown && changes) {
						t.Errorf("unknown: %t", got)
					}
				})
			})
		}
	}
}

// The faults of a connection, over the real thing.
func TestRetryByFault(t *testing.T) {
	t.Parallel()
	abort := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for name, handler := range map[string]http.HandlerFunc{
		"cut before the work": abort,
		"cut after the work":  func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); abort(w, r) },
		"cut within the answer": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"name":`)
			_ = http.NewResponseController(w).Flush()
			abort(w, r)
		},
	} {
		for _, m := range methods {
			t.Run(name+" "+m.name, func(t *testing.T) {
				t.Parallel()
				var attempts atomic.Int32
				server := serve(t, func(w http.ResponseWriter, r *http.Request) { attempts.Add(1); handler(w, r) })
				request := m.request
				var out any
				request.Path, request.Out = "/thing", &out
				_, err := clientOf(t, server, withToken, retries(1)).Do(t.Context(), request)
				if want := min(m.unclear, 2); int(attempts.Load()) != want {
					t.Errorf("%d attempts, want %d", attempts.Load(), want)
				}
				var transport *TransportError
				if !errors.As(err, &transport) || !transport.Sent {
					t.Errorf("err = %v", err)
				}
				changes := m.name != "GET" && m.name != "idempotent POST"
				if OutcomeUnknown(err) != changes {
					t.Errorf("unknown: %t", OutcomeUnknown(err))
				}
			})
		}
	}
}

// A connection that was never made carried nothing: every method tries again.
func TestRetryOfARefusedConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "https://" + listener.Addr().String()
	_ = listener.Close()
	for _, m := range methods {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			j := &journal{}
			request := m.request
			request.Path = "/thing"
			_, err := newTestClient(t, endpoint, withToken, retries(1), logTo(j)).Do(t.Context(), request)
			var transport *TransportError
			if !errors.As(err, &transport) || transport.Sent || OutcomeUnknown(err) {
				t.Errorf("err = %v", err)
			}
			if n := len(j.all()); n != 2 {
				t.Errorf("%d attempts", n)
			}
		})
	}
}

func TestRetrySucceeds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		c := inMemory(t, func(r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(body))
			if len(bodies) < 3 {
				return answerOf(503, http.Header{"Retry-After": {"1"}}, ""), nil
			}
			return answerOf(200, nil, ""), nil
		}, withToken, retries(5))
		status, err := c.Do(t.Context(), Request{Method: http.MethodPut, Path: "/thing", Body: map[string]int{"n": 1}})
		if err != nil || status != 200 || fmt.Sprint(bodies) != `[{"n":1} {"n":1} {"n":1}]` {
			t.Errorf("%d, %v, sent %q", status, err, bodies)
		}
	})
}

func TestNoRetriesConfigured(t *testing.T) {
	t.Parallel()
	attempts := 0
	c := inMemory(t, func(*http.Request) (*http.Response, error) { attempts++; return answerOf(429, nil, ""), nil }, withToken)
	if err := get(t.Context(), c); err == nil || attempts != 1 {
		t.Errorf("%v after %d", err, attempts)
	}
}

func TestUnknownHostIsNotRetried(t *testing.T) {
	t.Parallel()
	attempts := 0
	c := inMemory(t, func(*http.Request) (*http.Response, error) {
		attempts++
		return nil, &net.DNSError{Err: "no such host", Name: "server.example.com", IsNotFound: true}
	}, withToken, retries(3))
	if err := get(t.Context(), c); err == nil || attempts != 1 {
		t.Errorf("%v after %d", err, attempts)
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value    func() string
		min, max time.Duration
	}{
		"seconds":       {func() string { return "7" }, 7 * time.Second, 7 * time.Second},
		"date":          {func() string { return time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat) }, 19 * time.Second, 20 * time.Second},
		"too long":      {func() string { return "86400" }, 2 * time.Minute, 2 * time.Minute},
		"absurd":        {func() string { return "99999999999999999" }, 2 * time.Minute, 2 * time.Minute},
		"far date":      {func() string { return time.Now().Add(1000 * time.Hour).UTC().Format(http.TimeFormat) }, 2 * time.Minute, 2 * time.Minute},
		"past date":     {func() string { return time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat) }, 1, retryBase},
		"zero":          {func() string { return "0" }, 1, retryBase},
		"negative":      {func() string { return "-5" }, 1, retryBase},
		"junk":          {func() string { return "soon" }, 1, retryBase},
		"absent":        {func() string { return "" }, 1, retryBase},
		"larger number": {func() string { return "99999999999999999999999" }, 2 * time.Minute, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				client := inMemory(t, func(*http.Request) (*http.Response, error) {
					attempts++
					if attempts > 1 {
						return answerOf(204, nil, ""), nil
					}
					header := http.Header{}
					if value := c.value(); value != "" {
						header.Set("Retry-After", value)
					}
					return answerOf(429, header, ""), nil
				}, withToken, retries(1))
				began := time.Now()
				if err := get(t.Context(), client); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took < c.min || took > c.max {
					t.Errorf("waited %v, want %v to %v", took, c.min, c.max)
				}
			})
		})
	}
}

func TestJitterBounds(t *testing.T) {
	t.Parallel()
	for attempt, bound := range map[int]time.Duration{
		1: 500 * time.Millisecond, 2: time.Second, 3: 2 * time.Second, 6: 16 * time.Second, 7: 30 * time.Second, 50: 30 * time.Second, 1 << 30: 30 * time.Second,
	} {
		low, high := bound, time.Duration(0)
		for range 2000 {
			wait := jitter(attempt)
			if wait <= 0 || wait > bound {
				t.Fatalf("attempt %d waits %v, bound %v", attempt, wait, bound)
			}
			low, high = min(low, wait), max(high, wait)
		}
		if low > bound/10 || high < bound*9/10 {
			t.Errorf("attempt %d: from %v to %v is not spread over %v", attempt, low, high, bound)
		}
	}
}

// TestPostIsSentOnceOverHTTP2: the answer, or its loss, may be known before the transport says that the request was
// written.
func TestPostIsSentOnceOverHTTP2(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(http.ResponseWriter){
		"no answer": func(http.ResponseWriter) {},
		"a part of the answer": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("{"))
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var received atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				received.Add(1)
				if r.ProtoMajor != 2 {
					t.Errorf("the request came by %s", r.Proto)
				}
				cut(w)
				panic(http.ErrAbortHandler)
			}))
			server.Config.ErrorLog, server.EnableHTTP2 = discard, true
			server.StartTLS()
			t.Cleanup(server.Close)
			c := clientOf(t, server, withToken, retries(3), func(o *Options) { o.MaxConcurrent = 32 })
			const callers, calls = 32, 75
			var wait sync.WaitGroup
			for range callers {
				wait.Go(func() {
					for range calls {
						if _, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/rescan", Out: &struct{}{}}); !OutcomeUnknown(err) {
							t.Errorf("err = %v", err)
						}
					}
				})
			}
			wait.Wait()
			if got := received.Load(); got != callers*calls {
				t.Errorf("%d requests for %d calls", got, callers*calls)
			}
		})
	}
}
