// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"context"
	"errors"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// ProxyOnHost finds the only proxy on a host, in the list that objects share. None or several are a *lookup.NotUniqueError.
func (d *ProviderData) ProxyOnHost(ctx context.Context, host string) (api.Proxy, error) {
	proxy, err := d.Client.SharedProxyByHost(ctx, host)
	if _, several := errors.AsType[*api.AmbiguousHostError](err); !several && !errors.Is(err, rest.ErrNotFound) {
		return proxy, err
	}
	proxies, err := d.Client.SharedProxies(ctx)
	if err != nil {
		return api.Proxy{}, err
	}
	found := map[string]bool{}
	for _, p := range api.OnHost(host, proxies) {
		found[p.ID] = true
	}
	return lookup.One(proxyQuery("host name", host), proxies, func(p api.Proxy) bool { return found[p.ID] }, proxyEntry)
}

// ProxyWithID reads a proxy, together with the others that are read at the same time. Only one that is not there costs a further
// request: for the list, whose nearest IDs and hosts the *lookup.NotUniqueError names.
func (d *ProviderData) ProxyWithID(ctx context.Context, id string) (api.Proxy, error) {
	proxies, errs := d.ReadProxies(ctx, id)
	if errors.Is(errs[0], rest.ErrNotFound) {
		return d.Nearest(ctx, id, errs[0])
	}
	return proxies[0], errs[0]
}

// Nearest explains that there is no proxy with an ID by the nearest ones. If they cannot be listed, missing is the error.
func (d *ProviderData) Nearest(ctx context.Context, id string, missing error) (api.Proxy, error) {
	proxies, listErr := d.Client.SharedProxies(ctx)
	if listErr != nil {
		return api.Proxy{}, missing
	}
	return lookup.One(proxyQuery("ID", id), proxies, func(p api.Proxy) bool { return strings.EqualFold(p.ID, id) }, proxyEntry)
}

func proxyQuery(key, wanted string) lookup.Query {
	return lookup.Query{Thing: "proxy", Things: "proxies", Key: key, Wanted: wanted}
}

func proxyEntry(p api.Proxy) lookup.Entry {
	return lookup.Entry{Name: p.HostName, ID: strings.ToLower(p.ID)}
}

// ReadProxies reads proxies, together with those that are read at the same time. Results and errors are by index.
func (d *ProviderData) ReadProxies(ctx context.Context, ids ...string) ([]api.Proxy, []error) {
	proxies, errs := d.Client.SharedProxyEach(ctx, ids)
	for at, proxy := range proxies {
		if errs[at] == nil {
			d.NoteProxy(proxy.ID, proxy.HostName)
		}
	}
	return proxies, errs
}

// NoteProxy notes that this run has seen the proxy, so that nothing needs to ask whether it exists, and how messages name it.
func (d *ProviderData) NoteProxy(id, host string) { d.hostNames.Store(strings.ToLower(id), host) }

// HasSeen reports whether this run has read the proxy.
func (d *ProviderData) HasSeen(id string) bool {
	_, seen := d.hostNames.Load(strings.ToLower(id))
	return seen
}

// ProxyName is how messages name a proxy: with its host name, if this run has read it.
func (d *ProviderData) ProxyName(id string) string {
	known, _ := d.hostNames.Load(strings.ToLower(id))
	if name, _ := known.(string); name != "" {
		return lookup.Entry{Name: name, ID: id}.String()
	}
	return id
}

// NoteRescanned notes that the proxies have a rescan in state.
func (d *ProviderData) NoteRescanned(ids ...string) {
	for _, id := range ids {
		d.rescanned.Store(strings.ToLower(id), true)
	}
}

// HasRescan reports whether a rescan of the proxy has been noted.
func (d *ProviderData) HasRescan(id string) bool {
	_, noted := d.rescanned.Load(strings.ToLower(id))
	return noted
}
