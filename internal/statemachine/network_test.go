// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// network is all there is to dial: the clients' transports are clones of the default one.
var network sync.Map // address to *listener

func TestMain(m *testing.M) {
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
func bubble(t *testing.T, check func(ctx context.Context)) {
	t.Helper()
	var end any
	synctest.Test(t, func(t *testing.T) {
		defer func() { end = recover() }()
		check(t.Context())
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
	once    sync.Once
}

var lastPort atomic.Int64

func listen() *listener {
	l := &listener{address: fmt.Sprintf("127.0.0.1:%d", lastPort.Add(1)), dialed: make(chan net.Conn), closed: make(chan struct{})}
	network.Store(l.address, l)
	return l
}

func (l *listener) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
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

func (l *listener) Close() error {
	l.once.Do(func() { network.Delete(l.address); close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return l }

func (l *listener) Network() string { return "memory" }

func (l *listener) String() string { return l.address }
