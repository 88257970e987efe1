// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var _ datasource.DataSourceWithConfigure = &serviceDataSource{}

// serviceDataSource is the data source veeam_vb365_service.
type serviceDataSource struct {
	data *conn.ProviderData
}

// NewServiceDataSource makes the data source veeam_vb365_service.
func NewServiceDataSource() datasource.DataSource { return &serviceDataSource{} }

type serviceModel struct {
	Build             types.String `tfsdk:"build"`
	InstallationID    types.String `tfsdk:"installation_id"`
	APIVersion        types.String `tfsdk:"api_version"`
	ServedAPIVersions []string     `tfsdk:"served_api_versions"`
}

func (d *serviceDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_service"
}

func (d *serviceDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *serviceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	told := " Null before API version v6, which does not return it."
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tells which build of Veeam Backup for Microsoft 365 answers, and which versions of its REST API.",
		Attributes: map[string]schema.Attribute{
			"build":           schema.StringAttribute{Computed: true, MarkdownDescription: "Build of the product, for example `8.0.2.159`." + told},
			"installation_id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the installation." + told},
			"api_version": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "API version that the provider uses: the configured `api_version`, otherwise the newest that the server serves.",
			},
			"served_api_versions": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "API versions that the server serves and the provider knows, newest first. Found without logging in.",
			},
		},
	}
}

func (d *serviceDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to Read Service"
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	model, err := d.ask(ctx)
	if err != nil {
		resp.Diagnostics.AddError(summary, conn.Product.Detail("Service", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func (d *serviceDataSource) ask(ctx context.Context) (model serviceModel, err error) {
	served, err := d.data.Client.ServedVersions(ctx) // first: it finds the version in use on the way
	if err != nil {
		return model, err
	}
	for _, version := range served {
		model.ServedAPIVersions = append(model.ServedAPIVersions, string(version))
	}
	version, err := d.data.Client.Version(ctx)
	if err != nil {
		return model, err
	}
	model.APIVersion = types.StringValue(string(version))
	instance, err := d.data.Client.ServiceInstance(ctx)
	if _, unsupported := errors.AsType[*api.UnsupportedError](err); err != nil && !unsupported {
		return model, err
	}
	model.Build = values.Optional(instance.Version)
	model.InstallationID = values.Optional(strings.ToLower(instance.InstallationID))
	return model, nil
}
