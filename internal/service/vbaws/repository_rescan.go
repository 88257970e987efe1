// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
)

// repositoryRescan is the rescan of one repository, for the resource and the action alike.
func repositoryRescan(a *Appliance, id string) sessionRescan {
	return sessionRescan{
		client: a.Client, kind: "Repository", subject: "Repository " + id, advise: repositoryAdvice,
		start: func(ctx context.Context) (string, error) { return a.Client.RescanRepository(ctx, id) },
	}
}

func repositoryAdvice(err error) string {
	var refused *api.RevisionError
	switch {
	case errors.Is(err, rest.ErrNotFound):
		return "The appliance knows no repository with this ID. The IDs are those of GET /api/v1/repositories, not names of buckets."
	case errors.As(err, &refused):
		return fmt.Sprintf("The rescan of a repository exists in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. "+
			"Leave api_version out of block %q (%s) to let the provider find the revision.", product.Block, product.Variable("api_version"))
	}
	return ""
}

// checkRepositoryRescan finds out at plan whether the appliance still has the rescan, and whether it takes the account:
// to ask with a refused one again at apply could lock it. Other errors are left to apply: the appliance may be one that
// the same apply makes reachable.
func (a *Appliance) checkRepositoryRescan(ctx context.Context, at path.Path, diags *diag.Diagnostics) {
	if a == nil || a.Client == nil {
		return
	}
	var unsupported *api.RescanUnsupportedError
	var refused *api.RevisionError
	var login *rest.LoginError
	if _, err := a.Client.RescanRevision(ctx); errors.As(err, &unsupported) || errors.As(err, &refused) || errors.As(err, &login) {
		diags.AddAttributeError(at, "Unable to Rescan Repository", product.Detail("Rescan", err, repositoryAdvice(err)))
	}
}
