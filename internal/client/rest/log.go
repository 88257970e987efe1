// SPDX-License-Identifier: MPL-2.0

package rest

import "context"

// Logger receives one structured line for each HTTP exchange: method, path, status, duration_ms, attempt and
// request_id. It never receives a header, a body or a query value.
type Logger interface {
	Debug(ctx context.Context, message string, fields map[string]any)
	Warn(ctx context.Context, message string, fields map[string]any)
}

type silent struct{}

func (silent) Debug(context.Context, string, map[string]any) {}
func (silent) Warn(context.Context, string, map[string]any)  {}
