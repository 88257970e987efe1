// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const proxyAddress = "veeam_vb365_proxy.this"

// products are the releases that brought each API version.
var products = map[string]string{"v3": "3.0", "v4": "4.0", "v5": "5.0", "v6": "6.0", "v7": "7", "v8": "8"}

// TestProxyLifeCycle takes a proxy through create, no-op plan, update, drift, removal out of band, import and destroy
// in every API version; two of them are pinned too, which changes nothing but the probe of versions.
func TestProxyLifeCycle(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for version, productVersion := range products {
		modes := []string{"auto"}
		if version == "v3" || version == "v8" {
			modes = []string{"auto", "pinned"}
		}
		for _, mode := range modes {
			t.Run(version+" "+mode, func(t *testing.T) {
				w := newWorld(t, vb365.Config{Product: productVersion, RemovalPolls: 1}, vbaws.Config{})
				if mode == "pinned" {
					w.env["VEEAM_VB365_API_VERSION"] = version
				}
				w.vb365.AddMachine(vb365.Machine{HostName: "proxy-1.example.com", Username: proxyUser, Password: proxyPassword})
				proxyLifeCycle(w, "/"+version+"/Proxies")
			})
		}
	}
}

func proxyLifeCycle(w *world, path string) {
	w.config(`
resource "veeam_vb365_proxy" "this" {
  host_name   = "proxy-1.example.com"
  description = "first"
}`)
	r := w.apply()
	made(w.T, r.vb365, "GET "+path, "POST "+path)
	if r.logins != 1 {
		w.Errorf("%d logins instead of one", r.logins)
	}
	w.stateHas(proxyAddress, map[string]any{"host_name": "proxy-1.example.com", "description": "first", "port": 9193.0, "status": "Online"})
	id := w.attributes(proxyAddress)["id"].(string)
	made(w.T, w.planIsEmpty().vb365, "GET "+path+"/{id}")

	// Neither the case of the name nor what the server does not know of is sent.
	w.config(`
resource "veeam_vb365_proxy" "this" {
  host_name   = "PROXY-1.example.com"
  description = "first"
}`)
	w.planIsEmpty()
	w.config(`
resource "veeam_vb365_proxy" "this" {
  host_name        = "proxy-1.example.com"
  description      = "first"
  credentials_name = "default"
  timeouts         = { delete = "40m" }
}`)
	made(w.T, w.apply().vb365, "GET "+path+"/{id}")

	w.config(`
resource "veeam_vb365_proxy" "this" {
  host_name          = "PROXY-1.example.com"
  description        = "second"
  port               = 9200
  network_throttling = { value = 100 }
  internet_proxy     = { type = "Custom", host_name = "web.example.com", username = "web", password_wo = "canary-web", password_wo_version = 1 }
}`)
	w.secrets = append(w.secrets, "canary-web")
	w.planChanges("1 to change", "0 to destroy")
	r = w.apply()
	made(w.T, r.vb365, "GET "+path+"/{id}", "PUT "+path+"/{id}")
	w.planIsEmpty()
	server, _ := w.vb365.Proxy(id)
	if server.Description != "second" || server.Port != 9200 || !server.EnableNetworkThrottling || server.ThrottlingValue != 100 || server.InternetProxy.HostName != "web.example.com" {
		w.Errorf("the server has %+v", server)
	}

	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Description, p.EnableNetworkThrottling = "drifted", false })
	w.planChanges("drifted")
	w.apply()
	if server, _ = w.vb365.Proxy(id); server.Description != "second" || !server.EnableNetworkThrottling {
		w.Errorf("the drift was not taken back: %+v", server)
	}

	w.vb365.DeleteProxy(id)
	w.planChanges("1 to add")
	w.apply()
	created := w.attributes(proxyAddress)["id"].(string)
	if created == id {
		w.Error("the proxy was not created anew")
	}

	for _, importID := range []string{created, "Proxy-1.EXAMPLE.com"} {
		w.succeed("state", "rm", proxyAddress)
		w.succeed("import", "-no-color", proxyAddress, importID)
		w.stateHas(proxyAddress, map[string]any{"id": created, "host_name": "PROXY-1.example.com", "description": "second"})
	}
	w.destroy()
	w.stateLacks(proxyAddress)
	if len(w.vb365.Proxies()) != 0 {
		w.Error("the proxy is still registered")
	}
}
