// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// proxiesConfig is a fleet of proxies.
func proxiesConfig(count int, arguments string) string {
	return fmt.Sprintf("resource \"veeam_vb365_proxy\" \"this\" {\n  count     = %d\n  host_name = \"proxy-${count.index}.example.com\"\n  %s\n}\n", count, arguments)
}

// TestRemovalsThatNeverHappen keeps exactly those proxies in state whose removals the server accepts and does not carry out, however
// many others it has removed at once. Each removal is confirmed by one read of its proxy.
func TestRemovalsThatNeverHappen(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, version := range []string{"v5", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: products[version]}, vbaws.Config{})
			w.config(proxiesConfig(many, ""))
			w.apply()
			stuck := []int{17, 28, 39}
			for _, i := range stuck {
				w.vb365.SetProxy(w.attributes(fmt.Sprintf("%s[%d]", proxyAddress, i))["id"].(string), func(p *vb365.Proxy) { p.Stuck = true })
			}
			w.succeed("plan", "-destroy", "-input=false", "-out=destroy.plan")
			w.vb365.ResetLog()
			w.fail([]string{"apply", "-input=false", "-no-color", "destroy.plan"},
				"the server accepted the removal, but the end of the removal was not confirmed", "The proxy stays in state; the next destroy tries again")
			if removals, reads := w.vb365.Count("POST", "/*/Proxies/*/*"), w.vb365.Count("GET", "/*/Proxies/*"); removals != many || reads > many+30 {
				t.Errorf("%d removals and %d reads by ID", removals, reads)
			}
			if lists := w.vb365.Count("GET", "/*/Proxies"); lists > many {
				t.Errorf("%d lists", lists)
			}
			for i := range many {
				address := fmt.Sprintf("%s[%d]", proxyAddress, i)
				if slices.Contains(stuck, i) {
					w.stateHas(address, map[string]any{"host_name": fmt.Sprintf("proxy-%d.example.com", i)})
				} else {
					w.stateLacks(address)
				}
			}
			if left := w.vb365.Proxies(); len(left) != len(stuck) {
				t.Errorf("%d proxies are left", len(left))
			}
			for _, p := range w.vb365.Proxies() {
				w.vb365.SetProxy(p.ID, func(p *vb365.Proxy) { p.Stuck = false })
			}
			w.destroy()
		})
	}
}

// TestRemovalsHiddenFromLists believes no list that lacks a proxy which can be read by its ID.
func TestRemovalsHiddenFromLists(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{Behaviour: vb365.Behaviour{HideRemoved: true}}, vbaws.Config{})
	w.config(proxiesConfig(2, ""))
	w.apply()
	for _, p := range w.vb365.Proxies() {
		w.vb365.SetProxy(p.ID, func(p *vb365.Proxy) { p.Stuck = true })
	}
	w.fail(destroyArgs, "still lists the proxy")
	w.stateHas(proxyAddress+"[0]", nil)
	w.stateHas(proxyAddress+"[1]", nil)
}

// TestReplacementsWaitForRemovals creates no proxy on a host before the removal of the prior one is over, be it the first of a run
// or the fifteenth.
func TestReplacementsWaitForRemovals(t *testing.T) {
	acctest.Concurrent(t)
	w := newWorld(t, vb365.Config{RemovalDelay: time.Second}, vbaws.Config{})
	w.config(proxiesConfig(15, ""))
	w.apply()
	w.config(proxiesConfig(15, "use_domain_network = true"))
	w.apply()
	if n := len(w.vb365.Proxies()); n != 15 {
		t.Errorf("the server has %d proxies", n)
	}
	w.planIsEmpty()
}

// TestRenamedResource removes the proxy of an address that is gone and creates it at the new one: Terraform does both at the
// same time.
func TestRenamedResource(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v3", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			old := w.create(proxyConfig())
			w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/*/Proxies/*/*", Times: 1, Latency: 2 * time.Second})
			w.config(`resource "veeam_vb365_proxy" "renamed" { host_name = "PROXY-1.example.com" }`)
			w.apply()
			if now := w.vb365.Proxies(); len(now) != 1 || now[0].ID == old {
				t.Errorf("the server has %+v", now)
			}
			w.stateLacks(proxyAddress)
			w.planIsEmpty()
		})
	}
	t.Run("the removal fails", func(t *testing.T) {
		w := newProxyWorld(t, "v8", vb365.Config{})
		old := w.create(proxyConfig())
		w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/*/Proxies/*/*", Status: 500, Latency: time.Second})
		w.config(`resource "veeam_vb365_proxy" "renamed" { host_name = "proxy-1.example.com" }`)
		w.fail(applyArgs, "Unable to Remove Backup Proxy", "is already registered on the server", "a moved block", "create_before_destroy")
		w.stateHas(proxyAddress, map[string]any{"id": old})
		if n := w.vb365.Count("POST", "/v8/Proxies"); n != 0 {
			t.Errorf("%d creations", n)
		}
	})
}

// TestTwoResourcesForOneHost says what is wrong with the configuration, and not that the server's account may be.
func TestTwoResourcesForOneHost(t *testing.T) {
	acctest.Concurrent(t)
	w := newProxyWorld(t, "v8", vb365.Config{})
	w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies", Latency: 5 * time.Second}) // the other one begins meanwhile
	w.config(proxyConfig() + `resource "veeam_vb365_proxy" "again" { host_name = "PROXY-1.example.com." }`)
	w.fail(applyArgs, "Another resource of this configuration creates a proxy on host", "remove one of the two resources")
	if n := w.vb365.Count("POST", "/v8/Proxies"); n != 1 || len(w.vb365.Proxies()) != 1 {
		t.Errorf("%d creations, proxies %+v", n, w.vb365.Proxies())
	}
	w.fail(applyArgs, "only one resource can manage a host")
}
