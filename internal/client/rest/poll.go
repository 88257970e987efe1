// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"fmt"
	"time"
)

const (
	pollFirst = 250 * time.Millisecond
	pollLast  = 5 * time.Second

	pollPatience = 2 * time.Minute // with a server that cannot be asked: the restart of its service
)

// Poll calls check until it says done or fails, or ctx ends; between two calls it waits a quarter of a second at
// first and up to five seconds later. An Outage does not end it at once, because what is waited for goes on meanwhile.
// The error of an ended context is its cause.
func Poll(ctx context.Context, check func(ctx context.Context) (done bool, err error)) error {
	var outage outage
	for gap := pollFirst; ; gap = longer(gap) {
		done, err := check(ctx)
		if err == nil && done {
			return nil
		}
		if err := outage.forgive(err); err != nil {
			return err
		}
		if err := sleep(ctx, gap); err != nil {
			return outage.endedBy(err)
		}
	}
}

// longer is the gap after a gap: a short one is soon behind, a long one is not to be overshot by much.
func longer(gap time.Duration) time.Duration {
	if gap < pollFirst {
		return 2 * gap
	}
	return min(gap+gap/2, pollLast)
}

// outage is the time in which a server cannot be asked by one who waits.
type outage struct {
	began time.Time // or when the server last answered
	err   error     // nil: there is none
}

// forgive gives back an error that is to end the wait.
func (o *outage) forgive(err error) error {
	if err == nil || o.began.IsZero() {
		o.began = time.Now()
	}
	if o.err = err; err != nil && (!Outage(err) || time.Since(o.began) > pollPatience) {
		return err
	}
	return nil
}

// endedBy tells of the outage in which a wait came to its end.
func (o *outage) endedBy(cause error) error {
	if o.err == nil {
		return cause
	}
	return fmt.Errorf("%w; before that: %w", cause, o.err)
}

// Outage tells that err says something of the moment and nothing of what was asked: a call that changes nothing is sent
// again after it.
func Outage(err error) bool { return (&call{safe: true}).repeatable(err) }

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
