// SPDX-License-Identifier: MPL-2.0

// Package proxyrescan holds the rescans of backup proxies: of one, as a resource and as an action, and of a fleet.
package proxyrescan

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// The rescan of one proxy, as the resource and the action do it.

// start sends the rescan once. It returns whether the server accepted it.
func start(ctx context.Context, data *conn.ProviderData, id string, diags *diag.Diagnostics) bool {
	err := data.Client.RescanProxy(ctx, id)
	if err == nil {
		return true
	}
	advice := ""
	if errors.Is(err, rest.ErrNotFound) {
		advice = "The server has no proxy with this ID. Take proxy_id from data veeam_vb365_proxy."
	}
	diags.AddError("Unable to Rescan Backup Proxy", conn.Product.Detail("Proxy "+data.ProxyName(id), err, advice))
	return false
}

// waitOnline reads the proxy until it is online, which is all that tells that its rescan has ended, and shows each
// state to observe.
func waitOnline(ctx context.Context, data *conn.ProviderData, id string, observe func(api.Proxy)) error {
	return data.Client.AwaitProxy(ctx, id, func(proxy api.Proxy, err error) (bool, error) {
		if err == nil {
			data.NoteProxy(proxy.ID, proxy.HostName)
			observe(proxy)
		}
		return proxy.Status == api.StatusOnline, err
	})
}

const (
	offlineAdvice = "Check that the proxy service runs on the machine and that the server can reach its port."
	goneAdvice    = "The proxy has been removed from the server: remove this rescan from the configuration, or change proxy_id."
)

// errGone is the failure of an accepted rescan whose proxy does not exist any more.
var errGone = errors.New("the proxy no longer exists on the server")

// reportNotOnline says that the proxy did not come back after an accepted rescan.
func reportNotOnline(data *conn.ProviderData, id, last string, err error, next string, diags *diag.Diagnostics) {
	if errors.Is(err, rest.ErrNotFound) {
		diags.AddError("Unable to Rescan Backup Proxy", conn.Product.Detail("Proxy "+data.ProxyName(id), fmt.Errorf("the server accepted the rescan, but %w", errGone), goneAdvice))
		return
	}
	diags.AddError("Unable to Rescan Backup Proxy", conn.Product.Detail("Proxy "+data.ProxyName(id),
		fmt.Errorf("the server accepted the rescan, and the proxy is not reported online (last status: %s): %w", cmp.Or(last, "unknown"), err),
		offlineAdvice, next))
}
