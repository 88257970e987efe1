// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
)

// The reads of proxies that all objects of a run share; see package collection.

func (c *Client) newProxyCollection(window time.Duration) *collection.Collection[Proxy] {
	return collection.New(collection.Source[Proxy]{
		ID: func(p Proxy) string { return p.ID }, Get: c.readProxy, List: c.listProxies, Window: window,
	})
}

// listProxies reads all proxies. The list is complete if it comes in one page: a proxy can move from one page to another.
func (c *Client) listProxies(ctx context.Context, _ []string) (list []Proxy, complete bool, err error) {
	d, err := c.resolveVersion(ctx)
	if err != nil {
		return nil, false, err
	}
	all, count := []Proxy{}, 0
	for page, err := range pages[proxyResponse](ctx, c, d, d.list, d.viewQuery(true), wholeList) {
		if err != nil {
			return nil, false, err
		}
		count++
		for _, answer := range page {
			all = append(all, answer.proxy())
		}
	}
	return all, count == 1, nil
}

// SharedProxy reads a proxy as it was half a minute ago or later, and after own writes. The errors are those of Proxy.
func (c *Client) SharedProxy(ctx context.Context, id string) (Proxy, error) {
	proxies, errs := c.SharedProxyEach(ctx, []string{id})
	return proxies[0], errs[0]
}

// SharedProxyEach is SharedProxy for several proxies, which are read together. Results and errors are by index.
func (c *Client) SharedProxyEach(ctx context.Context, ids []string) ([]Proxy, []error) {
	if err := c.Login(ctx); err != nil {
		errs := make([]error, len(ids))
		for i := range errs {
			errs[i] = err
		}
		return make([]Proxy, len(ids)), errs
	}
	return c.proxies.GetEach(ctx, ids)
}

// Login finds the version and logs in, unless that has been done. The callers of shared reads do it first: then those who wait for
// it are read together.
func (c *Client) Login(ctx context.Context) error {
	if _, err := c.resolveVersion(ctx); err != nil {
		return err
	}
	return c.rest.Login(ctx)
}

// SharedProxyByHost is ProxyByHost from a shared list. A proxy that cannot be reached and makes the list fail does not hide the others.
func (c *Client) SharedProxyByHost(ctx context.Context, host string) (Proxy, error) {
	if err := c.Login(ctx); err != nil {
		return Proxy{}, err
	}
	found, err := c.proxies.Find(ctx, normalHost(host), func(p Proxy) bool { return SameHost(host, p) })
	if errors.Is(err, ErrOffline) {
		return c.ProxyByHost(ctx, host)
	}
	if err != nil {
		return Proxy{}, err
	}
	return onlyOnHost(host, found)
}

// SharedProxies is Proxies from a shared list, unless this client has changed one of them since.
func (c *Client) SharedProxies(ctx context.Context) ([]Proxy, error) {
	if err := c.Login(ctx); err != nil {
		return nil, err
	}
	all, err := c.proxies.All(ctx)
	if errors.Is(err, ErrOffline) {
		return c.Proxies(ctx)
	}
	return all, err
}

// KnownProxies returns those of the proxies that the last list shows, however old; it reads one if there is none yet, for a check that
// may be wrong.
func (c *Client) KnownProxies(ctx context.Context, ids []string) []Proxy {
	last := c.proxies.Last()
	if last == nil && len(ids) > 0 {
		last, _ = c.SharedProxies(ctx)
	}
	return slices.DeleteFunc(slices.Clone(last), func(p Proxy) bool { return len(difference([]string{p.ID}, ids)) > 0 })
}

// AwaitProxy reads a proxy again and again until seen is done or returns an error, or ctx ends, whose cause is the error
// then. Those who wait at the same time are served by the same requests.
func (c *Client) AwaitProxy(ctx context.Context, id string, seen func(Proxy, error) (done bool, err error)) error {
	return c.proxies.Wait(ctx, id, seen)
}

// AwaitProxies is AwaitProxy for several proxies, by their index. The wait for each ends by itself; the errors are by index too. The
// calls of seen for different proxies may overlap.
func (c *Client) AwaitProxies(ctx context.Context, ids []string, seen func(at int, proxy Proxy, err error) (done bool, failure error)) []error {
	return c.proxies.WaitEach(ctx, ids, seen)
}
