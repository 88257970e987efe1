// SPDX-License-Identifier: MPL-2.0

// Package server holds the data source of the server itself.
package server

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewDataSource makes the data source veeam_vb365_service.
var NewDataSource = lookup.New(conn.Product, lookup.Spec[model, model, conn.ProviderData]{
	Name: "service", Title: "Service",
	Doc: "Reads the build of a Veeam Backup for Microsoft 365 server, and the versions of the REST API that it serves.",
	Attributes: map[string]schema.Attribute{
		"build":               computed.String("Build of the product, for example `8.0.2.159`. Null before API version v6, which does not return it."),
		"installation_id":     computed.String("ID of the installation. Null before API version v6, which does not return it."),
		"api_version":         computed.String("API version that the provider uses: the configured `api_version`, otherwise the newest one that the server serves."),
		"served_api_versions": computed.Strings("API versions that the server serves and the provider supports, newest first. Found without logging in."),
	},
	Get:     read,
	Flatten: func(m model) model { return m },
})

type model struct {
	Build             types.String `tfsdk:"build"`
	InstallationID    types.String `tfsdk:"installation_id"`
	APIVersion        types.String `tfsdk:"api_version"`
	ServedAPIVersions []string     `tfsdk:"served_api_versions"`
}

func read(ctx context.Context, data *conn.ProviderData, _ string) (m model, err error) {
	served, err := data.Client.ServedVersions(ctx) // first: it finds the version in use on the way
	if err != nil {
		return m, err
	}
	for _, version := range served {
		m.ServedAPIVersions = append(m.ServedAPIVersions, string(version))
	}
	version, err := data.Client.Version(ctx)
	if err != nil {
		return m, err
	}
	m.APIVersion = types.StringValue(string(version))
	instance, err := data.Client.ServiceInstance(ctx)
	if _, unsupported := errors.AsType[*api.UnsupportedError](err); err != nil && !unsupported {
		return m, err
	}
	m.Build = values.Optional(instance.Version)
	m.InstallationID = values.Optional(strings.ToLower(instance.InstallationID))
	return m, nil
}
