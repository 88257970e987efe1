// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestFaultSelection(t *testing.T) {
	t.Parallel()
	s := start(t, echo, Options{})
	c := client(t, s, true)
	s.Inject(Fault{Method: "POST", Path: "/a/*", Skip: 1, Times: 2, Status: 503})
	s.Inject(Fault{Path: "/a/*", Times: 2, Status: 429})

	var got []int
	for range 6 {
		status, _, err := post(c, s.URL()+"/a/b", "text/plain", "x")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, status)
	}
	// The second fault sees only what the first lets pass.
	want := []int{429, 503, 503, 429, 200, 200}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("statuses %v, want %v", got, want)
		}
	}
	if status, _, _ := post(c, s.URL()+"/b", "text/plain", "x"); status != 200 {
		t.Errorf("another path was hit: %d", status)
	}
	s.Inject(Fault{Status: 500})
	s.ClearFaults()
	if status, _, _ := post(c, s.URL()+"/b", "text/plain", "x"); status != 200 {
		t.Errorf("a cleared fault was applied: %d", status)
	}
}

func TestFaultAnswer(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Inject(Fault{
			Times: 1, Status: 502, Body: "<html>bad gateway</html>", ContentType: "text/html",
			Header: http.Header{"Retry-After": {"3"}},
		})
		response, err := c.Get(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		if response.StatusCode != 502 || string(text) != "<html>bad gateway</html>" ||
			response.Header.Get("Content-Type") != "text/html" || response.Header.Get("Retry-After") != "3" {
			t.Errorf("%d %q %v", response.StatusCode, text, response.Header)
		}
		if e := s.Requests()[0]; e.Status != 502 || e.Dropped {
			t.Errorf("logged %+v", e)
		}
	})
}

func TestFaultDrops(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault    Fault
		executed bool
	}{
		"before": {Fault{DropBefore: true}, false},
		"after":  {Fault{DropAfter: true}, true},
	} {
		for protocol, http2 := range map[string]bool{"h1": false, "h2": true} {
			t.Run(name+"/"+protocol, func(t *testing.T) {
				t.Parallel()
				var executed atomic.Bool
				s := start(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { executed.Store(true) }), Options{})
				s.Inject(row.fault)
				status, _, err := post(client(t, s, http2), s.URL(), "text/plain", "x")
				if err == nil {
					t.Fatalf("an answer came: %d", status)
				}
				if executed.Load() != row.executed {
					t.Errorf("executed %t, want %t", executed.Load(), row.executed)
				}
				if e := s.Requests()[0]; !e.Dropped || e.Status != 0 || string(e.Body) != "x" {
					t.Errorf("logged %+v", e)
				}
			})
		}
	}
}

func TestFaultTruncate(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Inject(Fault{Truncate: 4})
		status, text, err := post(c, s.URL(), "text/plain", "0123456789")
		if status != 200 || text != "0123" || err == nil {
			t.Errorf("%d %q %v", status, text, err)
		}
		if e := s.Requests()[0]; !e.Dropped || e.Status != 200 {
			t.Errorf("logged %+v", e)
		}
	})
}

func TestFaultEndless(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Inject(Fault{Endless: true, Body: `{"a":`})
		response, err := c.Get(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		prefix := make([]byte, 1<<20)
		if _, err := io.ReadFull(response.Body, prefix); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(prefix), `{"a":   `) {
			t.Errorf("body starts %q", prefix[:8])
		}
		_ = response.Body.Close() // must end the exchange: Close of the server would hang otherwise
	})
}

func TestFaultLatency(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		const latency = 30 * time.Millisecond
		s.Inject(Fault{Times: 1, Latency: latency})
		began := time.Now()
		if status, text, err := post(c, s.URL(), "text/plain", "x"); status != 200 || text != "x" || err != nil {
			t.Fatalf("%d %q %v", status, text, err)
		}
		if took := time.Since(began); took < latency {
			t.Errorf("took %v", took)
		}

		s.Inject(Fault{Latency: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), latency)
		defer cancel()
		request, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL(), nil)
		if _, err := c.Do(request); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWatchTellsOfFaults(t *testing.T) {
	t.Parallel()
	told := make(chan bool, 1)
	s := start(t, echo, Options{Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			watched, disturbed := Watch(r)
			next.ServeHTTP(w, watched)
			told <- disturbed()
		})
	}})
	c := client(t, s, true)
	s.Inject(Fault{Skip: 1, Times: 1, Status: 503})
	for i, want := range []bool{false, true, false} {
		if _, _, err := post(c, s.URL(), "text/plain", "x"); err != nil {
			t.Fatal(err)
		}
		if have := <-told; have != want {
			t.Errorf("request %d: disturbed is %v", i, have)
		}
	}
}

// TestFaultHold: the owner decides when the request is processed and when it is answered, and a client that leaves
// changes nothing of it.
func TestFaultHold(t *testing.T) {
	t.Parallel()
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			processed := make(chan struct{})
			s := start(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(processed) }), Options{})
			c := client(t, s, http2)
			hold := NewHold()
			s.Inject(Fault{Times: 1, Hold: hold})
			ctx, leave := context.WithCancel(t.Context())
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/a", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			left := make(chan struct{})
			go func() {
				defer close(left)
				if response, err := c.Do(request); err == nil {
					_ = response.Body.Close()
					t.Error("the held request was answered")
				}
			}()
			<-hold.Arrived
			select {
			case <-processed:
				t.Error("the request was processed while it was held")
			default:
			}
			leave()
			<-left
			close(hold.Process)
			<-processed
			<-hold.Processed
			if status := s.Requests()[0].Status; status != 0 {
				t.Errorf("answered with %d while the answer was held", status)
			}
			close(hold.Answer)
		})
	}
}

func TestFaultStall(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Inject(Fault{Stall: true})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		request, _ := http.NewRequestWithContext(ctx, http.MethodPost, s.URL(), strings.NewReader("0123456789"))
		response, err := c.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		half := make([]byte, 5)
		if _, err := io.ReadFull(response.Body, half); err != nil || string(half) != "01234" {
			t.Fatalf("%q %v", half, err)
		}
		cancel() // what comes now is for the client to decide
		if rest, err := io.ReadAll(response.Body); err == nil || len(rest) > 0 {
			t.Errorf("the other half came: %q %v", rest, err)
		}
	})
}

func TestFaultRewrite(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		s.Inject(Fault{Rewrite: func(status int, body []byte) (int, []byte) { return status + 1, append(body, body...) }})
		if status, text, err := post(c, s.URL(), "text/plain", "ab"); status != 201 || text != "abab" || err != nil {
			t.Errorf("%d %q %v", status, text, err)
		}
	})
}

// The answer of the exchange arrives; the connection after it is refused without a request on it.
func TestFaultRefuse(t *testing.T) {
	t.Parallel()
	s := start(t, echo, Options{HTTP1: true})
	c := client(t, s, true)
	s.Inject(Fault{Path: "/last", Refuse: true})
	for _, path := range []string{"/first", "/last"} {
		if status, _, err := post(c, s.URL()+path, "text/plain", "x"); status != 200 || err != nil {
			t.Fatalf("%s: %d %v", path, status, err)
		}
	}
	if _, _, err := post(c, s.URL()+"/refused", "text/plain", "x"); err == nil {
		t.Error("an answer came")
	}
	if requests := s.Requests(); len(requests) != 2 || s.Refused() == 0 {
		t.Errorf("%d requests, %d connections refused", len(requests), s.Refused())
	}
	s.ClearFaults()
	if status, _, err := post(c, s.URL(), "text/plain", "x"); status != 200 || err != nil {
		t.Errorf("after the end of the fault: %d %v", status, err)
	}
}

func TestHTTP1Alone(t *testing.T) {
	t.Parallel()
	for name, alone := range map[string]bool{"HTTP/1.1": true, "HTTP/2.0": false} {
		s := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }), Options{HTTP1: alone})
		if _, proto, err := post(client(t, s, true), s.URL(), "text/plain", "x"); proto != name || err != nil {
			t.Errorf("spoke %q, want %s: %v", proto, name, err)
		}
	}
}
