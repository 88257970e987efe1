// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const pool = "99990000-0000-4000-8000-000000000001"

// fleet are proxies as they come to be over the years, one of each kind.
func fleet() []vb365.Proxy {
	return []vb365.Proxy{
		{HostName: "localhost", Type: vb365.Local, Description: "Default proxy"},
		{HostName: "plain.example.com"},
		{HostName: "10.0.0.7", Port: 9200, Description: `Says "${hello}" and %{more}`},
		{HostName: "domain.example.com", Type: vb365.Domain, ThreadsNumber: 32},
		{HostName: "linux.example.com", OperatingSystem: vb365.Linux, ServiceAccount: "proxyuser"},
		{HostName: "pool-1.example.com", ProxyPoolID: pool},
		{HostName: "pool-2.example.com", ProxyPoolID: pool, MaintenanceModeState: vb365.MaintenanceEnabled},
		{HostName: "slow.example.com", EnableNetworkThrottling: true, ThrottlingValue: 30, ThrottlingUnit: "MBs"},
		{HostName: "web.example.com", UseInternetProxy: true},
		{HostName: "custom.example.com", UseInternetProxy: true, InternetProxyType: vb365.Custom, InternetProxy: vb365.InternetProxy{HostName: "web.example.com"}},
		{
			HostName: "login.example.com", UseInternetProxy: true, InternetProxyType: vb365.Custom,
			InternetProxy: vb365.InternetProxy{HostName: "web.example.com", Port: 8080, UseAuthentication: true, Username: "web"},
		},
		{HostName: "gone.example.com", Status: vb365.Offline, EnableNetworkThrottling: true, ThrottlingValue: 30},
	}
}

// TestQueryGeneratesWhatPlansEmpty brings proxies of every kind under Terraform without a line written by hand: what the
// query generates imports them and changes nothing, in every API version.
func TestQueryGeneratesWhatPlansEmpty(t *testing.T) {
	acctest.LifeCycle(t)
	needsTerraform(t, 14)
	t.Parallel()
	for version, productVersion := range products {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: productVersion}, vbaws.Config{})
			for _, p := range fleet() {
				w.vb365.AddProxy(p)
			}
			before := w.vb365.Proxies()
			w.config("")
			w.file("all.tfquery.hcl", "list \"veeam_vb365_proxy\" \"all\" {\n  provider = veeam\n}\n")
			r := w.succeed("query", "-no-color", "-generate-config-out=generated.tf")
			made(w.T, r.vb365, "GET /"+version+"/Proxies")
			for _, p := range fleet() {
				r.wants(w, p.HostName)
			}
			r = w.apply()
			r.wants(w, fmt.Sprintf("Resources: %d imported, 0 added, 0 changed, 0 destroyed.", len(fleet())))
			if n := len(r.vb365); n == 0 || n > 3 { // they are read together
				w.Errorf("the import asked %d times: %v", n, r.vb365)
			}
			w.planIsEmpty()
			for i, p := range w.vb365.Proxies() {
				if p.HostName != before[i].HostName || p.Description != before[i].Description || p.EnableNetworkThrottling != before[i].EnableNetworkThrottling {
					w.Errorf("the import changed %+v into %+v", before[i], p)
				}
			}
		})
	}
}

// TestQueryFilters: a query finds what its filters mean, and no more than its limit.
func TestQueryFilters(t *testing.T) {
	needsTerraform(t, 14)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	for _, p := range fleet() {
		w.vb365.AddProxy(p)
	}
	w.config("")
	query := func(block string) {
		w.file("q.tfquery.hcl", "list \"veeam_vb365_proxy\" \"found\" {\n  provider = veeam\n"+block+"\n}\n")
	}

	query(`config { host_name = "POOL-*" }`)
	r := w.succeed("query", "-no-color")
	r.wants(w, "pool-1.example.com", "pool-2.example.com")
	query(`limit = 1
  config { host_name = "POOL-*" }`)
	if r = w.succeed("query", "-no-color"); strings.Contains(r.output, "pool-2.example.com") {
		w.Errorf("the limit is not kept: %s", r.output)
	}
	query(`config { host_name = "nothing*" }`)
	if r = w.succeed("query", "-no-color"); strings.Contains(r.output, "example.com\"") {
		w.Errorf("something was found: %s", r.output)
	}
	query(`config { status = "online" }`)
	w.fail([]string{"query", "-no-color"}, `status value must be one of: ["Online" "Offline"], got: "online"`)
}

// TestImportByIdentity imports with the identity that a query prints, and keeps it for good.
func TestImportByIdentity(t *testing.T) {
	acctest.LifeCycle(t)
	needsTerraform(t, 12)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com"})
	config := func(id string) {
		w.config(`
import {
  to       = veeam_vb365_proxy.this
  identity = { id = "` + id + `" }
}
resource "veeam_vb365_proxy" "this" {
  host_name = "proxy-1.example.com"
}`)
	}
	config("proxy-1.example.com")
	w.fail(planArgs, `"proxy-1.example.com" is not the ID of a proxy`, "use id instead of identity")
	config(id)
	made(w.T, w.apply().vb365, "GET /v8/Proxies/{id}")
	w.stateHas(proxyAddress, map[string]any{"id": id, "host_name": "proxy-1.example.com"})
	w.planIsEmpty()

	// A proxy that is gone is created anew, with an identity of its own.
	w.vb365.DeleteProxy(id)
	w.config("resource \"veeam_vb365_proxy\" \"this\" {\n  host_name = \"proxy-1.example.com\"\n}\n")
	w.planChanges("1 to add")
	w.apply()
	w.planIsEmpty()
	w.destroy()
}

// TestImportOfUnknownHost: a mistyped name costs one look at the list, which names what there is.
func TestImportOfUnknownHost(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com"})
	w.config("resource \"veeam_vb365_proxy\" \"this\" {\n  host_name = \"proxy-1.example.com\"\n}\n")
	r := w.fail([]string{"import", "-no-color", proxyAddress, "proxy-l.example.com"}, "Unable to Import Backup Proxy",
		`no proxy has the host name "proxy-l.example.com"`, `"proxy-1.example.com" (ID `)
	made(w.T, r.vb365, "GET /v8/Proxies")
}
