// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestRescansOfNothing: an empty set of targets is valid, also when it is known only at apply, and starts nothing.
func TestRescansOfNothing(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	role := iamRoleRescans.add(w)
	text := `
locals {
  none = []
}
resource "terraform_data" "late" {
  input = "x"
}
resource "veeam_vb365_proxies_rescan" "this" {
  proxy_ids = local.none
}
resource "veeam_vbaws_repositories_rescan" "this" {
  repository_ids = [for id in ["x"] : id if id != "x"]
}
resource "veeam_vb365_proxies_rescan" "late" {
  proxy_ids = terraform_data.late.output == "x" ? [] : ["00000000-0000-4000-8000-000000000000"]
}
resource "veeam_vbaws_iam_role_rescan" "this" {
  iam_role_id = "` + role + `"
  region_ids  = []
}
`
	w.config(text)
	r := w.apply()
	r.wants(w, "No Regions to Rescan")
	if len(r.vb365)+len(r.vbaws) > 0 {
		t.Errorf("requests were made: %v, %v", r.vb365, r.vbaws)
	}
	w.stateHas("veeam_vb365_proxies_rescan.this", map[string]any{"outcomes": map[string]any{}})
	w.stateHas("veeam_vb365_proxies_rescan.late", map[string]any{"outcomes": map[string]any{}})
	w.stateHas("veeam_vbaws_repositories_rescan.this", map[string]any{"sessions": map[string]any{}})
	w.stateHas("veeam_vbaws_iam_role_rescan.this", map[string]any{"session_id": nil, "session_status": nil})
	w.planIsEmpty()
	w.nothingSent("a plan of rescans of nothing")
	w.destroy()
	w.nothingSent("the destruction of rescans of nothing")
}
