// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// TestRemovalWays removes a proxy in every way in which Terraform comes to it.
func TestRemovalWays(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for _, version := range []string{"v3", "v8"} {
		t.Run("block deleted "+version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.create(proxyConfig())
			w.config("")
			made(t, w.apply().vb365, calls(version, "read", "remove", "gone")...)
			w.removedWith(proxyUser, proxyPassword, false)
			w.stateLacks(proxyAddress)
		})
		t.Run("replace "+version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			old := w.create(proxyConfig())
			r := w.succeed(append(slices.Clone(applyArgs), "-replace="+proxyAddress)...)
			made(t, r.vb365, calls(version, "read", "remove", "gone", "list", "add")...)
			if id := w.attributes(proxyAddress)["id"]; id == old || len(w.vb365.Proxies()) != 1 {
				t.Errorf("proxy %v was not replaced by %v", old, id)
			}
			w.planIsEmpty()
		})
		t.Run("another host "+version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.create(proxyConfig())
			w.config(strings.ReplaceAll(proxyConfig(), "proxy-1", "proxy-2"))
			made(t, w.apply().vb365, calls(version, "read", "remove", "gone", "list", "add")...)
			if have := w.vb365.Proxies(); len(have) != 1 || have[0].HostName != "proxy-2.example.com" {
				t.Errorf("the server has %+v", have)
			}
		})
	}
}

// TestRemovalByCount removes exactly those that count takes away.
func TestRemovalByCount(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v3", "v8"} {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			counted := func(n int) string {
				return fmt.Sprintf("resource \"veeam_vb365_proxy\" \"this\" {\n  count     = %d\n  host_name = \"proxy-${count.index}.example.com\"\n}\n", n)
			}
			w.config(counted(2))
			w.apply()
			kept, removed := w.attributes(proxyAddress + "[0]")["id"].(string), w.attributes(proxyAddress + "[1]")["id"].(string)
			w.config(counted(1))
			w.apply()
			if _, there := w.vb365.Proxy(kept); !there {
				t.Error("the proxy that stays was removed")
			}
			posts := 0
			for _, e := range w.vb365.Requests() {
				if e.Method == "POST" && strings.Contains(e.Path, "/Proxies/") {
					if posts++; !strings.Contains(e.Path, removed) {
						t.Errorf("the removal went to %s", e.Path)
					}
				}
			}
			if posts != 1 {
				t.Errorf("%d removals instead of one", posts)
			}
			w.stateLacks(proxyAddress + "[1]")

			w.config(counted(0))
			made(t, w.apply().vb365, calls(version, "read", "remove", "gone")...)
			w.stateLacks(proxyAddress + "[0]")
		})
	}
}

// TestRemovalBySavedPlan applies a saved destroy plan. No credentials stand in it: they are taken from the environment, or
// from the ephemeral variable that is given again.
func TestRemovalBySavedPlan(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v5", "v8"} {
		for _, from := range []string{"environment", "ephemeral variable"} {
			t.Run(from+" "+version, func(t *testing.T) {
				w := newProxyWorld(t, version, vb365.Config{})
				provider := ""
				if from == "ephemeral variable" {
					w.env["VEEAM_VB365_PROXY_PASSWORD"] = wrongPassword
					provider = "variable \"password\" {\n  type      = string\n  ephemeral = true\n}\n" +
						credentialsConfig(`default = { username = "EXAMPLE\\proxy-admin", password = var.password }`)
					w.env["TF_VAR_password"] = proxyPassword
				}
				w.create(provider + proxyConfig())
				plan := w.succeed("plan", "-destroy", "-out=destroy.tfplan", "-input=false", "-no-color")
				made(t, plan.vb365, calls(version, "read")...)
				w.succeed("show", "-json", "destroy.tfplan")
				r := w.succeed("apply", "-input=false", "-no-color", "destroy.tfplan")
				made(t, r.vb365, calls(version, "remove", "gone")...)
				w.removedWith(proxyUser, proxyPassword, false)
				w.stateLacks(proxyAddress)
			})
		}
	}
}
