// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"fmt"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

// confirmChange resolves a request whose response was lost: it reads the proxy for a while, until the proxy shows what the request
// asked for. The request is never sent again. If the proxy does not show it, the outcome stays unknown, and lost is the error.
func confirmChange(ctx context.Context, client *api.Client, id string, lost error, applied func(api.Proxy) bool) error {
	search, cancel := context.WithTimeout(context.WithoutCancel(ctx), operation.Patience(ctx))
	defer cancel()
	err := rest.Poll(search, func(ctx context.Context) (bool, error) {
		proxy, err := client.Proxy(ctx, id)
		return err == nil && applied(proxy), err
	})
	if err != nil {
		return fmt.Errorf("the response was lost, and the server does not report the change yet, so the outcome is unknown: %w", lost)
	}
	return nil
}
