// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	retryBase       = 500 * time.Millisecond
	retryCap        = 30 * time.Second
	retryAfterLimit = 2 * time.Minute // what a server may ask for in Retry-After
)

// send makes the attempts of one call: as many as may not do the work twice and as the configuration allows.
func (c *Client) send(ctx context.Context, call *call, token Secret) (int, error) {
	for attempt := 1; ; attempt++ {
		status, wait, err := c.roundTrip(ctx, call, token, attempt)
		if err == nil || attempt > c.maxRetries || ctx.Err() != nil || !call.retryable(err) {
			return status, err
		}
		if wait <= 0 {
			wait = jitter(attempt)
		}
		if sleep(ctx, wait) != nil {
			return status, err
		}
	}
}

// retryable decides whether the call may be sent again after err. A call that changes something, whatever its method, is
// repeated only when it was certainly not processed: it never left, or the server said that it would not take it now.
func (call *call) retryable(err error) bool {
	if api, ok := errors.AsType[*APIError](err); ok {
		refused := api.Status == http.StatusTooManyRequests || api.Status == http.StatusServiceUnavailable && api.RetryAfter
		return refused || call.safe && api.ambiguous()
	}
	var transport *TransportError
	if !errors.As(err, &transport) || certificateError(err) != nil || isPermanent(err) {
		return false
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return false
	}
	return call.safe || !transport.Sent
}

// IsTransient tells that err says something of the moment and nothing of what was asked: a call that changes nothing is sent
// again after it.
func IsTransient(err error) bool { return (&call{safe: true}).retryable(err) }

// jitter spreads the attempts of concurrent calls: anything from nothing to a doubling bound.
func jitter(attempt int) time.Duration {
	bound := min(retryBase<<min(attempt-1, 10), retryCap)
	return time.Duration(rand.Int64N(int64(bound)) + 1)
}

// retryAfter reads the header in either form, seconds or a date; zero without one.
func retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) { // out of range: the most there is
		return min(time.Duration(seconds)*time.Second, retryAfterLimit)
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(date), 0), retryAfterLimit)
	}
	return 0
}
