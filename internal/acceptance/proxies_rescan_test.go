// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const fleetAddress = "veeam_vb365_proxies_rescan.fleet"

// fleetConfig names the first n of the given IDs.
func fleetConfig(ids []string, extra string) string {
	return fmt.Sprintf("resource \"veeam_vb365_proxies_rescan\" \"fleet\" {\n  proxy_ids = [\"%s\"]\n%s\n}", strings.Join(ids, `", "`), extra)
}

// statuses gives the recorded status of each member.
func (w *world) statuses(ids []string) string {
	w.Helper()
	attributes := w.attributes(fleetAddress)
	if attributes == nil {
		return "nothing"
	}
	outcomes := attributes["outcomes"].(map[string]any)
	var all []string
	for _, id := range ids {
		outcome, _ := outcomes[id].(map[string]any)
		all = append(all, fmt.Sprint(outcome["status"]))
	}
	return strings.Join(all, " ")
}

// rescans gives how often the server rescanned each proxy.
func (w *world) rescans(ids []string) string {
	w.Helper()
	var all []string
	for _, id := range ids {
		proxy, _ := w.vb365.Proxy(id)
		all = append(all, fmt.Sprint(proxy.Rescans))
	}
	return strings.Join(all, " ")
}

// TestProxiesRescan takes a fleet through its life in every version: from v6 on one request for all, before one for
// each; only added members fire when the set changes, and all of them when a trigger does.
func TestProxiesRescan(t *testing.T) {
	acctest.Concurrent(t)
	t.Parallel()
	for version, productVersion := range products {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: productVersion, RescanPolls: 2}, vbaws.Config{})
			path := "/" + version + "/Proxies"
			var ids []string
			for i := range 3 {
				ids = append(ids, w.vb365.AddProxy(vb365.Proxy{HostName: fmt.Sprintf("px%d.example.com", i), Status: vb365.Offline}))
			}
			posts := func(n int) []string {
				switch version {
				case "v6", "v7", "v8":
					if n > 0 {
						return []string{"POST " + path + "/Rescan"}
					}
				case "v5":
					return repeat("POST "+path+"/{id}/action", n)
				}
				return repeat("POST "+path+"/{id}/Action", n)
			}

			w.config(fleetConfig(ids[:2], `triggers = { image = "1" }`))
			r := w.apply()
			// One list at plan, one before apply, and one for each round of the wait.
			made(t, r.vb365, slices.Concat(repeat("GET "+path, 2), posts(2), repeat("GET "+path, 3))...)
			if got := w.statuses(ids); got != "Online Online <nil>" || w.rescans(ids) != "1 1 0" {
				t.Errorf("statuses %s, rescans %s", got, w.rescans(ids))
			}
			made(t, w.planIsEmpty().vb365)

			w.config(fleetConfig(ids, `triggers = { image = "1" }`))
			made(t, w.planChanges("1 to change").vb365, "GET "+path+"/{id}")
			r = w.apply()
			made(t, r.vb365, slices.Concat(repeat("GET "+path+"/{id}", 2), posts(1), repeat("GET "+path+"/{id}", 3))...)
			if got := w.rescans(ids); got != "1 1 1" {
				t.Errorf("rescans %s after one was added", got)
			}

			w.config(fleetConfig(ids, `triggers = { image = "2" }`))
			w.apply()
			if got := w.rescans(ids); got != "2 2 2" {
				t.Errorf("rescans %s after a trigger changed", got)
			}

			w.config(fleetConfig(ids[:1], `
  triggers            = { image = "2" }
  wait_for_completion = false
  timeouts            = { create = "1m", update = "1m" }`))
			made(t, w.apply().vb365)
			made(t, w.destroy().vb365)
			if got := w.rescans(ids); got != "2 2 2" {
				t.Errorf("rescans %s in the end", got)
			}
		})
	}
}

func repeat(call string, n int) (calls []string) {
	for range n {
		calls = append(calls, call)
	}
	return calls
}

// TestProxiesRescanFailsInPart shows the promise of a fleet: every outcome is kept, the error names the ones that failed,
// and the next apply fires only those, after a creation as after an update.
func TestProxiesRescanFailsInPart(t *testing.T) {
	acctest.Concurrent(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	good := w.vb365.AddProxy(vb365.Proxy{HostName: "good.example.com"})
	bad := w.vb365.AddProxy(vb365.Proxy{HostName: "bad.example.com", Status: vb365.Offline})
	ids := []string{good, bad}
	w.vb365.AddMachine(vb365.Machine{HostName: "bad.example.com", Unreachable: true})
	const quick = `timeouts = { create = "5s", update = "5s" }`

	w.config(fleetConfig(ids, `triggers = { image = "1" }`+"\n"+quick))
	r := w.fail(applyArgs, "Unable to Rescan Backup Proxies", `Proxy "bad.example.com" (ID `+bad+"): 1 of 2 rescans did not succeed", "last status Offline", "rescans only these again")
	if strings.Contains(strings.SplitN(r.output, "Unable to Rescan", 2)[1], good) {
		t.Errorf("the error names a proxy that came back: %s", r.output)
	}
	if got := w.statuses(ids); got != "Online Offline" || w.rescans(ids) != "1 1" {
		t.Errorf("statuses %s, rescans %s", got, w.rescans(ids))
	}

	w.fail(applyArgs, bad) // the tainted fleet is replaced, and the good outcome carried over
	if got := w.rescans(ids); got != "1 2" {
		t.Errorf("rescans %s after the second apply", got)
	}
	// That it is back before the next apply does not hide that its rescan failed.
	w.vb365.SetMachine("bad.example.com", func(m *vb365.Machine) { m.Unreachable = false })
	w.vb365.SetProxy(bad, func(p *vb365.Proxy) { p.Status = vb365.Online })
	w.apply()
	if got := w.statuses(ids); got != "Online Online" || w.rescans(ids) != "1 3" {
		t.Errorf("statuses %s, rescans %s after the third apply", got, w.rescans(ids))
	}
	made(t, w.planIsEmpty().vb365)

	w.vb365.SetMachine("bad.example.com", func(m *vb365.Machine) { m.Unreachable = true })
	w.vb365.SetProxy(bad, func(p *vb365.Proxy) { p.Status = vb365.Offline })
	w.config(fleetConfig(ids, `triggers = { image = "2" }`+"\n"+quick))
	w.fail(applyArgs, bad)
	if got := w.rescans(ids); got != "2 4" {
		t.Errorf("rescans %s after the trigger changed", got)
	}
	w.planChanges("Offline", "known after apply", "0 to add, 1 to change, 0 to destroy")
	w.vb365.SetMachine("bad.example.com", func(m *vb365.Machine) { m.Unreachable = false })
	w.apply()
	if got := w.statuses(ids); got != "Online Online" || w.rescans(ids) != "2 5" {
		t.Errorf("statuses %s, rescans %s in the end", got, w.rescans(ids))
	}

	w.succeed("apply", "-auto-approve", "-no-color", "-replace="+fleetAddress) // a fleet that succeeded is fired whole
	if got := w.rescans(ids); got != "3 6" {
		t.Errorf("rescans %s after a replacement", got)
	}
}

// TestProxiesRescanRefused: what is certainly to fail is found at plan, and what the server does not accept leaves nothing in state.
func TestProxiesRescanRefused(t *testing.T) {
	acctest.OneCLI(t)
	const nobody = "00000000-0000-4000-8000-000000000000"
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	known := w.vb365.AddProxy(vb365.Proxy{HostName: "px.example.com"})
	w.config(fleetConfig([]string{known, nobody}, ""))
	made(t, w.fail(applyArgs, "Unable to Rescan Backup Proxies", "Proxy "+nobody+": no proxy has the ID", `"px.example.com" (ID `+known+`)`).vb365,
		"GET /v8/Proxies", "GET /v8/Proxies/{id}")
	w.config(fleetConfig([]string{known}, ""))
	w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies/Rescan", Status: 500})
	w.fail(applyArgs, "Unable to Rescan Backup Proxies", `Proxy "px.example.com" (ID `+known+`)`, "No rescan was accepted")
	w.stateLacks(fleetAddress)

	w.config(fleetConfig([]string{"px.example.com"}, ""))
	made(t, w.fail(planArgs, "must be an ID such as").vb365)
}

// TestProxiesRescanUnwaited: nobody waits, and later refreshes record the end by one list, then ask no more.
func TestProxiesRescanUnwaited(t *testing.T) {
	w := newWorld(t, vb365.Config{RescanPolls: 1}, vbaws.Config{})
	ids := []string{
		w.vb365.AddProxy(vb365.Proxy{HostName: "a.example.com", Status: vb365.Offline}),
		w.vb365.AddProxy(vb365.Proxy{HostName: "b.example.com", Status: vb365.Offline}),
	}
	w.config(fleetConfig(ids, "wait_for_completion = false"))
	made(t, w.apply().vb365, "GET /v8/Proxies", "GET /v8/Proxies", "POST /v8/Proxies/Rescan")
	if got := w.statuses(ids); got != "<nil> <nil>" {
		t.Errorf("statuses %s", got)
	}
	refresh := []string{"apply", "-refresh-only", "-auto-approve", "-no-color"}
	first := w.succeed(refresh...)
	made(t, first.vb365, "GET /v8/Proxies")
	first.wants(w, "Backup Proxies Not Online After Their Rescans", `"a.example.com" (ID `+ids[0]+`): accepted at`, `"b.example.com"`)
	second := w.succeed(refresh...)
	made(t, second.vb365, "GET /v8/Proxies")
	if strings.Contains(second.output, "Not Online") {
		t.Errorf("a warning comes twice: %s", second.output)
	}
	if got := w.statuses(ids); got != "Online Online" {
		t.Errorf("statuses %s", got)
	}
	made(t, w.planIsEmpty().vb365)
}
