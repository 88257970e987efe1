// SPDX-License-Identifier: MPL-2.0

package crud

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Null returns the model of an object of which nothing is known: all values are null, each of its type. The state has the schema.
func Null[M any](ctx context.Context, state tfsdk.State) (m M, diags diag.Diagnostics) {
	nulls := map[string]tftypes.Value{}
	object, _ := state.Schema.Type().TerraformType(ctx).(tftypes.Object)
	for name, kind := range object.AttributeTypes {
		nulls[name] = tftypes.NewValue(kind, nil)
	}
	state.Raw = tftypes.NewValue(object, nulls)
	diags = state.Get(ctx, &m)
	return m, diags
}

// raw is the value of a model.
func (r *crud[M, A, D, P]) raw(ctx context.Context, state tfsdk.State, m *M, diags *diag.Diagnostics) tftypes.Value {
	diags.Append(state.Set(ctx, m)...)
	return state.Raw
}

// complete takes from the server what is not known of a plan: after apply the state equals the plan. What the server does not
// report either is null.
func complete(plan, server tftypes.Value) tftypes.Value {
	completed, err := tftypes.Transform(plan, func(at *tftypes.AttributePath, planned tftypes.Value) (tftypes.Value, error) {
		if planned.IsKnown() {
			return planned, nil
		}
		found, _, err := tftypes.WalkAttributePath(server, at)
		if value, ok := found.(tftypes.Value); err == nil && ok && value.IsFullyKnown() {
			return value, nil
		}
		return tftypes.NewValue(planned.Type(), nil), nil
	})
	if err != nil { // impossible: the function returns no error, and no other type
		return plan
	}
	return completed
}

// includes reports whether an object has every planned attribute that is neither null nor unknown, apart from some.
func includes(object, planned tftypes.Value, except []string) bool {
	var have, want map[string]tftypes.Value
	if object.As(&have) != nil || planned.As(&want) != nil {
		return false
	}
	for name, value := range want {
		if !value.IsNull() && value.IsFullyKnown() && !slices.Contains(except, name) && !value.Equal(have[name]) {
			return false
		}
	}
	return true
}

// differ reports whether two values of an object differ in any attribute, apart from some.
func differ(a, b tftypes.Value, except []string) bool {
	var before, after map[string]tftypes.Value
	if a.As(&before) != nil || b.As(&after) != nil {
		return true
	}
	for name, value := range after {
		if !slices.Contains(except, name) && !value.Equal(before[name]) {
			return true
		}
	}
	return false
}

// SetIdentity records the identity. Each of create, read and update must: an older CLI, which keeps none, passes an empty one every
// time, and the framework refuses to return it empty, also for an object that is gone.
func SetIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.String, diags *diag.Diagnostics) {
	if identity != nil && !id.IsNull() && !id.IsUnknown() {
		diags.Append(identity.SetAttribute(ctx, path.Root("id"), id)...)
	}
}
