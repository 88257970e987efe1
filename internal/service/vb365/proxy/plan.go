// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

func attributePath(name string) path.Path {
	root, child, nested := strings.Cut(name, ".")
	if !nested {
		return path.Root(root)
	}
	return path.Root(root).AtName(child)
}

func (r *proxyResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var internetProxy, ssh types.Object
	var system types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("internet_proxy"), &internetProxy)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("ssh"), &ssh)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("operating_system"), &system)...)
	proxy := object[internetProxyModel](ctx, internetProxy, &resp.Diagnostics)
	if proxy.Type.ValueString() == "Custom" && proxy.HostName.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("internet_proxy").AtName("host_name"), "Missing Host Name",
			"An internet proxy of type Custom needs host_name.")
	}
	if proxy.Type.ValueString() == "FromManagementServer" {
		for name, value := range map[string]attr.Value{"host_name": proxy.HostName, "port": proxy.Port, "username": proxy.Username} {
			if !value.IsNull() && !value.IsUnknown() {
				resp.Diagnostics.AddAttributeError(path.Root("internet_proxy").AtName(name), "Settings That Have No Effect",
					fmt.Sprintf("%s is for an internet proxy of type Custom; with FromManagementServer the settings of the server apply. Remove it, or change type.", name))
			}
		}
	}
	if !ssh.IsNull() && !ssh.IsUnknown() && system.ValueString() != "Linux" && !system.IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("ssh"), "SSH Settings Without Linux",
			"ssh is for Linux machines: set operating_system = \"Linux\", or remove ssh.")
	}
}

// ModifyPlan says at plan what would otherwise fail, or be missed, at apply.
func (r *proxyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil || req.Plan.Raw.Equal(req.State.Raw) {
		return
	}
	if req.Plan.Raw.IsNull() {
		r.warnBeforeRemoval(ctx, req.State, &resp.Diagnostics)
		return
	}
	created, sent := req.State.Raw.IsNull(), true
	var unsupported diag.Diagnostics
	r.checkVersion(ctx, req.Config, &unsupported)
	if created {
		validateNoMaintenance(ctx, req.Plan, &resp.Diagnostics)
		r.planNew(ctx, resp)
	} else {
		// Terraform makes an ordinary plan before that of a destroy, which an error would prevent: the update reports it.
		unsupported = asWarnings(unsupported)
		prior, planned := readModels(ctx, req.State, req.Plan, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		sent = planned.sends(ctx, &prior, &resp.Diagnostics)
		// The framework does not announce a replacement here, so it is foreseen from the attributes that cause it.
		if len(planned.replacing(ctx, &prior, imported(ctx, req.Private), &resp.Diagnostics)) > 0 {
			r.warnBeforeRemoval(ctx, req.State, &resp.Diagnostics)
			created = true
		}
	}
	resp.Diagnostics.Append(unsupported...)
	r.checkCredentials(ctx, req, created, sent, &resp.Diagnostics)
}

// planNew plans null for what a new proxy cannot have: a pool and, if api_version is configured, what that version lacks. A
// version that has to be found does not count: the plan is made again at apply, and must not become less exact.
func (r *proxyResource) planNew(ctx context.Context, resp *resource.ModifyPlanResponse) {
	var planned proxyModel
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	planned.ProxyPoolID = types.StringNull()
	if r.data.Client != nil {
		if version := r.data.Client.PinnedVersion(); version != "" {
			lacking := planned
			lacking.dropUnsupported(version)
			planned.complete(lacking)
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, planned)...)
}

// validateNoMaintenance: only members of a pool go into maintenance (PS:set-vboproxymaintenance), and a new proxy is none yet.
// Found out after the creation, it would leave a tainted proxy, which every apply installs anew.
func validateNoMaintenance(ctx context.Context, plan tfsdk.Plan, diags *diag.Diagnostics) {
	var on types.Bool
	diags.Append(plan.GetAttribute(ctx, path.Root("maintenance_mode"), &on)...)
	if on.ValueBool() {
		diags.AddAttributeError(path.Root("maintenance_mode"), "New Proxy Cannot Be In Maintenance",
			"Maintenance mode is for members of a proxy pool, and a new proxy belongs to none. Omit the attribute, add the proxy to a pool, then set it.")
	}
}

// checkVersion refuses attributes that the server's API version lacks. A server that cannot be asked yet is asked at
// apply.
func (r *proxyResource) checkVersion(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	configured := map[string]api.Feature{}
	for name, feature := range conn.AttributeFeatures {
		var value attr.Value
		if d := config.GetAttribute(ctx, attributePath(name), &value); !d.HasError() && value != nil && !value.IsNull() && !value.IsUnknown() {
			configured[name] = feature
		}
	}
	if len(configured) == 0 || r.data.Client == nil {
		return
	}
	version, err := r.data.Client.Version(ctx)
	if err != nil {
		return
	}
	for name, feature := range configured {
		if !version.Supports(feature) {
			root, _, _ := strings.Cut(name, ".") // the CLI finds no line for what is nested
			diags.AddAttributeError(path.Root(root), "Attribute Not Supported By The Server",
				fmt.Sprintf("The server is used with API version %s, and %s exists in %s only. Omit the attribute, or choose another api_version in block \"vb365\".",
					version, name, feature.Versions()))
		}
	}
}
