// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// refreshAll reads all objects anew. Of a rescan that has ended nothing is asked, and nothing is ever started.
func (f *farm) refreshAll(disturbed bool) (ok bool) {
	f.forget()
	w := f.walk()
	ok = true
	for _, h := range hosts {
		ok = w.refresh(f.proxies[h]) && ok
		asked := len(f.sim.Requests())
		ended := text(f.rescans[h].state, "status") == vb365.Online
		ok = w.refresh(f.rescans[h]) && ok
		if ended && f.ctx.Err() == nil && len(f.sim.Requests()) > asked {
			f.Fatal("a rescan that has ended was asked about")
		}
	}
	if len(f.posts()) > 0 {
		f.Fatalf("a refresh started something: %v", f.posts())
	}
	if !ok && !disturbed {
		f.Fatal("an undisturbed refresh failed")
	}
	return ok
}

// plans are those of a host's proxy and of its rescan.
type plans struct{ proxy, rescan *planned }

// planAll plans all configured objects.
func (f *farm) planAll(w *walk, disturbed bool) (all map[string]plans, ok bool) {
	f.forget()
	all, ok = map[string]plans{}, true
	for _, h := range hosts {
		if f.wanted[h] == nil {
			continue
		}
		p := w.plan(f.proxies[h], f.config(h))
		var id any = text(f.proxies[h].state, "id")
		if p.action == create || p.action == replace {
			id = unknown{}
		}
		both := plans{proxy: &p}
		ok = ok && !p.failed
		if f.fires[h] != nil {
			r := w.plan(f.rescans[h], f.rescanConfig(h, id))
			both.rescan = &r
			ok = ok && !r.failed
			if !r.failed && fires(r) != f.mustFire(h, id) {
				f.Fatalf("the plan of the rescan of %s (%s) fires: %t", h, r.action, fires(r))
			}
		}
		all[h] = both
	}
	if len(f.posts()) > 0 {
		f.Fatalf("a plan started something: %v", f.posts())
	}
	if !ok && !disturbed {
		f.Fatal("an undisturbed plan failed")
	}
	return all, ok
}

// fires tells what the plan of a rescan shows.
func fires(p planned) bool { return !children(p.state)["rescanned_at"].IsKnown() }

// mustFire is the rule: what was not fired yet, for another proxy, or for another value of a trigger.
func (f *farm) mustFire(host string, id any) bool {
	o := f.rescans[host]
	if !o.exists() || o.tainted || id != text(o.state, "proxy_id") {
		return true
	}
	triggers, _ := f.fires[host]["triggers"].(block)
	before := children(o.state)["triggers"]
	return triggers != nil && !before.IsNull() && text(before, "n") != triggers["n"]
}

// applyAll is a whole apply: refresh, plan, and the changes; first what is to go. An undisturbed one that succeeds leaves
// nothing to do.
func (f *farm) applyAll(disturbed bool) {
	if !f.refreshAll(disturbed) {
		return
	}
	all, ok := f.planAll(f.walk(), disturbed)
	if !ok {
		return
	}
	w := f.walk()
	for _, h := range hosts {
		if f.fires[h] == nil {
			w.destroy(f.rescans[h])
		}
		if f.wanted[h] == nil {
			ok = f.remove(w, h, disturbed) && ok
		}
	}
	for _, h := range hosts {
		p := all[h]
		if p.proxy == nil || !f.applyProxy(w, h, *p.proxy, disturbed) {
			ok = ok && p.proxy == nil
			continue
		}
		if p.rescan != nil {
			ok = f.applyRescan(w, h, *p.rescan, disturbed) && ok
		}
	}
	f.settle()
	if !ok {
		return
	}
	f.refreshAll(false)
	all, _ = f.planAll(f.walk(), false)
	for h, p := range all {
		if p.proxy.action != nothing || p.rescan != nil && p.rescan.action != nothing {
			f.Fatalf("after a successful apply, there is something to do on %s: %+v", h, p)
		}
	}
}

// remove destroys a proxy. Afterwards it is gone from the appliance, or an error has left it in state.
func (f *farm) remove(w *walk, host string, disturbed bool) bool {
	o := f.proxies[host]
	id, registered := text(o.state, "id"), f.registered(host)
	mayFail := disturbed || f.offline[host] || registered.Status == vb365.Offline
	f.forget()
	ok := w.destroy(o)
	if _, there := f.sim.Proxy(id); ok && there {
		f.Fatalf("the proxy on %s was destroyed, and is still registered", host)
	}
	if !ok && !mayFail {
		f.Fatalf("the proxy on %s could not be destroyed", host)
	}
	f.sentOnce()
	return ok
}

func (f *farm) applyProxy(w *walk, host string, p planned, disturbed bool) bool {
	if p.action == nothing {
		return true
	}
	o, registered := f.proxies[host], f.registered(host)
	taken := p.action == create && registered.ID != ""
	f.forget()
	ok := w.apply(o, p, f.config(host))
	if now := f.registered(host); !ok && !o.exists() && now.ID != "" && f.wanted[host]["description"] == nil {
		f.foreign[now.ID] = true // whose creation is not known: the error has the command that imports it
	}
	f.sentOnce()
	if taken && (ok || f.sim.Count("POST", "/*/Proxies") > 0) {
		f.Fatalf("a proxy was created on %s, which is registered", host)
	}
	if !ok && !disturbed && !taken && !f.offline[host] {
		f.Fatalf("%s of the proxy on %s failed", p.action, host)
	}
	return ok
}

// applyRescan fires as often as the plan says: once or not at all.
func (f *farm) applyRescan(w *walk, host string, p planned, disturbed bool) bool {
	if p.action == nothing {
		return true
	}
	o, config := f.rescans[host], f.rescanConfig(host, text(f.proxies[host].state, "id"))
	final := w.plan(o, config) // with the proxy's ID, which is known by now
	if final.failed || final.action != p.action || differs(p.state, final.state, "") != "" {
		f.Fatalf("the plan was %+v and is now %+v", p, final)
	}
	before := f.registered(host).Rescans
	f.forget()
	ok := w.apply(o, final, config)
	f.sentOnce()
	fired := f.registered(host).Rescans - before
	switch {
	case fired > 0 && !fires(p), fired > 1, ok && fires(p) && fired != 1:
		f.Fatalf("the rescan of %s was fired %d times, planned: %t", host, fired, fires(p))
	case !ok && !disturbed && !f.offline[host]:
		f.Fatalf("the rescan of %s failed", host)
	case !ok:
		f.settle()
		if p := f.walk().plan(o, config); p.action == nothing {
			f.Fatalf("the rescan of %s failed, and nothing is left to do", host)
		}
	}
	return ok
}

// sentOnce wants no request twice that may have done something.
func (f *farm) sentOnce() {
	for path, n := range f.posts() {
		if n > 1 {
			f.Fatalf("POST %s was sent %d times", path, n)
		}
	}
}

// adopt imports a configured proxy that is not in the state, by its ID or by the name of its host.
func (f *farm) adopt(host string, byID, disturbed bool) {
	o, registered := f.proxies[host], f.registered(host)
	if o.exists() || f.wanted[host] == nil {
		return
	}
	id := strings.ToUpper(host)
	if byID && registered.ID != "" {
		id = registered.ID
	}
	w := f.walk()
	resp, err := w.server.ImportResourceState(f.ctx, &tfprotov6.ImportResourceStateRequest{TypeName: proxyType, ID: id})
	if err != nil {
		f.Fatal(err)
	}
	if failed := f.inspect("import", resp.Diagnostics, nil); failed {
		if registered.ID != "" && !disturbed {
			f.Fatalf("the proxy on %s cannot be imported", host)
		}
		return
	}
	imported := &object{
		typeName: proxyType, state: f.decode(f.kind(proxyType), resp.ImportedResources[0].State),
		private: resp.ImportedResources[0].Private, identity: resp.ImportedResources[0].Identity,
	}
	if w.refresh(imported) && imported.exists() {
		delete(f.foreign, registered.ID)
		*o = *imported
	}
}
