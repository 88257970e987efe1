// SPDX-License-Identifier: MPL-2.0

package repository

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewListDataSource makes the data source veeam_vbaws_repositories.
var NewListDataSource = listing.New(conn.Product, listing.Spec[listModel, api.Repository, model, conn.ProviderData]{
	Name: "repositories", Title: "Repositories", Noun: "Repositories",
	Doc: "Lists the backup repositories of Veeam Backup for AWS, optionally filtered. Returns an empty list if nothing matches.",
	Filters: map[string]schema.Attribute{
		"name": listing.Filter("Only repositories whose name matches this pattern: `*` stands for any text, `?` for one character; case-insensitive.",
			validate.NotBlank()),
		"region":      listing.Filter("Only repositories in this AWS region, for example `us-east-1`.", validate.NotBlank()),
		"bucket":      listing.Filter("Only repositories in the S3 bucket of this name.", validate.NotBlank()),
		"iam_role_id": listing.Filter("Only repositories that the appliance reaches by the IAM role with this ID (the appliance's own).", validate.UUID()),
	},
	ElementDoc: "The repositories, sorted by name.",
	Element:    attributes(),
	List: func(ctx context.Context, data *conn.ProviderData) ([]api.Repository, error) {
		return data.Repositories().List(ctx)
	},
	Match: func(m *listModel) func(api.Repository) bool {
		like := listing.Like(m.Name)
		return func(r api.Repository) bool {
			return like(r.Name) && listing.Equal(m.Region, r.Region) && listing.Equal(m.Bucket, r.Bucket) && listing.Equal(m.IAMRoleID, r.AccountID)
		}
	},
	Flatten: flatten,
	Set:     func(m *listModel, repositories []model) { m.Repositories = repositories },
})

type listModel struct {
	Name         types.String `tfsdk:"name"`
	Region       types.String `tfsdk:"region"`
	Bucket       types.String `tfsdk:"bucket"`
	IAMRoleID    types.String `tfsdk:"iam_role_id"`
	Repositories []model      `tfsdk:"repositories"`
}
