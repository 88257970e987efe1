// SPDX-License-Identifier: MPL-2.0

// Package provider is the provider itself: its schema, its configuration, and the registration of all objects.
package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365"
	vb365conn "github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws"
	vbawsconn "github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/veeam-community/veeam"

type veeamProvider struct {
	version string
}

// New makes the provider of the given release.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &veeamProvider{version: version} }
}

// providerData is what the objects of both products receive; nil is a product that is not configured.
type providerData struct {
	vb365 *vb365conn.ProviderData
	vbaws *vbawsconn.ProviderData
}

var (
	_ provider.ProviderWithListResources = &veeamProvider{}

	_ vb365conn.Source = providerData{}
	_ vbawsconn.Source = providerData{}
)

func (d providerData) VB365() *vb365conn.ProviderData { return d.vb365 }

func (d providerData) VBAWS() *vbawsconn.ProviderData { return d.vbaws }

func (p *veeamProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "veeam"
	resp.Version = p.version
}

// Configure makes the clients; it sends nothing.
func (p *veeamProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	agent := userAgent(p.version, req.TerraformVersion)
	configured := providerData{
		vb365: configureVB365(ctx, req.Config, agent, &resp.Diagnostics),
		vbaws: configureVBAWS(ctx, req.Config, agent, &resp.Diagnostics),
	}
	resp.ResourceData = configured
	resp.DataSourceData = configured
	resp.ListResourceData = configured
	resp.ActionData = configured
}

func (p *veeamProvider) Resources(context.Context) []func() resource.Resource {
	return slices.Concat(vb365.Resources(), vbaws.Resources())
}

func (p *veeamProvider) DataSources(context.Context) []func() datasource.DataSource {
	return slices.Concat(vb365.DataSources(), vbaws.DataSources())
}

func (p *veeamProvider) ListResources(context.Context) []func() list.ListResource {
	return vb365.ListResources()
}

func (p *veeamProvider) Actions(context.Context) []func() action.Action {
	return slices.Concat(vb365.Actions(), vbaws.Actions())
}
