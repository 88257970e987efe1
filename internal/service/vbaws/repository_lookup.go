// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// missingRepository returns a *lookup.NotUniqueError if the appliance certainly does not have the repository.
func (a *Appliance) missingRepository(ctx context.Context, id string) (missing *lookup.NotUniqueError) {
	errors.As(a.repositoryKind().check(ctx, id), &missing)
	return missing
}
