// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestLinuxProxy installs a proxy over SSH with secrets of its own, and destroys it with those of proxy_credentials.
func TestLinuxProxy(t *testing.T) {
	acctest.LifeCycle(t)
	const key, changed, passphrase = "canary-key-1\n", "canary-key-2\n", "canary-passphrase"
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.secrets = append(w.secrets, "canary-key", encode(key), encode(changed), passphrase)
	access := vb365.SSHAccess{Account: "veeam", PrivateKeyBase64: encode(key), PrivateKeyPassphrase: passphrase}
	w.vb365.AddMachine(vb365.Machine{HostName: "proxy-1.example.com", OperatingSystem: vb365.Linux, SSH: access})
	delete(w.env, "VEEAM_VB365_PROXY_USERNAME")
	delete(w.env, "VEEAM_VB365_PROXY_PASSWORD")
	w.env["TF_VAR_passphrase"] = passphrase
	config := func(key, version string) string {
		w.env["TF_VAR_key"] = key
		return `
variable "key" {
  type      = string
  ephemeral = true
}
variable "passphrase" {
  type      = string
  ephemeral = true
}
resource "veeam_vb365_proxy" "this" {
  host_name        = "proxy-1.example.com"
  operating_system = "Linux"
  ssh = {
    account                   = "veeam"
    private_key_wo            = var.key
    private_key_passphrase_wo = var.passphrase
    secrets_wo_version        = ` + version + `
  }
}
`
	}
	w.config(config(key, "1"))
	made(t, w.apply().vb365, calls("v8", "list", "add")...)
	w.stateHas(proxyAddress, map[string]any{"operating_system": "Linux", "(status)": ""})
	w.carried(vb365.Credentials{Operation: "add", SSH: &vb365.SSHSettings{
		Account: new("veeam"), PrivateKeyBase64: new(encode(key)), PrivateKeyPassphrase: new(passphrase),
	}})
	w.config(config("anything else", "1"))
	w.planIsEmpty()

	// A new version of the secrets has them sent, and nothing else does.
	w.vb365.SetMachine("proxy-1.example.com", func(m *vb365.Machine) { m.SSH.PrivateKeyBase64 = encode(changed) })
	w.config(config(changed, "2"))
	made(t, w.apply().vb365, calls("v8", "read", "edit")...)
	w.carried(vb365.Credentials{Operation: "edit", SSH: &vb365.SSHSettings{
		Account: new("veeam"), PrivateKeyBase64: new(encode(changed)), PrivateKeyPassphrase: new(passphrase),
	}})
	w.planIsEmpty()

	// Destroy does not see write-only arguments.
	w.fail(destroyArgs, "Backup Proxy Will Be Removed Without Credentials", "SSH authentication failed", "The proxy stays in state")
	w.config(credentialsConfig(`default = { username = "ignored", ssh_private_key = var.key, ssh_private_key_passphrase = var.passphrase }`) + config(changed, "2"))
	made(t, w.destroy().vb365, calls("v8", "read", "remove", "gone")...)
	w.carried(vb365.Credentials{Operation: "remove", SSH: &vb365.SSHSettings{
		Account: new("veeam"), PrivateKeyBase64: new(encode(changed)), PrivateKeyPassphrase: new(passphrase),
	}})
	w.stateLacks(proxyAddress)
}

// carried checks the credentials of the last request about the proxy.
func (w *world) carried(want vb365.Credentials) {
	w.Helper()
	have, _ := w.vb365.LastCredentials("proxy-1.example.com")
	if diff := cmp.Diff(want, have); diff != "" {
		w.Errorf("the request carried other credentials (-want +have):\n%s", diff)
	}
}

// TestSSHNeedsLinux is an error of the plan.
func TestSSHNeedsLinux(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	for _, arguments := range [][]string{{`ssh = { port = 22 }`}, {`operating_system = "Windows"`, `ssh = { port = 22 }`}} {
		w.config(proxyConfig(arguments...))
		made(t, w.fail(planArgs, "SSH Settings Without Linux", "ssh = { port = 22 }").vb365)
	}
}

// TestOperatingSystem is what the server says, and replaces when it is changed.
func TestOperatingSystem(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{}) // a machine of either kind
	w.create(proxyConfig())
	w.stateHas(proxyAddress, map[string]any{"operating_system": "Windows"})
	w.config(proxyConfig(`operating_system = "Windows"`))
	w.planIsEmpty()
	w.config(proxyConfig(`operating_system = "Linux"`))
	w.planChanges(`operating_system = "Windows" -> "Linux" # forces replacement`)
	w.apply()
	w.stateHas(proxyAddress, map[string]any{"operating_system": "Linux"})
	made(t, w.destroy().vb365, calls("v8", "read", "remove", "gone")...)
	w.carried(vb365.Credentials{Operation: "remove", SSH: &vb365.SSHSettings{Account: new(proxyUser), AccountPassword: new(proxyPassword)}})
}

// TestServiceAccount sends the account with its password, the password again when its version changes, and replaces the
// proxy for another account.
func TestServiceAccount(t *testing.T) {
	const first, second = "canary-service-1", "canary-service-2"
	w := newProxyWorld(t, "v8", vb365.Config{})
	w.secrets = append(w.secrets, first, second)
	account := func(name, password, version string) string {
		return proxyConfig(`service_account = { name = "EXAMPLE\\` + name + `", create = true, password_wo = "` + password + `", password_wo_version = ` + version + ` }`)
	}
	id := w.create(account("svc-proxy", first, "1"))
	w.carried(vb365.Credentials{
		Operation: "add", Username: new(proxyUser), Password: new(proxyPassword),
		ServiceAccountName: new(`EXAMPLE\svc-proxy`), ServiceAccountPassword: new(first), CreateServiceAccount: true,
	})
	w.planIsEmpty()
	w.config(account("svc-proxy", second, "2"))
	made(t, w.apply().vb365, calls("v8", "read", "edit")...)
	w.carried(vb365.Credentials{
		Operation: "edit", Username: new(proxyUser), Password: new(proxyPassword),
		ServiceAccountName: new(`EXAMPLE\svc-proxy`), ServiceAccountPassword: new(second),
	})
	w.planIsEmpty()
	w.config(account("svc-other", second, "2"))
	w.planChanges("1 to add, 0 to change, 1 to destroy")
	w.apply()
	if w.attributes(proxyAddress)["id"] == id {
		t.Error("the proxy was not replaced")
	}
}

// TestMaintenanceMode takes a member of a pool in and out of maintenance, waits for it, and sees when someone else does.
func TestMaintenanceMode(t *testing.T) {
	t.Parallel()
	for name, behaviour := range map[string]vb365.Behaviour{"online": {}, "offline meanwhile": {OfflineInMaintenance: true}} {
		t.Run(name, func(t *testing.T) {
			w := newProxyWorld(t, "v8", vb365.Config{MaintenancePolls: 1, Behaviour: behaviour})
			id := w.create(proxyConfig())
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.ProxyPoolID = "11111111-2222-4333-8444-555555555555" })
			w.planIsEmpty()

			w.config(proxyConfig(`maintenance_mode = true`))
			made(t, w.apply().vb365, "GET /v8/Proxies/{id}", "POST /v8/Proxies/{id}/maintenance/enable", "GET /v8/Proxies/{id}", "GET /v8/Proxies/{id}")
			w.carried(vb365.Credentials{Operation: "maintenance", Username: new(proxyUser), Password: new(proxyPassword)})
			for _, e := range w.vb365.Requests() {
				if want := `{"username":"EXAMPLE\\proxy-admin","password":"` + proxyPassword + `"}`; strings.HasSuffix(e.Path, "/enable") && string(e.Body) != want {
					t.Errorf("the body is %s", e.Body)
				}
			}
			w.stateHas(proxyAddress, map[string]any{"maintenance_mode": true})
			w.planIsEmpty()
			w.config(proxyConfig()) // left out, it is left as it is
			w.planIsEmpty()

			w.config(proxyConfig(`maintenance_mode = false`, `description = "back"`))
			made(t, w.apply().vb365, "GET /v8/Proxies/{id}", "PUT /v8/Proxies/{id}", "POST /v8/Proxies/{id}/maintenance/disable", "GET /v8/Proxies/{id}")
			w.stateHas(proxyAddress, map[string]any{"maintenance_mode": false, "description": "back"})

			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.MaintenanceModeState = vb365.MaintenanceEnabled })
			w.planChanges("maintenance_mode = true -> false")
		})
	}
}

// TestMaintenanceModeRefused is told at plan for a new proxy, which is in no pool, and in the server's words otherwise.
func TestMaintenanceModeRefused(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	w.config(proxyConfig(`maintenance_mode = true`))
	made(t, w.fail(planArgs, "New Proxy Cannot Be In Maintenance", "8: maintenance_mode = true").vb365)

	id := w.create(proxyConfig())
	w.config(proxyConfig(`maintenance_mode = true`))
	w.fail(applyArgs, "is not a member of a proxy pool")
	w.stateHas(proxyAddress, map[string]any{"id": id, "maintenance_mode": false, "(status)": ""})

	// After a lost response the proxy is read, which shows that the request was processed.
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.ProxyPoolID = "11111111-2222-4333-8444-555555555555" })
	w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies/*/maintenance/enable", Times: 1, DropAfter: true})
	made(t, w.apply().vb365, "GET /v8/Proxies/{id}", "POST /v8/Proxies/{id}/maintenance/enable", "GET /v8/Proxies/{id}", "GET /v8/Proxies/{id}")
	w.planIsEmpty()
	w.stateHas(proxyAddress, map[string]any{"id": id, "maintenance_mode": true})
	w.destroy() // a proxy in maintenance can be removed
	w.stateLacks(proxyAddress)
}

// TestVolatileFigures are no drift: load and role change with every look.
func TestVolatileFigures(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	id := w.create(proxyConfig())
	for _, role := range [][]string{{"Scheduler"}, {"Orchestrator", "Processor"}} {
		w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Role = role })
		w.planIsEmpty()
	}
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Version, p.Status = "8.1.0.1", vb365.Offline })
	w.planIsEmpty()
}

// TestServiceAccountOfAnImportedProxy: the server does not return the account, so that the configured one is taken for its own; a
// later change replaces the proxy.
func TestServiceAccountOfAnImportedProxy(t *testing.T) {
	const secret = "canary-service-3"
	w := newProxyWorld(t, "v8", vb365.Config{})
	w.secrets = append(w.secrets, secret)
	w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com"})
	account := func(name string) string {
		return proxyConfig(`service_account = { name = "EXAMPLE\\` + name + `", password_wo = "` + secret + `", password_wo_version = 1 }`)
	}
	w.config(account("svc-proxy") + fmt.Sprintf("import {\n  to = %s\n  id = \"proxy-1.example.com\"\n}\n", proxyAddress))
	w.planChanges("1 to import, 0 to add, 1 to change, 0 to destroy")
	w.apply()
	w.planIsEmpty()
	w.config(account("svc-other"))
	w.planChanges("1 to add, 0 to change, 1 to destroy")
}
