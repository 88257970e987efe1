// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

type iamRoleModel struct {
	IAMRoleID types.String `tfsdk:"iam_role_id"`
	regionScope
	sessionModel
}

const regionsChange = " Regions that are added make the next apply start the rescan again, in place, for all the regions given then; removing regions starts nothing."

// iamRoleIDAttribute is the subject of the rescans of an IAM role and of its buckets.
var iamRoleIDAttribute = schema.StringAttribute{
	Required: true, Validators: []validator.String{validate.UUID()},
	MarkdownDescription: "The appliance's own ID of the IAM role; see the data source `veeam_vbaws_iam_roles`. " +
		"When it changes, the next apply starts the rescan for the new role, in place.",
}

// NewIAMRoleResource makes veeam_vbaws_iam_role_rescan.
var NewIAMRoleResource = newResource(sessionrun.Spec[iamRoleModel, conn.ProviderData]{
	Name: "iam_role_rescan",
	Doc: "Rescans what an IAM role reaches in AWS, when it is created, and again whenever one of its `triggers` changes. The rescan refreshes the appliance's " +
		"knowledge of the AWS infrastructure, such as instances, volumes, networks and tags that were created or removed outside of it." + recordDoc +
		"All versions of the appliance have this rescan. The account needs the role Portal Operator or Portal Administrator.",
	Attributes: map[string]schema.Attribute{
		"iam_role_id": iamRoleIDAttribute,
		"region_ids": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{
				setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.UUID()), setvalidator.ConflictsWith(path.MatchRoot("region_names")),
			},
			MarkdownDescription: "The appliance's own IDs of the AWS regions to rescan; see the data source `veeam_vbaws_regions`. If this and `region_names` are omitted, " +
				"all regions are rescanned; an empty set rescans nothing." + regionsChange,
		},
		"region_names": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.NotBlank())},
			MarkdownDescription: "Names of the AWS regions to rescan, for example `us-east-1`, instead of their IDs. Changing from names to IDs, or back, starts a rescan. If this and `region_ids` are omitted, all regions are rescanned.",
		},
	},
	Subjects: []string{"iam_role_id"},
	Scope: sessionrun.Scope[iamRoleModel]{
		Empty: func(m *iamRoleModel) (empty bool, at path.Path, summary, detail string) {
			return m.none(), m.argument(), "No Regions to Rescan",
				"The set is empty, so no rescan of IAM role " + m.IAMRoleID.ValueString() + " is started. Omit the argument to rescan all regions."
		},
		Widened: func(prior, plan *iamRoleModel) bool { return plan.widens(prior.regionScope) },
		Restore: func(m, prior *iamRoleModel) { m.regionScope = prior.regionScope },
	},
	// Check finds out whether the appliance has the IAM role and the regions.
	Check: func(ctx context.Context, data *conn.ProviderData, plan *iamRoleModel, report sessionrun.Report) {
		const summary = "Unable to Rescan IAM Role"
		if checkIAMRole(ctx, data, summary, plan.IAMRoleID, report) {
			if _, err := plan.resolve(ctx, data); foreseen(err) {
				report(plan.argument(), summary, conn.Product.Detail("IAM role "+plan.IAMRoleID.ValueString(), err, iamRoleAdvice(err)))
			}
		}
	},
}, func(data *conn.ProviderData, m *iamRoleModel) sessionRescan {
	id := m.IAMRoleID.ValueString()
	return sessionRescan{
		data: data, kind: "IAM Role", subject: "IAM role " + data.IAMRoles().Title(id), advise: iamRoleAdvice,
		target: []attr.Value{lowerCase(m.IAMRoleID), m.RegionIDs, m.RegionNames},
		start: func(ctx context.Context) (string, error) {
			regions, err := m.resolve(ctx, data)
			if err != nil {
				return "", &argumentError{m.argument(), err}
			}
			return data.Client.RescanIAMRole(ctx, id, regions)
		},
	}
})

func iamRoleAdvice(err error) string {
	if errors.Is(err, rest.ErrNotFound) {
		return "The appliance has no IAM role with this ID. " + roleIDAdvice
	}
	return missingAdvice(err, regionAdvice)
}
