// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"fmt"
	"time"
)

const (
	pollFirst  = 250 * time.Millisecond
	pollLast   = 5 * time.Second
	pollGrowth = 1.5

	pollPatience = 2 * time.Minute // with a server that cannot be asked: the restart of its service
)

// Poll calls check until it says done or fails, or ctx ends; between two calls it waits a quarter of a second at
// first and up to five seconds later. An Outage does not end it at once, because what is waited for goes on meanwhile.
// The error of an ended context is its cause.
func Poll(ctx context.Context, check func(ctx context.Context) (done bool, err error)) error {
	var answered time.Time
	for gap := pollFirst; ; gap = min(time.Duration(float64(gap)*pollGrowth), pollLast) {
		done, err := check(ctx)
		switch {
		case err == nil && done:
			return nil
		case err == nil || answered.IsZero():
			answered = time.Now()
		}
		if err != nil && (!Outage(err) || time.Since(answered) > pollPatience) {
			return err
		}
		if ended := sleep(ctx, gap); ended != nil {
			if err != nil {
				return fmt.Errorf("%w; before that: %w", ended, err)
			}
			return ended
		}
	}
}

// Outage tells that err says something of the moment and nothing of what was asked: a call that changes nothing is sent
// again after it.
func Outage(err error) bool { return (&call{idempotent: true}).repeatable(err) }

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
