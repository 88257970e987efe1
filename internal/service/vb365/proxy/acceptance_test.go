// SPDX-License-Identifier: MPL-2.0

package proxy_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestProxyWithPluginTesting is the example of CONTRIBUTING.md.
func TestProxyWithPluginTesting(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	const config = `resource "veeam_vb365_proxy" "this" { host_name = "proxy-1.example.com" }`
	env := acctest.New(t, vb365.Config{}, vbaws.Config{})
	env.Test(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("veeam_vb365_proxy.this", tfjsonpath.New("status"), knownvalue.StringExact("Online")),
		}},
		resource.TestStep{ResourceName: "veeam_vb365_proxy.this", ImportState: true, ImportStateId: "proxy-1.example.com", ImportStateVerify: true},
	)
	if n := env.VB365.Count("POST", "/v8/Proxies/*/Remove"); n != 1 || len(env.VB365.Proxies()) != 0 {
		t.Errorf("%d removals, proxies %+v", n, env.VB365.Proxies())
	}
}
