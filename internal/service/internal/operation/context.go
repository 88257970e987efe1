// SPDX-License-Identifier: MPL-2.0

package operation

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// TimeoutError is the cause of a context whose operation took longer than its timeout. It is a context.DeadlineExceeded.
type TimeoutError struct {
	Operation string // create, read, update, delete or invoke
	Timeout   time.Duration
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("the %s timeout of %s ended", e.Operation, Duration(e.Timeout))
}

// Is implements the interface that errors.Is uses.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// interruptedError is the cause of a context whose operation Terraform has cancelled. It is a context.Canceled.
type interruptedError struct{}

func (interruptedError) Error() string { return "the operation was interrupted" }

// Is implements the interface that errors.Is uses.
func (interruptedError) Is(target error) bool { return target == context.Canceled }

// WithTimeout returns the context of an operation that ends after the timeout or when Terraform cancels it. Its cause
// says which of the two it was, in words for the user.
func WithTimeout(parent context.Context, operation string, timeout time.Duration) (context.Context, context.CancelFunc) {
	ctx, interrupt := context.WithCancelCause(context.WithoutCancel(parent))
	stop := context.AfterFunc(parent, func() { interrupt(interruptedError{}) })
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, &TimeoutError{operation, timeout})
	return ctx, func() {
		stop()
		cancel()
		interrupt(nil)
	}
}

// Patience is how long the outcome of a request without a response is looked for; little when the user has interrupted.
func Patience(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return 5 * time.Second
	}
	return 20 * time.Second
}

// Duration writes a duration as a user would: 15m and not 15m0s.
func Duration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
