// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"
)

// Proxies lists all proxies, in the appliance's order.
func (c *Client) Proxies(ctx context.Context) ([]Proxy, error) { return collect(c.EachProxy(ctx)) }

// EachProxy yields all proxies, in the appliance's order. Nothing is asked before the first is taken, and in v8, which
// lists page by page, no page before it is needed. An error is the last that comes.
func (c *Client) EachProxy(ctx context.Context) iter.Seq2[Proxy, error] {
	return func(yield func(Proxy, error) bool) {
		d, err := c.resolveVersion(ctx)
		if err != nil {
			yield(Proxy{}, err)
			return
		}
		offline := false
		for p, err := range c.proxyList(ctx, d, true) {
			if offline = d.extendedView && errors.Is(err, ErrOffline); offline {
				break
			}
			if !yield(p, err) {
				return
			}
		}
		if offline { // one proxy that cannot be asked must not hide all the others
			c.proxyList(ctx, d, false)(yield)
		}
	}
}

// proxyList yields the list as one view shows it.
func (c *Client) proxyList(ctx context.Context, d *versionSpec, extended bool) iter.Seq2[Proxy, error] {
	return func(yield func(Proxy, error) bool) {
		for answer, err := range items[proxyResponse](ctx, c, d, d.list, d.viewQuery(extended)) {
			if !yield(answer.proxy(), err) {
				return
			}
		}
	}
}

// ProxyByHost finds the proxy on a host, compared as by OnHost. None: errors.Is(err, rest.ErrNotFound); several: an
// *AmbiguousHostError.
func (c *Client) ProxyByHost(ctx context.Context, host string) (Proxy, error) {
	proxies, err := c.Proxies(ctx)
	if err != nil {
		return Proxy{}, err
	}
	return onlyOnHost(host, proxies)
}

// Proxy reads one proxy. One that is gone: errors.Is(err, rest.ErrNotFound).
func (c *Client) Proxy(ctx context.Context, id string) (Proxy, error) {
	return c.readProxy(ctx, id, false)
}

// readProxy is Proxy of one that a complete list lacks, or not. A read that fails may be that of a proxy that the server cannot
// reach: the list has what the server knows of it.
func (c *Client) readProxy(ctx context.Context, id string, unlisted bool) (Proxy, error) {
	d, err := c.resolveVersion(ctx)
	if err != nil {
		return Proxy{}, err
	}
	answer, failure, err := readOne(ctx, c, d, d.get, d.viewQuery(true), id, unlisted, items[proxyResponse](ctx, c, d, d.list, d.viewQuery(false)))
	switch {
	case err != nil:
		return Proxy{}, err
	case failure != nil && !strings.EqualFold(answer.Status, StatusOffline):
		return Proxy{}, fmt.Errorf("the proxy is listed, but cannot be read (does a gateway between this machine and the server respond instead?): %s", failure.Error())
	}
	return answer.proxy(), nil
}

// viewQuery is the query of a read. True makes the appliance ask the proxy itself for its figures, false is what the
// controller knows (H50:get_proxies_id, S7 Proxy_GetById).
func (d *versionSpec) viewQuery(extended bool) url.Values {
	if !d.extendedView {
		return nil
	}
	return url.Values{"extendedView": {strconv.FormatBool(extended)}}
}
