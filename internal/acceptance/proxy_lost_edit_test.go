// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestLostEditIsSentOnce: each PUT starts a deployment on the machine, so an edit whose response was lost is looked up. A password
// cannot be: then the outcome stays unknown, and the next apply sends it again.
func TestLostEditIsSentOnce(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	configure := func(description, version string) {
		w.config(`resource "veeam_vb365_proxy" "this" {
  host_name           = "proxy-1.example.com"
  description         = "` + description + `"
  username            = "EXAMPLE\\proxy-admin"
  password_wo         = "` + proxyPassword + `"
  password_wo_version = ` + version + `
}`)
	}
	sentOnce := func() {
		t.Helper()
		if n := w.vb365.Count("PUT", "/v8/Proxies/*"); n != 1 {
			t.Errorf("the last command sent %d edits, want 1", n)
		}
	}
	lose := func(f appliance.Fault) {
		w.vb365.ClearFaults()
		f.Method, f.Path, f.Times = "PUT", "/v8/Proxies/*", 1
		w.vb365.Inject(f)
	}
	configure("first", "1")
	w.apply()
	for i, f := range []appliance.Fault{
		{DropAfter: true},
		{Rewrite: func(int, []byte) (int, []byte) { return http.StatusServiceUnavailable, nil }},
		{Rewrite: func(int, []byte) (int, []byte) { return 524, nil }},
	} {
		description := []string{"second", "third", "fourth"}[i]
		lose(f)
		configure(description, "1")
		w.apply()
		sentOnce()
		w.stateHas(proxyAddress, map[string]any{"description": description})
	}
	lose(appliance.Fault{DropAfter: true})
	configure("fourth", "2")
	w.fail(applyArgs, "Unable to Update Backup Proxy")
	sentOnce()
	w.stateHas(proxyAddress, map[string]any{"password_wo_version": 1.0})
	w.apply()
	sentOnce()
	w.stateHas(proxyAddress, map[string]any{"password_wo_version": 2.0})
}
