// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// repositoryRescan is the rescan of one repository, for the resource and the action alike.
func repositoryRescan(a *conn.ProviderData, repository types.String) sessionRescan {
	id := repository.ValueString()
	return sessionRescan{
		data: a, kind: "Repository", subject: "Repository " + a.Repositories().Title(id), advise: repositoryAdvice,
		target: []attr.Value{lowerCase(repository)},
		start:  func(ctx context.Context) (string, error) { return a.Client.RescanRepository(ctx, id) },
	}
}

// lowerCase is for IDs, which are case-insensitive.
func lowerCase(id types.String) attr.Value {
	return types.StringValue(strings.ToLower(id.ValueString()))
}

func repositoryAdvice(err error) string {
	var unsupported *api.RescanUnsupportedError
	var refused *api.RevisionError
	switch {
	case errors.As(err, &unsupported):
		return "The rescans that this appliance still has are those of an IAM role (veeam_vbaws_iam_role_rescan), of its S3 buckets (veeam_vbaws_bucket_rescan) and " +
			"of EC2 instances (veeam_vbaws_virtual_machines_rescan). None of them imports backup files from a repository."
	case errors.Is(err, rest.ErrNotFound):
		return "The appliance has no repository with this ID. The IDs are those of GET /api/v1/repositories, not names of buckets."
	case errors.As(err, &refused):
		return "The rescan of a repository exists in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept."
	}
	return ""
}

// checkRepositoryRescan finds out at plan whether the appliance still has the rescan and the repositories, and whether
// it takes the account: to ask with a refused one again at apply could lock it. Other errors are left to apply: the
// appliance may be one that the same apply makes reachable.
func checkRepositoryRescan(ctx context.Context, data *conn.ProviderData, at path.Path, ids []string, report sessionrun.Report) {
	_, err := data.Client.RescanRevision(ctx)
	var unsupported *api.RescanUnsupportedError
	var refused *api.RevisionError
	var login *rest.AuthError
	if errors.As(err, &unsupported) || errors.As(err, &refused) || errors.As(err, &login) {
		report(at, "Unable to Rescan Repository", conn.Product.Detail("Rescan", err, repositoryAdvice(err)))
	}
	if err != nil {
		return
	}
	for _, id := range ids {
		if missing, ok := errors.AsType[*lookup.NotUniqueError](data.Repositories().Check(ctx, id)); ok {
			report(at, "Unable to Rescan Repository", conn.Product.Detail("Repository "+id, missing,
				"Take the ID from the data source veeam_vbaws_repository or veeam_vbaws_repositories."))
		}
	}
}
