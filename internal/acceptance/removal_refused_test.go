// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const forced = `removal = { force = true }`

// create applies a configuration and gives the ID of the proxy.
func (w *world) create(hcl string) string {
	w.Helper()
	w.config(hcl)
	w.apply()
	return w.attributes(proxyAddress)["id"].(string)
}

// TestRemovalRefused covers the proxies that the product removes only by force: the state stays, the message says what
// helps, and that helps. Force counts once it has been applied.
func TestRemovalRefused(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, row := range []struct {
		name, said string
		on, off    func(w *world, id string)
	}{
		{"offline", "Proxy proxy-1.example.com is offline", func(w *world, id string) {
			w.vb365.SetMachine("proxy-1.example.com", func(m *vb365.Machine) { m.Unreachable = true })
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Offline })
		}, func(w *world, id string) {
			w.vb365.SetMachine("proxy-1.example.com", func(m *vb365.Machine) { m.Unreachable = false })
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Online })
		}},
		{"in use", "Proxy proxy-1.example.com is in use", func(w *world, id string) {
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.InUse = true })
		}, func(w *world, id string) {
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.InUse = false })
		}},
		{"default", "The default proxy cannot be removed", func(w *world, id string) {
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Type = vb365.Local })
		}, func(w *world, id string) {
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Type = vb365.Workgroup })
		}},
	} {
		for _, version := range []string{"v3", "v5", "v8"} {
			t.Run(row.name+" "+version, func(t *testing.T) {
				w := newProxyWorld(t, version, vb365.Config{})
				id := w.create(proxyConfig())
				row.on(w, id)
				advice := forced
				if version == "v3" {
					advice = "API version v3 has no forced removal"
				} else {
					w.config(proxyConfig(forced)) // has no effect before it is applied
				}
				r := w.fail(destroyArgs, row.said, "The proxy stays in state; the next destroy tries again", advice)
				made(t, r.vb365, calls(version, "read", "remove", "read")...)
				w.removedWith(proxyUser, proxyPassword, false)
				w.stateHas(proxyAddress, map[string]any{"id": id, "removal": nil})

				if version == "v3" {
					row.off(w, id)
				} else {
					made(t, w.apply().vb365, calls(version, "read")...)
					w.stateHas(proxyAddress, map[string]any{"removal": map[string]any{"force": true}})
				}
				made(t, w.destroy().vb365, calls(version, "read", "remove", "gone")...)
				w.removedWith(proxyUser, proxyPassword, version != "v3")
				w.stateLacks(proxyAddress)
			})
		}
	}
}

// TestRemovalRefusedDespiteForce gives no advice that was followed already, and names the pool.
func TestRemovalRefusedDespiteForce(t *testing.T) {
	const pool = "11111111-2222-4333-8444-555555555555"
	w := newProxyWorld(t, "v8", vb365.Config{Behaviour: vb365.Behaviour{KeepPoolMembers: true}})
	id := w.create(proxyConfig(forced))
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.ProxyPoolID = pool })
	r := w.fail(destroyArgs, "is a member of a proxy pool", "The last proxy cannot be removed from a proxy pool",
		"destroy the pool first")
	made(t, r.vb365, slices.Insert(calls("v8", "read", "remove", "read"), 2, "DELETE /v8/ProxyPools/{id}/proxies")...)
	if strings.Contains(r.output, "destroy again") {
		t.Errorf("force is advised although it was used: %s", r.output)
	}
	w.stateHas(proxyAddress, map[string]any{"id": id, "proxy_pool_id": pool})
}

// TestRemovalOfTheImportedDefaultProxy never takes the server's own proxy away without force.
func TestRemovalOfTheImportedDefaultProxy(t *testing.T) {
	w := newWorld(t, vb365.Config{SeedDefault: true}, vbaws.Config{})
	w.config("resource \"veeam_vb365_proxy\" \"this\" {\n  host_name = \"localhost\"\n}\n")
	w.succeed("import", "-no-color", proxyAddress, "localhost")
	w.planIsEmpty()
	w.fail(destroyArgs, "The default proxy cannot be removed", forced)
	w.stateHas(proxyAddress, map[string]any{"type": "Local"})
	if len(w.vb365.Proxies()) != 1 {
		t.Error("the default proxy is gone")
	}
}

// TestRemovalOfWhatIsGone is success in every way in which a server may say that a proxy is not there. One that is
// there although the action was answered with 404 stays in state.
func TestRemovalOfWhatIsGone(t *testing.T) {
	t.Parallel()
	unrefreshed := append(slices.Clone(destroyArgs), "-refresh=false")
	for _, row := range []struct {
		version string
		status  int
	}{
		{"v3", http.StatusNotFound},
		{"v3", http.StatusBadRequest},
		{"v3", http.StatusInternalServerError},
		{"v5", http.StatusInternalServerError},
		{"v7", http.StatusBadRequest},
		{"v8", http.StatusNotFound},
	} {
		t.Run(fmt.Sprint(row.version, " ", row.status), func(t *testing.T) {
			w := newProxyWorld(t, row.version, vb365.Config{Behaviour: vb365.Behaviour{UnknownID: row.status}})
			w.vb365.DeleteProxy(w.create(proxyConfig()))
			made(t, w.succeed(unrefreshed...).vb365, calls(row.version, "remove", "gone")...)
			w.stateLacks(proxyAddress)

			w.vb365.DeleteProxy(w.create(proxyConfig()))
			made(t, w.destroy().vb365, calls(row.version, "gone")...) // the refresh finds out
			w.stateLacks(proxyAddress)
		})
	}
	for _, version := range []string{"v3", "v8"} {
		t.Run(version+" 404 of something else", func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			id := w.create(proxyConfig())
			w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/*/Proxies/*/*", Times: 1, Status: http.StatusNotFound})
			made(t, w.fail(destroyArgs, "404 Not Found").vb365, calls(version, "read", "remove", "read")...)
			w.stateHas(proxyAddress, map[string]any{"id": id})
			w.destroy()
			w.stateLacks(proxyAddress)
		})
	}
}
