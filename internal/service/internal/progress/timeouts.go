// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
)

// Timeouts is the attribute of the same name, which the library leaves without a description of its own; the given one
// is that of its only member, invoke.
func Timeouts(ctx context.Context, description string) schema.Attribute {
	a := timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: description})
	if nested, ok := a.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "A duration such as `90s`, `30m` or `2h`."
		return nested
	}
	return a
}
