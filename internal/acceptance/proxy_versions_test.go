// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// allVersions of the API, oldest first.
var allVersions = slices.Sorted(maps.Keys(products))

// TestAttributeThatTheVersionLacks is an error of the plan on that very attribute, and nothing is posted. Those that the
// version has are none.
func TestAttributeThatTheVersionLacks(t *testing.T) {
	t.Parallel()
	attributes := []struct {
		name, hcl string
		versions  []string // that have it
		said      string
	}{
		{"use_domain_network", `use_domain_network = false`, []string{"v6", "v7", "v8"}, "v6 to v8"},
		{"threads_number", `threads_number = 32`, []string{"v3", "v4", "v5", "v6", "v7"}, "v3 to v7"},
		{"operating_system", `operating_system = "Linux"`, []string{"v8"}, "v8"},
		{"ssh", `ssh = { port = 22 }`, []string{"v8"}, "v8"},
		{"service_account", `service_account = { name = "proxy" }`, []string{"v8"}, "v8"},
		{"maintenance_mode", `maintenance_mode = false`, []string{"v8"}, "v8"},
		{"removal.force", `removal = { force = false }`, []string{"v5", "v6", "v7", "v8"}, "v5 to v8"},
	}
	for _, version := range allVersions {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			var arguments []string
			for _, a := range attributes {
				arguments = append(arguments, a.hcl)
			}
			w.config(proxyConfig(arguments...))
			r := w.fail(applyArgs)
			made(t, r.vb365)
			const summary = "Error: Attribute Not Supported By The Server with veeam_vb365_proxy.this, on main.tf line %d, in resource \"veeam_vb365_proxy\" \"this\": %d: %s " +
				"The server is used with API version %s, and %s exists in %s only."
			for i, a := range attributes {
				text := fmt.Sprintf(summary, 8+i, 8+i, a.hcl, version, a.name, a.said)
				if lacks := !slices.Contains(a.versions, version); strings.Contains(r.output, text) != lacks {
					t.Errorf("%s lacks it: %v, but %s", a.name, lacks, r.output)
				}
			}
		})
	}
}

// TestImport gives a plan without changes, in every version, whatever the proxy is like; those settings alone that the
// server does not tell of are taken over by an update that sends nothing.
func TestImport(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for _, version := range removalVersions {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			id := w.vb365.AddProxy(vb365.Proxy{
				HostName: "proxy-1.example.com", Description: "old", Port: 9200, ThreadsNumber: 32,
				EnableNetworkThrottling: true, ThrottlingValue: 50, ThrottlingUnit: "KBs",
				UseInternetProxy: true, InternetProxyType: vb365.Custom, InternetProxy: vb365.InternetProxy{HostName: "web.example.com", UseAuthentication: true, Username: "web"},
			})
			settings := []string{
				`description = "old"`, `port = 9200`, `network_throttling = { value = 50, unit = "KBs" }`,
				`internet_proxy = { type = "Custom", host_name = "web.example.com", username = "web" }`,
			}
			if version != "v8" {
				settings = append(settings, `threads_number = 32`)
			}
			w.config(proxyConfig(settings...))
			made(t, w.succeed("import", "-no-color", proxyAddress, strings.ToUpper(id)).vb365, calls(version, "read")...)
			w.stateHas(proxyAddress, map[string]any{"id": id, "host_name": "proxy-1.example.com", "port": 9200.0})
			made(t, w.planIsEmpty().vb365, calls(version, "read")...)

			w.config(proxyConfig(append(settings, `credentials_name = "default"`, `attach_used_proxy = true`)...))
			made(t, w.apply().vb365, calls(version, "read")...)

			w.succeed("state", "rm", proxyAddress)
			w.config(proxyConfig(settings...) + fmt.Sprintf("import {\n  to = %s\n  id = \"PROXY-1.example.com\"\n}\n", proxyAddress))
			w.apply().wants(w, "1 imported, 0 added, 0 changed, 0 destroyed")
			w.planIsEmpty()
		})
	}
	t.Run("of what is not there", func(t *testing.T) {
		w := newProxyWorld(t, "v8", vb365.Config{})
		w.config(proxyConfig())
		w.fail([]string{"import", "-no-color", proxyAddress, "proxy-1.example.com"}, `no proxy has the host name "proxy-1.example.com"; there are no proxies`)
		w.fail([]string{"import", "-no-color", proxyAddress, "11111111-2222-4333-8444-555555555555"}, "Cannot import non-existent remote object")
		w.stateLacks(proxyAddress)
	})
}

// TestOfflineProxyDoesNotDrift: an offline proxy cannot be asked for its threads and throttling, which is no change of them.
func TestOfflineProxyDoesNotDrift(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		version string
		fails   bool // the read of an offline proxy
	}{{"v5", false}, {"v6", true}, {"v7", false}, {"v7", true}} {
		t.Run(fmt.Sprint(row.version, " read fails ", row.fails), func(t *testing.T) {
			w := newProxyWorld(t, row.version, vb365.Config{Behaviour: vb365.Behaviour{OfflineViewFails: row.fails}})
			id := w.create(proxyConfig(`threads_number = 32`, `network_throttling = { value = 50, unit = "KBs" }`))
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Offline })
			w.planIsEmpty()
			w.succeed("apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color")
			w.stateHas(proxyAddress, map[string]any{"status": "Offline", "threads_number": 32.0, "network_throttling": map[string]any{"value": 50.0, "unit": "KBs"}})
		})
	}
}

// TestBlocksThatAreRemoved switches off what they had switched on.
func TestBlocksThatAreRemoved(t *testing.T) {
	t.Parallel()
	for _, version := range removalVersions {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			id := w.create(proxyConfig(`network_throttling = { value = 50 }`, `internet_proxy = { type = "FromManagementServer" }`))
			if p, _ := w.vb365.Proxy(id); !p.EnableNetworkThrottling || p.ThrottlingValue != 50 || p.ThrottlingUnit != "Mbps" || !p.UseInternetProxy {
				t.Errorf("the server has %+v", p)
			}
			w.config(proxyConfig())
			w.planChanges("1 to change")
			made(t, w.apply().vb365, calls(version, "read", "edit")...)
			if p, _ := w.vb365.Proxy(id); p.EnableNetworkThrottling || p.UseInternetProxy {
				t.Errorf("the server still has %+v", p)
			}
			w.planIsEmpty()
		})
	}
}

// TestDomainNetwork makes a proxy a member of a domain; the attribute follows the server and replaces when changed.
func TestDomainNetwork(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v6", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			id := w.create(proxyConfig(`use_domain_network = true`))
			w.stateHas(proxyAddress, map[string]any{"type": "Domain", "use_domain_network": true})
			w.config(proxyConfig())
			w.planIsEmpty()
			w.config(proxyConfig(`use_domain_network = false`))
			w.planChanges("use_domain_network = true -> false # forces replacement")
			w.apply()
			if w.attributes(proxyAddress)["id"] == id {
				t.Error("the proxy was not replaced")
			}
			w.stateHas(proxyAddress, map[string]any{"type": "Workgroup", "use_domain_network": false})
		})
	}
}
