// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Values of Proxy.Status.
const (
	Online  = "Online"
	Offline = "Offline"
)

// Values of Proxy.Type (S6 RESTProxy). Local is the default proxy.
const (
	Local     = "Local"
	Domain    = "Domain"
	Workgroup = "Workgroup"
)

// Values of Proxy.OperatingSystem and Machine.OperatingSystem (S8
// RESTProxyOperatingSystem).
const (
	Windows = "Windows"
	Linux   = "Linux"
)

// Values of Proxy.MaintenanceModeState (S8 RESTProxy).
const (
	MaintenanceDisabled = "Disabled"
	MaintenanceEnabling = "Enabling"
	MaintenanceEnabled  = "Enabled"
)

// Values of Proxy.InternetProxyType.
const (
	FromManagementServer = "FromManagementServer"
	Custom               = "Custom"
)

// InternetProxy is the custom internet proxy of a backup proxy.
type InternetProxy struct {
	HostName          string
	Port              int // 0 is 3128
	UseAuthentication bool
	Username          string
}

// Proxy is a registered backup proxy.
type Proxy struct {
	ID          string // UUID
	HostName    string
	FQDN        string
	Description string
	Port        int // 0 is 9193

	ThreadsNumber           int // 0 is 64
	EnableNetworkThrottling bool
	ThrottlingValue         int64
	ThrottlingUnit          string // "" is Mbps

	UseInternetProxy  bool
	InternetProxyType string // "" is FromManagementServer
	InternetProxy     InternetProxy

	Status               string // "" is Online
	Type                 string // "" is Workgroup
	OperatingSystem      string // "" is Windows
	ProxyPoolID          string // UUID, "" is standalone
	MaintenanceModeState string // "" is Disabled
	Version              string // "" is the build of the product
	ServiceAccount       string
	Role                 []string

	InUse    bool // a removal needs force
	Stuck    bool // a removal is accepted and not carried out
	Unlisted bool // lists lack it, and it can be read by its ID
	Rescans  int  // how many were accepted
}

// progress is something that takes a number of reads and a time to come true.
type progress struct {
	polls int
	due   time.Time
}

func (p *progress) done(now time.Time) bool { return p.polls <= 0 && !now.Before(p.due) }

// entry is a proxy with what is going on with it.
type entry struct {
	Proxy
	reads                        int
	rescan, maintenance, removal *progress
}

// fillDefaults gives the entry what the product gives a new proxy (H20:proxies_id,
// PS:add-vboproxy).
func (s *Simulator) fillDefaults(p *Proxy) {
	p.Port = cmp.Or(p.Port, 9193)
	p.ThreadsNumber = cmp.Or(p.ThreadsNumber, 64)
	p.ThrottlingUnit = cmp.Or(p.ThrottlingUnit, "Mbps")
	p.InternetProxyType = cmp.Or(p.InternetProxyType, FromManagementServer)
	p.InternetProxy.Port = cmp.Or(p.InternetProxy.Port, 3128)
	p.Status = cmp.Or(p.Status, Online)
	p.Type = cmp.Or(p.Type, Workgroup)
	p.OperatingSystem = cmp.Or(p.OperatingSystem, Windows)
	p.MaintenanceModeState = cmp.Or(p.MaintenanceModeState, MaintenanceDisabled)
	p.Version = cmp.Or(p.Version, s.product.build)
	p.ID = cmp.Or(strings.ToLower(p.ID), newUUID())
	if p.FQDN == "" {
		p.FQDN = p.HostName
		if !strings.Contains(p.HostName, ".") {
			p.FQDN += ".example.com"
		}
	}
	if p.ServiceAccount == "" {
		p.ServiceAccount = map[string]string{Windows: "LocalSystem", Linux: "veeam365backup"}[p.OperatingSystem]
	}
	if p.Role == nil {
		p.Role = []string{"Processor"}
	}
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// AddProxy seeds a registered proxy and returns its ID. Empty fields get the
// defaults of the product.
func (s *Simulator) AddProxy(p Proxy) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fillDefaults(&p)
	p.Role = slices.Clone(p.Role)
	s.proxies = append(s.proxies, &entry{Proxy: p})
	s.seedPool(p.ProxyPoolID)
	return p.ID
}

// seedPool adds the pool of a proxy that is seeded, unless it is there.
func (s *Simulator) seedPool(id string) {
	if id != "" && s.object(proxyPools.path, id) == nil {
		s.objects[proxyPools.path] = append(s.objects[proxyPools.path], &record{id, map[string]any{"name": "Pool " + id, "description": ""}})
	}
}

// Proxies returns the registered proxies in the order of their registration.
func (s *Simulator) Proxies() []Proxy {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	all := make([]Proxy, len(s.proxies))
	for i, e := range s.proxies {
		all[i] = e.copy()
	}
	return all
}

// Proxy returns a registered proxy. Looking does not count as a read.
func (s *Simulator) Proxy(id string) (Proxy, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	e := s.find(id)
	if e == nil {
		return Proxy{}, false
	}
	return e.copy(), true
}

// SetProxy changes a proxy behind the back of the API's users; an unknown ID
// changes nothing.
func (s *Simulator) SetProxy(id string, change func(*Proxy)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.find(id); e != nil {
		change(&e.Proxy)
		s.seedPool(e.ProxyPoolID)
	}
}

// DeleteProxy removes a proxy behind the back of the API's users.
func (s *Simulator) DeleteProxy(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.find(id); e != nil {
		s.drop(e)
	}
}

func (e *entry) copy() Proxy {
	p := e.Proxy
	p.Role = slices.Clone(p.Role)
	return p
}

func (s *Simulator) find(id string) *entry {
	for _, e := range s.proxies {
		if strings.EqualFold(e.ID, id) {
			return e
		}
	}
	return nil
}

func (s *Simulator) findHost(host string) *entry {
	for _, e := range s.proxies {
		if strings.EqualFold(e.HostName, host) {
			return e
		}
	}
	return nil
}

func (s *Simulator) drop(gone *entry) {
	s.proxies = slices.DeleteFunc(s.proxies, func(e *entry) bool { return e == gone })
}

// settle lets everything come true whose time has come.
func (s *Simulator) settle() {
	now := s.config.Now()
	for _, e := range slices.Clone(s.proxies) {
		if e.rescan != nil && e.rescan.done(now) {
			e.rescan = nil
			e.Status = Offline
			if s.reachable(e.HostName) {
				e.Status = Online
			}
		}
		if e.maintenance != nil && e.maintenance.done(now) {
			e.maintenance = nil
			e.MaintenanceModeState = MaintenanceEnabled
		}
		if e.removal != nil && !e.Stuck && e.removal.done(now) {
			s.drop(e)
		}
	}
	s.settleSyncs(now)
}

// read counts a read of the API after the proxy has been shown.
func (e *entry) read() {
	e.reads++
	for _, p := range []*progress{e.rescan, e.maintenance, e.removal} {
		if p != nil {
			p.polls--
		}
	}
}
