// SPDX-License-Identifier: MPL-2.0

// Package repositorysync holds the synchronization of a backup repository with its object storage.
package repositorysync

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var (
	_ resource.ResourceWithConfigure  = &syncResource{}
	_ resource.ResourceWithModifyPlan = &syncResource{}
)

const defaultSyncTimeout = time.Hour

// syncResource is veeam_vb365_repository_sync: a record of the synchronizations that were fired.
type syncResource struct {
	data *conn.ProviderData
}

// NewResource makes veeam_vb365_repository_sync.
func NewResource() resource.Resource { return &syncResource{} }

type model struct {
	RepositoryID      types.String   `tfsdk:"repository_id"`
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	SessionID         types.String   `tfsdk:"session_id"`
	SessionStatus     types.String   `tfsdk:"session_status"`
	StartedAt         types.String   `tfsdk:"started_at"`
	OutOfSync         types.Bool     `tfsdk:"out_of_sync"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (r *syncResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_repository_sync"
}

func (r *syncResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *syncResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Synchronizes the cache of a backup repository of Veeam Backup for Microsoft 365 with its object storage, when it is created and again whenever one of " +
			"its `triggers` changes.\n\nThe server runs the synchronization as a session; the ID and the outcome of the last one are recorded. Destroying the " +
			"resource sends nothing. API versions: " + api.FeatureRepositorySync.Versions() + ".",
		Attributes: sessionrun.Attributes("synchronization", "server"),
	}
	maps.Copy(resp.Schema.Attributes, map[string]schema.Attribute{
		"repository_id": schema.StringAttribute{
			Required: true, Validators: []validator.String{validate.UUID()},
			MarkdownDescription: "ID of the repository, which must be on object storage. When it changes, the next apply synchronizes the new repository, in place.",
		},
		"session_id": sessionrun.Recorded("ID of the last synchronization's session. Null when the server named none."),
		"session_status": sessionrun.Recorded("Status of that session: `Synchronizing`, `Succeeded` or `Failed`. It is refreshed until the session has ended. The server " +
			"forgets sessions that have ended; `Succeeded` means that it is over and the repository in sync."),
		"started_at": sessionrun.Recorded("When the server accepted the last synchronization, in UTC by the clock of the machine that runs the provider."),
		"out_of_sync": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the repository's cache was out of sync when that was last seen. Null while it has not been seen.",
		},
		"timeouts": sessionrun.Timeouts(ctx, "synchronization", "60m"),
	})
}

// ModifyPlan also finds out, when a synchronization is coming, whether it is possible.
func (r *syncResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	subject := path.Root("repository_id")
	fires := sessionrun.Plan(ctx, req, resp, []path.Path{subject}, "session_id", "session_status", "started_at", "out_of_sync")
	if !fires || r.data == nil || r.data.Client == nil {
		return
	}
	var id types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, subject, &id)...)
	report := sessionrun.AtPlan(req, resp)
	fail := func(err error, advice string) {
		report(subject, "Unable to Synchronize Repository", conn.Product.Detail("Repository "+id.ValueString(), err, advice))
	}
	// Other errors are left to apply: the server may be one that the same apply makes reachable.
	version, err := r.data.Client.Version(ctx)
	switch {
	case err == nil && !version.Supports(api.FeatureRepositorySync):
		fail(&api.UnsupportedError{Version: version, Feature: api.FeatureRepositorySync}, "")
		return
	case err != nil || id.IsUnknown():
		return
	}
	repository, err := r.data.Client.Repository(ctx, id.ValueString())
	switch {
	case errors.Is(err, rest.ErrNotFound):
		fail(err, unknownRepository)
	case err == nil && !repository.OnObjectStorage():
		fail(fmt.Errorf("%q is not on object storage, and only such a repository has a cache to synchronize", repository.Name),
			"Use the ID of a repository whose object_storage is true; the data source veeam_vb365_repositories lists them.")
	}
}

func (r *syncResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultSyncTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	if r.single(&plan).Create(ctx, resp.Private, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// Update synchronizes when a trigger or the repository changed. The record of another repository than before is saved only
// when all went well.
func (r *syncResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultSyncTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	private := sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}
	moved := sessionrun.Moved(state.RepositoryID, plan.RepositoryID)
	if !moved && !sessionrun.Fires(state.Triggers, plan.Triggers) {
		plan.SessionID, plan.SessionStatus, plan.StartedAt, plan.OutOfSync = state.SessionID, state.SessionStatus, state.StartedAt, state.OutOfSync
		resp.Diagnostics.Append(sessionrun.Refreshed(ctx, private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "update", timeout)
	defer cancel()
	if !r.single(&plan).Update(ctx, private, &resp.Diagnostics) || moved && resp.Diagnostics.HasError() {
		return // the state stays as it was
	}
	if resp.Diagnostics.HasError() {
		plan.Triggers = state.Triggers // so that the next plan still shows the change
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read reads the synchronization until it has ended. From then on the object is a record, about which nothing is asked any
// more. A failure that no apply has seen is reported by the refresh that does. The record of a failed creation stays as it is
// until it is handed over.
func (r *syncResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	creationFailed, diags := sessionrun.CreationFailed(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(sessionrun.Refreshed(ctx, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private})...)
	if resp.Diagnostics.HasError() || creationFailed || state.SessionStatus.ValueString() != api.SyncSynchronizing || r.data.Client == nil {
		return
	}
	failure, err := r.look(ctx, &state)
	if err != nil {
		if !errors.Is(err, rest.ErrNotFound) {
			resp.Diagnostics.AddError("Unable to Read Synchronization of Repository", conn.Product.Detail(state.object(), err))
		}
		return
	}
	// A session that is over without success would be asked about for ever.
	started, err := time.Parse(time.RFC3339, state.StartedAt.ValueString())
	if state.over() && err == nil && time.Since(started) > settling {
		state.SessionStatus, failure = types.StringValue(syncFailed), errStillOutOfSync.Error()
	}
	if state.SessionStatus.ValueString() == syncFailed {
		resp.Diagnostics.AddWarning("Repository Synchronization Failed", state.object()+": "+strings.TrimSuffix(failure, ".")+".\n\n"+sessionrun.AgainAdvice)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Delete sends nothing. An unfinished session goes to the creation that follows, if this is a replacement.
func (r *syncResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if session := state.unfinished(); session.ID != "" {
		r.data.Unfinished.Leave(state.key(), session)
	}
}
