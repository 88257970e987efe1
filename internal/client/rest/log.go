// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Logger receives one structured line for each HTTP exchange: method, path, status, duration_ms, attempt and
// request_id. It never receives a header, a body or a query value.
type Logger interface {
	Debug(ctx context.Context, message string, fields map[string]any)
	Warn(ctx context.Context, message string, fields map[string]any)
}

type nopLogger struct{}

func (nopLogger) Debug(context.Context, string, map[string]any) {}
func (nopLogger) Warn(context.Context, string, map[string]any)  {}

func (c *Client) log(ctx context.Context, call *call, attempt, status int, took time.Duration, err error) {
	fields := map[string]any{
		"product": c.product, "method": call.Method, "path": call.Path, "status": status,
		"duration_ms": took.Milliseconds(), "attempt": attempt, "request_id": call.id,
	}
	if err == nil {
		c.logger.Debug(ctx, "request answered", fields)
		return
	}
	fields["error"] = strings.TrimSpace(err.Error())
	if _, refused := errors.AsType[*APIError](err); refused && call.Anonymous && call.Form == nil { // a probe, which any refusal answers
		c.logger.Debug(ctx, "request refused", fields)
		return
	}
	c.logger.Warn(ctx, "request failed", fields)
}
