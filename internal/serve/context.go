// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"context"
	"sync/atomic"
	"time"
)

// callContext is the context of a call until the call ends, and one that holds nothing from then on: the framework keeps
// a cancel function of every call, and with it the call's context, until the provider stops.
type callContext struct {
	current atomic.Pointer[context.Context]
}

func newCallContext(ctx context.Context) *callContext {
	c := &callContext{}
	c.current.Store(&ctx)
	return c
}

var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *callContext) end() { c.current.Store(&ended) }

func (c *callContext) Deadline() (time.Time, bool) { return (*c.current.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.current.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.current.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.current.Load()).Value(key) }
