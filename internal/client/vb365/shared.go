// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
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
	return c.shared(ctx, wanted{id: id})
}

// SharedProxyByHost is ProxyByHost from such a list.
func (c *Client) SharedProxyByHost(ctx context.Context, host string) (Proxy, error) {
	return c.shared(ctx, wanted{host: host})
}

func (c *Client) shared(ctx context.Context, key wanted) (Proxy, error) {
	if p, err, answered := c.known.lookUp(key); answered {
		return p, err
	}
	// Whoever comes while the version is looked for and while the account logs in is read together with this one.
	if _, err := c.speak(ctx); err != nil {
		return Proxy{}, err
	}
	if err := c.rest.Login(ctx); err != nil {
		return Proxy{}, err
	}
	return c.known.reads.Ask(ctx, key)
}

// AwaitProxy reads a proxy again and again until seen is done or returns an error, or ctx ends, whose cause is the error
// then. Those who wait at the same time are served by the same requests.
func (c *Client) AwaitProxy(ctx context.Context, id string, seen func(Proxy, error) (done bool, err error)) error {
	return c.known.waits.Until(ctx, wanted{id: id}, seen)
}

// readOnce is a round of reads for who wants to know how proxies stand. The round before may have found out.
func (c *Client) readOnce(ctx context.Context, keys []wanted, tell func(wanted, Proxy, error)) {
	keys = slices.DeleteFunc(keys, func(key wanted) bool {
		p, err, answered := c.known.lookUp(key)
		if answered {
			tell(key, p, err)
		}
		return answered
	})
	if len(keys) == 0 {
		return
	}
	if len(keys) == 1 && keys[0].id != "" && c.known.alone() {
		p, err := c.Proxy(ctx, keys[0].id)
		tell(keys[0], p, err)
		return
	}
	list, failure := c.readList(ctx)
	sideBySide(keys, func(key wanted) {
		var p Proxy
		err, listed := failure, list.find(key)
		switch {
		case listed != nil:
			p = listed.proxy()
		case failsAll(failure):
		case key.id != "": // a list alone does not say that a proxy is gone
			p, err = c.Proxy(ctx, key.id)
		case failure == nil:
			err = notOnHost(key.host)
		case errors.Is(failure, rest.ErrOffline): // one that cannot be asked must not hide the others
			p, err = c.ProxyByHost(ctx, key.host)
		}
		tell(key, p, err)
	})
}

// readWaiting is a round of reads for who waits. What an entire list lacks is gone: that is what they expect.
func (c *Client) readWaiting(ctx context.Context, keys []wanted, tell func(wanted, Proxy, error)) {
	list, failure := &proxyList{}, error(nil)
	if len(keys) > 1 {
		list, failure = c.readList(ctx)
	}
	sideBySide(keys, func(key wanted) {
		var p Proxy
		err, listed := failure, list.find(key)
		switch {
		case listed != nil:
			p = listed.proxy()
		case failsAll(failure):
		case list.entire:
			err = fmt.Errorf("proxy %s: %w", key.id, rest.ErrNotFound)
		default:
			p, err = c.Proxy(ctx, key.id)
		}
		tell(key, p, err)
	})
}

// failsAll tells that a list failed for a reason that would fail the reads of single proxies too.
func failsAll(failure error) bool {
	return failure != nil && (rest.Outage(failure) || errors.Is(failure, rest.ErrUnauthorized))
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
