// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var _ datasource.DataSourceWithConfigure = &iamRolesDataSource{}

// iamRolesDataSource is the data source veeam_vbaws_iam_roles.
type iamRolesDataSource struct {
	data *conn.ProviderData
}

// NewIAMRolesDataSource makes the data source veeam_vbaws_iam_roles.
func NewIAMRolesDataSource() datasource.DataSource { return &iamRolesDataSource{} }

type iamRolesModel struct {
	Name         types.String   `tfsdk:"name"`
	Kind         types.String   `tfsdk:"kind"`
	AWSAccountID types.String   `tfsdk:"aws_account_id"`
	IAMRoles     []iamRoleFacts `tfsdk:"iam_roles"`
}

func (d *iamRolesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_iam_roles"
}

func (d *iamRolesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

var twelveDigits = regexp.MustCompile(`^[0-9]{12}$`)

func (d *iamRolesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	filter := func(v validator.String, description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, Validators: []validator.String{v}, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the IAM roles by which Veeam Backup for AWS works in AWS, all of them or those that every given filter lets through. " +
			"That there are none is no error: the list is empty then. The account needs the role Portal Operator or Portal Administrator.",
		Attributes: map[string]schema.Attribute{
			"name": filter(validate.NotBlank(), "Only IAM roles whose name matches this pattern, in which `*` stands for any text and `?` for one character; case-insensitive."),
			"kind": filter(stringvalidator.OneOf(api.KindIAMRole, api.KindIAMRoleFromAnotherAccount, api.KindAccessKeys),
				"Only IAM roles of this kind: `IAMRole`, `IAMRoleFromAnotherAccount` or `accessKeys`."),
			"aws_account_id": filter(stringvalidator.RegexMatches(twelveDigits, "must be the twelve digits of an AWS account"),
				"Only IAM roles of the AWS account with this number."),
			"iam_roles": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The IAM roles, sorted by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: iamRoleFactAttributes()},
			},
		},
	}
}

func (d *iamRolesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to List IAM Roles"
	var model iamRolesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	roles, err := d.data.IAMRoles().List(ctx)
	if err != nil {
		resp.Diagnostics.AddError(summary, conn.Product.Detail("IAM roles", err))
		return
	}
	slices.SortFunc(roles, func(a, b api.IAMRole) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	model.IAMRoles = []iamRoleFacts{}
	meant := model.matcher()
	for _, r := range roles {
		if meant(r) {
			model.IAMRoles = append(model.IAMRoles, iamRoleFactsFromAPI(r))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// matcher tells which IAM roles all given filters let through.
func (m iamRolesModel) matcher() func(api.IAMRole) bool {
	name := func(string) bool { return true }
	if !m.Name.IsNull() {
		name = lookup.Glob(m.Name.ValueString())
	}
	equal := func(filter types.String, value string) bool { return filter.IsNull() || filter.ValueString() == value }
	return func(r api.IAMRole) bool {
		return name(r.Name) && equal(m.Kind, r.Kind) && equal(m.AWSAccountID, r.AWSAccountID)
	}
}
