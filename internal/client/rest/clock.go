// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the server's, as its answers tell it by their Date header, to the second.
type clock struct{ ahead atomic.Int64 }

func (c *clock) set(header http.Header) {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		c.ahead.Store(int64(time.Until(date)))
	}
}

// Now is the time by the server's clock, a second more or less; by the own one before the first answer and where a server
// tells none.
func (c *Client) Now() time.Time { return time.Now().Add(time.Duration(c.clock.ahead.Load())) }
