// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestUnknownConfiguration: the appliance's address may be the output of an object that the same apply creates. The
// plan then asks nothing and loses nothing; the apply works.
func TestUnknownConfiguration(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "7.0"})
	repository := w.vbaws.AddRepository(vbaws.Repository{Name: "daily"})
	m365, aws := w.env["VEEAM_VB365_ENDPOINT"], w.env["VEEAM_VBAWS_ENDPOINT"]
	delete(w.env, "VEEAM_VB365_ENDPOINT")
	delete(w.env, "VEEAM_VBAWS_ENDPOINT")
	config := func(generation, description string) {
		w.config(fmt.Sprintf(`
resource "terraform_data" "appliances" {
  input            = { vb365 = %q, vbaws = %q }
  triggers_replace = %q
}
provider "veeam" {
  vb365 = {
    endpoint          = terraform_data.appliances.output.vb365
    proxy_credentials = { (terraform_data.appliances.id) = { username = "nobody" } }
  }
  vbaws = { endpoint = terraform_data.appliances.output.vbaws }
}
resource "veeam_vb365_proxy" "this" {
  host_name        = "proxy-1.example.com"
  description      = %q
  maintenance_mode = false
}
resource "veeam_vb365_proxy_rescan" "this" {
  proxy_id = veeam_vb365_proxy.this.id
}
resource "veeam_vbaws_repository_rescan" "this" {
  repository_id = %q
  triggers      = { generation = %q }
}`, m365, aws, generation, description, repository, generation))
	}
	config("1", "first")
	w.planChanges("4 to add")
	w.untouched()
	w.apply()
	w.stateHas(proxyAddress, map[string]any{"description": "first"})
	w.planIsEmpty()

	config("2", "second")
	w.planChanges("1 to add, 2 to change, 1 to destroy")
	w.untouched()
	r := w.apply()
	w.stateHas(proxyAddress, map[string]any{"description": "second"})
	made(t, r.vb365, "PUT /v8/Proxies/{id}")
	if n := len(w.vbaws.Sessions()); n != 2 {
		t.Errorf("%d sessions instead of 2", n)
	}
	w.destroy()
	if len(w.vb365.Proxies()) > 0 {
		t.Error("the proxy is still registered")
	}
}

// TestEphemeralPasswords: passwords that exist for the run only, which neither the state nor a saved plan may hold.
func TestEphemeralPasswords(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.vb365.AddMachine(vb365.Machine{HostName: "proxy-1.example.com", Username: proxyUser, Password: proxyPassword})
	w.unset("VEEAM_VB365_PASSWORD")
	w.unset("VEEAM_VB365_PROXY_")
	w.env["TF_VAR_login"], w.env["TF_VAR_machine"] = loginPassword, proxyPassword
	w.config(`
variable "login" {
  type      = string
  sensitive = true
  ephemeral = true
}
variable "machine" {
  type      = string
  sensitive = true
  ephemeral = true
}
provider "veeam" {
  vb365 = {
    password          = var.login
    proxy_credentials = { default = { username = "EXAMPLE\\proxy-admin", password = var.machine } }
  }
}` + aProxy)
	w.succeed("plan", "-input=false", "-no-color", "-out=saved.tfplan")
	w.succeed("apply", "-input=false", "-no-color", "saved.tfplan")
	w.stateHas(proxyAddress, map[string]any{"status": "Online"})
	w.planIsEmpty()
	w.destroy()
	if len(w.vb365.Proxies()) > 0 {
		t.Error("the proxy is still registered")
	}
}
