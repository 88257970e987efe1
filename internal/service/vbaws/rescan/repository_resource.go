// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

type repositoryModel struct {
	RepositoryID types.String `tfsdk:"repository_id"`
	sessionModel
}

// NewRepositoryResource makes veeam_vbaws_repository_rescan.
var NewRepositoryResource = newResource(sessionrun.Spec[repositoryModel, conn.ProviderData]{
	Name: "repository_rescan",
	Doc: "Rescans a backup repository of Veeam Backup for AWS when it is created, and again whenever one of its `triggers` changes. The rescan " +
		"looks for backup files in the repository's folder and takes them into the appliance's database." + recordDoc +
		"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan fails with an explanation.",
	Attributes: map[string]schema.Attribute{
		"repository_id": schema.StringAttribute{
			Required: true, Validators: []validator.String{validate.UUID()},
			MarkdownDescription: "ID of the repository. When it changes, the next apply starts the rescan for the new repository, in place.",
		},
	},
	Subjects: []string{"repository_id"},
	Check: func(ctx context.Context, data *conn.ProviderData, plan *repositoryModel, report sessionrun.Report) {
		checkRepositoryRescan(ctx, data, path.Root("repository_id"), sessionrun.KnownIDs(plan.RepositoryID), report)
	},
}, func(data *conn.ProviderData, m *repositoryModel) sessionRescan {
	return repositoryRescan(data, m.RepositoryID)
})
