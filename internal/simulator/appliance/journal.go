// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"sync"
	"time"
)

// maxRecordedBody is how much of a request body the log keeps, in bytes.
const maxRecordedBody = 64 << 10

// Exchange is one request and what became of it.
type Exchange struct {
	Time     time.Time
	Method   string
	Path     string // decoded, as sent
	RawQuery string
	Header   http.Header // of the request
	Body     []byte      // of the request, its first 64 KiB
	Status   int         // 0 while no answer has begun
	Dropped  bool        // the connection was cut instead of a whole answer
}

// journal keeps the exchanges of a server in the order of their arrival.
type journal struct {
	name string

	mu        sync.Mutex
	exchanges []*Exchange
	arrival   chan struct{} // closed by the next request; nil: nobody waits

	outMu sync.Mutex
	out   io.Writer
}

// Requests returns the exchanges so far, oldest first, those still under way
// included.
func (j *journal) Requests() []Exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	all := make([]Exchange, len(j.exchanges))
	for i, e := range j.exchanges {
		all[i] = *e
		all[i].Header = e.Header.Clone()
		all[i].Body = bytes.Clone(e.Body)
	}
	return all
}

// ResetLog forgets all exchanges.
func (j *journal) ResetLog() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.exchanges = nil
}

// Arrival returns a channel that is closed when the next request arrives. Who
// takes it before looking at the log misses none.
func (j *journal) Arrival() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.arrival == nil {
		j.arrival = make(chan struct{})
	}
	return j.arrival
}

// Count returns how many requests had the method and a path that matches the
// pattern of path.Match: "*" stays within a segment, case matters, "" is any.
// A malformed pattern panics.
func (j *journal) Count(method, pathPattern string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for _, e := range j.exchanges {
		if matches(method, pathPattern, e.Method, e.Path) {
			n++
		}
	}
	return n
}

func matches(wantMethod, pattern, method, urlPath string) bool {
	if wantMethod != "" && wantMethod != method {
		return false
	}
	if pattern == "" {
		return true
	}
	ok, err := path.Match(pattern, urlPath)
	if err != nil {
		panic(fmt.Sprintf("appliance: path pattern %q: %v", pattern, err))
	}
	return ok
}

// record notes every request on arrival and its status before the first byte
// of the answer leaves, so that a client that has its answer finds it logged.
func (j *journal) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := bodyPrefix(r)
		e := &Exchange{
			Time: time.Now(), Method: r.Method, Path: r.URL.Path, RawQuery: r.URL.RawQuery,
			Header: r.Header.Clone(), Body: body,
		}
		j.mu.Lock()
		j.exchanges = append(j.exchanges, e)
		if j.arrival != nil {
			close(j.arrival)
			j.arrival = nil
		}
		j.mu.Unlock()

		watched := &statusWriter{ResponseWriter: w, status: func(status int) {
			j.mu.Lock()
			defer j.mu.Unlock()
			if e.Status == 0 {
				e.Status = status
			}
		}}
		finished := false
		// The panic of an aborted exchange passes on: net/http cuts the
		// connection when it sees it.
		defer func() {
			j.mu.Lock()
			e.Dropped = !finished
			line := e.String()
			j.mu.Unlock()
			j.printf("%s", line)
		}()
		next.ServeHTTP(watched, r)
		watched.status(http.StatusOK) // what net/http sends when the handler wrote nothing
		finished = true
	})
}

// bodyPrefix reads the part of the body that is kept, and leaves the whole of
// it to be read by the handler.
func bodyPrefix(r *http.Request) []byte {
	prefix, err := io.ReadAll(io.LimitReader(r.Body, maxRecordedBody))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = failingReader{err}
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(prefix), rest), r.Body}
	return slices.Clip(prefix)
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// String is the line of the log, with the secrets masked: a test that prints what
// was sent does not print them.
func (e Exchange) String() string {
	target := (&url.URL{Path: e.Path}).EscapedPath()
	if e.RawQuery != "" {
		target += "?" + maskForm(e.RawQuery)
	}
	line := e.Method + " " + target
	if body := maskBody(e.Header.Get("Content-Type"), e.Body); body != "" {
		line += " " + body
	}
	switch {
	case e.Dropped && e.Status == 0:
		return line + " -> dropped"
	case e.Dropped:
		return fmt.Sprintf("%s -> %d, dropped", line, e.Status)
	default:
		return fmt.Sprintf("%s -> %d", line, e.Status)
	}
}

func (j *journal) printf(format string, args ...any) {
	if j.out == nil {
		return
	}
	j.outMu.Lock()
	defer j.outMu.Unlock()
	_, _ = fmt.Fprintf(j.out, j.name+"  "+format+"\n", args...) // a full disk must not fail the exchange
}

// statusWriter reports the status of an answer before it is sent.
type statusWriter struct {
	http.ResponseWriter
	status func(int)
}

func (w *statusWriter) WriteHeader(status int) {
	w.status(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	w.status(http.StatusOK)
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the writer of net/http.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
