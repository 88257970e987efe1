// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
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
	running chan struct{} // closed when the work under way has ended; nil: none
	done    bool
	value   T
	err     error
	failed  time.Time
}

// Do returns the kept result, or runs work. The work outlives a caller that gives up, because others may wait for it; its
// requests have timeouts.
func (o *Once[T]) Do(ctx context.Context, work func(context.Context) (T, error)) (T, error) {
	for {
		o.mu.Lock()
		if o.done || o.err != nil && time.Since(o.failed) < failureTTL {
			defer o.mu.Unlock()
			return o.value, o.err
		}
		if o.running == nil {
			o.running = make(chan struct{})
			go o.run(context.WithoutCancel(ctx), work)
		}
		running := o.running
		o.mu.Unlock()
		select {
		case <-running:
		case <-ctx.Done():
			var none T
			return none, context.Cause(ctx)
		}
	}
}

func (o *Once[T]) run(ctx context.Context, work func(context.Context) (T, error)) {
	value, err := work(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.done { // a value that was set meanwhile stays
		o.value, o.err, o.done, o.failed = value, err, err == nil, time.Now()
	}
	close(o.running)
	o.running = nil
}

// Set keeps a result that was found in another way.
func (o *Once[T]) Set(value T) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.value, o.err, o.done = value, nil, true
}

// Get returns the kept result of a success.
func (o *Once[T]) Get() (value T, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.value, o.done
}
