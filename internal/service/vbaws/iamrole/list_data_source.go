// SPDX-License-Identifier: MPL-2.0

package iamrole

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var twelveDigits = regexp.MustCompile(`^[0-9]{12}$`)

// NewListDataSource makes the data source veeam_vbaws_iam_roles.
var NewListDataSource = listing.New(conn.Product, listing.Spec[listModel, api.IAMRole, model, conn.ProviderData]{
	Name: "iam_roles", Title: "IAM Roles", Noun: "IAM roles",
	Doc: "Lists the IAM roles by which Veeam Backup for AWS works in AWS, optionally filtered. Returns an empty list if nothing matches. " +
		"The account needs the role Portal Operator or Portal Administrator.",
	Filters: map[string]schema.Attribute{
		"name": listing.Filter("Only IAM roles whose name matches this pattern: `*` stands for any text, `?` for one character; case-insensitive.",
			validate.NotBlank()),
		"kind": listing.Filter("Only IAM roles of this kind: `IAMRole`, `IAMRoleFromAnotherAccount` or `accessKeys`.",
			stringvalidator.OneOf(api.KindIAMRole, api.KindIAMRoleFromAnotherAccount, api.KindAccessKeys)),
		"aws_account_id": listing.Filter("Only IAM roles of the AWS account with this number.",
			stringvalidator.RegexMatches(twelveDigits, "must be the twelve digits of an AWS account")),
	},
	ElementDoc: "The IAM roles, sorted by name.",
	Element:    attributes(),
	List: func(ctx context.Context, data *conn.ProviderData) ([]api.IAMRole, error) {
		return data.IAMRoles().List(ctx)
	},
	Match: func(m *listModel) func(api.IAMRole) bool {
		like := listing.Like(m.Name)
		return func(r api.IAMRole) bool {
			return like(r.Name) && listing.Equal(m.Kind, r.Kind) && listing.Equal(m.AWSAccountID, r.AWSAccountID)
		}
	},
	Flatten: flatten,
	Set:     func(m *listModel, roles []model) { m.IAMRoles = roles },
})

type listModel struct {
	Name         types.String `tfsdk:"name"`
	Kind         types.String `tfsdk:"kind"`
	AWSAccountID types.String `tfsdk:"aws_account_id"`
	IAMRoles     []model      `tfsdk:"iam_roles"`
}
