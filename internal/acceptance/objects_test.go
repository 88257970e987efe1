// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"maps"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// object is a kind of object that is created, read, updated and deleted by its ID. Its life cycle is tested from this row.
type object struct {
	kind       string // "veeam_vb365_proxy_pool"
	collection string // "ProxyPools", of the simulator
	before     string // product whose API lacks it
	setup      func(w *world)
	minimal    string              // arguments
	full       string              // all arguments
	changed    string              // the same with other values, as an update in place
	drift      map[string]any      // properties that someone else changes
	name       string              // by which the full object is imported
	adopted    bool                // a creation whose response is lost is found by its settings
	left       func(w *world) bool // whether a destroy left what it must not, beside the object
}

const (
	poolProxy1 = "36500000-0000-4000-8000-000000000001"
	poolProxy2 = "36500000-0000-4000-8000-000000000002"
)

var objects = []object{{
	kind: "veeam_vb365_proxy_pool", collection: "ProxyPools", before: "7",
	setup: func(w *world) {
		w.vb365.AddProxy(vb365.Proxy{ID: poolProxy1, HostName: "proxy-1.example.com"})
		w.vb365.AddProxy(vb365.Proxy{ID: poolProxy2, HostName: "proxy-2.example.com"})
	},
	minimal: `name = "main"
  proxy_ids = ["` + poolProxy1 + `"]`,
	full: `name = "main"
  description = "first"
  proxy_ids = ["` + strings.ToUpper(poolProxy1) + `"]`,
	changed: `name = "other"
  description = "second"
  proxy_ids = ["` + poolProxy2 + `"]`,
	drift: map[string]any{"description": "drifted"}, name: "other", adopted: true,
	left: func(w *world) bool {
		for _, p := range w.vb365.Proxies() {
			if p.ProxyPoolID != "" {
				return true
			}
		}
		return len(w.vb365.Proxies()) != 2
	},
}}

func (o object) address() string { return o.kind + ".this" }

func (o object) config(w *world, arguments string) {
	w.Helper()
	w.config("resource \"" + o.kind + "\" \"this\" {\n  " + arguments + "\n}\n")
}

func (o object) world(t *testing.T, c vb365.Config) *world {
	t.Helper()
	w := newWorld(t, c, vbaws.Config{})
	o.setup(w)
	return w
}

// writes are the requests of a command that change something.
func (r result) writes() (writes []string) {
	for _, call := range r.vb365 {
		if !strings.HasPrefix(call, "GET ") {
			writes = append(writes, call)
		}
	}
	return writes
}

// TestObjectLifeCycle takes each kind of object through create, empty plan, update in place, drift, removal by someone else, import
// and destroy, also with a server that leaves out all that it may.
func TestObjectLifeCycle(t *testing.T) {
	t.Parallel()
	for _, o := range objects {
		for name, behaviour := range map[string]vb365.Behaviour{"": {}, " sparse": {Sparse: true}} {
			t.Run(o.kind+name, func(t *testing.T) {
				w := o.world(t, vb365.Config{Behaviour: behaviour})
				path := "/v8/" + o.collection
				o.config(w, o.full)
				made(t, w.apply().writes(), "POST "+path)
				made(t, w.planIsEmpty().writes())
				id := w.attributes(o.address())["id"].(string)

				o.config(w, o.changed)
				w.planChanges("1 to change", "0 to destroy")
				w.apply()
				w.planIsEmpty()
				w.stateHas(o.address(), map[string]any{"id": id})

				if !behaviour.Sparse { // which does not report it
					w.vb365.SetObject(o.collection, id, maps.Clone(o.drift))
					w.planChanges("drifted")
					made(t, w.apply().writes(), "PUT "+path+"/{id}")
				}
				for _, by := range []string{id, o.name} {
					w.succeed("state", "rm", o.address())
					w.succeed("import", "-no-color", o.address(), by)
					w.stateHas(o.address(), map[string]any{"id": id})
				}
				w.apply() // what a sparse server does not report is sent again
				w.planIsEmpty()

				w.vb365.DeleteObject(o.collection, id)
				w.planChanges("1 to add")
				w.apply()
				w.planIsEmpty()
				made(t, w.destroy().writes(), "DELETE "+path+"/{id}")
				w.stateLacks(o.address())
				if len(w.vb365.Objects(o.collection)) != 0 || o.left(w) {
					t.Errorf("the destroy left %v", w.vb365.Objects(o.collection))
				}
			})
		}
	}
}

// TestObjectMinimal applies only what is required.
func TestObjectMinimal(t *testing.T) {
	t.Parallel()
	for _, o := range objects {
		t.Run(o.kind, func(t *testing.T) {
			w := o.world(t, vb365.Config{})
			o.config(w, o.minimal)
			w.apply()
			w.planIsEmpty()
			w.destroy()
		})
	}
}

// TestObjectLostResponses: a request whose response is lost is never sent again, and the next plan is empty.
func TestObjectLostResponses(t *testing.T) {
	t.Parallel()
	for _, o := range objects {
		t.Run(o.kind, func(t *testing.T) {
			w := o.world(t, vb365.Config{})
			path := "/v8/" + o.collection
			w.vb365.Inject(appliance.Fault{Method: "POST", Path: path, Times: 1, DropAfter: true})
			o.config(w, o.full)
			made(t, w.apply().writes(), "POST "+path)
			w.planIsEmpty()
			w.vb365.Inject(appliance.Fault{Method: "PUT", Path: path + "/*", Times: 1, DropAfter: true})
			o.config(w, o.changed)
			w.apply()
			w.planIsEmpty()
			w.vb365.Inject(appliance.Fault{Method: "DELETE", Path: path + "/*", Times: 1, DropAfter: true})
			made(t, w.destroy().writes(), "DELETE "+path+"/{id}")
			w.stateLacks(o.address())
			if n := len(w.vb365.Objects(o.collection)); n != 0 {
				t.Errorf("%d objects are left", n)
			}
		})
	}
}

// TestObjectUnsupported: an API version that lacks the objects is named at plan, and those that have them.
func TestObjectUnsupported(t *testing.T) {
	t.Parallel()
	for _, o := range objects {
		t.Run(o.kind, func(t *testing.T) {
			w := o.world(t, vb365.Config{Product: o.before})
			o.config(w, o.minimal)
			r := w.fail(planArgs, "Object Not Supported By The Server", "API version v7", "exist in v8 only")
			made(t, r.writes())
		})
	}
}
