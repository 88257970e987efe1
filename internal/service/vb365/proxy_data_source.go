// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var _ datasource.DataSourceWithConfigure = &proxyDataSource{}

// proxyDataSource is the data source veeam_vb365_proxy.
type proxyDataSource struct {
	data *conn.ProviderData
}

// NewProxyDataSource makes the data source veeam_vb365_proxy.
func NewProxyDataSource() datasource.DataSource { return &proxyDataSource{} }

func (d *proxyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_proxy"
}

func (d *proxyDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *proxyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := factAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		Validators:          []validator.String{validate.UUID(), stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("host_name"))},
		MarkdownDescription: "ID of the proxy. Give either this or `host_name`.",
	}
	attributes["host_name"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{validate.HostName()},
		MarkdownDescription: "DNS name or IP address of the proxy's machine, as it was registered; case-insensitive. It must belong to one proxy.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up one backup proxy of Veeam Backup for Microsoft 365, by its ID or by the name of its host. No such proxy, or several, is an error.",
		Attributes:          attributes,
	}
}

func (d *proxyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to Read Backup Proxy"
	var config proxyFacts
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	var proxy api.Proxy
	var err error
	object, argument := "Proxy "+config.ID.ValueString(), path.Root("id")
	if config.ID.IsNull() {
		object, argument = fmt.Sprintf("Proxy %q", config.HostName.ValueString()), path.Root("host_name")
		proxy, err = d.data.ProxyOnHost(ctx, config.HostName.ValueString())
	} else {
		proxy, err = d.data.ProxyWithID(ctx, config.ID.ValueString())
	}
	if err != nil {
		resp.Diagnostics.AddAttributeError(argument, summary, conn.Product.Detail(object, err))
		return
	}
	facts := factsFromAPI(proxy)
	if !config.ID.IsNull() { // a data source has to return its arguments as they are
		facts.ID = config.ID
	}
	if !config.HostName.IsNull() { // which the server may return in another form
		facts.HostName = config.HostName
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, facts)...)
}
