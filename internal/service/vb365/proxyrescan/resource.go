// SPDX-License-Identifier: MPL-2.0

package proxyrescan

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
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var (
	_ resource.ResourceWithConfigure  = &rescanResource{}
	_ resource.ResourceWithModifyPlan = &rescanResource{}
)

const defaultRescanTimeout = 15 * time.Minute

// rescanResource is veeam_vb365_proxy_rescan: a record of the rescans that were fired.
type rescanResource struct {
	data *conn.ProviderData
}

// NewResource makes veeam_vb365_proxy_rescan.
func NewResource() resource.Resource { return &rescanResource{} }

type model struct {
	ProxyID           types.String   `tfsdk:"proxy_id"`
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	RescannedAt       types.String   `tfsdk:"rescanned_at"`
	Status            types.String   `tfsdk:"status"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (r *rescanResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_proxy_rescan"
}

func (r *rescanResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *rescanResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans a backup proxy of Veeam Backup for Microsoft 365 when it is created, and again whenever one of its `triggers` changes.\n\n" +
			"The API answers a rescan with nothing, in any version: it counts as done when the server reports the proxy `Online`. Destroying the resource " +
			"sends nothing.",
		Attributes: sessionrun.Attributes("rescan", "server"),
	}
	maps.Copy(resp.Schema.Attributes, map[string]schema.Attribute{
		"proxy_id": schema.StringAttribute{
			Required: true, Validators: []validator.String{validate.UUID()},
			MarkdownDescription: "ID of the proxy. When it changes, the next apply starts the rescan for the new proxy, in place.",
		},
		"rescanned_at": sessionrun.Recorded("When the server accepted the last rescan, in UTC by the clock of the machine that runs the provider."),
		"status": sessionrun.Recorded("Status of the proxy after the last rescan: `Online` when it ended, `Offline` when the proxy had not come back yet. Null while the end of a " +
			"rescan that is not waited for has not been seen."),
		"timeouts": sessionrun.Timeouts(ctx, "rescan", "15m"),
	})
}

// ModifyPlan also finds out, when a rescan is coming, whether the proxy exists.
func (r *rescanResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	proxyID := path.Root("proxy_id")
	if !sessionrun.Plan(ctx, req, resp, []path.Path{proxyID}, "rescanned_at", "status") {
		return
	}
	var id types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, proxyID, &id)...)
	if !id.IsUnknown() {
		checkRescanned(ctx, r.data, proxyID, []string{id.ValueString()}, atPlan(r.data, req, resp, id.ValueString()))
	}
}

func (r *rescanResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	if r.fire(ctx, &plan, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

func (r *rescanResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "update", timeout)
	defer cancel()
	moved := sessionrun.Moved(state.ProxyID, plan.ProxyID)
	if !moved && !sessionrun.Fires(state.Triggers, plan.Triggers) {
		plan.RescannedAt, plan.Status = state.RescannedAt, state.Status
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	accepted := r.fire(ctx, &plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		if !accepted || moved { // the record of another proxy is saved only when all went well
			plan = state
		}
		plan.Triggers = state.Triggers // so that the next plan still shows the change, and fires again
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// fire sends the rescan once and, if asked to, waits for the proxy. It returns whether the server accepted it.
func (r *rescanResource) fire(ctx context.Context, model *model, diags *diag.Diagnostics) (accepted bool) {
	id := model.ProxyID.ValueString()
	if !start(ctx, r.data, id, diags) {
		return false
	}
	model.RescannedAt = values.Timestamp(time.Now())
	model.Status = types.StringNull()
	lines := progress.Log(ctx, fmt.Sprintf("Proxy %s: rescan accepted", r.data.ProxyName(id)))
	defer lines.Stop()
	if !model.WaitForCompletion.ValueBool() {
		return true
	}
	err := waitOnline(ctx, r.data, id, func(proxy api.Proxy) {
		model.Status = values.Optional(proxy.Status)
		lines.Say(fmt.Sprintf("Proxy %s: %s", r.data.ProxyName(id), proxy.Status))
	})
	if err != nil {
		if errors.Is(err, rest.ErrNotFound) {
			model.Status = types.StringNull()
		}
		reportNotOnline(r.data, id, model.Status.ValueString(), err, "The next apply starts the rescan again.", diags)
	}
	return true
}

// Read sees how a rescan ended that nobody waited for. Once that is known the object is a record, about which nothing
// is asked any more, whatever became of the proxy.
func (r *rescanResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || r.data.Client == nil {
		return
	}
	id := state.ProxyID.ValueString()
	r.data.NoteRescanned(id)
	if state.Status.ValueString() == api.StatusOnline {
		return
	}
	proxies, errs := r.data.ReadProxies(ctx, id)
	proxy, err := proxies[0], errs[0]
	switch {
	case errors.Is(err, rest.ErrNotFound), err == nil && proxy.Status == "":
		return
	case err != nil:
		resp.Diagnostics.AddError("Unable to Read Rescan of Backup Proxy", conn.Product.Detail("Proxy "+r.data.ProxyName(id), err))
		return
	}
	if state.Status.IsNull() && proxy.Status != api.StatusOnline {
		resp.Diagnostics.AddWarning("Backup Proxy Not Online After Its Rescan", fmt.Sprintf("Proxy %s: the server accepted the rescan at %s, and reports the proxy as %s. "+
			"The rescan may still be running; later refreshes record when it ends.\n\n%s\n\n%s",
			r.data.ProxyName(id), state.RescannedAt.ValueString(), proxy.Status, offlineAdvice, sessionrun.AgainAdvice))
	}
	state.Status = values.Optional(proxy.Status)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Delete forgets the record; there is nothing to take back.
func (r *rescanResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}
