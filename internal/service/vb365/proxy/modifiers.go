// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
)

// keepSameHost plans the prior spelling of a name that means the same host.
type keepSameHost struct{}

func (keepSameHost) Description(context.Context) string {
	return "Another name of the same host is not a change."
}

func (m keepSameHost) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepSameHost) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.State.Raw.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	var fqdn types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("fqdn"), &fqdn)...)
	if api.SameHost(req.PlanValue.ValueString(), api.Proxy{HostName: req.StateValue.ValueString(), FQDN: fqdn.ValueString()}) {
		resp.PlanValue = req.StateValue
	}
}

// keepSameText plans the prior text if only white space around it differs, which servers trim.
type keepSameText struct{}

func (keepSameText) Description(context.Context) string {
	return "Leading and trailing white space is not a change."
}

func (m keepSameText) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepSameText) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if !req.StateValue.IsNull() && !req.PlanValue.IsUnknown() && !req.PlanValue.IsNull() && sameText(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// A proxy is replaced only for a known value that differs from a known one. A value that is known at apply only is compared
// then, by refuseReplacement, and one that the server has never reported may be the same.

func replacesHost(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = differs(req.StateValue, req.PlanValue)
}

func replacesSystem(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = systemDiffers(req.StateValue, req.PlanValue)
}

func replacesFlag(_ context.Context, req planmodifier.BoolRequest, resp *boolplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = differs(req.StateValue, req.PlanValue)
}

// replacesServiceAccount leaves the version of the write-only password out of the comparison.
func replacesServiceAccount(ctx context.Context, req planmodifier.ObjectRequest, resp *objectplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = serviceAccountDiffers(ctx, req.StateValue, req.PlanValue, imported(ctx, req.Private), &resp.Diagnostics)
}

const importedKey = "imported"

// imported reports whether the proxy was imported. Responses do not contain the settings of its service account, so that the first
// account in its configuration is taken for the one that it has.
func imported(ctx context.Context, private sessionrun.PrivateState) bool {
	data, _ := private.GetKey(ctx, importedKey)
	return len(data) > 0
}

func differs(prior, planned attr.Value) bool {
	return !prior.IsNull() && !planned.IsUnknown() && !planned.IsNull() && !planned.Equal(prior)
}

// systemDiffers does not compare with an operating system that cannot be configured, which only a newer server reports.
func systemDiffers(prior, planned types.String) bool {
	return slices.Contains(operatingSystems, prior.ValueString()) && differs(prior, planned)
}

func serviceAccountDiffers(ctx context.Context, prior, planned types.Object, imported bool, diags *diag.Diagnostics) bool {
	if planned.IsUnknown() || imported && prior.IsNull() {
		return false
	}
	had, wants := object[serviceAccountModel](ctx, prior, diags), object[serviceAccountModel](ctx, planned, diags)
	return prior.IsNull() != planned.IsNull() || !wants.Name.IsUnknown() && !had.Name.Equal(wants.Name) ||
		!wants.Create.IsUnknown() && !had.Create.Equal(wants.Create)
}

// replacing names the attributes whose change replaces the proxy and that differ.
func (m *proxyModel) replacing(ctx context.Context, prior *proxyModel, imported bool, diags *diag.Diagnostics) []string {
	var names []string
	for name, different := range map[string]bool{
		"host_name": differs(prior.HostName, m.HostName) &&
			!api.SameHost(m.HostName.ValueString(), api.Proxy{HostName: prior.HostName.ValueString(), FQDN: prior.FQDN.ValueString()}),
		"use_domain_network": differs(prior.UseDomainNetwork, m.UseDomainNetwork),
		"operating_system":   systemDiffers(prior.OperatingSystem, m.OperatingSystem),
		"service_account":    serviceAccountDiffers(ctx, prior.ServiceAccount, m.ServiceAccount, imported, diags),
	} {
		if different {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func readModels(ctx context.Context, state tfsdk.State, plan tfsdk.Plan, diags *diag.Diagnostics) (prior, planned proxyModel) {
	diags.Append(state.Get(ctx, &prior)...)
	diags.Append(plan.Get(ctx, &planned)...)
	return prior, planned
}

// refuseReplacement is for values that became known at apply only: a replacement has to be planned.
func (m *proxyModel) refuseReplacement(ctx context.Context, prior *proxyModel, imported bool, diags *diag.Diagnostics) {
	for _, name := range m.replacing(ctx, prior, imported, diags) {
		diags.AddAttributeError(path.Root(name), "Unable to Update Backup Proxy",
			fmt.Sprintf("%s: the value of %s became known during apply and differs from that of the existing proxy. Changing it replaces the proxy, "+
				"which must be planned. Nothing was sent. Run terraform apply again.", prior.displayName(), name))
	}
}
