// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var (
	_ resource.ResourceWithConfigure  = &fleetResource{}
	_ resource.ResourceWithModifyPlan = &fleetResource{}
)

// fleetResource is veeam_vb365_proxies_rescan: a record of the rescans of a fleet, fired and waited for together.
type fleetResource struct {
	data *conn.ProviderData
}

// NewFleetResource makes veeam_vb365_proxies_rescan.
func NewFleetResource() resource.Resource { return &fleetResource{} }

type fleetModel struct {
	ProxyIDs          types.Set      `tfsdk:"proxy_ids"`
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	Outcomes          types.Map      `tfsdk:"outcomes"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

var proxyOutcomeType = types.ObjectType{AttrTypes: map[string]attr.Type{"rescanned_at": types.StringType, "status": types.StringType}}

func (r *fleetResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_proxies_rescan"
}

func (r *fleetResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *fleetResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans many backup proxies of Veeam Backup for Microsoft 365 in one step: when it is created, when one of its `triggers` changes, and, for " +
			"a proxy alone, when that proxy is added to the set.\n\n" +
			"From API version v6 on all are rescanned by one request, before that one by one. One wait covers them all: it ends when the server reports every one " +
			"`Online`. When some are not, the error names them, every outcome is recorded, and the next apply rescans only those again. Destroying the resource sends no request.",
		Attributes: sessionrun.Attributes("rescan", "server"),
	}
	maps.Copy(resp.Schema.Attributes, map[string]schema.Attribute{
		"proxy_ids": schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.UUID())},
			MarkdownDescription: "IDs of the proxies; an empty set rescans nothing. " +
				"The next apply rescans only added proxies; removed ones are only removed from state.",
		},
		"outcomes": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Outcome of the last rescan of each proxy, by ID.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"rescanned_at": sessionrun.Recorded("When the server accepted the rescan, in UTC by the clock of the machine that runs the provider. Null if it was refused."),
				"status":       sessionrun.Recorded("Status of the proxy after the rescan: `Online`, or `Offline` if it did not come online in time. Null if it is unknown, or if the proxy no longer exists."),
			}},
		},
		"timeouts": sessionrun.Timeouts(ctx, "rescan", "15m"),
	})
}

// ModifyPlan shows which members will fire, and finds out whether they exist: their outcomes are unknown, those of the others are as
// recorded.
func (r *fleetResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan fleetModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	due, known := plan.members(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !req.State.Raw.IsNull() {
		var state fleetModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		members := due
		due = plan.due(state, members)
		if known {
			outcomes, diags := sessionrun.PlanOutcomes(members, due, state.Outcomes.Elements(), proxyOutcomeType)
			resp.Diagnostics.Append(diags...)
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("outcomes"), outcomes)...)
		}
	}
	checkRescanned(ctx, r.data, path.Root("proxy_ids"), due, atPlan(r.data, req, resp, due...))
}

func (r *fleetResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan fleetModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	members, _ := plan.members(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	// A creation that follows a tainted fleet fires what that one left undone.
	outcomes := sessionrun.TakeAll(&r.data.Fleets, fleetKind, plan.Triggers, members)
	due := sessionrun.Due(members, outcomes, false, func(attr.Value) bool { return false })
	taken := len(outcomes)
	if !rescanFleet(ctx, r.data, &plan, due, outcomes, &resp.Diagnostics) {
		if taken == 0 {
			return
		}
		plan.Outcomes = outcomeMap(outcomes, &resp.Diagnostics) // what was taken is nowhere else any more
	}
	resp.Diagnostics.Append(sessionrun.MarkCreation(ctx, resp.Private, resp.Diagnostics.HasError())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *fleetResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan fleetModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	members, _ := plan.members(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "update", timeout)
	defer cancel()
	due := plan.due(state, members)
	outcomes := map[string]attr.Value{}
	for _, id := range members {
		if recorded, known := state.Outcomes.Elements()[id]; known {
			outcomes[id] = recorded
		}
	}
	if rescanFleet(ctx, r.data, &plan, due, outcomes, &resp.Diagnostics) {
		resp.Diagnostics.Append(sessionrun.MarkCreation(ctx, resp.Private, false)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// Read sees how rescans ended that nobody waited for, by one request. Once all are known nothing is asked any more.
func (r *fleetResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state fleetModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	failed, diags := sessionrun.CreationFailed(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || r.data.Client == nil {
		return
	}
	members, _ := state.members(ctx, &resp.Diagnostics)
	r.data.NoteRescanned(members...)
	outcomes := state.Outcomes.Elements()
	unseen := open(outcomes)
	if failed || len(unseen) == 0 {
		return
	}
	if refreshFleet(ctx, r.data, unseen, outcomes, &resp.Diagnostics) {
		state.Outcomes = outcomeMap(outcomes, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete forgets the record. One with failed members, tainted by the creation that reported them, leaves its good
// outcomes to the creation that follows.
func (r *fleetResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state fleetModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	members, _ := state.members(ctx, &resp.Diagnostics)
	r.data.NoteRescanned(members...)
	good := state.Outcomes.Elements()
	due := state.due(state, members)
	if len(due) == 0 || resp.Diagnostics.HasError() {
		return
	}
	for _, id := range due {
		delete(good, id)
	}
	sessionrun.LeaveAll(&r.data.Fleets, fleetKind, state.Triggers, good)
}
