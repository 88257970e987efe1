// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

type bucketModel struct {
	IAMRoleID types.String `tfsdk:"iam_role_id"`
	sessionModel
}

// NewBucketResource makes veeam_vbaws_bucket_rescan.
var NewBucketResource = newResource(sessionrun.Spec[bucketModel, conn.ProviderData]{
	Name: "bucket_rescan",
	Doc: "Rescans the S3 buckets that an IAM role reaches, when it is created, and again whenever one of its `triggers` changes. The rescan refreshes the " +
		"list of buckets that the appliance offers for new repositories; it does not look for backup files in them." + recordDoc +
		"All versions of the appliance have this rescan. The account needs the role Portal Administrator; a Portal Operator is refused.",
	Attributes: map[string]schema.Attribute{"iam_role_id": iamRoleIDAttribute},
	Subjects:   []string{"iam_role_id"},
	// Check finds out whether the appliance has the IAM role.
	Check: func(ctx context.Context, data *conn.ProviderData, plan *bucketModel, report sessionrun.Report) {
		checkIAMRole(ctx, data, "Unable to Rescan Buckets", plan.IAMRoleID, report)
	},
}, func(data *conn.ProviderData, m *bucketModel) sessionRescan {
	id := m.IAMRoleID.ValueString()
	return sessionRescan{
		data: data, kind: "Buckets", subject: "Buckets of IAM role " + data.IAMRoles().Title(id), target: []attr.Value{lowerCase(m.IAMRoleID)},
		start: func(ctx context.Context) (string, error) { return data.Client.RescanBuckets(ctx, id) },
		advise: func(err error) string {
			if errors.Is(err, rest.ErrForbidden) {
				return "Rescanning buckets requires the role Portal Administrator."
			}
			return iamRoleAdvice(err)
		},
	}
})
