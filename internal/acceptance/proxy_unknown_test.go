// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// TestHostNameUnknownAtPlan: a name that is known at apply only replaces nothing. The same host is no change. Another one ends the
// apply before anything is sent, in Terraform's words: it plans again with the known value and finds a replacement.
func TestHostNameUnknownAtPlan(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	configure := func(host, revision string) {
		w.config(`
resource "terraform_data" "host" {
  input            = "` + host + `"
  triggers_replace = "` + revision + `"
}
resource "veeam_vb365_proxy" "this" { host_name = terraform_data.host.output }`)
	}
	configure("proxy-1.example.com", "1")
	w.apply()
	configure("PROXY-1.example.com", "2")
	w.planChanges("1 to add, 1 to change, 1 to destroy")
	w.apply()
	w.planIsEmpty()
	configure("proxy-2.example.com", "3")
	w.fail(applyArgs, "inconsistent final plan")
	if n := w.vb365.Count("POST", "/v8/Proxies/*/Remove") + w.vb365.Count("PUT", "/v8/Proxies/*"); n > 0 {
		t.Errorf("%d removals and edits", n)
	}
}

// TestDestroyDespiteUnsupportedAttribute: Terraform makes an ordinary plan before that of a destroy.
func TestDestroyDespiteUnsupportedAttribute(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	w.env["VEEAM_VB365_API_VERSION"] = "v7"
	w.create(proxyConfig("threads_number = 32"))
	delete(w.env, "VEEAM_VB365_API_VERSION")
	w.fail(applyArgs, "Attribute Not Supported By The Server", "v3 to v7")
	w.destroy()
	w.stateLacks(proxyAddress)
}
