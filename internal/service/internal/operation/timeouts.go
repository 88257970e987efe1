// SPDX-License-Identifier: MPL-2.0

// Package operation bounds what objects of both products do: the timeouts attribute, and the context of an operation.
package operation

import (
	"context"
	"fmt"
	"time"

	actiontimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/argument"
)

// Timeouts returns the timeouts attribute of a resource. The options describe its members.
func Timeouts(ctx context.Context, description string, opts timeouts.Opts) schema.Attribute {
	attribute := timeouts.Attributes(ctx, opts)
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = description
	nested.Validators = []validator.Object{argument.NotEmpty()}
	for name, member := range nested.Attributes {
		if text, ok := member.(schema.StringAttribute); ok {
			text.Validators = []validator.String{durationValidator{}}
			nested.Attributes[name] = text
		}
	}
	return nested
}

// ActionTimeouts returns the timeouts attribute of an action. The description is that of its only member, invoke.
func ActionTimeouts(ctx context.Context, description string) actionschema.Attribute {
	attribute := actiontimeouts.AttributesWithOpts(ctx, actiontimeouts.Opts{InvokeDescription: description})
	nested, ok := attribute.(actionschema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "Durations such as `90s`, `30m` or `2h`. If omitted, the defaults apply."
	nested.Validators = []validator.Object{argument.NotEmpty()}
	for name, member := range nested.Attributes {
		if text, ok := member.(actionschema.StringAttribute); ok {
			text.Validators = []validator.String{durationValidator{}}
			nested.Attributes[name] = text
		}
	}
	return nested
}

// durationValidator accepts durations greater than zero.
type durationValidator struct{}

func (durationValidator) Description(context.Context) string {
	return `must be a duration greater than zero such as "90s", "30m" or "2h"; the units are s, m and h`
}

func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v durationValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if d, err := time.ParseDuration(req.ConfigValue.ValueString()); err != nil || d <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Attribute Value",
			fmt.Sprintf("Attribute %s %s, got: %q", req.Path, v.Description(ctx), req.ConfigValue.ValueString()))
	}
}
