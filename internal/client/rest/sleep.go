// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"time"
)

// sleep returns the cause of the end of ctx if that comes first.
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
