// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// TestRemovalThroughFaults sends the remove action once, whatever happens on the way, and again only when it surely
// was not processed. The state tells in the end whether the proxy is gone.
func TestRemovalThroughFaults(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	later := http.Header{"Retry-After": {"1"}}
	const stays = "The proxy stays in state"
	for _, row := range []struct {
		name  string
		fault appliance.Fault
		made  []string // nil: not compared
		said  []string // empty: the removal succeeds
	}{
		{"answer lost after processing", appliance.Fault{DropAfter: true}, []string{"read", "remove", "gone"}, nil},
		{"503 with Retry-After", appliance.Fault{Status: 503, Header: later}, []string{"read", "remove", "again", "gone"}, nil},
		{"429 with Retry-After", appliance.Fault{Status: 429, Header: later}, []string{"read", "remove", "again", "gone"}, nil},
		{"401", appliance.Fault{Status: 401}, []string{"read", "remove", "again", "gone"}, nil},
		{"500", appliance.Fault{Status: 500, Body: `{"message":"Deadlock."}`}, []string{"read", "remove", "read"}, []string{"500 Internal Server Error: Deadlock.", stays}},
		{"403", appliance.Fault{Status: 403}, []string{"read", "remove", "read"}, []string{"403 Forbidden", stays, "Give the account of block \"vb365\" the role"}},
	} {
		for _, version := range []string{"v3", "v8"} {
			t.Run(row.name+" "+version, func(t *testing.T) {
				w := newProxyWorld(t, version, vb365.Config{})
				id := w.create(proxyConfig())
				fault := row.fault
				fault.Method, fault.Path, fault.Times = "POST", "/*/Proxies/*/*", 1
				w.vb365.Inject(fault)
				if len(row.said) == 0 {
					made(t, w.destroy().vb365, calls(version, row.made...)...)
					w.stateLacks(proxyAddress)
					return
				}
				made(t, w.fail(destroyArgs, row.said...).vb365, calls(version, row.made...)...)
				w.stateHas(proxyAddress, map[string]any{"id": id})
				made(t, w.destroy().vb365, calls(version, "read", "remove", "gone")...)
				w.stateLacks(proxyAddress)
			})
		}
	}
}

// TestRemovalOfWhatCannotBeRead keeps the proxy in state while the server neither takes the action nor tells whether the
// proxy is there.
func TestRemovalOfWhatCannotBeRead(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, version := range []string{"v3", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.env["VEEAM_VB365_API_VERSION"] = version
			id := w.create(proxyConfig())
			w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/*/Proxies/*/*", Status: 500})
			w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/*/Proxies/*", Skip: 1, Status: 500})
			w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/*/Proxies", Status: 500})
			made(t, w.fail(destroyArgs, "500 Internal Server Error", "The proxy stays in state").vb365, calls(version, "read", "remove", "gone")...)
			w.stateHas(proxyAddress, map[string]any{"id": id})
			w.vb365.ClearFaults()
			w.destroy()
			w.stateLacks(proxyAddress)
		})
	}
}

// TestRemovalLostBeforeProcessing looks for the outcome for a while and does not send the action again; the next
// destroy does.
func TestRemovalLostBeforeProcessing(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for name, fault := range map[string]appliance.Fault{"connection cut": {DropBefore: true}, "503 of a gateway": {Status: 503}} {
		t.Run(name, func(t *testing.T) {
			w := newProxyWorld(t, "v8", vb365.Config{})
			id := w.create(proxyConfig())
			fault.Method, fault.Path, fault.Times = "POST", "/v8/Proxies/*/Remove", 1
			w.vb365.Inject(fault)
			w.fail(destroyArgs, "the response to the removal was lost, and the server still lists the proxy")
			if n := w.vb365.Count("POST", "/v8/Proxies/*/Remove"); n != 1 {
				t.Errorf("the removal was sent %d times", n)
			}
			w.stateHas(proxyAddress, map[string]any{"id": id})
			made(t, w.destroy().vb365, calls("v8", "read", "remove", "gone")...)
			w.stateLacks(proxyAddress)
		})
	}
}

// TestRemovalThatLingers waits until the server does not know the proxy any more, for as long as the timeout allows.
func TestRemovalThatLingers(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{RemovalPolls: 2})
	w.create(proxyConfig())
	made(t, w.destroy().vb365, calls("v8", "read", "remove", "read", "read", "gone")...)
	w.stateLacks(proxyAddress)

	t.Run("past the timeout", func(t *testing.T) {
		w := newProxyWorld(t, "v8", vb365.Config{RemovalPolls: 1000})
		id := w.create(proxyConfig(`timeouts = { delete = "4s" }`))
		w.fail(destroyArgs, "the server accepted the removal, but the end of the removal was not confirmed", "raise it in the timeouts attribute")
		if n := w.vb365.Count("POST", "/v8/Proxies/*/Remove"); n != 1 {
			t.Errorf("the removal was sent %d times", n)
		}
		w.stateHas(proxyAddress, map[string]any{"id": id})
		w.vb365.DeleteProxy(id)
		made(t, w.destroy().vb365, calls("v8", "gone")...)
		w.stateLacks(proxyAddress)
	})
}

// TestRemovalInterrupted keeps a proxy in state whose removal Ctrl-C cut off before the server had worked on it.
func TestRemovalInterrupted(t *testing.T) {
	acctest.Concurrent(t)
	w := newProxyWorld(t, "v8", vb365.Config{})
	id := w.create(proxyConfig())
	w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies/*/Remove", Times: 1, Latency: time.Minute})
	r := w.runUntil(w.seen("POST", "/v8/Proxies/*/Remove"), destroyArgs...)
	if r.code == 0 || !strings.Contains(r.output, "The operation was cancelled") {
		t.Errorf("exit code %d: %s", r.code, r.output)
	}
	w.stateHas(proxyAddress, map[string]any{"id": id})
	made(t, w.destroy().vb365, calls("v8", "read", "remove", "gone")...)
	w.stateLacks(proxyAddress)
}

// seen is closed once the VB365 appliance has got such a request in the next command.
func (w *world) seen(method, path string) <-chan struct{} {
	w.vb365.ResetLog()
	return w.when(func() bool { return w.vb365.Count(method, path) > 0 })
}
