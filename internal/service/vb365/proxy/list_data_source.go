// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewListDataSource makes the data source veeam_vb365_proxies.
var NewListDataSource = listing.New(conn.Product, listing.Spec[listModel, api.Proxy, dataModel, conn.ProviderData]{
	Name: "proxies", Title: "Backup Proxies", Noun: "Proxies",
	Doc:        "Lists the backup proxies of Veeam Backup for Microsoft 365. Returns an empty list if nothing matches.",
	Filters:    listFilters(),
	ElementDoc: "The proxies, in the server's order.",
	Element:    dataAttributes(),
	Check: func(ctx context.Context, data *conn.ProviderData, m *listModel, diags *diag.Diagnostics) {
		m.check(ctx, data.Client, diags)
	},
	List: func(ctx context.Context, data *conn.ProviderData) ([]api.Proxy, error) {
		return data.Client.SharedProxies(ctx)
	},
	Match:   func(m *listModel) func(api.Proxy) bool { return m.matcher() },
	Flatten: flatten,
	Set:     func(m *listModel, proxies []dataModel) { m.Proxies = proxies },
})

type listModel struct {
	filter
	Proxies []dataModel `tfsdk:"proxies"`
}

func listFilters() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, a := range filterArguments() {
		attributes[a.name] = listing.Filter(a.description, a.validators...)
	}
	return attributes
}
