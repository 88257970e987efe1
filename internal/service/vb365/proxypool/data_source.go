// SPDX-License-Identifier: MPL-2.0

package proxypool

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewDataSource makes the data source veeam_vb365_proxy_pool.
var NewDataSource = lookup.New(conn.Product, lookup.Spec[dataModel, api.ProxyPool, conn.ProviderData]{
	Name: spec.Name, Title: "Proxy Pool", Noun: "Proxy pool",
	Doc:        "Looks up one proxy pool of Veeam Backup for Microsoft 365, by its ID or by its name. No such pool, or several, is an error. API versions: v8.",
	Attributes: attributes(), ID: "ID of the pool. If omitted, `name` is required.",
	Key: lookup.Argument{Name: "name", Doc: "Name of the pool, which must belong to one pool. If omitted, `id` is required.", Validator: validate.NotBlank()},
	Get: spec.ByID, Find: spec.ByName, Flatten: flatten,
})

type dataModel struct {
	ID types.String `tfsdk:"id"`
	settings
}

func flatten(p api.ProxyPool) dataModel {
	m := dataModel{ID: types.StringValue(strings.ToLower(p.ID))}
	m.fromAPI(p)
	return m
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": computed.String("ID of the pool."), "name": computed.String("Name of the pool."), "description": computed.String("Description of the pool."),
		"proxy_ids": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "IDs of the proxies in the pool."},
	}
}
