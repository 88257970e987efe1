// SPDX-License-Identifier: MPL-2.0

// Package proxyrescan holds the rescans of backup proxies: of one, as a resource and as an action, and of a fleet.
package proxyrescan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
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

// single is the rescan that a resource records. The API has no session for it: the proxy tells when it has ended.
func single(data *conn.ProviderData, m *model) sessionrun.Single {
	id := m.ProxyID.ValueString()
	return sessionrun.Single{
		Start: func(ctx context.Context, diags *diag.Diagnostics) bool {
			if !start(ctx, data, id, diags) {
				return false
			}
			m.RescannedAt, m.Status = values.Timestamp(time.Now()), types.StringNull()
			return true
		},
		Wait: func(ctx context.Context, observe func(string), diags *diag.Diagnostics) {
			if !m.WaitForCompletion.ValueBool() {
				return
			}
			err := waitOnline(ctx, data, id, func(proxy api.Proxy) {
				m.Status = values.Optional(proxy.Status)
				observe(proxy.Status)
			})
			if errors.Is(err, rest.ErrNotFound) {
				m.Status = types.StringNull()
			}
			if err != nil {
				reportNotOnline(data, id, m.Status.ValueString(), err, "The next apply starts the rescan again.", diags)
			}
		},
		Refresh: func(ctx context.Context, diags *diag.Diagnostics) bool { return refresh(ctx, data, m, diags) },
		Object:  func() string { return "Rescan of proxy " + data.ProxyName(id) },
		Unfinished: func() sessionrun.Session {
			if m.Status.ValueString() == api.StatusOnline {
				return sessionrun.Session{}
			}
			return sessionrun.Session{Started: m.RescannedAt.ValueString()}
		},
	}
}

// refresh sees how a rescan ended that nobody waited for. It returns whether there is news to save.
func refresh(ctx context.Context, data *conn.ProviderData, m *model, diags *diag.Diagnostics) bool {
	id := m.ProxyID.ValueString()
	proxies, errs := data.ReadProxies(ctx, id)
	proxy, err := proxies[0], errs[0]
	switch {
	case errors.Is(err, rest.ErrNotFound), err == nil && proxy.Status == "":
		return false
	case err != nil:
		diags.AddError("Unable to Read Rescan of Backup Proxy", conn.Product.Detail("Proxy "+data.ProxyName(id), err))
		return false
	}
	if m.Status.IsNull() && proxy.Status != api.StatusOnline {
		diags.AddWarning("Backup Proxy Not Online After Its Rescan", fmt.Sprintf("Proxy %s: the server accepted the rescan at %s, and reports the proxy as %s. "+
			"The rescan may still be running; later refreshes record when it ends.\n\n%s\n\n%s",
			data.ProxyName(id), m.RescannedAt.ValueString(), proxy.Status, offlineAdvice, sessionrun.AgainAdvice))
	}
	m.Status = values.Optional(proxy.Status)
	return true
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
