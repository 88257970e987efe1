// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var (
	_ resource.ResourceWithConfigure  = &iamRoleRescanResource{}
	_ resource.ResourceWithModifyPlan = &iamRoleRescanResource{}
)

// iamRoleRescanResource is veeam_vbaws_iam_role_rescan: a record of the rescans that were fired.
type iamRoleRescanResource struct {
	data *conn.ProviderData
}

// NewIAMRoleResource makes veeam_vbaws_iam_role_rescan.
func NewIAMRoleResource() resource.Resource { return &iamRoleRescanResource{} }

type iamRoleRescanModel struct {
	IAMRoleID types.String `tfsdk:"iam_role_id"`
	regionScope
	sessionModel
}

func (r *iamRoleRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_iam_role_rescan"
}

func (r *iamRoleRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

const regionsChange = " Regions that are added make the next apply start the rescan again, in place, for all the regions given then; removing regions starts nothing."

func (r *iamRoleRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans what an IAM role reaches in AWS, when it is created, and again whenever one of its `triggers` changes. The rescan refreshes the appliance's " +
			"knowledge of the AWS infrastructure, such as instances, volumes, networks and tags that were created or removed outside of it.\n\n" +
			"The appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends no request.\n\n" +
			"All versions of the appliance have this rescan. The account needs the role Portal Operator or Portal Administrator.",
		Attributes: sessionAttributes(ctx, map[string]schema.Attribute{
			"iam_role_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "The appliance's own ID of the IAM role; see the data source `veeam_vbaws_iam_roles`. " +
					"When it changes, the next apply starts the rescan for the new role, in place.",
			},
			"region_ids": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators: []validator.Set{
					setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.UUID()), setvalidator.ConflictsWith(path.MatchRoot("region_names")),
				},
				MarkdownDescription: "The appliance's own IDs of the AWS regions to rescan; see the data source `veeam_vbaws_regions`. If this and `region_names` are omitted, " +
					"all regions are rescanned; an empty set rescans nothing." + regionsChange,
			},
			"region_names": schema.SetAttribute{
				Optional: true, ElementType: types.StringType,
				Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.NotBlank())},
				MarkdownDescription: "Names of the AWS regions to rescan, for example `us-east-1`, instead of their IDs. Changing from names to IDs, or back, starts a rescan. If this and `region_ids` are omitted, all regions are rescanned.",
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
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case plan.none():
		plan.sessionFrom(state.sessionModel)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		if !req.Plan.Raw.Equal(req.State.Raw) {
			resp.Diagnostics.AddAttributeWarning(plan.argument(), "No Regions to Rescan",
				"The set is empty, so no rescan of IAM role "+plan.IAMRoleID.ValueString()+" is started. Omit the argument to rescan all regions.")
		}
		return
	case !req.State.Raw.IsNull() && !plan.widens(state.regionScope) && !planSession(ctx, req, resp, path.Root("iam_role_id")):
		return
	}
	const summary = "Unable to Rescan IAM Role"
	report := sessionrun.AtPlan(req, resp)
	if checkIAMRole(ctx, r.data, summary, plan.IAMRoleID, report) {
		if _, err := plan.resolve(ctx, r.data); foreseen(err) {
			report(plan.argument(), summary, conn.Product.Detail("IAM role "+plan.IAMRoleID.ValueString(), err, missingAdvice(err, regionAdvice)))
		}
	}
}

// rescan is the rescan of an IAM role that exists already; it fires for the regions given.
func (r *iamRoleRescanResource) rescan(model iamRoleRescanModel, regionIDs []string) sessionRescan {
	id := model.IAMRoleID.ValueString()
	return sessionRescan{
		data: r.data, kind: "IAM Role", subject: "IAM role " + r.data.IAMRoles().Title(id), advise: iamRoleAdvice,
		target: []attr.Value{lowerCase(model.IAMRoleID), model.RegionIDs, model.RegionNames},
		start:  func(ctx context.Context) (string, error) { return r.data.Client.RescanIAMRole(ctx, id, regionIDs) },
	}
}

func iamRoleAdvice(err error) string {
	if errors.Is(err, rest.ErrNotFound) {
		return "The appliance has no IAM role with this ID. " + roleIDAdvice
	}
	return ""
}

func (r *iamRoleRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan iamRoleRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if plan.none() {
		plan.sessionFrom(sessionModel{})
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	regions := r.regions(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan(plan, regions).create(ctx, &plan.sessionModel, resp.Private, &resp.Diagnostics) {
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
	if plan.none() {
		plan.sessionFrom(state.sessionModel)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	var regions []string
	moved, widened := sessionrun.Moved(state.IAMRoleID, plan.IAMRoleID), plan.widens(state.regionScope)
	if moved || widened || sessionrun.Fires(state.Triggers, plan.Triggers) {
		regions = r.regions(ctx, plan, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	run := r.rescan(plan, regions)
	run.moved, run.widened = moved, widened
	private := sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}
	if run.update(ctx, state.sessionModel, &plan.sessionModel, private, &resp.Diagnostics) {
		if resp.Diagnostics.HasError() {
			plan.regionScope = state.regionScope // so that the next plan still shows the change
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
	if r.rescan(state, nil).read(ctx, &state.sessionModel, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete sends nothing.
func (r *iamRoleRescanResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state iamRoleRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		r.rescan(state, nil).delete(state.sessionModel)
	}
}
