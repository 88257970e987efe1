// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// network is all there is to dial: the clients' transports are clones of the default one.
var network sync.Map // address to *listener

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || strings.HasPrefix(f.Name, "rapid.") })
	if !chosen {
		// In everyday runs a few seconds, and the same users each time: a change is judged by what it changed. Others are
		// tried by make fuzz.
		_ = flag.Set("rapid.checks", "10")
		_ = flag.Set("rapid.seed", "1")
	}
	transport, _ := http.DefaultTransport.(*http.Transport)
	transport.Proxy = nil
	transport.DialContext = func(ctx context.Context, _, address string) (net.Conn, error) {
		at, _ := network.Load(address)
		if l, ok := at.(*listener); ok {
			return l.dial(ctx)
		}
		return nil, &net.OpError{Op: "dial", Net: "memory", Err: fmt.Errorf("nobody listens on %s", address)}
	}
	os.Exit(m.Run())
}

// bubble runs a check in a bubble of synctest, whose clock jumps over all waiting, and hands on how rapid ends it.
func bubble(t *testing.T, check func(t *testing.T)) {
	t.Helper()
	var end any
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			end = recover()
			time.Sleep(time.Hour) // for what outlives an interrupted command: the clock stops when this returns
		}()
		check(t)
	})
	// When rapid makes a failure small it compares where panics come from: one that rejects the data it tries must not look
	// like a failure.
	switch {
	case end == nil:
	case strings.HasSuffix(fmt.Sprintf("%T", end), "invalidData"):
		panic(end)
	default:
		panic(end)
	}
}

// listener is the end of a network in memory. Sockets would keep the clock of a bubble from jumping.
type listener struct {
	address string
	dialed  chan net.Conn
	closed  chan struct{}

	mu    sync.Mutex
	conns []net.Conn
}

var lastPort atomic.Int64

func listen() *listener {
	l := &listener{address: fmt.Sprintf("127.0.0.1:%d", lastPort.Add(1)), dialed: make(chan net.Conn), closed: make(chan struct{})}
	network.Store(l.address, l)
	return l
}

func (l *listener) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	l.mu.Lock()
	l.conns = append(l.conns, client, server)
	l.mu.Unlock()
	select {
	case l.dialed <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.dialed:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close cuts all connections, also those that are just being made: no bubble ends before they do.
func (l *listener) Close() error {
	if _, open := network.LoadAndDelete(l.address); open {
		close(l.closed)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns {
		_ = c.Close()
	}
	return nil
}

func (l *listener) Addr() net.Addr { return l }

func (l *listener) Network() string { return "memory" }

func (l *listener) String() string { return l.address }
