// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/rescan"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

var (
	_ resource.ResourceWithConfigure  = &repositoryRescanResource{}
	_ resource.ResourceWithModifyPlan = &repositoryRescanResource{}
)

const defaultRescanTimeout = time.Hour

// repositoryRescanResource is veeam_vbaws_repository_rescan: a record of the rescans that were fired.
type repositoryRescanResource struct {
	appliance *Appliance
}

// NewRepositoryRescanResource makes veeam_vbaws_repository_rescan.
func NewRepositoryRescanResource() resource.Resource { return &repositoryRescanResource{} }

type repositoryRescanModel struct {
	RepositoryID      types.String   `tfsdk:"repository_id"`
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	SessionID         types.String   `tfsdk:"session_id"`
	SessionStatus     types.String   `tfsdk:"session_status"`
	SessionResult     types.String   `tfsdk:"session_result"`
	StartedAt         types.String   `tfsdk:"started_at"`
	StoppedAt         types.String   `tfsdk:"stopped_at"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (r *repositoryRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_repository_rescan"
}

func (r *repositoryRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.appliance = appliance(req.ProviderData, &resp.Diagnostics)
}

func (r *repositoryRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	computed := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans a backup repository of Veeam Backup for AWS when it is created, and again whenever one of its `triggers` changes. The rescan " +
			"looks for backup files in the repository's folder and takes them into the appliance's database.\n\n" +
			"The appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends nothing.\n\n" +
			"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan says so.",
		Attributes: rescan.Attributes(),
	}
	maps.Copy(resp.Schema.Attributes, map[string]schema.Attribute{
		"repository_id": schema.StringAttribute{
			Required: true, Validators: []validator.String{validate.UUID()},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "ID of the repository. Changing it replaces the rescan, which fires it for the new repository.",
		},
		"session_id": computed("ID of the last rescan's session on the appliance."),
		"session_status": computed("Where that session stands: `Running`, `Succeeded`, `Warning`, `Failed` or `Canceled`. It goes on being refreshed until the session has ended. " +
			"`Warning` counts as success, with a warning in Terraform's output."),
		"session_result": computed("The appliance's own word for the result: `Running`, `Success`, `Warning`, `Failed` or `Cancelled`. Null while it is not told."),
		"started_at":     computed("When the session started, in UTC (RFC 3339). Null while it is not told."),
		"stopped_at":     computed("When the session ended, in UTC (RFC 3339). Null while it runs."),
		"timeouts":       rescan.Timeouts(ctx, "60m"),
	})
}

// ModifyPlan also finds out, when a rescan is coming, whether the appliance still has it.
func (r *repositoryRescanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	fires := rescan.Plan(ctx, req, resp, path.Root("repository_id"), "session_id", "session_status", "session_result", "started_at", "stopped_at")
	if !fires || r.appliance == nil || r.appliance.Client == nil {
		return
	}
	// Other errors are left to apply: the appliance may be one that the same apply makes reachable.
	var unsupported *api.RescanUnsupportedError
	var refused *api.RevisionError
	if _, err := r.appliance.Client.RescanRevision(ctx); errors.As(err, &unsupported) || errors.As(err, &refused) {
		resp.Diagnostics.AddAttributeError(path.Root("repository_id"), "Unable to Rescan Repository", product.Detail("Rescan", err, revisionAdvice(err)))
	}
}

func (r *repositoryRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan repositoryRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if r.fire(ctx, &plan, &resp.Diagnostics) {
		r.wait(ctx, &plan, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// Update fires when a trigger changed, unless an earlier update has fired for the same triggers and its session still
// runs: then that one is waited for.
func (r *repositoryRescanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan repositoryRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !rescan.Fires(state.Triggers, plan.Triggers) {
		plan.sessionFrom(state)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	pending, diags := rescan.LoadPending(ctx, req.Private, plan.Triggers)
	resp.Diagnostics.Append(diags...)
	runs := r.resume(ctx, pending, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !runs && !r.fire(ctx, &plan, &resp.Diagnostics) {
		return // unknown or refused: state and triggers stay as they were
	}
	r.wait(ctx, &plan, &resp.Diagnostics)
	unfinished := ""
	if resp.Diagnostics.HasError() {
		if plan.outcome() == api.Running {
			unfinished = plan.SessionID.ValueString()
		}
		resp.Diagnostics.Append(rescan.SavePending(ctx, resp.Private, unfinished, plan.Triggers)...)
		plan.Triggers = state.Triggers // so that the next plan still shows the change, and fires again
	} else {
		resp.Diagnostics.Append(rescan.SavePending(ctx, resp.Private, "", plan.Triggers)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// resume takes up a pending session if it still runs.
func (r *repositoryRescanResource) resume(ctx context.Context, pending string, model *repositoryRescanModel, diags *diag.Diagnostics) bool {
	if pending == "" {
		return false
	}
	session, err := r.appliance.Client.Session(ctx, pending)
	switch {
	case errors.Is(err, rest.ErrNotFound) || err == nil && session.Outcome() != api.Running:
		return false
	case err != nil:
		model.SessionID = types.StringValue(pending)
		diags.AddError("Unable to Rescan Repository", product.Detail(model.object(),
			fmt.Errorf("whether this earlier rescan still runs could not be found out, so no other one was fired: %w", err)))
		return false
	}
	model.fromAPI(session)
	return true
}

// fire sends the rescan once. It returns whether the appliance accepted it.
func (r *repositoryRescanResource) fire(ctx context.Context, model *repositoryRescanModel, diags *diag.Diagnostics) bool {
	id := model.RepositoryID.ValueString()
	session, err := r.appliance.Client.RescanRepository(ctx, id)
	if err != nil {
		advice := revisionAdvice(err)
		if errors.Is(err, rest.ErrNotFound) {
			advice = "The appliance knows no repository with this ID. The IDs are those of GET /api/v1/repositories, not names of buckets."
		}
		if rest.OutcomeUnknown(err) {
			advice = "The appliance may have started the rescan without this run having learned its session; look at its session log before you apply again."
		}
		diags.AddError("Unable to Rescan Repository", product.Detail("Repository "+id, err, advice))
		return false
	}
	model.fromAPI(api.Session{ID: session, Status: api.Running.String()})
	return true
}

// wait follows the session, if asked to, and says how it ended.
func (r *repositoryRescanResource) wait(ctx context.Context, model *repositoryRescanModel, diags *diag.Diagnostics) {
	if !model.WaitForCompletion.ValueBool() {
		return
	}
	session, err := r.appliance.Client.WaitSession(ctx, model.SessionID.ValueString(), model.fromAPI)
	if err != nil {
		diags.AddError("Unable to Rescan Repository", product.Detail(model.object(), &unfinishedError{model, err}))
		return
	}
	switch session.Outcome() {
	case api.Warning:
		diags.AddWarning("Repository Rescan Ended With a Warning", r.report(ctx, model, session))
	case api.Failed, api.Canceled:
		diags.AddError("Unable to Rescan Repository", r.report(ctx, model, session)+"\n\nMend the cause; the next apply fires the rescan again.")
	}
}

// Read goes on reading the session until it has ended. From then on the object is a record, about which nothing is
// asked: a session that the appliance has purged since is no drift.
func (r *repositoryRescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state repositoryRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.outcome() != api.Running || r.appliance.Client == nil {
		return
	}
	session, err := r.appliance.Client.Session(ctx, state.SessionID.ValueString())
	switch {
	case errors.Is(err, rest.ErrNotFound):
		return
	case err != nil:
		resp.Diagnostics.AddError("Unable to Read Rescan Session", product.Detail(state.object(), err))
		return
	}
	state.fromAPI(session)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Delete forgets the record; there is nothing to take back.
func (r *repositoryRescanResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
