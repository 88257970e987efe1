// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const (
	freshEnough = 30 * time.Second // how old a list may be that answers for a proxy
	loneReads   = 2                // so many proxies are read one by one before the list is read instead
)

// wanted is a proxy that is asked for, by one of the two; without both it is all proxies.
type wanted struct{ id, host string }

// folded is the form in which changes are kept: case makes no difference.
func (w wanted) folded() wanted { return wanted{strings.ToLower(w.id), normalHost(w.host)} }

// knownProxies is what a client remembers of the appliance's proxies: the last list, and what it has changed since. Lists
// and changes are put in order by counting, not by time.
type knownProxies struct {
	reads rest.Watch[wanted, found] // of who wants to know how a proxy stands
	waits rest.Watch[wanted, Proxy] // of who waits until it stands otherwise

	mu      sync.Mutex
	count   int
	last    *proxyList
	changed map[wanted]int
	lone    int
}

// found is the result of a shared read: one proxy or, where no proxy is named, all of them.
type found struct {
	proxy Proxy
	list  *proxyList
}

// proxyList is one reading of all proxies.
type proxyList struct {
	order  int
	began  time.Time
	entire bool // it came in one piece: a proxy can slip from one page to another meanwhile
	all    []*proxyAnswer
	byID   map[string]*proxyAnswer
	byName map[string][]*proxyAnswer // by hostName, fqdn, and their first labels
}

func (l *proxyList) add(p *proxyAnswer) {
	l.all = append(l.all, p)
	l.byID[strings.ToLower(p.ID)] = p
	names := []string{normalHost(p.HostName), normalHost(p.FQDN), firstLabel(p.HostName), firstLabel(p.FQDN)}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		l.byName[name] = append(l.byName[name], p)
	}
}

func (l *proxyList) withID(id string) *proxyAnswer { return l.byID[strings.ToLower(id)] }

// onHost is onlyOnHost of the list.
func (l *proxyList) onHost(host string) (Proxy, error) {
	return onlyOnHost(host, proxiesOf(append(slices.Clone(l.byName[normalHost(host)]), l.byName[firstLabel(host)]...)))
}

// proxiesOf converts elements of a list, each once.
func proxiesOf(answers []*proxyAnswer) []Proxy {
	proxies := make([]Proxy, 0, len(answers))
	seen := map[*proxyAnswer]bool{}
	for _, answer := range answers {
		if !seen[answer] {
			seen[answer] = true
			proxies = append(proxies, answer.proxy())
		}
	}
	return proxies
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
	return &proxyList{order: k.count, began: time.Now(), byID: map[string]*proxyAnswer{}, byName: map[string][]*proxyAnswer{}}
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

// lookUp answers from the last list while that can: of a host it may also say that there is no proxy on it. The last list is
// returned too where it lacks the proxy of an ID, which does not say that the proxy is gone.
func (k *knownProxies) lookUp(key wanted) (result found, err error, answered bool) {
	key = key.folded()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.last == nil || time.Since(k.last.began) > freshEnough || k.changed[key] > k.last.order {
		return found{}, nil, false
	}
	switch {
	case key == wanted{}:
		result.list = k.last
		return result, nil, !k.changedSince(k.last)
	case key.id != "":
		listed := k.last.withID(key.id)
		if listed == nil {
			return found{list: k.last}, nil, false
		}
		return found{proxy: listed.proxy()}, nil, true
	}
	result.proxy, err = k.last.onHost(key.host)
	answered = err == nil && k.changed[wanted{id: strings.ToLower(result.proxy.ID)}] <= k.last.order || err != nil && k.last.entire
	return result, err, answered
}

// changedSince reports whether this client has changed a proxy since the list began.
func (k *knownProxies) changedSince(list *proxyList) bool {
	for _, order := range k.changed {
		if order > list.order {
			return true
		}
	}
	return false
}

// alone tells whether a proxy that nobody else asks for is still worth a request of its own.
func (k *knownProxies) alone() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lone++
	return k.lone <= loneReads
}
