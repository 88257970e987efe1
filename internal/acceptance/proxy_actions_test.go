// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

func rescanAction(id, extra string) string {
	return fmt.Sprintf("action \"veeam_vb365_proxy_rescan\" \"this\" {\n  config {\n    proxy_id = %q\n    %s\n  }\n}\n", id, extra)
}

func maintenanceAction(id, enabled string) string {
	return fmt.Sprintf("action \"veeam_vb365_proxy_maintenance\" \"this\" {\n  config {\n    proxy_id = %q\n    enabled  = %s\n  }\n}\n", id, enabled)
}

func invoke(action string) []string {
	return []string{"apply", "-auto-approve", "-input=false", "-no-color", "-invoke=action." + action}
}

// TestProxyRescanAction fires a rescan when another resource changes, and by itself.
func TestProxyRescanAction(t *testing.T) {
	acctest.LifeCycle(t)
	needsTerraform(t, 14)
	w := newWorld(t, vb365.Config{RescanPolls: 1}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "px.example.com", Status: vb365.Offline})
	image := func(value string) string {
		return rescanAction(id, "") + fmt.Sprintf(`
resource "terraform_data" "image" {
  input = %q
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.veeam_vb365_proxy_rescan.this]
    }
  }
}`, value)
	}
	const read = "GET /v8/Proxies/{id}"
	calls := []string{read, read, "POST /v8/Proxies/{id}/Rescan", "GET /v8/Proxies/{id}", "GET /v8/Proxies/{id}"}

	w.config(image("1"))
	r := w.apply()
	made(t, r.vb365, calls...)
	r.wants(w, "The server accepted the rescan", `Proxy "px.example.com" is Offline`, `Proxy "px.example.com" is Online`)
	made(t, w.planIsEmpty().vb365)

	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Offline })
	w.config(image("2"))
	made(t, w.apply().vb365, calls...)

	w.config(rescanAction(id, "wait_for_completion = false"))
	made(t, w.succeed(invoke("veeam_vb365_proxy_rescan.this")...).vb365, calls[:3]...)

	w.vb365.AddMachine(vb365.Machine{HostName: "px.example.com", Unreachable: true})
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Offline })
	w.config(rescanAction(id, `timeouts = { invoke = "4s" }`))
	w.fail(invoke("veeam_vb365_proxy_rescan.this"), "Unable to Rescan Backup Proxy", "last status: Offline", "Invoke the action again")

	w.config(rescanAction("00000000-0000-4000-8000-000000000000", ""))
	w.fail(invoke("veeam_vb365_proxy_rescan.this"), "no proxy has the ID", "px.example.com")
	w.config(rescanAction("px.example.com", ""))
	made(t, w.fail(planArgs, "must be an ID such as").vb365)
}

// TestProxyMaintenanceAction puts a member of a pool into maintenance and takes it out again, with the account that
// the provider has for its machine.
func TestProxyMaintenanceAction(t *testing.T) {
	acctest.LifeCycle(t)
	needsTerraform(t, 14)
	w := newWorld(t, vb365.Config{MaintenancePolls: 1}, vbaws.Config{})
	w.vb365.AddMachine(vb365.Machine{HostName: "px.example.com", Username: proxyUser, Password: proxyPassword})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "px.example.com", ProxyPoolID: "99990000-0000-4000-8000-000000000001"})
	state := func() string {
		proxy, _ := w.vb365.Proxy(id)
		return proxy.MaintenanceModeState
	}
	run := invoke("veeam_vb365_proxy_maintenance.this")

	w.config(maintenanceAction(id, "true"))
	r := w.succeed(run...)
	made(t, r.vb365, "GET /v8/Proxies/{id}", "POST /v8/Proxies/{id}/maintenance/enable", "GET /v8/Proxies/{id}", "GET /v8/Proxies/{id}")
	r.wants(w, `Maintenance mode of proxy "px.example.com" is Enabling`, `Maintenance mode of proxy "px.example.com" is Enabled`)
	if state() != vb365.MaintenanceEnabled {
		t.Errorf("the proxy is %s", state())
	}
	made(t, w.succeed(run...).vb365, "GET /v8/Proxies/{id}") // nothing to do

	w.config(maintenanceAction(id, "false"))
	w.succeed(run...)
	if state() != vb365.MaintenanceDisabled {
		t.Errorf("the proxy is %s", state())
	}

	w.vb365.SetMachine("px.example.com", func(m *vb365.Machine) { m.Password = "changed" })
	w.config(maintenanceAction(id, "true"))
	w.fail(run, "Unable to Change Maintenance Mode", `entry "default" of proxy_credentials`)

	w.env["VEEAM_VB365_API_VERSION"] = "v7"
	made(t, w.fail(run, "Action Not Supported By The Server", "exists in v8 only").vb365)
}
