// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	minInterval = maxInterval >> 9 // ten milliseconds
	maxInterval = 5 * time.Second

	outageTolerance = 2 * time.Minute // with a server that cannot be asked: the restart of its service
)

// Poll calls check until it says done or fails, or ctx ends; the pauses double from ten milliseconds to five seconds. An Outage
// does not end it at once, because what is waited for goes on meanwhile. The error of an ended context is its cause.
func Poll(ctx context.Context, check func(ctx context.Context) (done bool, err error)) error {
	var outage outageTracker
	for interval := minInterval; ; interval = min(2*interval, maxInterval) {
		done, err := check(ctx)
		switch {
		case err == nil && done:
			return nil
		case err != nil && ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
			return outage.wrapCause(err)
		}
		if err := outage.tolerate(err); err != nil {
			return err
		}
		if err := sleep(ctx, untilNext(interval, time.Now())); err != nil {
			return outage.wrapCause(err)
		}
	}
}

// phase keeps runs apart that were started at the same time.
var phase = rand.N(maxInterval)

// untilNext returns the pause before the next check, half an interval to one and a half: checks are due at multiples of their
// interval, so that those who wait at the same time read at the same time, and can share a request.
func untilNext(interval time.Duration, now time.Time) time.Duration {
	phase := (time.Duration(now.UnixNano()) + phase + interval/2) % interval
	return interval/2 + interval - phase
}

// outageTracker is the time in which a server cannot be asked by one who waits.
type outageTracker struct {
	began time.Time // or when the server last answered
	err   error     // nil: there is none
}

// tolerate gives back an error that is to end the wait.
func (o *outageTracker) tolerate(err error) error {
	if err == nil || o.began.IsZero() {
		o.began = time.Now()
	}
	if o.err = err; err != nil && (!IsTransient(err) || time.Since(o.began) > outageTolerance) {
		return err
	}
	return nil
}

// wrapCause tells of the outage in which a wait came to its end.
func (o *outageTracker) wrapCause(cause error) error {
	if o.err == nil {
		return cause
	}
	return fmt.Errorf("%w; before that: %w", cause, o.err)
}
