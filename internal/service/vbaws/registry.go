// SPDX-License-Identifier: MPL-2.0

// Package vbaws registers the objects of Veeam Backup for AWS.
package vbaws

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/iamrole"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/region"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/repository"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/rescan"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/session"
)

// Resources are the constructors of the product's managed resources.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		rescan.NewRepositoryResource,
		rescan.NewRepositoriesResource,
		rescan.NewIAMRoleResource,
		rescan.NewBucketResource,
		rescan.NewVirtualMachinesResource,
	}
}

// DataSources are the constructors of its data sources.
func DataSources() []func() datasource.DataSource {
	return []func() datasource.DataSource{
		appliance.NewDataSource,
		iamrole.NewDataSource,
		iamrole.NewListDataSource,
		region.NewListDataSource,
		repository.NewDataSource,
		repository.NewListDataSource,
		session.NewDataSource,
	}
}

// Actions are the constructors of its actions.
func Actions() []func() action.Action {
	return []func() action.Action{
		rescan.NewRepositoryAction,
	}
}
