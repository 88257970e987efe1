// SPDX-License-Identifier: MPL-2.0

package iamrole

import (
	"context"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewDataSource makes the data source veeam_vbaws_iam_role.
var NewDataSource = lookup.New(conn.Product, lookup.Spec[model, api.IAMRole, conn.ProviderData]{
	Name: "iam_role", Title: "IAM Role", Noun: "IAM role",
	Doc: "Reads one of the IAM roles by which Veeam Backup for AWS works in AWS, by its ID or name. Fails if no IAM role matches, or more than one. " +
		"The account needs the role Portal Operator or Portal Administrator.",
	ID: "The appliance's own ID of the IAM role. If omitted, `name` is required.",
	Key: lookup.Argument{
		Name: "name", Validator: validate.NotBlank(),
		Doc: "The appliance's name of the IAM role, case-sensitive. Must match one IAM role. If omitted, `id` is required.",
	},
	Attributes: attributes(),
	Get: func(ctx context.Context, data *conn.ProviderData, id string) (api.IAMRole, error) {
		return data.IAMRoles().WithID(ctx, id)
	},
	Find: func(ctx context.Context, data *conn.ProviderData, name string) (api.IAMRole, error) {
		return data.IAMRoles().Named(ctx, name)
	},
	Flatten: flatten,
})
