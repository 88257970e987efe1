// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// ProxyPool is a proxy pool (S8 RESTProxyPoolFromClient, RESTProxyPool). Responses have no ProxyIDs: see ProxyPoolMembers.
type ProxyPool struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Description *string  `json:"description"`
	ProxyIDs    []string `json:"-"`
}

func (p ProxyPool) key() string           { return p.ID }
func (p ProxyPool) name() string          { return p.Name }
func (p ProxyPool) check(id string) error { return rest.CheckID(id, p.ID) }

// MarshalJSON writes RESTProxyPoolFromClient, all of whose properties are required.
func (p ProxyPool) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"name": p.Name, "description": valueOf(p.Description), "proxyIds": proxyRefs(p.ProxyIDs)})
}

// proxyRefs are a list of S8 RESTProxyIdFromClient.
func proxyRefs(ids []string) any {
	list := []map[string]string{}
	for _, id := range ids {
		list = append(list, map[string]string{"proxyId": id})
	}
	return list
}

// ProxyPools are the proxy pools of the server.
func (c *Client) ProxyPools() *Collection[ProxyPool] {
	return newCollection(&Collection[ProxyPool]{
		client: c, feature: FeatureProxyPools, wrote: c.proxies.ChangedAll,
		list:   operation{{endpoint{http.MethodGet, "/ProxyPools", 200}, V8, V8}},
		get:    operation{{endpoint{http.MethodGet, "/ProxyPools/{id}", 200}, V8, V8}},
		create: operation{{endpoint{http.MethodPost, "/ProxyPools", 201}, V8, V8}},
		update: operation{{endpoint{http.MethodPut, "/ProxyPools/{id}", 204}, V8, V8}},
		delete: operation{{endpoint{http.MethodDelete, "/ProxyPools/{id}", 204}, V8, V8}},
	})
}

var (
	listMembers   = operation{{endpoint{http.MethodGet, "/ProxyPools/{id}/proxies", 200}, V8, V8}}
	addMembers    = operation{{endpoint{http.MethodPost, "/ProxyPools/{id}/proxies", 204}, V8, V8}}
	removeMembers = operation{{endpoint{http.MethodDelete, "/ProxyPools/{id}/proxies", 204}, V8, V8}} // has a body
)

// ProxyPool reads a pool with the IDs of its proxies; see ProxyPoolMembers.
func (c *Client) ProxyPool(ctx context.Context, id string, expected []string) (ProxyPool, error) {
	pool, err := c.ProxyPools().Get(ctx, id)
	if err == nil {
		pool.ProxyIDs, err = c.ProxyPoolMembers(ctx, id, expected)
	}
	return pool, err
}

// ProxyPoolMembers returns the IDs of the proxies in a pool. The list of all proxies, which all pools share, is enough if it shows
// those that are expected, or some if nothing is expected; otherwise the pool's own list decides.
func (c *Client) ProxyPoolMembers(ctx context.Context, pool string, expected []string) ([]string, error) {
	var members []string
	proxies, err := c.SharedProxies(ctx)
	for _, p := range proxies {
		if strings.EqualFold(valueOf(p.ProxyPoolID), pool) {
			members = append(members, p.ID)
		}
	}
	if err != nil || members == nil || expected != nil && differ(expected, members) {
		return listIDs[proxyResponse](ctx, c.ProxyPools(), listMembers, pool)
	}
	return members, nil
}

// UpdateProxyPool makes a pool what is wanted. Whether PUT replaces the members or adds some is not documented, and one must stay: so
// proxies are added first, PUT is sent only for another name or description, with all wanted members, and the others leave last.
func (c *Client) UpdateProxyPool(ctx context.Context, id string, want ProxyPool, renamed bool) error {
	members, err := c.ProxyPoolMembers(ctx, id, want.ProxyIDs)
	changed := differ(want.ProxyIDs, members)
	if added := difference(want.ProxyIDs, members); err == nil && len(added) > 0 {
		c.awaitLeft(ctx, id, added)
		err = c.ProxyPools().send(ctx, addMembers, id, proxyRefs(added))
	}
	if err == nil && renamed {
		if err = c.ProxyPools().Update(ctx, id, want); err == nil && changed { // which may have removed those that are not wanted
			members, err = c.ProxyPoolMembers(ctx, id, want.ProxyIDs)
		}
	}
	if dropped := difference(members, want.ProxyIDs); err == nil && len(dropped) > 0 {
		err = c.ProxyPools().send(ctx, removeMembers, id, proxyRefs(dropped))
	}
	if err != nil || !changed {
		return err
	}
	if members, err = c.ProxyPoolMembers(ctx, id, want.ProxyIDs); err == nil && differ(want.ProxyIDs, members) {
		return fmt.Errorf("the server accepted the change of members, and the pool has these now: %s", strings.Join(members, ", "))
	}
	return err
}

// LeaveProxyPool takes a proxy out of the pool that it belongs to. If it belongs to none, is gone, or the version has no pools, there
// is nothing to do.
func (c *Client) LeaveProxyPool(ctx context.Context, proxy string) error {
	if _, err := c.resolveVersion(ctx, FeatureProxyPools); err != nil {
		return nil //nolint:nilerr // the removal that follows reports it
	}
	p, err := c.SharedProxy(ctx, proxy)
	if pool := valueOf(p.ProxyPoolID); err == nil && pool != "" {
		return c.ProxyPools().send(ctx, removeMembers, pool, proxyRefs([]string{proxy}))
	}
	return nil
}

// awaitLeft gives other pools time to let proxies go, because Terraform changes pools at the same time. Then the server decides.
func (c *Client) awaitLeft(ctx context.Context, pool string, proxies []string) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	all, _ := c.SharedProxies(ctx)
	elsewhere := func(p Proxy) bool {
		other := valueOf(p.ProxyPoolID)
		return other != "" && !strings.EqualFold(other, pool)
	}
	_ = c.AwaitProxies(ctx, slices.DeleteFunc(slices.Clone(proxies), func(id string) bool {
		return !slices.ContainsFunc(all, func(p Proxy) bool { return strings.EqualFold(p.ID, id) && elsewhere(p) })
	}), func(_ int, p Proxy, err error) (bool, error) { return !elsewhere(p), err })
}
