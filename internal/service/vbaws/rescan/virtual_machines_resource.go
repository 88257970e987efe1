// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var (
	_ resource.ResourceWithConfigure  = &virtualMachinesRescanResource{}
	_ resource.ResourceWithModifyPlan = &virtualMachinesRescanResource{}
)

// virtualMachinesRescanResource is veeam_vbaws_virtual_machines_rescan: a record of the rescans that were fired.
type virtualMachinesRescanResource struct {
	data *conn.ProviderData
}

// NewVirtualMachinesResource makes veeam_vbaws_virtual_machines_rescan.
func NewVirtualMachinesResource() resource.Resource { return &virtualMachinesRescanResource{} }

func (r *virtualMachinesRescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_virtual_machines_rescan"
}

func (r *virtualMachinesRescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *virtualMachinesRescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans the EC2 instances of all IAM roles, when it is created, and again whenever one of its `triggers` changes. The rescan refreshes the list of " +
			"instances that the appliance protects or offers for protection.\n\n" +
			"The appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends no request.\n\n" +
			"Revisions 1.1-rev0 and later of the API have this rescan, which appliances 3.0 and later accept. The vendor does not document which role it needs: " +
			"Portal Administrator is sure to suffice.",
		Attributes: sessionAttributes(ctx, nil),
	}
}

// ModifyPlan also finds out, when a rescan is coming, whether the appliance has it.
func (r *virtualMachinesRescanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !planSession(ctx, req, resp) || r.data == nil || r.data.Client == nil {
		return
	}
	if err := r.data.Client.CheckVirtualMachinesRescan(ctx); foreseen(err) {
		sessionrun.AtPlan(req, resp)(path.Empty(), r.rescan().unable(), r.rescan().refusal(err))
	}
}

func (r *virtualMachinesRescanResource) rescan() sessionRescan {
	return sessionRescan{
		data: r.data, kind: "EC2 Instances", subject: "EC2 instances", advise: virtualMachinesAdvice,
		start: r.data.Client.RescanVirtualMachines,
	}
}

func virtualMachinesAdvice(err error) string {
	var unsupported *api.UnsupportedError
	if errors.As(err, &unsupported) && unsupported.Since != "" {
		return fmt.Sprintf("Appliances from version %s on accept that revision. Omit api_version in block %q (%s) to let the provider use the newest one. "+
			"The resource veeam_vbaws_iam_role_rescan exists in every revision; it refreshes the instances that one IAM role reaches.",
			unsupported.Since.Product(), conn.Product.Block, conn.Product.Variable("api_version"))
	}
	return ""
}

func (r *virtualMachinesRescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan sessionModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan().create(ctx, &plan, resp.Private, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *virtualMachinesRescanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan sessionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan().update(ctx, state, &plan, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *virtualMachinesRescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state sessionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.rescan().read(ctx, &state, sessionrun.Private{PrivateState: req.Private, PrivateStateWriter: resp.Private}, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete sends nothing.
func (r *virtualMachinesRescanResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state sessionModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		r.rescan().delete(state)
	}
}
