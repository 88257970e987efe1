// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// threeProxies adds proxies a, b and c.
func threeProxies(w *world) (ids []string) {
	for _, name := range []string{"a", "b", "c"} {
		ids = append(ids, w.vb365.AddProxy(vb365.Proxy{HostName: name + ".example.com"}))
	}
	return ids
}

// TestProxiesRescanMemberRemoved: a proxy that is removed during the wait ends its own wait at once, and no other. The error names
// it, the others are not rescanned again, and it prevents no destroy.
func TestProxiesRescanMemberRemoved(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v5", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: products[version]}, vbaws.Config{})
			ids := threeProxies(w)
			cut(w, ids[1])
			cut(w, ids[2])
			path := "/" + version + "/Proxies"
			go func() {
				<-w.when(func() bool {
					return w.rescans(ids) == "1 1 1"
				})
				w.vb365.ResetLog()
				w.vb365.DeleteProxy(ids[1])
				<-w.when(func() bool { return w.vb365.Count(http.MethodGet, path+"/"+ids[1]) > 0 })
				mended(w, ids[2])
				w.vb365.SetProxy(ids[2], func(p *vb365.Proxy) { p.Status = vb365.Online })
			}()
			w.config(fleetConfig(ids, ""))
			r := w.fail(applyArgs, "Unable to Rescan Backup Proxies", `Proxy "b.example.com" (ID `+ids[1]+`): 1 of 3 rescans did not succeed`,
				"no longer exists on the server", "Remove the IDs of proxies that do not exist from proxy_ids")
			for _, unfit := range []string{"timeouts", "proxy service", "a.example.com", "c.example.com"} {
				if strings.Contains(strings.SplitN(r.output, "Unable to Rescan", 2)[1], unfit) {
					t.Errorf("the error says %q: %s", unfit, r.output)
				}
			}
			if got := w.statuses(ids); got != "Online <nil> Online" || w.rescans(ids) != "1 0 1" {
				t.Errorf("statuses %s, rescans %s", got, w.rescans(ids))
			}

			w.planChanges("Warning: Unable to Rescan Backup Proxies", `no proxy has the ID "`+ids[1])
			w.fail(applyArgs, "does not exist on the server")
			if got := w.statuses([]string{ids[0], ids[2]}); got != "Online Online" || w.rescans(ids) != "1 0 1" {
				t.Errorf("statuses %s, rescans %s after the second apply", got, w.rescans(ids))
			}
			w.destroy()
		})
	}
}

// TestProxiesRescanMissingMember: a member that is gone before the rescan keeps no other from being rescanned, once.
func TestProxiesRescanMissingMember(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v4", "v6", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: products[version]}, vbaws.Config{})
			ids := threeProxies(w)
			w.config(fleetConfig(ids, `triggers = { image = "1" }`))
			w.apply()
			w.vb365.DeleteProxy(ids[1])
			w.config(fleetConfig(ids, `triggers = { image = "2" }`))
			w.planChanges("Warning: Unable to Rescan Backup Proxies", `no proxy has the ID "`+ids[1], `"a.example.com"`)
			r := w.fail(applyArgs, "Error: Unable to Rescan Backup Proxies", "Proxy "+ids[1]+": 1 of 3 rescans did not succeed: the proxy does not exist on the server")
			var posts []string
			for _, call := range r.vb365 {
				if strings.HasPrefix(call, "POST") {
					posts = append(posts, call)
				}
			}
			want := repeat("POST /"+version+"/Proxies/Rescan", 2)
			if version == "v4" {
				want = repeat("POST /v4/Proxies/{id}/Action", 3)
			}
			if fmt.Sprint(posts) != fmt.Sprint(want) || w.rescans(ids) != "2 0 2" {
				t.Errorf("sent %v, rescans %s", posts, w.rescans(ids))
			}
			if got := w.statuses(ids); got != "Online <nil> Online" {
				t.Errorf("statuses %s", got)
			}
			w.fail(applyArgs, "Proxy "+ids[1], "No rescan was accepted", "does not exist on the server")
			w.config(fleetConfig([]string{ids[0], ids[2]}, `triggers = { image = "2" }`))
			w.apply()
			if got := w.rescans(ids); got != "2 0 2" {
				t.Errorf("rescans %s in the end", got)
			}
			w.planIsEmpty()
		})
	}
}

// TestRescansOfProxiesThatListsLack wait for proxies that can be read by their IDs, whatever lists say.
func TestRescansOfProxiesThatListsLack(t *testing.T) {
	w := newWorld(t, vb365.Config{RescanPolls: 2}, vbaws.Config{})
	ids := threeProxies(w)
	for _, id := range ids[:2] {
		w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Unlisted, p.Status = true, vb365.Offline })
	}
	text := fleetConfig(ids, "")
	for i, id := range ids[:2] {
		text += "\n" + proxyRescans.hcl(fmt.Sprintf("r%d", i), id, "")
	}
	w.config(text)
	w.apply()
	if got := w.statuses(ids); got != "Online Online Online" || w.rescans(ids) != "2 2 1" {
		t.Errorf("statuses %s, rescans %s", got, w.rescans(ids))
	}
	w.planIsEmpty()
	w.nothingSent("a plan after the rescans have ended")
}

// TestProxyRescanRemoved: the same for a rescan of one proxy.
func TestProxyRescanRemoved(t *testing.T) {
	w := newProxyRescanWorld(t, vb365.Config{})
	cut(w.world, w.id)
	w.rescan("1", "")
	go func() {
		<-w.read(3)
		w.vb365.DeleteProxy(w.id)
	}()
	r := w.fail(applyArgs, `Proxy "proxy.example.com" (ID `+w.id+`): the server accepted the rescan, but the proxy no longer exists on the server`, "change proxy_id")
	if strings.Contains(r.output, "proxy service") {
		t.Errorf("the advice does not fit: %s", r.output)
	}
	w.planChanges("Warning: Unable to Rescan Backup Proxies")
	w.destroy()
}

// TestProxyRescansCheckedAtPlan: wrong IDs of new objects are errors, and warnings for those in state; one list serves all, and
// objects without a change cost nothing.
func TestProxyRescansCheckedAtPlan(t *testing.T) {
	const wrong = "00000000-0000-4000-8000-000000000000"
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	ids := threeProxies(w)
	all := func(fourth, trigger string) string {
		text := fleetConfig(append([]string{fourth}, ids...), `triggers = { a = "`+trigger+`" }`)
		for i, id := range append([]string{fourth}, ids...) {
			text += "\n" + proxyRescans.hcl(fmt.Sprintf("r%d", i), id, `triggers = { a = "`+trigger+`" }`)
		}
		return text
	}
	w.config(all(wrong, "1"))
	few := func(r result) { // objects that come a moment later than the others may read a proxy by its ID
		t.Helper()
		lists := 0
		for _, call := range r.vb365 {
			if call == "GET /v8/Proxies" {
				lists++
			}
		}
		if lists > 1 || len(r.vb365) > 4 {
			t.Errorf("requests %v", r.vb365)
		}
	}
	few(w.fail(planArgs, "Error: Unable to Rescan Backup Proxies", `no proxy has the ID "`+wrong+`"; there are: "`, "proxy_ids =", "proxy_id ="))

	fourth := w.vb365.AddProxy(vb365.Proxy{HostName: "d.example.com"})
	w.config(all(fourth, "1"))
	few(w.planChanges("5 to add"))
	w.apply()
	made(t, w.planIsEmpty().vb365)
	w.vb365.DeleteProxy(fourth)
	made(t, w.planIsEmpty().vb365)
	w.config(all(fourth, "2"))
	few(w.planChanges("Warning: Unable to Rescan Backup Proxies", "5 to change"))
	w.destroy()

	w.config(`resource "terraform_data" "late" {
  input = "` + ids[0] + `"
}
resource "veeam_vb365_proxy_rescan" "this" {
  proxy_id = terraform_data.late.output
}
resource "veeam_vb365_proxies_rescan" "fleet" {
  proxy_ids = [terraform_data.late.output, "` + wrong + `"]
}`)
	w.fail(planArgs, "Error: Unable to Rescan Backup Proxies", "Proxy "+wrong+": no proxy has the ID")
	w.config(strings.ReplaceAll(`resource "terraform_data" "late" {
  input = "ID"
}
resource "veeam_vb365_proxy_rescan" "this" {
  proxy_id = terraform_data.late.output
}`, "ID", ids[0]))
	made(t, w.planChanges("2 to add").vb365)
}
