// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// What goes before and after the one request that creates a proxy: a host can have one proxy only, and a proxy that another client
// has created must not be taken for the own one.

// claimHost makes sure that no proxy is registered on the host and that no other resource creates one. It returns the proxies that
// share the first label with the host's name, which may be those of other machines. After the creation end is to be called.
func (r *proxyResource) claimHost(ctx context.Context, plan *proxyModel, diags *diagnostics) (end func(), namesakes []api.Proxy, ok bool) {
	host := plan.HostName.ValueString()
	end, ok = r.data.Hosts.BeginCreation(host)
	if !ok {
		diags.AddAttributeError(path.Root("host_name"), "Unable to Create Backup Proxy",
			fmt.Sprintf("Another resource of this configuration creates a proxy on host %q. A host can have only one proxy, and host names are "+
				"case-insensitive: remove one of the two resources.", host))
		return nil, nil, false
	}
	existing, err := r.registered(ctx, host)
	if len(existing) > 0 && existing[0].Named(host) && r.data.Hosts.AwaitRemoval(ctx, existing[0].ID) {
		existing, err = r.registered(ctx, host)
	}
	switch {
	case err != nil:
		diags.AddError("Unable to Create Backup Proxy", conn.Product.Detail(plan.displayName(), err))
	case len(existing) > 0 && existing[0].Named(host):
		diags.AddAttributeError(path.Root("host_name"), "Unable to Create Backup Proxy", alreadyRegistered(existing[0]))
	default:
		return end, existing, true
	}
	end()
	return nil, nil, false
}

// registered returns the proxies that the host names best, in a list of the last half minute.
func (r *proxyResource) registered(ctx context.Context, host string) ([]api.Proxy, error) {
	proxy, err := r.data.Client.SharedProxyByHost(ctx, host)
	if several, ok := errors.AsType[*api.AmbiguousHostError](err); ok {
		return several.Proxies, nil
	}
	if err != nil {
		return nil, rest.IgnoreNotFound(err)
	}
	return []api.Proxy{proxy}, nil
}

// foreignProxyError says that a proxy was found after a lost response to its creation, and that another client may have created it.
type foreignProxyError struct {
	proxy  api.Proxy
	reason string
	lost   error
}

func (e *foreignProxyError) Error() string {
	return fmt.Sprintf("the response to the creation was lost. The server lists a proxy on host %q now, with ID %s, but whether this creation or another client "+
		"registered it cannot be determined: %s. %v", e.proxy.HostName, e.proxy.ID, e.reason, e.lost)
}

// adoptCreated resolves a lost response to the creation by looking the host up; the request is never sent again. What is found is
// adopted only if it has everything that was sent, and a description was: without one, two runs that create a proxy on the same
// host send the same. The search does not end with the operation, or Ctrl-C would leave a proxy that Terraform does not know of.
func (r *proxyResource) adoptCreated(ctx context.Context, spec api.ProxySpec, namesakes []api.Proxy, lost error) (created api.Proxy, err error) {
	search, cancel := context.WithTimeout(context.WithoutCancel(ctx), operation.Patience(ctx))
	defer cancel()
	err = rest.Poll(search, func(ctx context.Context) (bool, error) {
		proxies, err := r.data.Client.Proxies(ctx)
		found := api.OnHost(*spec.HostName, slices.DeleteFunc(proxies, func(p api.Proxy) bool {
			return slices.ContainsFunc(namesakes, func(before api.Proxy) bool { return strings.EqualFold(before.ID, p.ID) })
		}))
		if len(found) > 0 {
			created = found[0]
		}
		return len(found) > 0, err
	})
	switch {
	case err == nil && lost == nil:
		return created, nil
	case err == nil && (spec.Description == nil || strings.TrimSpace(*spec.Description) == ""):
		return api.Proxy{}, &foreignProxyError{created, "no description was sent that identifies it", lost}
	case err == nil && !spec.AppliedTo(created):
		return api.Proxy{}, &foreignProxyError{created, "its settings differ from those that were sent", lost}
	case err == nil:
		return created, nil
	case lost != nil:
		return api.Proxy{}, fmt.Errorf("the response to the creation was lost, and the server does not list the proxy: %w", lost)
	}
	return api.Proxy{}, fmt.Errorf("the server accepted the creation and does not list the proxy: %w", err)
}

// reportRefusal reports that the creation failed. No version documents how a registered host is refused, so that is looked up.
func (r *proxyResource) reportRefusal(ctx context.Context, plan *proxyModel, err error, diags *diagnostics, advice ...string) {
	const summary = "Unable to Create Backup Proxy"
	if foreign, ok := errors.AsType[*foreignProxyError](err); ok {
		diags.AddError(summary, conn.Product.Detail(plan.displayName(), err, "If it is the proxy of this configuration, import it:\n\n"+conn.Product.ImportCommand("proxy", foreign.proxy.ID)))
		return
	}
	if mayBeRegistered(err) {
		existing, lookup := r.data.Client.ProxyByHost(ctx, plan.HostName.ValueString())
		if lookup == nil && existing.Named(plan.HostName.ValueString()) {
			diags.AddAttributeError(path.Root("host_name"), summary, alreadyRegistered(existing))
			return
		}
	}
	diags.AddError(summary, conn.Product.Detail(plan.displayName(), err, advice...))
}

func mayBeRegistered(err error) bool {
	refused, ok := errors.AsType[*rest.APIError](err)
	return ok && !rest.OutcomeUnknown(err) && slices.Contains([]int{400, 409, 500}, refused.Status)
}

func alreadyRegistered(existing api.Proxy) string {
	return fmt.Sprintf("Proxy %q is already registered on the server, with ID %s, and a host can have only one proxy. To manage it with this configuration instead of "+
		"creating it, import it:\n\n%s\n\nIf another resource of this configuration manages it: a resource that was renamed needs a moved block, one that is replaced "+
		"must not have create_before_destroy, and only one resource can manage a host.", existing.HostName, existing.ID, conn.Product.ImportCommand("proxy", existing.ID))
}
