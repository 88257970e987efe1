// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// filter are the arguments by which the data source and the list resource choose proxies. The server has no such
// query, so every list is read whole and filtered here.
type filter struct {
	Status          types.String `tfsdk:"status"`
	Type            types.String `tfsdk:"type"`
	OperatingSystem types.String `tfsdk:"operating_system"`
	ProxyPoolID     types.String `tfsdk:"proxy_pool_id"`
	HostName        types.String `tfsdk:"host_name"`
}

// filterArgument is one of them, for the schemas of both.
type filterArgument struct {
	name        string
	description string
	validators  []validator.String
}

func filterArguments() []filterArgument {
	return []filterArgument{
		{"status", "Only proxies with this status: `Online` or `Offline`.", []validator.String{stringvalidator.OneOf(api.StatusOnline, api.StatusOffline)}},
		{
			"type", "Only proxies of this type: `Local` (the proxy on the server itself), `Domain` or `Workgroup`. Before API version v6 only `Local` can be recognized.",
			[]validator.String{stringvalidator.OneOf("Local", "Domain", "Workgroup")},
		},
		{
			"operating_system", "Only proxies on this operating system: `Windows` or `Linux`. " + conn.FeatureNote("operating_system"),
			[]validator.String{stringvalidator.OneOf("Windows", "Linux")},
		},
		{"proxy_pool_id", "Only proxies of the proxy pool with this ID. " + conn.FeatureNote("proxy_pool_id"), []validator.String{validate.UUID()}},
		{
			"host_name", "Only proxies whose host name matches this pattern, case-insensitive: `*` stands for any text, `?` for one character.",
			[]validator.String{validate.NotBlank()},
		},
	}
}

// check refuses a filter on something that the server's API version does not tell: it would find nothing, whatever
// there is.
func (f filter) check(ctx context.Context, client *api.Client, diags *diagnostics) {
	needs := map[string]api.Feature{}
	if kind := f.Type.ValueString(); kind != "" && kind != "Local" {
		needs["type"] = api.FeatureType
	}
	if !f.OperatingSystem.IsNull() {
		needs["operating_system"] = api.FeatureOperatingSystem
	}
	if !f.ProxyPoolID.IsNull() {
		needs["proxy_pool_id"] = api.FeatureProxyPool
	}
	if len(needs) == 0 {
		return
	}
	version, err := client.Version(ctx)
	if err != nil {
		diags.AddError("Unable to List Backup Proxies", conn.Product.Detail("Proxies", err))
		return
	}
	for name, feature := range needs {
		if !version.Supports(feature) {
			diags.AddAttributeError(path.Root(name), "Filter Not Supported By The Server",
				fmt.Sprintf("The server is used with API version %s, which does not return this property; API versions that do: %s. "+
					"Omit the filter, or choose another api_version in block \"vb365\".", version, feature.Versions()))
		}
	}
}

// matcher returns the test that a proxy has to pass.
func (f filter) matcher() func(api.Proxy) bool {
	like := listing.Like(f.HostName)
	return func(p api.Proxy) bool {
		return listing.Equal(f.Status, p.Status) && listing.Equal(f.Type, p.Type) && listing.Equal(f.OperatingSystem, p.OperatingSystem) &&
			listing.Equal(f.ProxyPoolID, valueOf(p.ProxyPoolID)) && like(p.HostName)
	}
}
