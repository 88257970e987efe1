// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const proxyRescan = "veeam_vb365_proxy_rescan.this"

// proxyRescanWorld is a world with one proxy, whose rescan has one trigger.
type proxyRescanWorld struct {
	*world
	id string
}

func newProxyRescanWorld(t *testing.T, c vb365.Config) *proxyRescanWorld {
	t.Helper()
	w := newWorld(t, c, vbaws.Config{})
	return &proxyRescanWorld{w, proxyRescans.add(w)}
}

func (w *proxyRescanWorld) rescan(trigger, arguments string) {
	w.config(proxyRescans.hcl("this", w.id, "triggers = { a = \""+trigger+"\" }\n"+arguments))
}

// read tells when the last command has read the proxy so many times.
func (w *proxyRescanWorld) read(times int) <-chan struct{} {
	return w.when(func() bool { return w.vb365.Count(http.MethodGet, "/*/Proxies/*") >= times })
}

// TestProxyRescanInEveryVersion: a rescan is one read at plan, one before apply, one action and one read after it, on create and for each changed
// trigger, in every API version, pinned and found.
func TestProxyRescanInEveryVersion(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for version, product := range products {
		action := "Rescan"
		if version < "v6" {
			action = "Action"
		}
		for _, mode := range []string{"pinned", "auto"} {
			t.Run(version+" "+mode, func(t *testing.T) {
				w := newProxyRescanWorld(t, vb365.Config{Product: product})
				if mode == "pinned" {
					w.env["VEEAM_VB365_API_VERSION"] = version
				}
				for _, trigger := range []string{"1", "2"} {
					w.rescan(trigger, "")
					r := w.apply()
					for i := range r.vb365 { // one version writes the segment in lower case
						r.vb365[i] = strings.ReplaceAll(r.vb365[i], "/action", "/Action")
					}
					const read = "/Proxies/{id}"
					made(t, r.vb365, "GET /"+version+read, "GET /"+version+read, "POST /"+version+read+"/"+action, "GET /"+version+read)
					if r.logins != 2 { // of plan and apply
						t.Errorf("%d logins instead of two", r.logins)
					}
					w.stateHas(proxyRescan, map[string]any{"status": "Online", "triggers": map[string]any{"a": trigger}})
				}
				if proxy, _ := w.vb365.Proxy(w.id); proxy.Rescans != 2 {
					t.Errorf("the appliance counts %d rescans", proxy.Rescans)
				}
				w.planIsEmpty()
				w.nothingSent("a plan without changes")
			})
		}
	}
}

// TestProxyRescanWaitsUntilOnline: as the API names no session, the proxy's status tells the end.
func TestProxyRescanWaitsUntilOnline(t *testing.T) {
	w := newProxyRescanWorld(t, vb365.Config{RescanPolls: 3})
	w.vb365.SetProxy(w.id, func(p *vb365.Proxy) { p.Status = vb365.Offline })
	w.rescan("1", "")
	const read = "GET /v8/Proxies/{id}"
	made(t, w.apply().vb365, read, read, "POST /v8/Proxies/{id}/Rescan", read, read, read, read)
	w.stateHas(proxyRescan, map[string]any{"status": "Online"})
}

// TestProxyRescanNotWaitedFor: apply is done when the rescan is accepted; refreshes see whether the proxy came back, and
// ask no more when it has.
func TestProxyRescanNotWaitedFor(t *testing.T) {
	w := newProxyRescanWorld(t, vb365.Config{})
	cut(w.world, w.id)
	w.rescan("1", "wait_for_completion = false")
	const read = "GET /v8/Proxies/{id}"
	made(t, w.apply().vb365, read, read, "POST /v8/Proxies/{id}/Rescan")
	w.stateHas(proxyRescan, map[string]any{"status": nil, "(status)": ""})
	rescannedAt := w.attributes(proxyRescan)["rescanned_at"]

	made(t, w.apply().vb365, "GET /v8/Proxies/{id}")
	w.stateHas(proxyRescan, map[string]any{"status": "Offline", "rescanned_at": rescannedAt})
	w.vb365.SetProxy(w.id, func(p *vb365.Proxy) { p.Status = vb365.Online })
	made(t, w.planIsEmpty().vb365, "GET /v8/Proxies/{id}")
	made(t, w.apply().vb365, "GET /v8/Proxies/{id}")
	w.stateHas(proxyRescan, map[string]any{"status": "Online", "rescanned_at": rescannedAt})

	w.vb365.SetProxy(w.id, func(p *vb365.Proxy) { p.Status = vb365.Offline })
	w.planIsEmpty()
	w.nothingSent("a plan after the end was recorded")
	w.rescan("1", "")
	w.apply()
	w.nothingSent("an edit of wait_for_completion")

	w.rescan("2", "wait_for_completion = false")
	made(t, w.apply().vb365, read, read, "POST /v8/Proxies/{id}/Rescan")
	w.stateHas(proxyRescan, map[string]any{"status": nil, "triggers": map[string]any{"a": "2"}})
	w.vb365.DeleteProxy(w.id) // no drift: the object is a record of what was fired
	w.planIsEmpty()
	w.destroy()
}

// TestProxyRescanInterrupted: Ctrl-C ends the wait at once, the state records that the rescan was accepted, and the next
// apply fires it again, once.
func TestProxyRescanInterrupted(t *testing.T) {
	acctest.Concurrent(t)
	t.Parallel()
	interrupted := func(w *proxyRescanWorld) {
		w.Helper()
		r := w.runUntil(w.read(4), applyArgs...) // the first are of plan and apply before the rescan
		if r.code == 0 {
			w.Error("the interrupted apply succeeded")
		}
		r.wants(w.world, "Proxy \"proxy.example.com\" (ID "+w.id+"): the server accepted the rescan, and the proxy is not reported online (last status: Offline)", "The operation was cancelled.")
		if n := proxyRescans.fired(w.world, w.id); n != 1 {
			w.Errorf("the rescan was sent %d times", n)
		}
		w.stateHas(proxyRescan, map[string]any{"status": "Offline"})
	}
	again := func(w *proxyRescanWorld) {
		w.Helper()
		mended(w.world, w.id)
		w.apply()
		if n := proxyRescans.fired(w.world, w.id); n != 1 {
			w.Errorf("the next apply sent the rescan %d times", n)
		}
		w.stateHas(proxyRescan, map[string]any{"status": "Online", "(status)": ""})
		w.planIsEmpty()
		w.nothingSent("a plan after the rescan has ended")
	}
	t.Run("create", func(t *testing.T) {
		w := newProxyRescanWorld(t, vb365.Config{})
		cut(w.world, w.id)
		w.rescan("1", "")
		interrupted(w)
		w.stateHas(proxyRescan, map[string]any{"(status)": "tainted"})
		again(w)
	})
	t.Run("update", func(t *testing.T) {
		w := newProxyRescanWorld(t, vb365.Config{})
		w.rescan("1", "")
		w.apply()
		cut(w.world, w.id)
		w.rescan("2", "")
		interrupted(w)
		w.stateHas(proxyRescan, map[string]any{"triggers": map[string]any{"a": "1"}, "(status)": ""})
		again(w)
	})
}

// TestProxyRescanOutlivesTokens: tokens that die during the wait are replaced, and the rescan is not sent again.
func TestProxyRescanOutlivesTokens(t *testing.T) {
	w := newProxyRescanWorld(t, vb365.Config{})
	cut(w.world, w.id)
	w.rescan("1", "")
	go func() {
		<-w.read(4)
		w.vb365.Tokens().RevokeAll()
		<-w.read(6)
		mended(w.world, w.id)
		w.vb365.SetProxy(w.id, func(p *vb365.Proxy) { p.Status = vb365.Online })
	}()
	r := w.apply()
	if n := proxyRescans.fired(w.world, w.id); n != 1 || r.logins != 4 { // at plan, at apply, the refused refresh, and one more
		t.Errorf("the rescan was sent %d times, with %d logins", n, r.logins)
	}
	w.stateHas(proxyRescan, map[string]any{"status": "Online"})
}

// TestRescansOfManyLogInOnce: fifty rescans of each product in one apply share one login per product, and each is sent
// once.
func TestRescansOfManyLogInOnce(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	const many = 50
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	text := ""
	for i := range many {
		repository, proxy := repositoryRescans.add(w), proxyRescans.add(w)
		text += repositoryRescans.hcl(fmt.Sprintf("r%d", i), repository, "") + proxyRescans.hcl(fmt.Sprintf("p%d", i), proxy, "")
	}
	w.config(text)
	w.plan()
	r := w.applySaved()
	if n := w.vb365.Count(http.MethodPost, "/v8/token"); n != 1 {
		t.Errorf("%d logins to the one product", n)
	}
	if n := w.vbaws.Count(http.MethodPost, "/api/v1/token"); n != 1 {
		t.Errorf("%d logins to the other product", n)
	}
	for _, k := range []rescanKind{proxyRescans, repositoryRescans} {
		posts, reads := 0, 0
		for _, call := range append(r.vb365, r.vbaws...) {
			switch {
			case call == k.post():
				posts++
			case strings.HasPrefix(call, k.reads): // alone or with others
				reads++
			}
		}
		if posts != many || reads == 0 || reads > many {
			t.Errorf("%s: %d rescans were sent, and %d reads", k.object, posts, reads)
		}
	}
}
