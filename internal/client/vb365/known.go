// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const (
	freshEnough = 30 * time.Second // how old a list may be that answers for a proxy
	loneReads   = 2                // so many proxies are read one by one before the list is read instead
)

// wanted is a proxy that is asked for, by one of the two.
type wanted struct{ id, host string }

// folded is how lists and changes know it: neither is told apart by case.
func (w wanted) folded() wanted { return wanted{strings.ToLower(w.id), strings.ToLower(w.host)} }

// knownProxies is what a client remembers of the appliance's proxies: the last list, and what it has changed since. Lists
// and changes are put in order by counting, not by time.
type knownProxies struct {
	reads rest.Watch[wanted, Proxy] // of who wants to know how a proxy stands
	waits rest.Watch[wanted, Proxy] // of who waits until it stands otherwise

	mu      sync.Mutex
	count   int
	last    *proxyList
	changed map[wanted]int
	lone    int
}

// proxyList is one reading of all proxies.
type proxyList struct {
	order  int
	began  time.Time
	entire bool // it came in one piece: a proxy can slip from one page to another meanwhile
	byID   map[string]*proxyAnswer
	byHost map[string]*proxyAnswer
}

func (l *proxyList) add(p *proxyAnswer) {
	l.byID[strings.ToLower(p.ID)] = p
	if host := strings.ToLower(p.HostName); l.byHost[host] == nil { // the first, as ProxyByHost
		l.byHost[host] = p
	}
}

// find gives nil for a proxy that the list lacks.
func (l *proxyList) find(key wanted) *proxyAnswer {
	key = key.folded()
	if key.id != "" {
		return l.byID[key.id]
	}
	return l.byHost[key.host]
}

// begin starts a list: whatever is changed from now on it may or may not show. One that is too old need not be in memory
// meanwhile.
func (k *knownProxies) begin() *proxyList {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last != nil && time.Since(k.last.began) > freshEnough {
		k.last = nil
	}
	k.count++
	return &proxyList{order: k.count, began: time.Now(), byID: map[string]*proxyAnswer{}, byHost: map[string]*proxyAnswer{}}
}

// keep remembers a list that has come to its end, unless a later one has been faster.
func (k *knownProxies) keep(list *proxyList) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last != nil && k.last.order > list.order {
		return
	}
	k.last = list
	for key, order := range k.changed {
		if order < list.order {
			delete(k.changed, key)
		}
	}
}

// stale notes that the proxies have been changed, or may have been: no list that began before answers for them.
func (k *knownProxies) stale(keys ...wanted) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changed == nil {
		k.changed = map[wanted]int{}
	}
	k.count++
	for _, key := range keys {
		k.changed[key.folded()] = k.count
	}
}

// lookUp gives a proxy of the last list while that answers for it. Only of a host may the list say that there is none.
func (k *knownProxies) lookUp(key wanted) (p Proxy, err error, answered bool) {
	key = key.folded()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last == nil || time.Since(k.last.began) > freshEnough || k.changed[key] > k.last.order {
		return Proxy{}, nil, false
	}
	listed := k.last.find(key)
	switch {
	case listed != nil && k.changed[wanted{id: strings.ToLower(listed.ID)}] <= k.last.order:
		return listed.proxy(), nil, true
	case listed == nil && key.host != "" && k.last.entire:
		return Proxy{}, notOnHost(key.host), true
	}
	return Proxy{}, nil, false
}

// alone tells whether a proxy that nobody else asks for is still worth a request of its own.
func (k *knownProxies) alone() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lone++
	return k.lone <= loneReads
}
