// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewRepositoryAction makes the action veeam_vbaws_repository_rescan.
var NewRepositoryAction = sessionrun.NewAction(conn.Product, sessionrun.ActionSpec[conn.ProviderData]{
	Name: "repository_rescan", Noun: "rescan", Timeout: defaultRescanTimeout,
	Doc: "Rescans a backup repository of Veeam Backup for AWS, for use in the life cycle of another resource or with `terraform apply -invoke`.\n\n" +
		"Terraform does not repeat a failed action. Use the resource of the same name if a rescan must succeed.\n\n" +
		"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan fails with an explanation.",
	Subject: "repository_id", SubjectDoc: "ID of the repository.",
	WaitDoc: "Whether to wait until the rescan has ended, and to fail if it failed. Defaults to `true`.",
	Check:   checkRepositoryRescan,
	Invoke: func(ctx context.Context, data *conn.ProviderData, id string, waits bool, resp *action.InvokeResponse) {
		repositoryRescan(data, types.StringValue(id)).invoke(ctx, waits, resp)
	},
})
