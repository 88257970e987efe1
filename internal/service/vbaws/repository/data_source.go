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
	Doc: "Reads one backup repository of Veeam Backup for AWS, by its ID or name. Fails if no repository matches, or more than one.",
	ID:  "ID of the repository. If omitted, `name` is required.",
	Key: lookup.Argument{
		Name: "name", Validator: validate.NotBlank(),
		Doc: "Name of the repository, case-sensitive. Must match one repository. If omitted, `id` is required.",
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
