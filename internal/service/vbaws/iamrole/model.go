// SPDX-License-Identifier: MPL-2.0

// Package iamrole holds the data sources of IAM roles.
package iamrole

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
)

// model is what the data sources show of an IAM role.
type model struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	Description  types.String `tfsdk:"description"`
	Kind         types.String `tfsdk:"kind"`
	AWSAccountID types.String `tfsdk:"aws_account_id"`
	RoleName     types.String `tfsdk:"role_name"`
	RegionType   types.String `tfsdk:"region_type"`
}

func flatten(r api.IAMRole) model {
	return model{
		ID: types.StringValue(strings.ToLower(r.ID)), Name: types.StringValue(r.Name), Description: values.Optional(r.Description),
		Kind: values.Optional(r.Kind), AWSAccountID: values.Optional(r.AWSAccountID), RoleName: values.Optional(r.RoleName),
		RegionType: values.Optional(r.RegionType),
	}
}

func attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          computed.String("The appliance's own ID of the IAM role, in lower case."),
		"name":        computed.String("The appliance's name of the IAM role."),
		"description": computed.String("Description; null if empty."),
		"kind": computed.String("Kind of the role: `IAMRole` (of the appliance's own AWS account), `IAMRoleFromAnotherAccount` (which the appliance assumes) or " +
			"`accessKeys` (of an IAM user). Null if it is not returned."),
		"aws_account_id": computed.String("Number of the AWS account, twelve digits."),
		"role_name":      computed.String("Name of the role in AWS; null for access keys."),
		"region_type":    computed.String("Which AWS regions it belongs to: `Global`, `Government` or `China`."),
	}
}
