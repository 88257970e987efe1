// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// calls counts those under way. When there are none, the framework is made to forget those that are over: it keeps a cancel
// function of each, and the context that it has made for it, until the provider is stopped. At ten thousand objects these are
// ten megabytes.
type calls struct {
	forget func() // cancels whatever is under way

	mu            sync.Mutex
	running, over int
}

const forgetAfter = 256 // calls

func (c *calls) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running++
}

func (c *calls) end() {
	c.mu.Lock()
	defer c.mu.Unlock() // a call that begins waits for this
	c.running--
	if c.over++; c.running == 0 && c.over >= forgetAfter {
		c.over = 0
		c.forget()
	}
}

// callContext is the context of a call until the call ends, and one that holds nothing from then on: what the framework keeps
// of a call holds the call's context, and with that its loggers.
type callContext struct {
	calls   *calls
	current atomic.Pointer[context.Context]
}

func (c *calls) context(ctx context.Context) *callContext {
	c.begin()
	call := &callContext{calls: c}
	call.current.Store(&ctx)
	return call
}

var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *callContext) end() {
	c.current.Store(&ended)
	c.calls.end()
}

func (c *callContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.current.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.current.Load()).Value(key) }
