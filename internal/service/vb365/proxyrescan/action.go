// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var (
	_ action.ActionWithConfigure  = &rescanAction{}
	_ action.ActionWithModifyPlan = &rescanAction{}
)

// rescanAction is the action veeam_vb365_proxy_rescan: the rescan without a record of it.
type rescanAction struct {
	data *conn.ProviderData
}

// NewAction makes the action veeam_vb365_proxy_rescan.
func NewAction() action.Action { return &rescanAction{} }

type actionModel struct {
	ProxyID           types.String   `tfsdk:"proxy_id"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (a *rescanAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_proxy_rescan"
}

func (a *rescanAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (a *rescanAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans a backup proxy of Veeam Backup for Microsoft 365, for use in the life cycle of another resource or with `terraform apply -invoke`.\n\n" +
			"Terraform does not repeat a failed action. Use the resource of the same name if a rescan must succeed.",
		Attributes: map[string]schema.Attribute{
			"proxy_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "ID of the proxy.",
			},
			"wait_for_completion": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to wait until the server reports the proxy `Online`. Defaults to `true`.",
			},
			"timeouts": operation.ActionTimeouts(ctx, "Timeout of the rescan. Defaults to `15m`."),
		},
	}
}

// ModifyPlan finds out whether the proxy exists.
func (a *rescanAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !config.ProxyID.IsUnknown() && !resp.Diagnostics.HasError() && conn.Product.Available(a.data) {
		checkRescanned(ctx, a.data, path.Root("proxy_id"), []string{config.ProxyID.ValueString()}, resp.Diagnostics.AddAttributeError)
	}
}

func (a *rescanAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config actionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := config.Timeouts.Invoke(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "invoke", timeout)
	defer cancel()
	id := config.ProxyID.ValueString()
	lines := progress.Start(resp.SendProgress, "Rescanning proxy "+id)
	defer lines.Stop()
	if !start(ctx, a.data, id, &resp.Diagnostics) {
		return
	}
	lines.Say("The server accepted the rescan of proxy " + id)
	if !config.WaitForCompletion.IsNull() && !config.WaitForCompletion.ValueBool() {
		return
	}
	last := ""
	err := waitOnline(ctx, a.data, id, func(proxy api.Proxy) {
		last = proxy.Status
		lines.Say(fmt.Sprintf("Proxy %q is %s", proxy.HostName, proxy.Status))
	})
	if err != nil {
		reportNotOnline(a.data, id, last, err, "Invoke the action again after fixing the cause.", &resp.Diagnostics)
	}
}
