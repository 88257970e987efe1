// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// missingRepository returns a *lookup.NotUniqueError if the appliance certainly does not have the repository.
func missingRepository(ctx context.Context, data *conn.ProviderData, id string) (missing *lookup.NotUniqueError) {
	errors.As(data.Repositories().Check(ctx, id), &missing)
	return missing
}
