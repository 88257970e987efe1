// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestRequestOnTheWire(t *testing.T) {
	t.Parallel()
	var method, uri, body string
	var header http.Header
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		method, uri, header, body = r.Method, r.RequestURI, r.Header.Clone(), string(sent)
		_, _ = io.WriteString(w, `{"name":"it","count":"3","unknown":{}}`)
	})
	c := clientOf(t, server, withToken)
	var out struct {
		Name  string
		Count Int
	}
	own := http.Header{"X-Api-Version": {"1.3-rev0"}}
	status, err := c.Do(t.Context(), Request{
		Method: http.MethodPost, Path: "/v8/Proxies/a%2Fb%20c", Query: url.Values{"b": {"2 3"}, "a": {"1"}}, Header: own,
		Body: struct {
			Name string `json:"name"`
		}{"x"}, Out: &out,
	})
	if err != nil || status != 200 || out.Name != "it" || out.Count != 3 {
		t.Fatalf("%d, %v, %+v", status, err, out)
	}
	if method != "POST" || uri != "/v8/Proxies/a%2Fb%20c?a=1&b=2+3" || body != `{"name":"x"}` {
		t.Errorf("sent %s %s %s", method, uri, body)
	}
	for name, want := range map[string]string{
		"Accept": "application/json", "User-Agent": "test/1", "Content-Type": "application/json", "Content-Length": "12",
		"Authorization": "Bearer canary-access", "X-Api-Version": "1.3-rev0",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(own) != 1 {
		t.Errorf("the caller's header was changed: %v", own)
	}

	if _, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/none", Anonymous: true}); err != nil {
		t.Fatal(err)
	}
	if body != "" || header.Get("Content-Type") != "" || header.Get("Content-Length") != "0" || header.Get("Authorization") != "" {
		t.Errorf("sent %v %q", header, body)
	}
}

// One call keeps its request ID through all attempts; the error repeats it.
func TestRequestID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ids []string
		c := inMemory(t, func(r *http.Request) (*http.Response, error) {
			ids = append(ids, r.Header.Get("X-Request-Id"))
			return answerOf(503, nil, ""), nil
		}, withToken, retries(1))
		err := get(t.Context(), c)
		_ = get(t.Context(), c)
		if len(ids) != 4 || ids[0] != ids[1] || ids[0] == ids[2] || len(ids[0]) != 16 || !contains(err.Error(), ids[0]) {
			t.Errorf("IDs %v, %v", ids, err)
		}
	})
}

func TestAnySuccessIsSuccess(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 202, 204, 299} {
		c := inMemory(t, func(*http.Request) (*http.Response, error) { return answerOf(status, nil, "junk"), nil }, withToken)
		if got, err := c.Do(t.Context(), Request{Method: http.MethodDelete, Path: "/thing"}); err != nil || got != status {
			t.Errorf("%d, %v", got, err)
		}
	}
}

func TestBodyThatCannotBeSent(t *testing.T) {
	t.Parallel()
	c := inMemory(t, func(*http.Request) (*http.Response, error) { t.Error("a request was sent"); return nil, io.EOF }, withToken)
	if _, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Body: math.Inf(1)}); err == nil {
		t.Error("no error")
	}
}

// TestRedirectIsNotFollowed: neither token nor body goes anywhere else, be it another port of the same machine or plain HTTP, and a
// redirect is no answer to a login or a probe either.
func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var away atomic.Int32
	count := func(http.ResponseWriter, *http.Request) { away.Add(1) }
	plain := httptest.NewServer(http.HandlerFunc(count))
	t.Cleanup(plain.Close)
	targets := []string{serve(t, count).URL, plain.URL}
	requests := map[string]Request{"login": {Method: http.MethodGet}, "probe": {Method: http.MethodGet, Anonymous: true}}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		requests[method] = Request{Method: method, Body: map[string]string{"password": "canary-body"}, Mask: []Secret{"canary-body"}}
	}
	var home atomic.Int32
	var status int
	var target string
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		home.Add(1)
		w.Header().Set("Location", target+"/thing?token=canary-access")
		w.WriteHeader(status)
	})
	given := clientOf(t, server, withToken, retries(2))
	for _, status = range []int{300, 301, 302, 303, 304, 305, 307, 308, 399} {
		for name, request := range requests {
			for _, target = range targets {
				home.Store(0)
				c := given
				if name == "login" {
					c = clientOf(t, server, retries(2))
				}
				request.Path = "/thing"
				_, err := c.Do(t.Context(), request)
				if home.Load() != 1 || err == nil || !contains(err.Error(), "redirect") || !contains(err.Error(), target) {
					t.Errorf("%d to %s %s: %d requests, err = %v", status, name, target, home.Load(), err)
					continue
				}
				noCanary(t, err.Error())
			}
		}
	}
	if n := away.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestRedirectOnTheSameServer(t *testing.T) {
	t.Parallel()
	paths := []string{}
	c := inMemory(t, func(r *http.Request) (*http.Response, error) {
		paths = append(paths, r.URL.Path)
		return answerOf(302, http.Header{"Location": {"/login"}}, ""), nil
	}, withToken)
	if err := get(t.Context(), c); err == nil || !contains(err.Error(), "redirect") || !slices.Equal(paths, []string{"/thing"}) {
		t.Errorf("%v after %v", err, paths)
	}
}

func TestLogLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		j := &journal{}
		attempts := 0
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			attempts++
			time.Sleep(20 * time.Millisecond)
			if attempts == 1 {
				return answerOf(503, http.Header{"Retry-After": {"0"}}, `{"message":"canary-access or canary-body is busy"}`), nil
			}
			return answerOf(200, http.Header{"Set-Cookie": {"canary-cookie"}}, `{"secret":"canary-answer"}`), nil
		}, withToken, retries(1), logTo(j))
		_, err := c.Do(t.Context(), Request{
			Method: http.MethodPut, Path: "/thing", Query: url.Values{"q": {"canary-query"}}, Header: http.Header{"X-Own": {"canary-header"}},
			Body: []string{"canary-body"}, Mask: []Secret{"canary-body"},
		})
		lines := j.all()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%v, %v", err, lines)
		}
		for i, want := range []map[string]any{
			{"level": "warn", "status": 503, "attempt": 1},
			{"level": "debug", "status": 200, "attempt": 2},
		} {
			fields := lines[i].fields
			if lines[i].level != want["level"] || fields["status"] != want["status"] || fields["attempt"] != want["attempt"] ||
				fields["method"] != "PUT" || fields["path"] != "/thing" || fields["duration_ms"] != int64(20) || fields["product"] != "Example" {
				t.Errorf("line %+v", lines[i])
			}
		}
		if failed, _ := lines[0].fields["error"].(string); !contains(failed, "*** or *** is busy") {
			t.Errorf("error %q", failed)
		}
		if lines[0].fields["request_id"] != lines[1].fields["request_id"] {
			t.Error("two request IDs of one call")
		}
		noCanary(t, j.text())
	})
}

func TestWithoutALogger(t *testing.T) {
	t.Parallel()
	c := inMemory(t, func(*http.Request) (*http.Response, error) { return answerOf(500, nil, ""), nil }, withToken, func(o *Options) { o.Logger = nil })
	if err := get(t.Context(), c); err == nil {
		t.Error("no error")
	}
}

// A connection is used again; each new one costs a handshake.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	remotes := map[string]bool{}
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		remotes[r.RemoteAddr] = true
		_, _ = io.WriteString(w, `{"a":`+strings.Repeat(" ", 1000)+`1}`)
	})
	c := clientOf(t, server, withToken)
	for range 5 {
		var out any
		if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out}); err != nil {
			t.Fatal(err)
		}
		if err := get(t.Context(), c); err != nil { // the body is ignored
			t.Fatal(err)
		}
	}
	if len(remotes) != 1 {
		t.Errorf("%d connections", len(remotes))
	}
}
