// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// checkIAMRole finds out at plan whether the appliance has the IAM role of a rescan that is coming. It returns whether
// the appliance could be asked.
func checkIAMRole(ctx context.Context, data *conn.ProviderData, summary string, id types.String, report sessionrun.Report) (asked bool) {
	if id.IsUnknown() {
		return true
	}
	err := data.IAMRoles().Check(ctx, id.ValueString())
	if foreseen(err) {
		report(path.Root("iam_role_id"), summary, conn.Product.Detail("IAM role "+id.ValueString(), err, missingAdvice(err, roleIDAdvice)))
	}
	return err == nil
}

// missingAdvice is advice about what a look-up did not find.
func missingAdvice(err error, advice string) string {
	if _, ok := errors.AsType[*lookup.NotUniqueError](err); ok {
		return advice
	}
	return ""
}

const roleIDAdvice = "The IDs of IAM roles are those of the data source veeam_vbaws_iam_roles, not names or ARNs of AWS."

// foreseen tells whether an error of a check at plan would be the end of apply as well. Others are left to apply: the
// appliance may be one that the same apply makes reachable.
func foreseen(err error) bool {
	var missing *lookup.NotUniqueError
	var unsupported *api.UnsupportedError
	var revision *api.RevisionError
	var login *rest.AuthError // to ask with a refused account again could lock it
	return errors.As(err, &missing) || errors.As(err, &unsupported) || errors.As(err, &revision) || errors.As(err, &login)
}
