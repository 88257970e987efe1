// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var (
	_ resource.ResourceWithConfigure  = &repositoriesRescanResource{}
	_ resource.ResourceWithModifyPlan = &repositoriesRescanResource{}
)

// repositoriesRescanResource is veeam_vbaws_repositories_rescan: a record of the rescans of a fleet, fired and waited
// for together. What is to be done follows from the record alone; see (*repositoriesRescanModel).due.
type repositoriesRescanResource struct {
	data *conn.ProviderData
}

// NewRepositoriesResource makes veeam_vbaws_repositories_rescan.
func NewRepositoriesResource() resource.Resource { return &repositoriesRescanResource{} }

type repositoriesRescanModel struct {
	RepositoryIDs     types.Set      `tfsdk:"repository_ids"`
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	Sessions          types.Map      `tfsdk:"sessions"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (r *repositoriesRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_repositories_rescan"
}

func (r *repositoriesRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *repositoriesRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans many backup repositories of Veeam Backup for AWS in one step: when it is created, when one of its `triggers` changes, and, for a " +
			"repository alone, when that repository is added to the set.\n\n" +
			"The rescans are started side by side, at most `max_concurrent_requests` at a time, and one wait covers all their sessions: a hundred sessions of five minutes " +
			"take about five minutes. When some of them fail, the error names these with the failing lines of their logs, the outcome of every one is recorded, and the " +
			"next apply rescans only those that failed. After a failed creation Terraform shows that apply as a replacement; it rescans no more than that either, unless " +
			"the resource has `create_before_destroy`. Destroying the resource sends no request.\n\n" +
			"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan fails with an explanation.",
		Attributes: sessionrun.Attributes("rescan", "appliance"),
	}
	maps.Copy(resp.Schema.Attributes, map[string]schema.Attribute{
		"repository_ids": schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.UUID())},
			MarkdownDescription: "IDs of the repositories; an empty set rescans nothing. " +
				"The next apply rescans only added repositories; removed ones are only removed from state.",
		},
		"wait_for_completion": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether apply waits until all sessions have ended, fails when one of them failed, and sees to those that are not known to have ended well " +
				"the next time. Defaults to `true`. With `false`, apply is done as soon as the appliance has accepted the rescans, and later refreshes record the outcomes.",
		},
		"sessions": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The session of each repository's last rescan, by the repository's ID.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"session_id": sessionrun.Recorded("ID of the session. Null if the appliance refused the rescan."),
				"status": sessionrun.Recorded("Status of the session: `Running`, `Succeeded`, `Warning`, `Failed` or `Canceled`. It is refreshed until the session has ended. " +
					"`Warning` counts as success, with a warning in Terraform's output."),
				"result":     sessionrun.Recorded("Result as the appliance returns it: `Running`, `Success`, `Warning`, `Failed` or `Cancelled`. Null if it is not returned."),
				"started_at": sessionrun.Recorded("When the session started, in UTC (RFC 3339). Null if it is not returned."),
				"stopped_at": sessionrun.Recorded("When the session ended, in UTC (RFC 3339). Null while it runs."),
			}},
		},
		"timeouts": sessionrun.Timeouts(ctx, "rescan", "60m"),
	})
}

// ModifyPlan shows which repositories apply will rescan, or wait for: their sessions are unknown, those of the others
// are as recorded.
func (r *repositoriesRescanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan repositoriesRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	members, known := plan.members(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	fires := members
	if !req.State.Raw.IsNull() && known {
		var state repositoriesRescanModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		records := state.Sessions.Elements()
		due, running := plan.due(members, records, sessionrun.Fires(state.Triggers, plan.Triggers))
		sessions, diags := sessionrun.PlanOutcomes(members, append(due, running...), records, sessionRecordType)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("sessions"), sessions)...)
		fires = due
	}
	if len(fires) > 0 || !known {
		checkRepositoryRescan(ctx, r.data, path.Root("repository_ids"), fires, sessionrun.AtPlan(req, resp))
	}
}

func (r *repositoriesRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan repositoriesRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	members, _ := plan.members(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	// A creation that replaces one that failed fires what that one left undone.
	records := sessionrun.TakeAll(&r.data.Fleets, fleetKind, plan.Triggers, members)
	if !r.run(ctx, &plan, members, records, false, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(sessionrun.MarkCreation(ctx, resp.Private, resp.Diagnostics.HasError())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *repositoriesRescanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan repositoriesRescanModel
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
	if r.run(ctx, &plan, members, state.Sessions.Elements(), sessionrun.Fires(state.Triggers, plan.Triggers), &resp.Diagnostics) {
		resp.Diagnostics.Append(sessionrun.MarkCreation(ctx, resp.Private, false)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// run does what is due for the members, records their sessions in the model and reports what failed. It returns false
// when there is nothing to record: the appliance accepted no rescan.
func (r *repositoriesRescanResource) run(ctx context.Context, plan *repositoriesRescanModel, members []string, records records, all bool, diags *diag.Diagnostics) bool {
	due, running := plan.due(members, records, all)
	lines := progress.Log(ctx, fmt.Sprintf("Repository rescans: %d to start, %d unfinished ones of an earlier apply", len(due), len(running)))
	defer lines.Stop()
	f := newFleetRun(r.data, members, records, lines)
	due = append(due, f.resume(ctx, running)...)
	f.post(ctx, due)
	if plan.WaitForCompletion.ValueBool() {
		f.wait(ctx)
	}
	if len(due) > 0 && len(f.refused) == len(due) && len(f.running) == 0 && (len(due) == len(members) || all) {
		f.report(ctx, "The next apply starts the rescans again.", diags)
		return false
	}
	f.report(ctx, "All outcomes are in state. The next apply rescans only these repositories again, except those whose session is still running, for which it waits.", diags)
	sessions, problems := types.MapValue(sessionRecordType, f.records())
	diags.Append(problems...)
	plan.Sessions = sessions
	return true
}

// Read goes on reading sessions until they have ended; several by one request. From then on the object is a record,
// about which nothing is asked. The record of a failed creation stays as it is: what is unfinished in it tells Delete
// that a replacement follows which must not fire everything again.
func (r *repositoriesRescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state repositoriesRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	failed, diags := sessionrun.CreationFailed(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || r.data.Client == nil || failed {
		return
	}
	records := state.Sessions.Elements()
	if !refreshSessions(ctx, r.data, records, &resp.Diagnostics) {
		return
	}
	state.Sessions, diags = types.MapValue(sessionRecordType, records)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Delete forgets the record. An unfinished one, which a failed creation leaves, goes to the creation that replaces it.
func (r *repositoriesRescanResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state repositoriesRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	members, _ := state.members(ctx, &resp.Diagnostics)
	records := state.Sessions.Elements()
	if due, running := state.due(members, records, false); len(due)+len(running) > 0 {
		sessionrun.LeaveAll(&r.data.Fleets, fleetKind, state.Triggers, records)
	}
}
