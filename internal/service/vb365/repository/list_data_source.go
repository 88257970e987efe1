// SPDX-License-Identifier: MPL-2.0

// Package repository holds the data source of backup repositories.
package repository

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewListDataSource makes the data source veeam_vb365_repositories.
var NewListDataSource = listing.New(conn.Product, listing.Spec[listModel, api.Repository, model, conn.ProviderData]{
	Name: "repositories", Title: "Backup Repositories", Noun: "Repositories",
	Doc: "Lists the backup repositories of Veeam Backup for Microsoft 365, optionally filtered. Returns an empty list if nothing matches.",
	Filters: map[string]schema.Attribute{
		"name": listing.Filter("Only repositories whose name matches this pattern, case-insensitive: `*` stands for any text, `?` for one character.",
			validate.NotBlank()),
		"proxy_id": listing.Filter("Only repositories that the proxy with this ID owns.", validate.UUID()),
		"out_of_sync": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Only repositories whose cache is out of sync with their object storage (`true`), or is not (`false`). If omitted, all match.",
		},
	},
	ElementDoc: "The repositories, in the server's order.",
	Element: map[string]schema.Attribute{
		"id":                  computed.String("ID of the repository."),
		"name":                computed.String("Name of the repository."),
		"description":         computed.String("Description of the repository."),
		"proxy_id":            computed.String("ID of the proxy that owns it; null if a proxy pool owns it."),
		"proxy_pool_id":       computed.String("ID of the proxy pool that owns it. " + conn.FeatureNote("proxy_pool_id")),
		"organization_id":     computed.String("ID of the organization that it is dedicated to. API versions: v8."),
		"path":                computed.String("Folder on the proxy."),
		"retention_type":      computed.String("`ItemLevel` or `SnapshotBased`."),
		"object_storage":      computed.Bool("Whether the backups are on object storage, which `veeam_vb365_repository_sync` can synchronize, rather than on the proxy."),
		"object_storage_id":   computed.String("ID of that object storage."),
		"object_storage_type": computed.String("Type of that object storage, for example `AmazonS3`. API versions: v8."),
		"capacity_bytes":      computed.Int64("Size of the volume with the backups; null on object storage."),
		"free_space_bytes":    computed.Int64("Free space of that volume."),
		"long_term":           computed.Bool("Whether it is archive storage."),
		"out_of_sync":         computed.Bool("Whether the cache on the proxy lags behind the object storage."),
		"outdated":            computed.Bool("Whether the repository must be upgraded, which is possible only in the Veeam console. API versions: v8."),
	},
	List: func(ctx context.Context, data *conn.ProviderData) ([]api.Repository, error) {
		return data.Client.Repositories(ctx)
	},
	Match: func(m *listModel) func(api.Repository) bool {
		like := listing.Like(m.Name)
		return func(r api.Repository) bool {
			return like(r.Name) && listing.Equal(m.ProxyID, r.ProxyID) && (m.OutOfSync.IsNull() || m.OutOfSync.ValueBool() == r.OutOfSync)
		}
	},
	Flatten: flatten,
	Set:     func(m *listModel, repositories []model) { m.Repositories = repositories },
})

type listModel struct {
	Name         types.String `tfsdk:"name"`
	ProxyID      types.String `tfsdk:"proxy_id"`
	OutOfSync    types.Bool   `tfsdk:"out_of_sync"`
	Repositories []model      `tfsdk:"repositories"`
}

type model struct {
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

func flatten(r api.Repository) model {
	return model{
		ID: types.StringValue(strings.ToLower(r.ID)), Name: types.StringValue(r.Name), Description: values.Optional(r.Description),
		ProxyID: values.Optional(strings.ToLower(r.ProxyID)), ProxyPoolID: values.Optional(strings.ToLower(r.ProxyPoolID)),
		OrganizationID: values.Optional(strings.ToLower(r.OrganizationID)), Path: values.Optional(r.Path), RetentionType: values.Optional(r.RetentionType),
		ObjectStorage: types.BoolValue(r.OnObjectStorage()), ObjectStorageID: values.Optional(strings.ToLower(r.ObjectStorageID)), StorageKind: values.Optional(r.ObjectStorage),
		CapacityBytes: types.Int64PointerValue(r.CapacityBytes), FreeSpaceBytes: types.Int64PointerValue(r.FreeSpaceBytes),
		LongTerm: types.BoolValue(r.LongTerm), OutOfSync: types.BoolValue(r.OutOfSync), Outdated: types.BoolValue(r.Outdated),
	}
}
