// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var _ datasource.DataSourceWithConfigure = &proxiesDataSource{}

// proxiesDataSource is the data source veeam_vb365_proxies.
type proxiesDataSource struct {
	data *conn.ProviderData
}

// NewProxiesDataSource makes the data source veeam_vb365_proxies.
func NewProxiesDataSource() datasource.DataSource { return &proxiesDataSource{} }

type proxiesModel struct {
	proxyFilter
	Proxies []proxyFacts `tfsdk:"proxies"`
}

func (d *proxiesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_proxies"
}

func (d *proxiesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *proxiesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the backup proxies of Veeam Backup for Microsoft 365, all of them or those that every given filter lets through. " +
			"That there are none is no error: the list is empty then.",
		Attributes: map[string]schema.Attribute{
			"proxies": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The proxies, in the server's order.",
				NestedObject: schema.NestedAttributeObject{Attributes: factAttributes()},
			},
		},
	}
	for _, a := range filterArguments() {
		resp.Schema.Attributes[a.name] = schema.StringAttribute{Optional: true, Validators: a.validators, MarkdownDescription: a.description}
	}
}

func (d *proxiesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to List Backup Proxies"
	var model proxiesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	if model.check(ctx, d.data.Client, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	meant := model.matcher()
	model.Proxies = []proxyFacts{}
	proxies, err := d.data.Client.SharedProxies(ctx)
	if err != nil {
		resp.Diagnostics.AddError(summary, conn.Product.Detail("Proxies", err))
		return
	}
	for _, proxy := range proxies {
		if meant(proxy) {
			model.Proxies = append(model.Proxies, factsFromAPI(proxy))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
