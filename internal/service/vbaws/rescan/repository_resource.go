// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var (
	_ resource.ResourceWithConfigure  = &repositoryRescanResource{}
	_ resource.ResourceWithModifyPlan = &repositoryRescanResource{}
)

// repositoryRescanResource is veeam_vbaws_repository_rescan: a record of the rescans that were fired.
type repositoryRescanResource struct {
	data *conn.ProviderData
}

// NewRepositoryResource makes veeam_vbaws_repository_rescan.
func NewRepositoryResource() resource.Resource { return &repositoryRescanResource{} }

type repositoryRescanModel struct {
	RepositoryID types.String `tfsdk:"repository_id"`
	sessionModel
}

func (r *repositoryRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_repository_rescan"
}

func (r *repositoryRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *repositoryRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans a backup repository of Veeam Backup for AWS when it is created, and again whenever one of its `triggers` changes. The rescan " +
			"looks for backup files in the repository's folder and takes them into the appliance's database.\n\n" +
			"The appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends no request.\n\n" +
			"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan fails with an explanation.",
		Attributes: sessionAttributes(ctx, map[string]schema.Attribute{
			"repository_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "ID of the repository. When it changes, the next apply starts the rescan for the new repository, in place.",
			},
		}),
	}
}

// ModifyPlan also finds out, when a rescan is coming, whether the appliance still has it, and the repository.
func (r *repositoryRescanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !planSession(ctx, req, resp, repositoryID) {
		return
	}
	var id types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, repositoryID, &id)...)
	checkRepositoryRescan(ctx, r.data, repositoryID, known(id), sessionrun.AtPlan(req, resp))
}

func (r *repositoryRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan repositoryRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if repositoryRescan(r.data, plan.RepositoryID).create(ctx, &plan.sessionModel, resp.Private, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *repositoryRescanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan repositoryRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	run := repositoryRescan(r.data, plan.RepositoryID)
	run.moved = sessionrun.Moved(state.RepositoryID, plan.RepositoryID)
	if run.update(ctx, state.sessionModel, &plan.sessionModel, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *repositoryRescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state repositoryRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if repositoryRescan(r.data, state.RepositoryID).read(ctx, &state.sessionModel, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete sends nothing.
func (r *repositoryRescanResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state repositoryRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		repositoryRescan(r.data, state.RepositoryID).delete(state.sessionModel)
	}
}
