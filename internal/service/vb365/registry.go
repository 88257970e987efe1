// SPDX-License-Identifier: MPL-2.0

// Package vb365 registers the objects of Veeam Backup for Microsoft 365.
package vb365

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/proxy"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/proxypool"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/proxyrescan"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/repository"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/repositorysync"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/server"
)

// Resources are the constructors of the product's managed resources.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		proxy.NewResource,
		proxypool.NewResource,
		proxyrescan.NewResource,
		proxyrescan.NewFleetResource,
		repositorysync.NewResource,
	}
}

// DataSources are the constructors of its data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		proxy.NewDataSource,
		proxy.NewListDataSource,
		proxypool.NewDataSource,
		proxypool.NewListDataSource,
		repository.NewListDataSource,
		server.NewDataSource,
	}
}

// ListResources are the constructors of its list resources.
func ListResources() []func() list.ListResource {
	return []func() list.ListResource{
		proxy.NewListResource,
		proxypool.NewListResource,
	}
}

// Actions are the constructors of its actions.
func Actions() []func() action.Action {
	return []func() action.Action{
		proxyrescan.NewAction,
		proxy.NewMaintenanceAction,
	}
}
