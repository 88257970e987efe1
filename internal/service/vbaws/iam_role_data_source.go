// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var _ datasource.DataSourceWithConfigure = &iamRoleDataSource{}

// iamRoleDataSource is the data source veeam_vbaws_iam_role.
type iamRoleDataSource struct {
	data *conn.ProviderData
}

// NewIAMRoleDataSource makes the data source veeam_vbaws_iam_role.
func NewIAMRoleDataSource() datasource.DataSource { return &iamRoleDataSource{} }

// iamRoleFacts is what the data sources show of an IAM role.
type iamRoleFacts struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	Description  types.String `tfsdk:"description"`
	Kind         types.String `tfsdk:"kind"`
	AWSAccountID types.String `tfsdk:"aws_account_id"`
	RoleName     types.String `tfsdk:"role_name"`
	RegionType   types.String `tfsdk:"region_type"`
}

func iamRoleFactsFromAPI(r api.IAMRole) iamRoleFacts {
	return iamRoleFacts{
		ID: types.StringValue(strings.ToLower(r.ID)), Name: types.StringValue(r.Name), Description: values.Optional(r.Description),
		Kind: values.Optional(r.Kind), AWSAccountID: values.Optional(r.AWSAccountID), RoleName: values.Optional(r.RoleName),
		RegionType: values.Optional(r.RegionType),
	}
}

func iamRoleFactAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          factString("The appliance's own ID of the IAM role, in lower case."),
		"name":        factString("The appliance's name of the IAM role."),
		"description": factString("Description; null when it is empty."),
		"kind": factString("What it is: `IAMRole` (of the appliance's own AWS account), `IAMRoleFromAnotherAccount` (which the appliance assumes) or " +
			"`accessKeys` (of an IAM user). Null if the appliance does not return it."),
		"aws_account_id": factString("Number of the AWS account, twelve digits."),
		"role_name":      factString("Name of the role in AWS; null for access keys."),
		"region_type":    factString("Which AWS regions it belongs to: `Global`, `Government` or `China`."),
	}
}

func (d *iamRoleDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_iam_role"
}

func (d *iamRoleDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *iamRoleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := iamRoleFactAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		Validators:          []validator.String{validate.UUID(), stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))},
		MarkdownDescription: "The appliance's own ID of the IAM role. Give either this or `name`.",
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{validate.NotBlank()},
		MarkdownDescription: "The appliance's name of the IAM role, exactly as it is there. It must belong to one IAM role.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up one of the IAM roles by which Veeam Backup for AWS works in AWS, by its ID or its name. No such IAM role, or several, is an error. " +
			"The account needs the role Portal Operator or Portal Administrator.",
		Attributes: attributes,
	}
}

func (d *iamRoleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to Read IAM Role"
	var config iamRoleFacts
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	var role api.IAMRole
	var err error
	object, argument := "IAM role "+config.ID.ValueString(), path.Root("id")
	if config.ID.IsNull() {
		object, argument = fmt.Sprintf("IAM role %q", config.Name.ValueString()), path.Root("name")
		role, err = d.data.IAMRoles().Named(ctx, config.Name.ValueString())
	} else {
		role, err = d.data.IAMRoles().WithID(ctx, config.ID.ValueString())
	}
	if err != nil {
		resp.Diagnostics.AddAttributeError(argument, summary, conn.Product.Detail(object, err))
		return
	}
	facts := iamRoleFactsFromAPI(role)
	if !config.ID.IsNull() {
		facts.ID = config.ID // a data source has to give back its arguments as they are
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, facts)...)
}
