// SPDX-License-Identifier: MPL-2.0

// Package sessionrun is the skeleton of what servers run once at a request, such as rescans: of resources that record single runs (Spec) or
// those of a fleet (FleetSpec), and of actions (ActionSpec). A resource starts a run when it is created and when its triggers change, waits
// for it, and takes over one that an earlier apply has left unfinished.
package sessionrun

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

// Attributes are the arguments that every rescan has. Their descriptions call it by the noun, and say what accepts it: a "server" or
// an "appliance".
func Attributes(noun, acceptor string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"triggers": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Arbitrary values. If one of them changes, is added or is removed, the next apply starts the " + noun + " again, in place. " +
				"Adding the whole map to an existing resource, or removing it, does not start one. If omitted, only creation and replacement start one.",
		},
		"wait_for_completion": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether apply waits until the " + noun + " has ended, and fails if it failed. With `false`, apply ends as soon as the " +
				acceptor + " has accepted the " + noun + ", and a later refresh records its outcome. Changing it starts nothing. Defaults to `true`.",
		},
	}
}

// Recorded is a computed attribute with what is recorded of the last run.
func Recorded(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// Timeouts is the attribute of the same name, with the default of both times.
func Timeouts(ctx context.Context, noun string, byDefault time.Duration) schema.Attribute {
	return operation.Timeouts(ctx, "Durations such as `90s`, `30m` or `2h`. Changing them starts nothing. If omitted, the defaults apply.", timeouts.Opts{
		Create: true, CreateDescription: "Timeout of the first " + noun + ". Defaults to `" + minutes(byDefault) + "`.",
		Update: true, UpdateDescription: "Timeout of a " + noun + " started by a changed trigger. Defaults to `" + minutes(byDefault) + "`.",
	})
}

// Fires tells whether an update from the prior to the planned triggers fires. The map itself coming or going is
// bookkeeping; only a change between two maps is an event.
func Fires(prior, planned types.Map) bool {
	return !prior.IsNull() && !planned.IsNull() && !prior.Equal(planned)
}

// Moved reports whether an update is, or may be, for another subject than before. IDs are case-insensitive.
func Moved(prior, planned attr.Value) bool {
	before, isText := prior.(types.String)
	after, isTextToo := planned.(types.String)
	if !isText || !isTextToo || after.IsUnknown() {
		return !prior.Equal(planned)
	}
	return !strings.EqualFold(before.ValueString(), after.ValueString())
}

// anyMoved reports whether one of the subjects has.
func anyMoved(ctx context.Context, state tfsdk.State, plan tfsdk.Plan, subjects []path.Path, diags *diag.Diagnostics) bool {
	for _, subject := range subjects {
		var prior, planned attr.Value
		diags.Append(state.GetAttribute(ctx, subject, &prior)...)
		diags.Append(plan.GetAttribute(ctx, subject, &planned)...)
		if diags.HasError() {
			return false
		}
		if Moved(prior, planned) {
			return true
		}
	}
	return false
}

// Plan gives the computed attributes their planned values: unknown exactly when apply will fire, or may fire because
// a trigger or a subject is not known yet; otherwise what the state holds. It returns whether apply will or may fire. The
// subjects say what is rescanned; a change of them fires in place.
func Plan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, subjects []path.Path, computed ...string) bool {
	if req.State.Raw.IsNull() {
		return true
	}
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return false
	}
	var priorTriggers, triggers types.Map
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("triggers"), &priorTriggers)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("triggers"), &triggers)...)
	if resp.Diagnostics.HasError() {
		return false
	}
	if Fires(priorTriggers, triggers) {
		return true
	}
	if anyMoved(ctx, req.State, req.Plan, subjects, &resp.Diagnostics) {
		return true
	}
	if resp.Diagnostics.HasError() {
		return false
	}
	for _, name := range computed {
		var prior attr.Value
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root(name), &prior)...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), prior)...)
	}
	return false
}

// KnownIDs returns the ID of a subject in a list that is empty while the ID is unknown.
func KnownIDs(id types.String) []string {
	if id.IsUnknown() {
		return nil
	}
	return []string{id.ValueString()}
}

// AtPlan returns how ModifyPlan reports what apply is going to fail with: as an error for an object that is to be created, and
// as a warning for one that exists, because Terraform makes an ordinary plan before it destroys, which must not fail.
func AtPlan(req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) Report {
	if req.State.Raw.IsNull() {
		return resp.Diagnostics.AddAttributeError
	}
	return resp.Diagnostics.AddAttributeWarning
}
