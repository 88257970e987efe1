// SPDX-License-Identifier: MPL-2.0

package repository

import (
	"context"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewDataSource makes the data source veeam_vbaws_repository.
var NewDataSource = lookup.New(conn.Product, lookup.Spec[model, api.Repository, conn.ProviderData]{
	Name: "repository", Title: "Repository",
	Doc: "Looks up one backup repository of Veeam Backup for AWS, by its ID or its name. No such repository, or several, is an error.",
	ID:  "ID of the repository. Give either this or `name`.",
	Key: lookup.Argument{
		Name: "name", Validator: validate.NotBlank(),
		Doc: "Name of the repository, exactly as the appliance has it. It must belong to one repository.",
	},
	Attributes: attributes(),
	Get: func(ctx context.Context, data *conn.ProviderData, id string) (api.Repository, error) {
		return data.Repositories().WithID(ctx, id)
	},
	Find: func(ctx context.Context, data *conn.ProviderData, name string) (api.Repository, error) {
		return data.Repositories().Named(ctx, name)
	},
	Flatten: flatten,
})
