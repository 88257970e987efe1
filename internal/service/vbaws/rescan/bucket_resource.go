// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"

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
	_ resource.ResourceWithConfigure  = &bucketRescanResource{}
	_ resource.ResourceWithModifyPlan = &bucketRescanResource{}
)

// bucketRescanResource is veeam_vbaws_bucket_rescan: a record of the rescans that were fired.
type bucketRescanResource struct {
	data *conn.ProviderData
}

// NewBucketResource makes veeam_vbaws_bucket_rescan.
func NewBucketResource() resource.Resource { return &bucketRescanResource{} }

type bucketRescanModel struct {
	IAMRoleID types.String `tfsdk:"iam_role_id"`
	sessionModel
}

func (r *bucketRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_bucket_rescan"
}

func (r *bucketRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *bucketRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans the S3 buckets that an IAM role reaches, when it is created, and again whenever one of its `triggers` changes. The rescan refreshes the " +
			"list of buckets that the appliance offers for new repositories; it does not look for backup files in them.\n\n" +
			"The appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends no request.\n\n" +
			"All versions of the appliance have this rescan. The account needs the role Portal Administrator; a Portal Operator is refused.",
		Attributes: sessionAttributes(ctx, map[string]schema.Attribute{
			"iam_role_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "The appliance's own ID of the IAM role; see the data source `veeam_vbaws_iam_roles`. " +
					"When it changes, the next apply starts the rescan for the new role, in place.",
			},
		}),
	}
}

// ModifyPlan also finds out, when a rescan is coming, whether the appliance has the IAM role.
func (r *bucketRescanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	subject := path.Root("iam_role_id")
	if planSession(ctx, req, resp, subject) {
		var id types.String
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, subject, &id)...)
		checkIAMRole(ctx, r.data, "Unable to Rescan Buckets", id, sessionrun.AtPlan(req, resp))
	}
}

func (r *bucketRescanResource) rescan(model bucketRescanModel) sessionRescan {
	id := model.IAMRoleID.ValueString()
	return sessionRescan{
		data: r.data, kind: "Buckets", subject: "Buckets of IAM role " + r.data.IAMRoles().Title(id), advise: bucketAdvice,
		target: []attr.Value{lowerCase(model.IAMRoleID)},
		start:  func(ctx context.Context) (string, error) { return r.data.Client.RescanBuckets(ctx, id) },
	}
}

func bucketAdvice(err error) string {
	if errors.Is(err, rest.ErrForbidden) {
		return "Rescanning buckets requires the role Portal Administrator."
	}
	return iamRoleAdvice(err)
}

func (r *bucketRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan bucketRescanModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan(plan).create(ctx, &plan.sessionModel, resp.Private, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *bucketRescanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan bucketRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	run := r.rescan(plan)
	run.moved = sessionrun.Moved(state.IAMRoleID, plan.IAMRoleID)
	if run.update(ctx, state.sessionModel, &plan.sessionModel, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *bucketRescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state bucketRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan(state).read(ctx, &state.sessionModel, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete sends nothing.
func (r *bucketRescanResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state bucketRescanModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		r.rescan(state).delete(state.sessionModel)
	}
}
