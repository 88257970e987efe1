// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/rescan"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

var (
	_ resource.ResourceWithConfigure  = &iamRoleRescanResource{}
	_ resource.ResourceWithModifyPlan = &iamRoleRescanResource{}
)

// iamRoleRescanResource is veeam_vbaws_iam_role_rescan: a record of the rescans that were fired.
type iamRoleRescanResource struct {
	appliance *Appliance
}

// NewIAMRoleRescanResource makes veeam_vbaws_iam_role_rescan.
func NewIAMRoleRescanResource() resource.Resource { return &iamRoleRescanResource{} }

type iamRoleRescanModel struct {
	IAMRoleID types.String `tfsdk:"iam_role_id"`
	regionScope
	sessionModel
}

func (r *iamRoleRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_iam_role_rescan"
}

func (r *iamRoleRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.appliance = appliance(req.ProviderData, &resp.Diagnostics)
}

const regionsChange = " Regions that are added make the next apply fire the rescan again, in place, for all the regions given then; taking regions away fires nothing."

func (r *iamRoleRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans what an IAM role reaches in AWS, when it is created, and again whenever one of its `triggers` changes. The rescan refreshes the appliance's " +
			"knowledge of the AWS infrastructure, such as instances, volumes, networks and tags that were created or removed outside of it.\n\n" +
			"The appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends nothing.\n\n" +
			"All versions of the appliance have this rescan. The account needs the role Portal Operator or Portal Administrator.",
		Attributes: sessionAttributes(ctx, map[string]schema.Attribute{
			"iam_role_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "The appliance's own ID of the IAM role; see the data source `veeam_vbaws_iam_roles`. " +
					"Changing it replaces the rescan, which fires it for the new role.",
			},
			"region_ids": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.UUID()), setvalidator.ConflictsWith(path.MatchRoot("region_names")),
				},
				MarkdownDescription: "The appliance's own IDs of the AWS regions to rescan; see the data source `veeam_vbaws_regions`. Without these and without `region_names`, " +
					"all regions are rescanned." + regionsChange,
			},
			"region_names": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.NotBlank())},
				MarkdownDescription: "Names of the AWS regions to rescan, for example `us-east-1`, instead of their IDs. Names and IDs are not compared: changing from one to the other fires.",
			},
		}),
	}
}

// ModifyPlan also finds out, when a rescan is coming, whether the appliance has the IAM role and the regions.
func (r *iamRoleRescanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var state, plan iamRoleRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if !plan.widens(state.regionScope) && !planSession(ctx, req, resp, path.Root("iam_role_id")) {
			return
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	const summary = "Unable to Rescan IAM Role"
	if r.appliance.checkIAMRole(ctx, summary, plan.IAMRoleID, &resp.Diagnostics) {
		if _, argument, err := plan.resolve(ctx, r.appliance); foreseen(err) {
			resp.Diagnostics.AddAttributeError(argument, summary, product.Detail("IAM role "+plan.IAMRoleID.ValueString(), err, missingAdvice(err, regionAdvice)))
		}
	}
}

// rescan is the rescan of an IAM role that exists already; it fires for the regions given.
func (r *iamRoleRescanResource) rescan(model iamRoleRescanModel, regionIDs []string) sessionRescan {
	id := model.IAMRoleID.ValueString()
	return sessionRescan{
		client: r.appliance.Client, kind: "IAM Role", subject: "IAM role " + id, advise: iamRoleAdvice,
		scope: []attr.Value{model.RegionIDs, model.RegionNames},
		start: func(ctx context.Context) (string, error) { return r.appliance.Client.RescanIAMRole(ctx, id, regionIDs) },
	}
}

func iamRoleAdvice(err error) string {
	if errors.Is(err, rest.ErrNotFound) {
		return "The appliance knows no IAM role with this ID. " + roleIDAdvice
	}
	return ""
}

func (r *iamRoleRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan iamRoleRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	regions := r.regions(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan(plan, regions).create(ctx, &plan.sessionModel, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *iamRoleRescanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan iamRoleRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var regions []string
	widened := plan.widens(state.regionScope)
	if widened || rescan.Fires(state.Triggers, plan.Triggers) {
		regions = r.regions(ctx, plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	rescan := r.rescan(plan, regions)
	rescan.widened = widened
	if rescan.update(ctx, state.sessionModel, &plan.sessionModel, privateState{req.Private, resp.Private}, &resp.Diagnostics) {
		if resp.Diagnostics.HasError() {
			plan.regionScope = state.regionScope // so that the next plan still shows the change, and fires again
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *iamRoleRescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state iamRoleRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan(state, nil).read(ctx, &state.sessionModel, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete forgets the record; there is nothing to take back.
func (r *iamRoleRescanResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
