// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"time"
)

const (
	pollFirst  = 250 * time.Millisecond
	pollLast   = 5 * time.Second
	pollGrowth = 1.5
)

// Poll calls check until it says done or fails, or ctx ends; between two calls it waits a quarter of a second at
// first and up to five seconds later. The error of an ended context is its cause.
func Poll(ctx context.Context, check func(ctx context.Context) (done bool, err error)) error {
	for gap := pollFirst; ; gap = min(time.Duration(float64(gap)*pollGrowth), pollLast) {
		done, err := check(ctx)
		if err != nil || done {
			return err
		}
		if err := sleep(ctx, gap); err != nil {
			return err
		}
	}
}

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
