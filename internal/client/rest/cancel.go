// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"time"
)

// cancelGracePeriod is how much longer than its context a call that changes something may wait for its answer.
const cancelGracePeriod = 5 * time.Second

// withCancelGracePeriod gives a context that is cancelled a little later than ctx. What the server names in the answer to a call that
// changes something, such as the session it has started, can often not be found out in another way; to break the
// call off because the user has interrupted would lose that for the sake of a moment. A deadline is kept to: that
// is how long the user wants to wait.
func withCancelGracePeriod(ctx context.Context) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		end := func() { cancel(context.Cause(ctx)) }
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			end()
			return
		}
		timer := time.AfterFunc(cancelGracePeriod, end)
		context.AfterFunc(late, func() { timer.Stop() })
	})
	return late, func() {
		stop()
		cancel(nil)
	}
}
