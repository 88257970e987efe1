// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var _ datasource.DataSourceWithConfigure = &repositoriesDataSource{}

// repositoriesDataSource is the data source veeam_vb365_repositories.
type repositoriesDataSource struct {
	data *conn.ProviderData
}

// NewRepositoriesDataSource makes the data source veeam_vb365_repositories.
func NewRepositoriesDataSource() datasource.DataSource { return &repositoriesDataSource{} }

type repositoriesModel struct {
	Name         types.String      `tfsdk:"name"`
	ProxyID      types.String      `tfsdk:"proxy_id"`
	OutOfSync    types.Bool        `tfsdk:"out_of_sync"`
	Repositories []repositoryFacts `tfsdk:"repositories"`
}

type repositoryFacts struct {
	ID              types.String `tfsdk:"id"`
	Name            types.String `tfsdk:"name"`
	Description     types.String `tfsdk:"description"`
	ProxyID         types.String `tfsdk:"proxy_id"`
	ProxyPoolID     types.String `tfsdk:"proxy_pool_id"`
	OrganizationID  types.String `tfsdk:"organization_id"`
	Path            types.String `tfsdk:"path"`
	RetentionType   types.String `tfsdk:"retention_type"`
	ObjectStorage   types.Bool   `tfsdk:"object_storage"`
	ObjectStorageID types.String `tfsdk:"object_storage_id"`
	StorageKind     types.String `tfsdk:"object_storage_type"`
	CapacityBytes   types.Int64  `tfsdk:"capacity_bytes"`
	FreeSpaceBytes  types.Int64  `tfsdk:"free_space_bytes"`
	LongTerm        types.Bool   `tfsdk:"long_term"`
	OutOfSync       types.Bool   `tfsdk:"out_of_sync"`
	Outdated        types.Bool   `tfsdk:"outdated"`
}

func (d *repositoriesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_repositories"
}

func (d *repositoriesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *repositoriesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	number := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the backup repositories of Veeam Backup for Microsoft 365, all of them or those that every given filter lets through. " +
			"That there are none is no error: the list is empty then.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Only repositories whose name matches this pattern, case-insensitive: `*` stands for any text, `?` for one character.",
			},
			"proxy_id": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "Only repositories that the proxy with this ID owns.",
			},
			"out_of_sync": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Only repositories whose cache is out of sync with their object storage (`true`), or is not (`false`).",
			},
			"repositories": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The repositories, in the server's order.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                  text("ID of the repository."),
					"name":                text("Name of the repository."),
					"description":         text("Description of the repository."),
					"proxy_id":            text("ID of the proxy that owns it; null when a proxy pool does."),
					"proxy_pool_id":       text("ID of the proxy pool that owns it. " + conn.FeatureNote("proxy_pool_id")),
					"organization_id":     text("ID of the one organization that it is for. API versions: v8."),
					"path":                text("Folder on the proxy."),
					"retention_type":      text("`ItemLevel` or `SnapshotBased`."),
					"object_storage":      flag("Whether the backups are on object storage, which `veeam_vb365_repository_sync` can synchronize, rather than on the proxy."),
					"object_storage_id":   text("ID of that object storage."),
					"object_storage_type": text("Its kind, for example `AmazonS3`. API versions: v8."),
					"capacity_bytes":      number("Size of the volume that the backups are on; null on object storage."),
					"free_space_bytes":    number("Free space of that volume."),
					"long_term":           flag("Whether it is archive storage."),
					"out_of_sync":         flag("Whether the cache on the proxy lags behind the object storage."),
					"outdated":            flag("Whether the repository has to be upgraded, which only the Veeam console does. API versions: v8."),
				}},
			},
		},
	}
}

func (d *repositoriesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to List Backup Repositories"
	var model repositoriesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	all, err := d.data.Client.Repositories(ctx)
	if err != nil {
		resp.Diagnostics.AddError(summary, conn.Product.Detail("Repositories", err))
		return
	}
	model.Repositories = []repositoryFacts{}
	for _, repository := range all {
		if model.means(repository) {
			model.Repositories = append(model.Repositories, repositoryFromAPI(repository))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

func (m *repositoriesModel) means(r api.Repository) bool {
	return (m.Name.IsNull() || lookup.Glob(m.Name.ValueString())(r.Name)) &&
		(m.ProxyID.IsNull() || strings.EqualFold(m.ProxyID.ValueString(), r.ProxyID)) &&
		(m.OutOfSync.IsNull() || m.OutOfSync.ValueBool() == r.OutOfSync)
}

func repositoryFromAPI(r api.Repository) repositoryFacts {
	return repositoryFacts{
		ID: types.StringValue(strings.ToLower(r.ID)), Name: types.StringValue(r.Name), Description: values.Optional(r.Description),
		ProxyID: values.Optional(strings.ToLower(r.ProxyID)), ProxyPoolID: values.Optional(strings.ToLower(r.ProxyPoolID)),
		OrganizationID: values.Optional(strings.ToLower(r.OrganizationID)), Path: values.Optional(r.Path), RetentionType: values.Optional(r.RetentionType),
		ObjectStorage: types.BoolValue(onObjectStorage(r)), ObjectStorageID: values.Optional(strings.ToLower(r.ObjectStorageID)), StorageKind: values.Optional(r.ObjectStorage),
		CapacityBytes: types.Int64PointerValue(r.CapacityBytes), FreeSpaceBytes: types.Int64PointerValue(r.FreeSpaceBytes),
		LongTerm: types.BoolValue(r.LongTerm), OutOfSync: types.BoolValue(r.OutOfSync), Outdated: types.BoolValue(r.Outdated),
	}
}

// onObjectStorage tells it from a repository in a folder of its proxy. Up to v7 only the ID tells, in v8 also the kind.
func onObjectStorage(r api.Repository) bool { return r.ObjectStorage != "" || r.ObjectStorageID != "" }
