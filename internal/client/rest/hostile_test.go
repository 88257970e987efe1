// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// countingConn counts what a client reads, before it is decrypted.
type countingConn struct {
	net.Conn
	read *atomic.Int64
}

func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// counting makes a client of the server that counts what it reads.
func counting(t *testing.T, server *httptest.Server, change ...func(*Options)) (*Client, *atomic.Int64) {
	t.Helper()
	c, read := smallBodies(clientOf(t, server, change...)), &atomic.Int64{}
	c.http.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return countingConn{conn, read}, err
	}
	return c, read
}

// hijack makes a handler that writes to the connection itself.
func hijack(t *testing.T, write func(io.Writer, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		for err == nil { // until the client leaves
			err = write(conn, r)
		}
	}
}

// TestEndlessAnswers: whichever part of an answer does not end, little of it is read, once, and the error is short.
func TestEndlessAnswers(t *testing.T) {
	t.Parallel()
	const chunked = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
	for name, answer := range map[string]struct{ begin, more string }{
		"status line":      {"HTTP/1.1 200 ", strings.Repeat("O", 1024)},
		"header lines":     {"HTTP/1.1 200 OK\r\n", "X-Line: " + strings.Repeat("x", 1000) + "\r\n"},
		"short lines":      {"HTTP/1.1 200 OK\r\n", strings.Repeat("X: y\r\n", 200)},
		"header line":      {"HTTP/1.1 200 OK\r\nX-Line: ", strings.Repeat("x", 1024)},
		"folded line":      {"HTTP/1.1 200 OK\r\nX-Line: x\r\n", strings.Repeat(" x\r\n", 200)},
		"cookies":          {"HTTP/1.1 200 OK\r\n", strings.Repeat("Set-Cookie: a=b; Path=/\r\n", 50)},
		"informational":    {"", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n", 50)},
		"continue":         {"", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50)},
		"body":             {"HTTP/1.1 200 OK\r\n\r\n[", strings.Repeat("1,", 512)},
		"chunk":            {chunked + "7fffffff\r\n[", strings.Repeat("1,", 512)},
		"small chunks":     {chunked, strings.Repeat("1\r\n1\r\n", 200)},
		"chunk extensions": {chunked, "1;" + strings.Repeat("x", 1024) + "\r\n1\r\n"},
		"chunk size":       {chunked, strings.Repeat("0", 1024)},
		"trailer":          {chunked + "1\r\n1\r\n0\r\n", "X-Line: " + strings.Repeat("x", 1000) + "\r\n"},
		"error":            {"HTTP/1.1 400 No\r\n\r\n{\"message\":\"", strings.Repeat("x", 1024)},
		"redirect":         {"HTTP/1.1 302 Found\r\nLocation: https://other.example.com/\r\n\r\n", strings.Repeat("x", 1024)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				text := answer.begin + answer.more
				hijack(t, func(w io.Writer, _ *http.Request) error {
					_, err := io.WriteString(w, text)
					text = answer.more
					return err
				})(w, r)
			})
			c, read := counting(t, server, withToken)
			limit := int64(testLimit + 256<<10)
			if name == "small chunks" {
				limit *= 7 // each byte comes with six of a frame
			}
			var out any
			_, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Out: &out})
			if err == nil || len(err.Error()) > 1000 || read.Load() > limit || requests.Load() != 1 {
				t.Errorf("%d requests, %d bytes read, err = %.1000v", requests.Load(), read.Load(), err)
			}
		})
	}
}

// TestEndlessHTTP2: the same limits hold for HTTP/2.
func TestEndlessHTTP2(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter){
		"header": func(w http.ResponseWriter) {
			for i := range 2000 {
				w.Header().Add("X-Line", strings.Repeat("x", 1000+i%2))
			}
		},
		"informational": func(w http.ResponseWriter) {
			w.Header().Set("Link", strings.Repeat("x", 1000))
			for range 10_000 {
				w.WriteHeader(http.StatusEarlyHints)
			}
		},
		"body": func(w http.ResponseWriter) {
			for err := error(nil); err == nil; {
				_, err = io.WriteString(w, strings.Repeat(" ", 4096))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				if r.ProtoMajor != 2 {
					t.Errorf("the request came by %s", r.Proto)
				}
				answer(w)
			}))
			server.Config.ErrorLog, server.EnableHTTP2 = discard, true
			server.StartTLS()
			t.Cleanup(server.Close)
			c, read := counting(t, server, withToken)
			var out any
			_, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Out: &out})
			// The window of a stream may be on its way when the client leaves.
			if err == nil || len(err.Error()) > 1000 || read.Load() > 8<<20 || requests.Load() != 1 {
				t.Errorf("%d requests, %d bytes read, err = %.1000v", requests.Load(), read.Load(), err)
			}
		})
	}
}

// TestSwitchOfProtocols: what follows such an answer is no body, and the time-out does not end it.
func TestSwitchOfProtocols(t *testing.T) {
	t.Parallel()
	leave := make(chan struct{})
	server := serve(t, hijack(t, func(w io.Writer, _ *http.Request) error {
		_, _ = io.WriteString(w, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n{\"message\":\"")
		<-leave
		return io.EOF
	}))
	t.Cleanup(func() { close(leave) })
	err := get(t.Context(), clientOf(t, server, withToken))
	var api *APIError
	if !errors.As(err, &api) || api.Status != http.StatusSwitchingProtocols {
		t.Errorf("err = %v", err)
	}
}

// TestSlowBody: an answer that trickles is left in time, also while an error is read.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400} {
		leave := make(chan struct{})
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "[")
			_ = http.NewResponseController(w).Flush()
			<-leave
		})
		c := clientOf(t, server, withToken, func(o *Options) { o.RequestTimeout = 300 * time.Millisecond })
		var out any
		_, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out})
		if err == nil || status == 200 && !errors.Is(err, ErrTimeout) {
			t.Errorf("status %d: %v", status, err)
		}
		close(leave)
	}
}

// wide is as large in memory as the objects that the products list.
type wide struct {
	Name  string
	Facts [30]string
}

// TestMemoryOfHostileLists: an answer of a few megabytes that would take gigabytes is refused when its list is longer than
// any that is needed. The test runs alone because it measures.
func TestMemoryOfHostileLists(t *testing.T) {
	for _, element := range []string{"{}", "null", "1", "[]", `{"Name":{}}`} {
		body := "[" + strings.Repeat(element+",", (1<<20)/(len(element)+1)) + element + "]"
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
		}, withToken, retries(3))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var out List[wide]
		_, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/things", Out: &out})
		runtime.ReadMemStats(&after)
		if err == nil || out != nil {
			t.Errorf("%s: %d elements, %v", element, len(out), err)
		}
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 128 {
			t.Errorf("%s: %d MiB were allocated for %d MiB", element, took, len(body)>>20)
		}
	}
}

func TestListLength(t *testing.T) {
	t.Parallel()
	for elements, want := range map[int]error{0: nil, listLimit: nil, listLimit + 1: errTooLong} {
		attempts := 0
		body := "[" + strings.TrimSuffix(strings.Repeat(`{"Name":"x"},`, elements), ",") + "]"
		c := inMemory(t, func(*http.Request) (*http.Response, error) { attempts++; return answerOf(200, nil, body), nil }, withToken, retries(3))
		var out List[wide]
		_, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/things", Out: &out})
		if !errors.Is(err, want) || attempts != 1 || err == nil && (len(out) != elements || out == nil) {
			t.Errorf("%d elements: %d, %v after %d attempts", elements, len(out), err, attempts)
		}
	}
	for body, fine := range map[string]bool{"null": true, `{}`: false, `"x"`: false, `[`: false, `[1]`: false} {
		c := inMemory(t, func(*http.Request) (*http.Response, error) { return answerOf(200, nil, body), nil }, withToken)
		var out List[wide]
		if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/things", Out: &out}); (err == nil) != fine || out != nil {
			t.Errorf("%s: %v, %v", body, out, err)
		}
	}
}

func TestPagesEnd(t *testing.T) {
	t.Parallel()
	const page = "[ ]"
	attempts := 0
	c := inMemory(t, func(*http.Request) (*http.Response, error) { attempts++; return answerOf(200, nil, page), nil }, withToken, retries(3))
	pages := PageLimit{bytes: pagesLimit - 2*len(page)}
	for n, want := range []error{nil, nil, errListLarge} {
		var out List[wide]
		_, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/things", Out: &out, Pages: &pages})
		if !errors.Is(err, want) || attempts != n+1 {
			t.Errorf("page %d: %v after %d attempts", n, err, attempts)
		}
	}
	for name, list := range map[string]struct{ pages, elements int }{"short pages": {pageLimit, 1}, "full pages": {101, 1000}} {
		pages, n := PageLimit{}, 1
		for pages.Check(n*list.elements) == nil {
			n++
		}
		if n != list.pages {
			t.Errorf("%s: %d", name, n)
		}
	}
}

// TestFewLargeAnswersAtOnce: calls wait for one another before they have more than a first part of a large answer.
func TestFewLargeAnswersAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			tail := readerFunc(func(p []byte) (int, error) {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(time.Second)
				now.Add(-1)
				return copy(p, "]"), io.EOF
			})
			body := io.NopCloser(io.MultiReader(strings.NewReader("["+strings.Repeat(" ", largeBody-1)), tail))
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body}, nil
		}, withToken)
		var wait sync.WaitGroup
		for range 2 * largeBodies {
			wait.Go(func() {
				var out List[wide]
				if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/things", Out: &out}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if most.Load() != largeBodies {
			t.Errorf("%d at once", most.Load())
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		for range largeBodies {
			c.largeBodySemaphore <- struct{}{}
		}
		stopped := errors.New("stopped by the test")
		go cancel(stopped)
		var out any
		if _, err := c.Do(ctx, Request{Method: http.MethodGet, Path: "/things", Out: &out}); !errors.Is(err, stopped) {
			t.Errorf("err = %v", err)
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
