// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestRescanOfAnIDUnknownAtPlan: the ID that a data source reads at apply only, because its module depends on something that
// changes, is compared then: the same one starts nothing, and another one starts the rescan, in place.
func TestRescanOfAnIDUnknownAtPlan(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	first := w.vbaws.AddRepository(vbaws.Repository{Name: "first"})
	second := w.vbaws.AddRepository(vbaws.Repository{Name: "second"})
	proxy := w.vb365.AddProxy(vb365.Proxy{HostName: "first.example.com"})
	other := w.vb365.AddProxy(vb365.Proxy{HostName: "second.example.com"})
	if err := os.Mkdir(filepath.Join(w.dir, "m"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.file("m/main.tf", `
terraform {
  required_providers {
    veeam = { source = "registry.terraform.io/veeam-community/veeam" }
  }
}
variable "name" {}
data "veeam_vbaws_repository" "this" { name = var.name }
resource "veeam_vbaws_repository_rescan" "this" { repository_id = data.veeam_vbaws_repository.this.id }
data "veeam_vb365_proxy" "this" { host_name = "${var.name}.example.com" }
resource "veeam_vb365_proxy_rescan" "this" { proxy_id = data.veeam_vb365_proxy.this.id }
`)
	config := func(name, revision string) {
		w.config(fmt.Sprintf("resource \"terraform_data\" \"other\" { input = %q }\nmodule \"m\" {\n  source = \"./m\"\n  name = %q\n  depends_on = [terraform_data.other]\n}\n", revision, name))
	}
	started := func(counts ...int) {
		t.Helper()
		have := []int{
			repositoryRescans.fired(w, first), repositoryRescans.fired(w, second), proxyRescans.fired(w, proxy), proxyRescans.fired(w, other),
		}
		if !slices.Equal(have, counts) {
			t.Errorf("rescans started: %v, want %v", have, counts)
		}
	}
	config("first", "1")
	w.succeed("get", "-no-color")
	w.apply()
	started(1, 0, 1, 0)
	config("first", "2")
	w.planChanges("0 to add, 3 to change, 0 to destroy", "(known after apply)")
	w.apply()
	started(0, 0, 0, 0)
	w.planIsEmpty()
	config("second", "3")
	w.planChanges("0 to add, 3 to change, 0 to destroy")
	w.apply()
	started(0, 1, 0, 1)
	w.planIsEmpty()
}

// TestDestroyOfRescansAfterAnUpgrade: Terraform makes an ordinary plan before that of a destroy. What it finds out about objects that
// exist, such as an appliance that no longer has the rescan, ends an apply, but not the destroy.
func TestDestroyOfRescansAfterAnUpgrade(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	id := w.vbaws.AddRepository(vbaws.Repository{Name: "archive"})
	config := func(trigger string) {
		w.config(repositoryRescans.hcl("this", id, "triggers = { a = \""+trigger+"\" }") + fmt.Sprintf(
			"resource \"veeam_vbaws_repositories_rescan\" \"fleet\" {\n  repository_ids = [%q]\n  triggers = { a = %q }\n}\n", id, trigger))
	}
	config("1")
	w.apply()
	upgraded, err := vbaws.Start(vbaws.Config{
		Product: "8.0", Users: map[string]vbaws.User{user: {Password: loginPassword, Role: vbaws.Administrator}},
	}, appliance.Options{Name: "vbaws", Log: w.journal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(upgraded.Close)
	upgraded.AddRepository(vbaws.Repository{ID: id, Name: "archive"})
	w.vbaws = upgraded
	w.env["VEEAM_VBAWS_ENDPOINT"], w.env["VEEAM_VBAWS_CA_CERTIFICATE"] = upgraded.URL(), string(upgraded.CAPEM())
	config("2")
	w.planChanges("Warning: Unable to Rescan Repository", "was removed from the API")
	w.fail(applyArgs, "Error: Unable to Rescan Repository", "Error: Unable to Rescan Repositories")
	w.destroy()
	w.stateLacks(repositoryRescan)
	w.stateLacks(repositoryFleetAddress)
	if n := upgraded.Count(http.MethodPost, "/api/v1/repositories/*/rescan"); n != 0 {
		t.Errorf("the destroy sent %d rescans", n)
	}
}

// TestLogOfWaits: a resource writes what it waits for to the log, at INFO.
func TestLogOfWaits(t *testing.T) {
	w := newWorld(t, vb365.Config{Sync: vb365.SyncPlan{Polls: 1}}, vbaws.Config{Session: vbaws.SessionPlan{Polls: 1}})
	id := w.vbaws.AddRepository(vbaws.Repository{Name: "archive"})
	other := w.vbaws.AddRepository(vbaws.Repository{Name: "other"})
	synced := w.outOfSync()
	w.config(repositoryRescans.hcl("this", id, "") + syncConfig(synced, "") +
		fmt.Sprintf("\nresource \"veeam_vbaws_repositories_rescan\" \"fleet\" {\n  repository_ids = [%q]\n}\n", other))
	w.env["TF_LOG"], w.env["TF_LOG_PATH"] = "", "" // the search for secrets empties the log
	w.env["TF_LOG_PROVIDER"] = "INFO"
	r := w.apply()
	session := fmt.Sprint("Repository ", w.title(id), ", session ", w.attributes(repositoryRescan)["session_id"])
	sync := fmt.Sprint("Repository ", synced, ", session ", w.attributes(syncAddress)["session_id"])
	member := fmt.Sprint("Repository ", w.title(other), ", session ")
	r.wants(w, session+": accepted", session+": Running", session+": Succeeded", sync+": accepted", sync+": Synchronizing", sync+": Succeeded",
		"Repository rescans: 1 to start", member)
	for _, news := range []string{": accepted; sessions not ended: 1", ": Succeeded; sessions not ended: 0"} {
		if !strings.Contains(r.output, news) {
			t.Errorf("the log of the fleet lacks %q: %s", news, r.output)
		}
	}
}

// TestLogOfProxies: the same for what takes minutes on the machine of a proxy.
func TestLogOfProxies(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	rescans := "\nresource \"veeam_vb365_proxy_rescan\" \"this\" {\n  proxy_id = veeam_vb365_proxy.this.id\n}\n"
	w.env["TF_LOG"], w.env["TF_LOG_PATH"] = "", "" // the search for secrets empties the log
	w.env["TF_LOG_PROVIDER"] = "INFO"
	w.config(proxyConfig("maintenance_mode = false") + rescans)
	created := w.apply()
	id := w.attributes(proxyAddress)["id"].(string)
	title := fmt.Sprintf("Proxy \"proxy-1.example.com\" (%s)", id)
	created.wants(w, "Proxy \"proxy-1.example.com\": creation requested", title+": created", "Rescan of proxy \"proxy-1.example.com\" (ID ", ": accepted", ": Online")
	w.config(proxyConfig("maintenance_mode = true") + rescans)
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.ProxyPoolID = "11111111-2222-4333-8444-555555555555" }) // only members of pools have the mode
	w.apply().wants(w, title+": change of maintenance mode requested", title+": maintenance mode is Enabled")
	w.destroy().wants(w, title+": removal requested", title+": removal accepted", title+": removed")
}
