// SPDX-License-Identifier: MPL-2.0

package proxypool

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewListDataSource makes the data source veeam_vb365_proxy_pools.
var NewListDataSource = listing.New(conn.Product, listing.Spec[listModel, api.ProxyPool, dataModel, conn.ProviderData]{
	Name: "proxy_pools", Title: "Proxy Pools", Noun: "Proxy pools",
	Doc: "Lists the proxy pools of Veeam Backup for Microsoft 365, all of them or those whose name matches. API versions: v8.",
	Filters: map[string]schema.Attribute{
		"name": listing.Filter("Only pools whose name matches this pattern, case-insensitive: `*` stands for any text, `?` for one character.", validate.NotBlank()),
	},
	ElementDoc: "The proxy pools, in the server's order.", Element: attributes(),
	List: spec.All, Flatten: flatten,
	Match: func(m *listModel) func(api.ProxyPool) bool {
		like := listing.Like(m.Name)
		return func(p api.ProxyPool) bool { return like(p.Name) }
	},
	Set: func(m *listModel, pools []dataModel) { m.ProxyPools = pools },
})

type listModel struct {
	Name       types.String `tfsdk:"name"`
	ProxyPools []dataModel  `tfsdk:"proxy_pools"`
}
