// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

const (
	proxyType  = "veeam_vb365_proxy"
	rescanType = "veeam_vb365_proxy_rescan"
)

var hosts = []string{"proxy-1.example.com", "proxy-2.example.com"}

// farm is a user with two machines for proxies, the configuration and the state of these, and the appliance.
type farm struct {
	*core
	sim              *vb365.Running
	version          string           // of the API, in the provider's configuration
	wanted, fires    map[string]block // configured proxies and rescans, by host
	proxies, rescans map[string]*object
	foreign          map[string]bool // IDs of proxies that somebody else registered
	given            map[string]bool // IDs that the appliance ever gave
	offline          map[string]bool
}

func newFarm(t rapid.TB, ctx context.Context) *farm {
	f := &farm{
		core: newCore(t, ctx), version: "auto", wanted: map[string]block{}, fires: map[string]block{}, proxies: map[string]*object{}, rescans: map[string]*object{},
		foreign: map[string]bool{}, given: map[string]bool{}, offline: map[string]bool{},
	}
	var err error
	f.sim, err = vb365.Start(vb365.Config{
		Users: map[string]string{user: loginPassword}, RescanPolls: 1, RemovalPolls: 1, Behaviour: vb365.Behaviour{IgnoreAntiforgery: true},
	}, appliance.Options{Listener: listen(), Wrap: f.wrap})
	if err != nil {
		t.Fatal(err)
	}
	f.server = f.sim.Server
	f.targets = [][2]string{
		{"POST", "/*/Proxies"}, {"POST", "/*/Proxies/*/*"}, {"PUT", "/*/Proxies/*"}, {"GET", "/*/Proxies/*"}, {"GET", "/*/Proxies"},
	}
	for _, host := range hosts {
		f.sim.AddMachine(vb365.Machine{HostName: host, Username: proxyUser, Password: proxyPassword})
	}
	f.provider = func() block {
		config := f.login()
		config["api_version"] = f.version
		config["proxy_credentials"] = block{"default": block{"username": proxyUser, "password": proxyPassword}}
		return block{"vb365": config}
	}
	for _, host := range hosts {
		f.proxies[host], f.rescans[host] = f.object(proxyType), f.object(rescanType)
	}
	return f
}

// TestProxies lets a user, other users and the appliance do what they like with proxies and their rescans.
func TestProxies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		bubble(t, func(t *testing.T) {
			f := newFarm(r, t.Context())
			defer f.sim.Close()
			for _, h := range hosts {
				f.wanted[h], f.fires[h] = drawProxy(r), drawRescan(r)
			}
			f.applyAll(false)
			r.Repeat(f.steps())
		})
	})
}

func (f *farm) steps() map[string]func(*rapid.T) {
	host := func(t *rapid.T) string { return rapid.SampledFrom(hosts).Draw(t, "host") }
	return map[string]func(*rapid.T){
		"another version": func(t *rapid.T) {
			f.version = rapid.SampledFrom([]string{"auto", "v5", "v6", "v7", "v8"}).Draw(t, "version")
		},
		"machine on or off": func(t *rapid.T) { f.turn(host(t), rapid.IntRange(0, 2).Draw(t, "off") == 0) },
		"somebody removes":  func(t *rapid.T) { f.sim.DeleteProxy(f.registered(host(t)).ID) },
		"somebody adds": func(t *rapid.T) {
			if h := host(t); f.registered(h).ID == "" {
				f.foreign[f.sim.AddProxy(vb365.Proxy{HostName: strings.ToUpper(h)})] = true
			}
		},
		"taint":          func(t *rapid.T) { o := f.rescans[host(t)]; o.tainted = o.exists() },
		"refresh":        func(t *rapid.T) { f.refreshAll(f.disturb(t)) },
		"import":         func(t *rapid.T) { f.adopt(host(t), rapid.Bool().Draw(t, "by ID"), f.disturb(t)) },
		"edit and plan":  func(t *rapid.T) { f.edit(t, host(t)); f.planAll(f.walk(), f.disturb(t)) },
		"edit and apply": func(t *rapid.T) { f.edit(t, host(t)); f.applyAll(f.disturb(t)) },
		"apply":          func(t *rapid.T) { f.applyAll(f.disturb(t)) },
		"fire": func(t *rapid.T) {
			f.turn(host(t), rapid.IntRange(0, 2).Draw(t, "off") == 0)
			for _, h := range hosts {
				retrigger(t, f.fires[h])
			}
			f.applyAll(f.disturb(t))
		},
		"destroy": func(t *rapid.T) {
			f.wanted, f.fires = map[string]block{}, map[string]block{}
			f.applyAll(f.disturb(t))
		},
		"": func(*rapid.T) { f.holds() },
	}
}

// edit changes the configuration of what is on a host.
func (f *farm) edit(t *rapid.T, host string) {
	switch what := rapid.SampledFrom([]string{"proxy", "rescan", "both", "both", "no rescan", "neither"}).Draw(t, "edit"); what {
	case "neither":
		delete(f.wanted, host)
		delete(f.fires, host)
	case "no rescan":
		delete(f.fires, host)
	default:
		if what != "rescan" || f.wanted[host] == nil {
			f.wanted[host] = drawProxy(t)
		}
		if what != "proxy" {
			f.fires[host] = drawRescan(t)
		}
	}
}

func drawProxy(t *rapid.T) block {
	config := block{}
	for name, values := range map[string]*rapid.Generator[any]{
		"description":        rapid.SampledFrom([]any{nil, "A proxy", "Another"}),
		"port":               rapid.SampledFrom([]any{nil, 9193, 9200}),
		"network_throttling": rapid.SampledFrom([]any{nil, block{"value": 10}, block{"value": 20, "unit": "KBs"}}),
		"removal":            rapid.SampledFrom([]any{nil, block{"force": true}}),
		"timeouts":           rapid.SampledFrom([]any{nil, block{"delete": "5m"}}),
	} {
		config[name] = values
	}
	for _, name := range slices.Sorted(maps.Keys(config)) { // in the same order in each run
		generator, _ := config[name].(*rapid.Generator[any])
		config[name] = generator.Draw(t, name)
	}
	if n := rapid.IntRange(0, 2).Draw(t, "own account"); n > 0 {
		maps.Copy(config, block{"username": proxyUser, "password_wo": proxyPassword, "password_wo_version": n})
	}
	return config
}

func drawRescan(t *rapid.T) block {
	config := block{"wait_for_completion": rapid.Bool().Draw(t, "wait"), "timeouts": block{"create": "5m", "update": "5m"}}
	if n := rapid.IntRange(-1, 4).Draw(t, "trigger"); n >= 0 {
		config["triggers"] = block{"n": fmt.Sprint(n)}
	}
	if rapid.Bool().Draw(t, "longer") {
		config["timeouts"] = block{"create": "6m"}
	}
	return config
}

// retrigger changes nothing but the trigger, which always is another value then.
func retrigger(t *rapid.T, config block) {
	if triggers, _ := config["triggers"].(block); triggers != nil {
		config["triggers"] = block{"n": fmt.Sprint(triggers["n"], rapid.IntRange(0, 9).Draw(t, "trigger"))}
	}
}

// turn switches a machine off or on.
func (f *farm) turn(host string, off bool) {
	f.offline[host] = off
	f.sim.SetMachine(host, func(m *vb365.Machine) { m.Unreachable = f.offline[host] })
	f.sim.SetProxy(f.registered(host).ID, func(p *vb365.Proxy) {
		p.Status = vb365.Online
		if f.offline[host] {
			p.Status = vb365.Offline
		}
	})
}

// registered is the appliance's proxy on a host; the zero one when it has none.
func (f *farm) registered(host string) vb365.Proxy {
	for _, p := range f.sim.Proxies() {
		f.given[p.ID] = true
		if strings.EqualFold(p.HostName, host) {
			return p
		}
	}
	return vb365.Proxy{}
}

// config is what the user wrote about a proxy or, with its ID as far as it is known, a rescan.
func (f *farm) config(host string) block {
	config := maps.Clone(f.wanted[host])
	config["host_name"] = host
	return config
}

func (f *farm) rescanConfig(host string, proxyID any) block {
	config := maps.Clone(f.fires[host])
	config["proxy_id"] = proxyID
	return config
}

// holds is what is true after each step.
func (f *farm) holds() {
	f.settle()
	taken := map[string]bool{}
	for _, p := range f.sim.Proxies() {
		f.given[p.ID] = true
		if host := strings.ToLower(p.HostName); taken[host] {
			f.Fatalf("%s is registered twice", host)
		} else {
			taken[host] = true
		}
		inState := slices.ContainsFunc(hosts, func(h string) bool { return text(f.proxies[h].state, "id") == p.ID })
		if !inState && !f.foreign[p.ID] {
			f.Fatalf("nobody knows of the proxy %s on %s", p.ID, p.HostName)
		}
	}
	for _, h := range hosts {
		if id := text(f.proxies[h].state, "id"); f.proxies[h].exists() && !f.given[id] {
			f.Fatalf("the appliance never gave the ID %q", id)
		}
	}
	time.Sleep(time.Minute) // between two commands; in a bubble
}
