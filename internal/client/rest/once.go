// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"sync"
	"time"
)

// failureTTL is how long a failure is the answer to all who ask again. A run works on ten objects at a time: without it, an
// unreachable server would be waited for once per ten objects. Longer would hide that the server is back.
const failureTTL = 10 * time.Second

// Once shares the result of one piece of work, for example a login or the search for a version: concurrent callers wait
// for the same result, a success is kept, and a failure is returned again for a few seconds. The zero value is ready.
type Once[T any] struct {
	mu      sync.Mutex
	running *flight[T] // nil: no work is under way
	done    bool       // value is that of a success
	value   T
	err     error // of the last work
	failed  time.Time
}

type flight[T any] struct {
	done  chan struct{} // closed at the end, when the rest is set
	value T
	err   error
}

// Do returns the kept result, or runs work. The work outlives a caller that gives up, because others may wait for it; its
// requests have timeouts.
func (o *Once[T]) Do(ctx context.Context, work func(context.Context) (T, error)) (T, error) {
	return o.renew(ctx, func(T) bool { return true }, func(ctx context.Context, _ T) (T, error) { return work(ctx) })
}

// renew is Do for a result that does not remain usable. Work gets the last one. A refused account is not tried again: repeated
// refusals may lock it.
func (o *Once[T]) renew(ctx context.Context, usable func(T) bool, work func(ctx context.Context, last T) (T, error)) (none T, _ error) {
	o.mu.Lock()
	_, refused := errors.AsType[*AuthError](o.err)
	switch {
	case refused || o.err != nil && time.Since(o.failed) < failureTTL:
		defer o.mu.Unlock()
		return none, o.err
	case o.done && usable(o.value):
		defer o.mu.Unlock()
		return o.value, nil
	}
	if o.running == nil {
		o.running = &flight[T]{done: make(chan struct{})}
		go o.run(context.WithoutCancel(ctx), o.running, o.value, work)
	}
	running := o.running
	o.mu.Unlock()
	select {
	case <-running.done:
		return running.value, running.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

func (o *Once[T]) run(ctx context.Context, f *flight[T], last T, work func(ctx context.Context, last T) (T, error)) {
	f.value, f.err = work(ctx, last)
	o.mu.Lock()
	defer o.mu.Unlock()
	defer close(f.done)
	if o.running != f { // a value was set meanwhile
		f.value, f.err = o.value, nil
		return
	}
	o.running, o.err, o.failed = nil, f.err, time.Now()
	if f.err == nil {
		o.value, o.done = f.value, true
	}
}

// Set keeps a result that was found in another way.
func (o *Once[T]) Set(value T) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.running, o.value, o.err, o.done = nil, value, nil, true
}

// Get returns the kept result of a success.
func (o *Once[T]) Get() (value T, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.value, o.done
}
