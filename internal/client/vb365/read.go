// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Proxies lists all proxies, in the appliance's order.
func (c *Client) Proxies(ctx context.Context) ([]Proxy, error) { return collect(c.EachProxy(ctx)) }

// EachProxy yields all proxies, in the appliance's order. Nothing is asked before the first is taken, and in v8, which
// lists page by page, no page before it is needed. An error is the last that comes.
func (c *Client) EachProxy(ctx context.Context) iter.Seq2[Proxy, error] {
	return func(yield func(Proxy, error) bool) {
		d, err := c.speak(ctx)
		if err != nil {
			yield(Proxy{}, err)
			return
		}
		offline := false
		for p, err := range c.proxies(ctx, d, true) {
			if offline = d.extendedView && errors.Is(err, rest.ErrOffline); offline {
				break
			}
			if !yield(p, err) {
				return
			}
		}
		if offline { // one proxy that cannot be asked must not hide all the others
			c.proxies(ctx, d, false)(yield)
		}
	}
}

// proxies yields the list as one view shows it.
func (c *Client) proxies(ctx context.Context, d *dialect, extended bool) iter.Seq2[Proxy, error] {
	return func(yield func(Proxy, error) bool) {
		for answer, err := range items[proxyAnswer](ctx, c, d, d.list, d.view(extended)) {
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
//
// Only v8 says "gone" unmistakably. Older versions may answer an unknown id with 400, 404 or 500, and a 404 may also
// mean that the whole version is not served; what a server answers for a proxy that it cannot reach is not
// documented either. In all these cases one look at the list decides.
func (c *Client) Proxy(ctx context.Context, id string) (Proxy, error) {
	return c.proxyBeside(ctx, &proxyList{}, id)
}

// proxyBeside reads a proxy by its ID that a list lacks. The list, if it is a complete one, decides what a failure means; the
// empty one stands for none.
func (c *Client) proxyBeside(ctx context.Context, list *proxyList, id string) (Proxy, error) {
	d, err := c.speak(ctx)
	if err != nil {
		return Proxy{}, err
	}
	var answer proxyAnswer
	err = c.call(ctx, d, d.get, id, rest.Request{Query: d.view(true), Out: &answer, Check: func() error { return answer.check(id) }})
	switch {
	case err == nil:
		return answer.proxy(), nil
	case !d.unclear(err) && (saysGone(err) || !errors.Is(err, rest.ErrOffline)):
		return Proxy{}, err
	case list.entire:
		return Proxy{}, fmt.Errorf("proxy %s: %w", id, rest.ErrNotFound)
	}
	return c.proxyFromList(ctx, d, id, err)
}

// saysGone tells the code apart from a mere 404.
func saysGone(err error) bool {
	api, ok := errors.AsType[*rest.APIError](err)
	return ok && api.Code == "ResourceNotFound"
}

// unclear tells that err may mean that the object is gone, and may not.
func (d *dialect) unclear(err error) bool {
	return slices.Contains(d.unknownID, statusOf(err)) && !saysGone(err)
}

// proxyFromList resolves a failed read. It never wraps the failure, which may be a 404 that does not mean "gone".
func (c *Client) proxyFromList(ctx context.Context, d *dialect, id string, failure error) (Proxy, error) {
	proxies, err := collect(c.proxies(ctx, d, false))
	if err != nil {
		return Proxy{}, fmt.Errorf("%s; whether the proxy still exists could not be found out: %w", failure.Error(), err)
	}
	at := slices.IndexFunc(proxies, func(p Proxy) bool { return strings.EqualFold(p.ID, id) })
	switch {
	case at < 0:
		return Proxy{}, fmt.Errorf("proxy %s: %w", id, rest.ErrNotFound)
	case strings.EqualFold(proxies[at].Status, StatusOffline):
		return proxies[at], nil // what the controller knows of a proxy that it cannot ask
	}
	return Proxy{}, fmt.Errorf("the proxy is listed, but cannot be read (does something between this machine and the server answer in its place?): %s", failure.Error())
}

// view is the query of a read. True makes the appliance ask the proxy itself for its figures, false is what the
// controller knows (H50:get_proxies_id, S7 Proxy_GetById).
func (d *dialect) view(extended bool) url.Values {
	if !d.extendedView {
		return nil
	}
	return url.Values{"extendedView": {strconv.FormatBool(extended)}}
}
