// SPDX-License-Identifier: MPL-2.0

package crud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ModifyPlan reports at plan what would otherwise fail at apply.
func (r *crud[M, A, D, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil || req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	var prior *tfsdk.State
	var unsupported diag.Diagnostics
	r.checkFeatures(ctx, req.Config, &unsupported)
	if !req.State.Raw.IsNull() {
		prior = &req.State
		// Terraform makes an ordinary plan before that of a destroy, which an error would prevent: the update reports it.
		unsupported = asWarnings(unsupported)
	}
	resp.Diagnostics.Append(unsupported...)
	c := r.change(ctx, req.Plan, req.Config, prior, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.checkSecrets(ctx, req, &resp.Diagnostics)
	if r.spec.Check != nil && r.product.Ready(r.data) {
		r.spec.Check(ctx, r.data, c, &resp.Diagnostics)
	}
}

// checkFeatures refuses what the server's version lacks: the object, or attributes that are configured. A server that cannot be
// asked yet is asked at apply.
func (r *crud[M, A, D, P]) checkFeatures(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	if !r.product.Ready(r.data) || r.product.Lacks == nil {
		return
	}
	if r.spec.Feature != "" {
		if version, having, lacks := r.product.Lacks(ctx, r.data, r.spec.Feature); lacks {
			diags.AddError("Object Not Supported By The Server", fmt.Sprintf("The server is used with API version %s, and %s exist in %s only. "+
				"Remove the object, or choose another api_version in block %q.", version, r.spec.Nouns, having, r.product.Block))
			return
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.spec.Features)) {
		var value attr.Value
		if d := config.GetAttribute(ctx, attributePath(name), &value); d.HasError() || value == nil || value.IsNull() || value.IsUnknown() {
			continue
		}
		if version, having, lacks := r.product.Lacks(ctx, r.data, r.spec.Features[name]); lacks {
			root, _, _ := strings.Cut(name, ".") // the CLI finds no line for what is nested
			diags.AddAttributeError(path.Root(root), "Attribute Not Supported By The Server", fmt.Sprintf("The server is used with API version %s, and %s "+
				"exists in %s only. Omit the attribute, or choose another api_version in block %q.", version, name, having, r.product.Block))
		}
	}
}

func attributePath(name string) path.Path {
	names := strings.Split(name, ".")
	at := path.Root(names[0])
	for _, name := range names[1:] {
		at = at.AtName(name)
	}
	return at
}

func asWarnings(all diag.Diagnostics) (warnings diag.Diagnostics) {
	for _, d := range all {
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			warnings.AddAttributeWarning(at.Path(), d.Summary(), d.Detail())
		} else {
			warnings.AddWarning(d.Summary(), d.Detail())
		}
	}
	return warnings
}

// checkSecrets refuses a new version of a secret without the secret.
func (r *crud[M, A, D, P]) checkSecrets(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) {
	for _, name := range r.spec.Secrets {
		var secret types.String
		var before, after types.Int64
		diags.Append(req.Config.GetAttribute(ctx, path.Root(name), &secret)...)
		diags.Append(req.Plan.GetAttribute(ctx, path.Root(name+"_version"), &after)...)
		if !req.State.Raw.IsNull() {
			diags.Append(req.State.GetAttribute(ctx, path.Root(name+"_version"), &before)...)
		}
		if secret.IsNull() && !after.IsNull() && !after.Equal(before) {
			diags.AddAttributeError(path.Root(name), "Secret Missing", fmt.Sprintf("%s_version has changed, and %[1]s is null: there is nothing to send. Set %[1]s.", name))
		}
	}
}
