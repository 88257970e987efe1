// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// The reads that many objects share. Terraform asks for one object at a time, ten at once: without sharing, a thousand
// proxies would be a thousand requests.

// SharedProxy reads a proxy for a refresh: together with those that are asked for at the same time, from one list. A list of
// the last half minute will do, unless this client has changed the proxy since. Who asks alone gets the proxy by its
// ID. The errors are those of Proxy.
func (c *Client) SharedProxy(ctx context.Context, id string) (Proxy, error) {
	result, err := c.shared(ctx, wanted{id: id})
	return result.proxy, err
}

// SharedProxyEach is SharedProxy for several proxies, which are read together. Results and errors are by index.
func (c *Client) SharedProxyEach(ctx context.Context, ids []string) ([]Proxy, []error) {
	proxies, errs := make([]Proxy, len(ids)), make([]error, len(ids))
	failure := c.Login(ctx)
	var all sync.WaitGroup
	for at, id := range ids {
		result, err, answered := c.known.lookUp(wanted{id: id})
		if proxies[at], errs[at] = result.proxy, err; answered {
			continue
		}
		if errs[at] = failure; failure != nil {
			continue
		}
		wait := c.known.reads.Begin(ctx, wanted{id: id}, len(ids), func(result found, err error) (bool, error) {
			proxies[at], errs[at] = result.proxy, err
			return true, nil
		})
		all.Go(func() {
			if err := wait(); err != nil {
				errs[at] = err
			}
		})
	}
	all.Wait()
	return proxies, errs
}

// Login finds the version and logs in, unless that has been done.
func (c *Client) Login(ctx context.Context) error {
	if _, err := c.speak(ctx); err != nil {
		return err
	}
	return c.rest.Login(ctx)
}

// SharedProxyByHost is ProxyByHost from such a list.
func (c *Client) SharedProxyByHost(ctx context.Context, host string) (Proxy, error) {
	result, err := c.shared(ctx, wanted{host: host})
	return result.proxy, err
}

// SharedProxies is Proxies from such a list, unless this client has changed one of them since.
func (c *Client) SharedProxies(ctx context.Context) ([]Proxy, error) {
	result, err := c.shared(ctx, wanted{})
	if errors.Is(err, rest.ErrOffline) {
		return c.Proxies(ctx)
	}
	if err != nil {
		return nil, err
	}
	return proxiesOf(result.list.all), nil
}

func (c *Client) shared(ctx context.Context, key wanted) (found, error) {
	if result, err, answered := c.known.lookUp(key); answered {
		return result, err
	}
	// Whoever comes while the version is looked for and while the account logs in is read together with this one.
	if err := c.Login(ctx); err != nil {
		return found{}, err
	}
	return c.known.reads.Ask(ctx, key)
}

// AwaitProxy reads a proxy again and again until seen is done or returns an error, or ctx ends, whose cause is the error
// then. Those who wait at the same time are served by the same requests.
func (c *Client) AwaitProxy(ctx context.Context, id string, seen func(Proxy, error) (done bool, err error)) error {
	return c.known.waits.Until(ctx, wanted{id: id}, seen)
}

// AwaitProxies is AwaitProxy for several proxies, by their index. The wait for each ends by itself; the errors are by index too. The
// calls of seen for different proxies may overlap.
func (c *Client) AwaitProxies(ctx context.Context, ids []string, seen func(at int, proxy Proxy, err error) (done bool, failure error)) []error {
	errs := make([]error, len(ids))
	var all sync.WaitGroup
	for at, id := range ids {
		wait := c.known.waits.Begin(ctx, wanted{id: id}, len(ids), func(p Proxy, err error) (bool, error) { return seen(at, p, err) })
		all.Go(func() { errs[at] = wait() })
	}
	all.Wait()
	return errs
}

// readOnce is a round of reads for who wants to know how proxies stand. The round before may have found out, or have read a
// list that lacks them.
func (c *Client) readOnce(ctx context.Context, keys []wanted, tell func(wanted, found, error)) {
	lacking := map[wanted]*proxyList{}
	var unknown []wanted
	for _, key := range keys {
		switch result, err, answered := c.known.lookUp(key); {
		case answered:
			tell(key, result, err)
		case result.list != nil && key.id != "":
			lacking[key] = result.list
		default:
			unknown = append(unknown, key)
		}
	}
	list, failure := &proxyList{}, error(nil)
	if len(unknown) > 1 || len(unknown) == 1 && (unknown[0].id == "" || !c.known.alone()) {
		list, failure = c.readList(ctx)
	}
	sideBySide(slices.AppendSeq(unknown, maps.Keys(lacking)), func(key wanted) {
		var result found
		err := failure
		switch {
		case lacking[key] != nil:
			result.proxy, err = c.proxyBeside(ctx, lacking[key], key.id)
		case failure != nil && key.host != "" && errors.Is(failure, rest.ErrOffline): // one that cannot be asked must not hide the others
			result.proxy, err = c.ProxyByHost(ctx, key.host)
		case key.id != "":
			result.proxy, err = c.proxyFrom(ctx, list, failure, key.id)
		case failure != nil:
		case key.host != "":
			result.proxy, err = list.onHost(key.host)
		default:
			result.list = list
		}
		tell(key, result, err)
	})
}

// readWaiting is a round of reads for who waits.
func (c *Client) readWaiting(ctx context.Context, keys []wanted, tell func(wanted, Proxy, error)) {
	list, failure := &proxyList{}, error(nil)
	if len(keys) > 1 {
		list, failure = c.readList(ctx)
	}
	sideBySide(keys, func(key wanted) {
		p, err := c.proxyFrom(ctx, list, failure, key.id)
		tell(key, p, err)
	})
}

// proxyFrom returns the proxy of a list, or reads it by its ID: a list never says that a proxy is gone.
func (c *Client) proxyFrom(ctx context.Context, list *proxyList, failure error, id string) (Proxy, error) {
	if listed := list.withID(id); listed != nil {
		return listed.proxy(), nil
	}
	if failsAll(failure) {
		return Proxy{}, failure
	}
	return c.proxyBeside(ctx, list, id)
}

// failsAll reports whether a list failed for a reason that would fail the reads of single proxies too: a refused account, or a
// request that could not be sent. One that is late, cut or refused by a gateway says nothing about them.
func failsAll(failure error) bool {
	transport, ok := errors.AsType[*rest.TransportError](failure)
	return ok && !transport.Sent || errors.Is(failure, rest.ErrUnauthorized)
}

// sideBySide works on all keys at the same time; the kernel bounds how many requests that are.
func sideBySide(keys []wanted, work func(wanted)) {
	var all sync.WaitGroup
	for _, key := range keys {
		all.Go(func() { work(key) })
	}
	all.Wait()
}

// readList reads all proxies and remembers them. With an error there is an empty list, which answers for none.
func (c *Client) readList(ctx context.Context) (*proxyList, error) {
	list := c.known.begin()
	d, err := c.speak(ctx)
	if err != nil {
		return &proxyList{}, err
	}
	pieces := 0
	for piece, err := range pages[proxyAnswer](ctx, c, d, d.list, d.view(true), wholeList) {
		if err != nil {
			return &proxyList{}, err
		}
		pieces++
		for _, answer := range piece {
			answer.shrink()
			list.add(answer)
		}
	}
	list.entire = pieces == 1
	c.known.keep(list)
	return list, nil
}
