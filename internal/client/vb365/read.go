// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// pageSize is what one request for a page asks for; the appliance's limit is 10,000 (S8 PageOf...), its default 30.
const pageSize = 1000

// Proxies lists all proxies, in the appliance's order.
func (c *Client) Proxies(ctx context.Context) ([]Proxy, error) {
	d, err := c.speak(ctx)
	if err != nil {
		return nil, err
	}
	proxies, err := c.list(ctx, d, true)
	if d.extendedView && errors.Is(err, rest.ErrOffline) {
		return c.list(ctx, d, false) // one proxy that cannot be asked must not hide all the others
	}
	return proxies, err
}

// ProxyByHost finds the proxy on a host; names are compared without case. None: errors.Is(err, rest.ErrNotFound).
func (c *Client) ProxyByHost(ctx context.Context, host string) (Proxy, error) {
	proxies, err := c.Proxies(ctx)
	if err != nil {
		return Proxy{}, err
	}
	at := slices.IndexFunc(proxies, func(p Proxy) bool { return strings.EqualFold(p.HostName, host) })
	if at < 0 {
		return Proxy{}, fmt.Errorf("a proxy on host %q: %w", host, rest.ErrNotFound)
	}
	return proxies[at], nil
}

// Proxy reads one proxy. One that is gone: errors.Is(err, rest.ErrNotFound).
//
// Only v8 says "gone" unmistakably. Older versions may answer an unknown id with 400, 404 or 500, and a 404 may also
// mean that the whole version is not served; what an appliance answers for a proxy that it cannot reach is not
// documented either. In all these cases one look at the list decides.
func (c *Client) Proxy(ctx context.Context, id string) (Proxy, error) {
	d, err := c.speak(ctx)
	if err != nil {
		return Proxy{}, err
	}
	var answer proxyAnswer
	err = c.call(ctx, d, d.get, id, rest.Request{Query: d.view(true), Out: &answer})
	switch {
	case err == nil && answer.ID != "":
		return answer.proxy(), nil
	case err == nil:
		return Proxy{}, fmt.Errorf("the answer of %s to %s %s holds no proxy", product, d.get.method, d.get.pathFor(d.version, id))
	case saysGone(err), !slices.Contains(d.unknownID, statusOf(err)) && !errors.Is(err, rest.ErrOffline):
		return Proxy{}, err
	}
	return c.proxyFromList(ctx, d, id, err)
}

// saysGone tells the code apart from a mere 404.
func saysGone(err error) bool {
	api, ok := errors.AsType[*rest.APIError](err)
	return ok && api.Code == "ResourceNotFound"
}

// proxyFromList resolves a failed read. It never wraps the failure, which may be a 404 that does not mean "gone".
func (c *Client) proxyFromList(ctx context.Context, d *dialect, id string, failure error) (Proxy, error) {
	proxies, err := c.list(ctx, d, false)
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
	return Proxy{}, fmt.Errorf("the proxy is listed, but cannot be read: %s", failure.Error())
}

// list reads the whole collection: an array up to v7, pages in v8.
func (c *Client) list(ctx context.Context, d *dialect, extended bool) ([]Proxy, error) {
	if d.paged {
		return c.pages(ctx, d)
	}
	var answers []proxyAnswer
	err := c.call(ctx, d, d.list, "", rest.Request{Query: d.view(extended), Out: &answers})
	if err != nil {
		return nil, servedOr(d, err)
	}
	if answers == nil { // an empty body or null: taken for "no proxies" it would make all of them look gone
		return nil, errNoList
	}
	proxies := make([]Proxy, len(answers))
	for i := range answers {
		proxies[i] = answers[i].proxy()
	}
	return proxies, nil
}

var errNoList = errors.New("the answer of " + product + " holds no list of proxies")

// pages reads page by page. The offset is computed: "next" links of v8 have been seen to lead to /v7. The page ends
// the list when it is shorter than the limit that the appliance applied, or holds nothing new.
func (c *Client) pages(ctx context.Context, d *dialect) ([]Proxy, error) {
	proxies, seen := []Proxy{}, map[string]bool{}
	for offset := 0; ; {
		var page struct {
			Limit   rest.Int      `json:"limit"`
			Results []proxyAnswer `json:"results"`
		}
		query := url.Values{"limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(offset)}}
		if err := c.call(ctx, d, d.list, "", rest.Request{Query: query, Out: &page}); err != nil {
			return nil, servedOr(d, err)
		}
		if page.Results == nil {
			return nil, errNoList
		}
		before := len(proxies)
		for i := range page.Results {
			if p := page.Results[i].proxy(); !seen[p.ID] {
				seen[p.ID] = true
				proxies = append(proxies, p)
			}
		}
		limit := pageSize
		if page.Limit > 0 {
			limit = min(limit, int(page.Limit))
		}
		if len(page.Results) < limit || len(proxies) == before {
			return proxies, nil
		}
		offset += len(page.Results)
	}
}

// view is the query of a read. True makes the appliance ask the proxy itself for its figures, false is what the
// controller knows (H50:get_proxies_id, S7 Proxy_GetById).
func (d *dialect) view(extended bool) url.Values {
	if !d.extendedView {
		return nil
	}
	return url.Values{"extendedView": {strconv.FormatBool(extended)}}
}
