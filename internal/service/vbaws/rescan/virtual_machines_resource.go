// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewVirtualMachinesResource makes veeam_vbaws_virtual_machines_rescan.
var NewVirtualMachinesResource = newResource(sessionrun.Spec[sessionModel, conn.ProviderData]{
	Name: "virtual_machines_rescan",
	Doc: "Rescans the EC2 instances of all IAM roles, when it is created, and again whenever one of its `triggers` changes. The rescan refreshes the list of " +
		"instances that the appliance protects or offers for protection." + recordDoc +
		"Revisions 1.1-rev0 and later of the API have this rescan, which appliances 3.0 and later accept. The vendor does not document which role it needs: " +
		"Portal Administrator is sure to suffice.",
	// Check finds out whether the appliance has the rescan.
	Check: func(ctx context.Context, data *conn.ProviderData, m *sessionModel, report sessionrun.Report) {
		if err := data.Client.CheckVirtualMachinesRescan(ctx); foreseen(err) {
			run := virtualMachinesRescan(data, m)
			report(path.Empty(), run.unable(), run.refusal(err))
		}
	},
}, virtualMachinesRescan)

func virtualMachinesRescan(data *conn.ProviderData, _ *sessionModel) sessionRescan {
	run := sessionRescan{data: data, kind: "EC2 Instances", subject: "EC2 instances", advise: virtualMachinesAdvice}
	run.start = func(ctx context.Context) (string, error) { return data.Client.RescanVirtualMachines(ctx) }
	return run
}

func virtualMachinesAdvice(err error) string {
	var unsupported *api.UnsupportedError
	if errors.As(err, &unsupported) && unsupported.Since != "" {
		return fmt.Sprintf("Appliances from version %s on accept that revision. Omit api_version in block %q (%s) to let the provider use the newest one. "+
			"The resource veeam_vbaws_iam_role_rescan exists in every revision; it refreshes the instances that one IAM role reaches.",
			unsupported.Since.Product(), conn.Product.Block, conn.Product.Variable("api_version"))
	}
	return ""
}
