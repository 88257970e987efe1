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
	pollFirst = pollLast >> 9 // ten milliseconds
	pollLast  = 5 * time.Second

	pollPatience = 2 * time.Minute // with a server that cannot be asked: the restart of its service
)

// Poll calls check until it says done or fails, or ctx ends; the pauses double from ten milliseconds to five seconds. An Outage
// does not end it at once, because what is waited for goes on meanwhile. The error of an ended context is its cause.
func Poll(ctx context.Context, check func(ctx context.Context) (done bool, err error)) error {
	var outage outage
	for interval := pollFirst; ; interval = min(2*interval, pollLast) {
		done, err := check(ctx)
		switch {
		case err == nil && done:
			return nil
		case err != nil && ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
			return outage.endedBy(err)
		}
		if err := outage.forgive(err); err != nil {
			return err
		}
		if err := sleep(ctx, untilNext(interval, time.Now())); err != nil {
			return outage.endedBy(err)
		}
	}
}

// pollPhase keeps runs apart that were started at the same time.
var pollPhase = rand.N(pollLast)

// untilNext returns the pause before the next check, half an interval to one and a half: checks are due at multiples of their
// interval, so that those who wait at the same time read at the same time, and can share a request.
func untilNext(interval time.Duration, now time.Time) time.Duration {
	phase := (time.Duration(now.UnixNano()) + pollPhase + interval/2) % interval
	return interval/2 + interval - phase
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
