// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var (
	_ action.ActionWithConfigure  = &maintenanceAction{}
	_ action.ActionWithModifyPlan = &maintenanceAction{}
)

// maintenanceAction is the action veeam_vb365_proxy_maintenance.
type maintenanceAction struct {
	data *conn.ProviderData
}

// NewMaintenanceAction makes the action veeam_vb365_proxy_maintenance.
func NewMaintenanceAction() action.Action { return &maintenanceAction{} }

type maintenanceActionModel struct {
	ProxyID         types.String   `tfsdk:"proxy_id"`
	Enabled         types.Bool     `tfsdk:"enabled"`
	CredentialsName types.String   `tfsdk:"credentials_name"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

func (a *maintenanceAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_proxy_maintenance"
}

func (a *maintenanceAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (a *maintenanceAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Puts a backup proxy of Veeam Backup for Microsoft 365 into maintenance mode or takes it out, and waits until the server reports it. Meant for proxies " +
			"of a pool, whose work others take over. " + conn.FeatureNote("maintenance_mode") + "\n\n" +
			"The account of the proxy's machine comes from `proxy_credentials` of the provider.",
		Attributes: map[string]schema.Attribute{
			"proxy_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "ID of the proxy.",
			},
			"enabled": schema.BoolAttribute{
				Required:            true,
				MarkdownDescription: "`true` puts the proxy into maintenance mode, `false` takes it out.",
			},
			"credentials_name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Entry of the provider's `proxy_credentials`. If omitted, the entry named like the proxy's host is used, and then the entry `default`.",
			},
			"timeouts": operation.ActionTimeouts(ctx, "Timeout of the change. Defaults to `30m`."),
		},
	}
}

// ModifyPlan refuses what the server's version or the provider's credentials cannot give.
func (a *maintenanceAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.data == nil {
		return
	}
	var name types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("credentials_name"), &name)...)
	a.data.Credentials.Check(name, resp.Diagnostics.AddAttributeError)
	if a.data.Client == nil {
		return
	}
	// A server that cannot be asked yet is asked when the action runs.
	if version, err := a.data.Client.Version(ctx); err == nil && !version.Supports(api.FeatureMaintenance) {
		resp.Diagnostics.AddAttributeError(path.Root("enabled"), "Action Not Supported By The Server",
			fmt.Sprintf("The server is used with API version %s, and maintenance mode exists in %s only.", version, api.FeatureMaintenance.Versions()))
	}
}

func (a *maintenanceAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config maintenanceActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := config.Timeouts.Invoke(ctx, defaultChangeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "invoke", timeout)
	defer cancel()
	id := config.ProxyID.ValueString()
	lines := progress.Start(resp.SendProgress, "Reading proxy "+id)
	defer lines.Stop()
	fail := func(err error, advice ...string) {
		resp.Diagnostics.AddError("Unable to Change Maintenance Mode", conn.Product.Detail("Proxy "+id, err, advice...))
	}
	// The proxy tells its host, for which the credentials are, and whether there is anything to do.
	proxy, err := a.data.Client.Proxy(ctx, id)
	if err != nil {
		advice := ""
		if errors.Is(err, rest.ErrNotFound) {
			advice = "The server has no proxy with this ID. Take proxy_id from a veeam_vb365_proxy."
		}
		fail(err, advice)
		return
	}
	on := config.Enabled.ValueBool()
	if proxy.MaintenanceModeState == maintenanceState(on) {
		lines.Say(fmt.Sprintf("Maintenance mode of proxy %q is %s already", proxy.HostName, proxy.MaintenanceModeState))
		return
	}
	access := machine(ctx, a.data, &proxyModel{
		HostName: types.StringValue(proxy.HostName), FQDN: types.StringValue(proxy.FQDN), OperatingSystem: types.StringValue(proxy.OperatingSystem), CredentialsName: config.CredentialsName,
	}, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	err = setMaintenance(ctx, a.data.Client, id, on, access, func(current api.Proxy) {
		lines.Say(fmt.Sprintf("Maintenance mode of proxy %q is %s", current.HostName, current.MaintenanceModeState))
	})
	if err != nil {
		fail(err, access.advice(proxy.HostName))
	}
}
