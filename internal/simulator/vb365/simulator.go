// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// Config of a simulator.
type Config struct {
	// Product is "3.0", "4.0", "5.0", "6.0", "7" or "8"; "" is "8".
	Product string
	// Serves are the API versions, "v3" to "v8"; nil: those of the product.
	Serves []string
	// Version is the build GET ServiceInstance tells; "": of the product.
	Version string
	// Users are name to password; nil: "EXAMPLE\veeam" with "veeam".
	Users map[string]string
	// TokenLifetime of access tokens; 0 is one hour. RefreshLifetime of refresh
	// tokens; 0: they do not expire.
	TokenLifetime, RefreshLifetime time.Duration
	// Behaviour decides what the vendor leaves open.
	Behaviour Behaviour
	// RescanPolls is how many reads of the proxy after a rescan still show the
	// old status; RescanDelay is how long it lasts at least.
	RescanPolls int
	RescanDelay time.Duration
	// MaintenancePolls is how many reads show the state Enabling.
	MaintenancePolls int
	// RemovalPolls is how many reads still show a removed proxy; RemovalDelay
	// is how long it is shown at least.
	RemovalPolls int
	RemovalDelay time.Duration
	// Sync is the course of the synchronizations that PlanSync and PlanSyncFor
	// say nothing about.
	Sync SyncPlan
	// SeedDefault registers the default proxy, on the host "localhost".
	SeedDefault bool
	// StrictMachines makes hosts that were not declared unreachable. Without it
	// they take any credentials, and none.
	StrictMachines bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Simulator is the REST API of one appliance.
type Simulator struct {
	config       Config
	product      product
	tokens       *appliance.Tokens
	installation string

	mu           sync.Mutex
	proxies      []*entry
	machines     map[string]*Machine
	credentials  map[string]Credentials
	guarded      map[string]bool // tokens bound to an antiforgery cookie
	repositories []*Repository
	syncs        []*syncEntry
	syncPlans    []SyncPlan
	syncPlansFor map[string][]SyncPlan // by repository
	collections  []*collection
	objects      map[string][]*record // by path of the collection
}

// New makes an appliance. An unknown product or version panics.
func New(c Config) *Simulator {
	if c.Product == "" {
		c.Product = "8"
	}
	p, known := products[c.Product]
	if !known {
		panic(fmt.Sprintf("vb365: unknown product %q", c.Product))
	}
	if c.Serves == nil {
		c.Serves = p.serves
	}
	for _, name := range c.Serves {
		if dialectOf(name) == nil {
			panic(fmt.Sprintf("vb365: unknown API version %q", name))
		}
	}
	if c.Version != "" {
		p.build = c.Version
	}
	if c.Users == nil {
		c.Users = map[string]string{`EXAMPLE\veeam`: "veeam"}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Simulator{
		config: c, product: p, installation: newUUID(),
		tokens: appliance.NewTokens(c.Users, appliance.TokenOptions{
			Lifetime: c.TokenLifetime, RefreshLifetime: c.RefreshLifetime, Now: c.Now,
		}),
		machines: map[string]*Machine{}, credentials: map[string]Credentials{}, guarded: map[string]bool{},
		syncPlansFor: map[string][]SyncPlan{}, collections: []*collection{&proxyPools}, objects: map[string][]*record{},
	}
	if c.SeedDefault {
		if c.StrictMachines {
			s.AddMachine(Machine{HostName: "localhost"}) // the server itself is always there
		}
		s.AddProxy(Proxy{HostName: "localhost", Type: Local, Description: "Default proxy"})
	}
	return s
}

// Running is a simulator behind HTTPS.
type Running struct {
	*Simulator
	*appliance.Server
}

// Start makes an appliance and serves it.
func Start(c Config, o appliance.Options) (*Running, error) {
	if o.Name == "" {
		o.Name = "vb365"
	}
	s := New(c)
	server, err := appliance.Start(s, o)
	if err != nil {
		return nil, err
	}
	return &Running{s, server}, nil
}

// Tokens gives access to the users and the tokens issued to them.
func (s *Simulator) Tokens() *appliance.Tokens { return s.tokens }
