// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestLookUpsShareLists looks up many proxies by host, by ID and by filter, and imports others by host: one list for all.
func TestLookUpsShareLists(t *testing.T) {
	acctest.Concurrent(t)
	for _, version := range []string{"v3", "v7", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: products[version]}, vbaws.Config{})
			ids := ""
			for i := range many {
				ids += fmt.Sprintf("%q, ", w.vb365.AddProxy(vb365.Proxy{HostName: fmt.Sprintf("proxy-%d.example.com", i)}))
			}
			w.config(fmt.Sprintf(`
locals {
  ids = [%s]
}
data "veeam_vb365_proxy" "host" {
  count     = %d
  host_name = "PROXY-${count.index}.example.com"
}
data "veeam_vb365_proxy" "id" {
  count = %[2]d
  id    = local.ids[count.index]
}
data "veeam_vb365_proxies" "all" {
  count     = 5
  host_name = "proxy-${count.index}*"
}
data "veeam_vb365_service" "this" {
  count = 5
}
import {
  for_each = toset(["1", "2", "3"])
  to       = veeam_vb365_proxy.imported[each.key]
  id       = "proxy-${each.key}.example.com"
}
resource "veeam_vb365_proxy" "imported" {
  for_each  = toset(["1", "2", "3"])
  host_name = "proxy-${each.key}.example.com"
}`, ids, many))
			w.vb365.ResetLog()
			w.succeed("plan", "-input=false")
			if lists := w.vb365.Count("GET", "/*/Proxies"); lists > 10 { // before v6 the version is looked for in it, too
				t.Errorf("%d lists", lists)
			}
			if reads := w.vb365.Count("GET", "/*/Proxies/*"); reads > 3 {
				t.Errorf("%d reads by ID", reads)
			}
			if probes := w.vb365.Count("GET", "/v8/ServiceInstance"); probes > 2+5 {
				t.Errorf("%d probes", probes)
			}
		})
	}
}

// TestProxyByItsNames finds a proxy by each name of its machine, if only one has it.
func TestProxyByItsNames(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "PROXY-1", FQDN: "proxy-1.example.com"})
	w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-2.example.com"})
	w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-2.example.net"})
	for _, name := range []string{"proxy-1", "Proxy-1.Example.com", "proxy-1.example.com."} {
		w.config(fmt.Sprintf("data \"veeam_vb365_proxy\" \"this\" {\n  host_name = %q\n}\n", name))
		w.apply()
		w.stateHas(proxyAddress, map[string]any{"id": id, "host_name": name, "fqdn": "proxy-1.example.com"})
	}
	for name, said := range map[string]string{"proxy-2": `2 proxies have the host name "proxy-2"`, "proxy-1.example.net": `no proxy has the host name "proxy-1.example.net"`} {
		w.config(fmt.Sprintf("data \"veeam_vb365_proxy\" \"this\" {\n  host_name = %q\n}\n", name))
		w.fail(planArgs, said)
	}
	w.config(`resource "veeam_vb365_proxy" "imported" { host_name = "PROXY-1" }`)
	w.succeed("import", "-no-color", "veeam_vb365_proxy.imported", "proxy-1.example.com")
	w.stateHas("veeam_vb365_proxy.imported", map[string]any{"id": id})
}

// TestUnreachableServerIsAskedOnce fails a run of many objects by one search for the version.
func TestUnreachableServerIsAskedOnce(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/v8/ServiceInstance", DropBefore: true})
	w.env["VEEAM_VB365_MAX_RETRIES"] = "0"
	w.config(fmt.Sprintf("data \"veeam_vb365_proxy\" \"this\" {\n  count     = %d\n  host_name = \"proxy-${count.index}.example.com\"\n}\n", many))
	w.fail(planArgs, "Unable to Read Backup Proxy")
	if n := w.vb365.Count("GET", "/v8/ServiceInstance"); n != 1 {
		t.Errorf("the version was looked for %d times", n)
	}
}
