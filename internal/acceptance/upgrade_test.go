// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// The objects that the states in testdata are about.
const (
	upgradeProxy      = "11111111-0000-4000-8000-000000000001"
	upgradeVB365      = "11111111-0000-4000-8000-000000000002"
	upgradeRepository = "22222222-0000-4000-8000-000000000001"
	upgradeRole       = "22222222-0000-4000-8000-000000000002"
)

// upgradeConfig has every resource of version 0.1.0, with every kind of argument.
var upgradeConfig = fmt.Sprintf(`
resource "veeam_vb365_proxy" "plain" {
  host_name = "proxy-1.example.com"
}

resource "veeam_vb365_proxy" "full" {
  host_name          = "proxy-2.example.com"
  description        = "Branch office"
  port               = 9194
  credentials_name   = "default"
  network_throttling = { value = 200, unit = "Mbps" }
  internet_proxy     = { type = "Custom", host_name = "proxy.example.com", port = 8080 }
  removal            = { force = true }
  timeouts           = { create = "45m", delete = "15m" }
}

resource "veeam_vb365_proxy_rescan" "this" {
  proxy_id = %[1]q
  triggers = { a = "1" }
}

resource "veeam_vb365_proxies_rescan" "this" {
  proxy_ids = [%[1]q]
  triggers  = { a = "1" }
  timeouts  = { create = "45m" }
}

resource "veeam_vb365_repository_sync" "this" {
  repository_id = %[2]q
  triggers      = { a = "1" }
}

resource "veeam_vbaws_repository_rescan" "this" {
  repository_id       = %[3]q
  triggers            = { a = "1" }
  wait_for_completion = true
}

resource "veeam_vbaws_repositories_rescan" "this" {
  repository_ids = [%[3]q]
  triggers       = { a = "1" }
}

resource "veeam_vbaws_iam_role_rescan" "this" {
  iam_role_id  = %[4]q
  region_names = ["eu-central-1"]
  triggers     = { a = "1" }
}

resource "veeam_vbaws_bucket_rescan" "this" {
  iam_role_id = %[4]q
}

resource "veeam_vbaws_virtual_machines_rescan" "this" {
  triggers = { a = "1" }
}
`, upgradeProxy, upgradeVB365, upgradeRepository, upgradeRole)

func newUpgradeWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.env["VEEAM_VB365_API_VERSION"] = "v8"
	for _, host := range []string{"proxy-1.example.com", "proxy-2.example.com"} {
		w.vb365.AddMachine(vb365.Machine{HostName: host, Username: proxyUser, Password: proxyPassword})
	}
	w.vb365.AddProxy(vb365.Proxy{ID: upgradeProxy, HostName: "other.example.com"})
	w.vb365.AddRepository(vb365.Repository{ID: upgradeVB365, Name: "Archive", ObjectStorage: vb365.ObjectStorage{Type: "AmazonS3"}})
	w.vbaws.AddRepository(vbaws.Repository{ID: upgradeRepository, Name: "archive"})
	w.vbaws.AddRegion(vbaws.Region{Name: "eu-central-1"})
	w.vbaws.AddIAMRole(vbaws.IAMRole{ID: upgradeRole, Name: "Backup Role 1"})
	w.config(upgradeConfig)
	return w
}

// TestStateOfEarlierVersions: a state that an earlier version has written is read, plans empty without a rescan, and is destroyed.
func TestStateOfEarlierVersions(t *testing.T) {
	states, err := filepath.Glob("testdata/state-*.json")
	if err != nil || len(states) == 0 {
		t.Fatal("testdata has no states: ", err)
	}
	for _, file := range states {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			w := newUpgradeWorld(t)
			w.file("terraform.tfstate", string(content))
			for name, host := range map[string]string{"plain": "proxy-1.example.com", "full": "proxy-2.example.com"} {
				p := vb365.Proxy{ID: w.attributes("veeam_vb365_proxy." + name)["id"].(string), HostName: host}
				if name == "full" {
					p.Description, p.Port, p.EnableNetworkThrottling, p.ThrottlingValue, p.ThrottlingUnit = "Branch office", 9194, true, 200, "Mbps"
					p.UseInternetProxy, p.InternetProxyType, p.InternetProxy = true, "Custom", vb365.InternetProxy{HostName: "proxy.example.com", Port: 8080}
				}
				w.vb365.AddProxy(p)
			}
			w.planIsEmpty()
			w.apply()
			w.destroy()
			for _, started := range []int{w.vb365.Count("POST", "/*/Proxies/*/Rescan"), w.vb365.Count("POST", "/*/Proxies/Rescan"), w.vbaws.Count("POST", "/api/v1/*")} {
				if started > 0 {
					t.Errorf("the destroy sent %d rescans", started)
				}
			}
			if n := len(w.vb365.Proxies()); n != 1 {
				t.Errorf("the server has %d proxies after the destroy, want only the one that is not managed", n)
			}
			var left struct{ Resources []any }
			after, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
			if err := errors.Join(err, json.Unmarshal(after, &left)); err != nil || len(left.Resources) > 0 {
				t.Errorf("the state has %v after the destroy (%v)", left.Resources, err)
			}
		})
	}
}
