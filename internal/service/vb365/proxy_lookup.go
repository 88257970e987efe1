// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// proxyOnHost finds the only proxy on a host, in the list that objects share. None or several are a *lookup.NotUniqueError.
func (a *Appliance) proxyOnHost(ctx context.Context, host string) (api.Proxy, error) {
	proxy, err := a.Client.SharedProxyByHost(ctx, host)
	if _, several := errors.AsType[*api.AmbiguousHostError](err); !several && !errors.Is(err, rest.ErrNotFound) {
		return proxy, err
	}
	proxies, err := a.Client.SharedProxies(ctx)
	if err != nil {
		return api.Proxy{}, err
	}
	found := map[string]bool{}
	for _, p := range api.OnHost(host, proxies) {
		found[p.ID] = true
	}
	return lookup.One(proxyQuery("host name", host), proxies, func(p api.Proxy) bool { return found[p.ID] }, proxyEntry)
}

// proxyWithID reads a proxy, together with the others that are read at the same time. Only one that is not there costs a further
// request: for the list, whose nearest IDs and hosts the *lookup.NotUniqueError names.
func (a *Appliance) proxyWithID(ctx context.Context, id string) (api.Proxy, error) {
	proxies, errs := a.readProxies(ctx, id)
	if errors.Is(errs[0], rest.ErrNotFound) {
		return a.nearest(ctx, id, errs[0])
	}
	return proxies[0], errs[0]
}

// nearest explains that there is no proxy with an ID by the nearest ones. If they cannot be listed, missing is the error.
func (a *Appliance) nearest(ctx context.Context, id string, missing error) (api.Proxy, error) {
	proxies, listErr := a.Client.SharedProxies(ctx)
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

// keepSpelling takes over how the configuration spells what the server spells in another case: a data source has to
// give back the arguments as they are.
func keepSpelling(value *types.String, configured types.String) {
	if strings.EqualFold(value.ValueString(), configured.ValueString()) {
		*value = configured
	}
}
