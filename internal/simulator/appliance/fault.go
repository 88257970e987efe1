// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"context"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Fault disturbs the exchanges it matches. Without any effect set it lets the
// handler answer.
type Fault struct {
	// Method and Path select requests as in Count; "" is any.
	Method, Path string
	// Skip lets the first matches pass; after them Times are hit, 0 is all.
	Skip, Times int

	// Latency passes before anything else; it ends with the request's context.
	Latency time.Duration
	// Status is answered instead of the handler, with Body and ContentType;
	// 0: the handler answers. Header is added to either answer.
	Status            int
	Header            http.Header
	Body, ContentType string
	// DropBefore cuts the connection before the request is processed,
	// DropAfter when it has been.
	DropBefore, DropAfter bool
	// Truncate sends only the first bytes of the answer under its full
	// Content-Length, then cuts; 0: does not.
	Truncate int
	// Stall sends half of the answer, then nothing until the client leaves.
	Stall bool
	// Endless sends Body and then blanks until the client leaves.
	Endless bool
	// Rewrite changes what the handler answers; nil: does not.
	Rewrite func(status int, body []byte) (int, []byte)
	// Refuse closes the connection behind the answer and takes no other one, as
	// Server.Refuse does. Only with HTTP/1.1 is it certain that the client sends
	// nothing more on that connection.
	Refuse bool
	// Hold stops the exchange before and after it is processed; nil: does not.
	Hold *Hold
}

// Hold keeps one exchange waiting, also when its client leaves meanwhile: the
// server that it stands for goes on with what it has been asked. It must hold
// one only, by Times: 1.
type Hold struct {
	Arrived, Processed chan struct{} // closed by the exchange when it is there
	Process, Answer    chan struct{} // closed by the owner to let it go on
}

// NewHold makes a Hold that has met no exchange yet.
func NewHold() *Hold {
	return &Hold{make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})}
}

type armedFault struct {
	Fault
	matched int
}

// faults is the list of the faults of a server.
type faults struct {
	faultsMu sync.Mutex
	armed    []*armedFault

	refusing atomic.Bool
	refused  atomic.Int32
}

// Inject appends a fault. Faults are tried in the order of their injection and
// the first that matches and is neither waiting nor used up is applied.
func (f *faults) Inject(fault Fault) {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	f.armed = append(f.armed, &armedFault{Fault: fault})
}

// ClearFaults removes all faults and ends Refuse.
func (f *faults) ClearFaults() {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	f.armed = nil
	f.refusing.Store(false)
}

// Refuse resets every new connection before a byte of it is read. Those that
// exist stay.
func (f *faults) Refuse() { f.refusing.Store(true) }

// Refused returns how many connections were refused.
func (f *faults) Refused() int { return int(f.refused.Load()) }

// gate is a listener whose connections can be refused.
type gate struct {
	net.Listener
	faults *faults
}

func (g gate) Accept() (net.Conn, error) {
	for {
		connection, err := g.Listener.Accept()
		if err != nil || !g.faults.refusing.Load() {
			return connection, err
		}
		g.faults.refused.Add(1)
		if tcp, ok := connection.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // so that closing it resets it
		}
		_ = connection.Close()
	}
}

func (f *faults) next(r *http.Request) (Fault, bool) {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	for _, a := range f.armed {
		if !matches(a.Method, a.Path, r.Method, r.URL.Path) {
			continue
		}
		a.matched++
		if a.matched > a.Skip && (a.Times == 0 || a.matched <= a.Skip+a.Times) {
			return a.Fault, true
		}
	}
	return Fault{}, false
}

func (f *faults) apply(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault, ok := f.next(r)
		if !ok {
			handler.ServeHTTP(w, r)
			return
		}
		Disturb(r)
		fault.serve(w, r, handler, f)
	})
}

type disturbedKey struct{}

// Disturb marks an exchange whose answer a test has made another than the
// vendor documents.
func Disturb(r *http.Request) {
	if disturbed, ok := r.Context().Value(disturbedKey{}).(*atomic.Bool); ok {
		disturbed.Store(true)
	}
}

// Watch is for Options.Wrap: it returns the request to pass on, and a function
// that tells afterwards whether a fault or a plan of a test disturbed it.
func Watch(r *http.Request) (watched *http.Request, disturbed func() bool) {
	var flag atomic.Bool
	return r.WithContext(context.WithValue(r.Context(), disturbedKey{}, &flag)), flag.Load
}

// serve runs the exchange with the fault. Connections are cut by the panic
// net/http reserves for it, which works for HTTP/1.1 and HTTP/2 alike.
func (f Fault) serve(w http.ResponseWriter, r *http.Request, handler http.Handler, server *faults) {
	if f.Latency > 0 {
		timer := time.NewTimer(f.Latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
	}
	if f.Hold != nil {
		close(f.Hold.Arrived)
		<-f.Hold.Process
	}
	if f.DropBefore {
		panic(http.ErrAbortHandler)
	}
	if f.Endless {
		f.serveEndless(w, r)
		panic(http.ErrAbortHandler)
	}

	answer := bufferedAnswer{header: http.Header{}}
	if f.Status != 0 {
		f.answer(&answer)
	} else {
		handler.ServeHTTP(&answer, r)
	}
	maps.Copy(answer.header, f.Header)
	if f.Rewrite != nil {
		answer.status, answer.body = f.Rewrite(answer.status, answer.body)
		answer.header.Del("Content-Length")
	}
	if f.Hold != nil {
		close(f.Hold.Processed)
		<-f.Hold.Answer
	}
	if f.DropAfter {
		panic(http.ErrAbortHandler)
	}
	if f.Refuse {
		// An answer that the client has must not meet a server that still listens.
		server.Refuse()
		answer.header.Set("Connection", "close")
	}
	f.send(&answer, w, r)
}

// send writes the answer, or the part of it that is to arrive.
func (f Fault) send(answer *bufferedAnswer, w http.ResponseWriter, r *http.Request) {
	part := len(answer.body)
	switch {
	case f.Truncate > 0:
		part = min(f.Truncate, part)
	case f.Stall:
		part /= 2
	default:
		answer.send(w, part)
		return
	}
	if len(answer.body) > 0 {
		answer.header.Set("Content-Length", strconv.Itoa(len(answer.body)))
	}
	answer.send(w, part)
	_ = http.NewResponseController(w).Flush()
	if f.Stall {
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler)
}

func (f Fault) answer(w http.ResponseWriter) {
	if f.ContentType != "" {
		w.Header().Set("Content-Type", f.ContentType)
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(f.Body)) // into memory
}

func (f Fault) serveEndless(w http.ResponseWriter, r *http.Request) {
	contentType := f.ContentType
	if contentType == "" {
		contentType = "application/json"
	}
	maps.Copy(w.Header(), f.Header)
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(max(f.Status, http.StatusOK))
	_, err := w.Write([]byte(f.Body))
	blanks := make([]byte, 4096)
	for i := range blanks {
		blanks[i] = ' '
	}
	for err == nil && r.Context().Err() == nil {
		_, err = w.Write(blanks)
	}
}

// bufferedAnswer holds back what a handler writes.
type bufferedAnswer struct {
	header http.Header
	status int
	body   []byte
}

func (a *bufferedAnswer) Header() http.Header { return a.header }

func (a *bufferedAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *bufferedAnswer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, p...)
	return len(p), nil
}

// send writes the first bytes of the answer's body behind its status.
func (a *bufferedAnswer) send(w http.ResponseWriter, part int) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(max(a.status, http.StatusOK))
	_, _ = w.Write(a.body[:part]) // the client may be gone
}
