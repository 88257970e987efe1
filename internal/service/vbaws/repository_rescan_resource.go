// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

var (
	_ resource.ResourceWithConfigure  = &repositoryRescanResource{}
	_ resource.ResourceWithModifyPlan = &repositoryRescanResource{}
)

// repositoryRescanResource is veeam_vbaws_repository_rescan: a record of the rescans that were fired.
type repositoryRescanResource struct {
	appliance *Appliance
}

// NewRepositoryRescanResource makes veeam_vbaws_repository_rescan.
func NewRepositoryRescanResource() resource.Resource { return &repositoryRescanResource{} }

type repositoryRescanModel struct {
	RepositoryID types.String `tfsdk:"repository_id"`
	sessionModel
}

func (r *repositoryRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_repository_rescan"
}

func (r *repositoryRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.appliance = appliance(req.ProviderData, &resp.Diagnostics)
}

func (r *repositoryRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans a backup repository of Veeam Backup for AWS when it is created, and again whenever one of its `triggers` changes. The rescan " +
			"looks for backup files in the repository's folder and takes them into the appliance's database.\n\n" +
			"The appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends nothing.\n\n" +
			"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan says so.",
		Attributes: sessionAttributes(ctx, map[string]schema.Attribute{
			"repository_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "ID of the repository. Changing it replaces the rescan, which fires it for the new repository.",
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
	r.appliance.checkRepositoryRescan(ctx, repositoryID, known(id), &resp.Diagnostics)
}

func (r *repositoryRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan repositoryRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if repositoryRescan(r.appliance, plan.RepositoryID.ValueString()).create(ctx, &plan.sessionModel, &resp.Diagnostics) {
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
	rescan := repositoryRescan(r.appliance, plan.RepositoryID.ValueString())
	if rescan.update(ctx, state.sessionModel, &plan.sessionModel, privateState{req.Private, resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *repositoryRescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state repositoryRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if repositoryRescan(r.appliance, state.RepositoryID.ValueString()).read(ctx, &state.sessionModel, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete forgets the record; there is nothing to take back.
func (r *repositoryRescanResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
