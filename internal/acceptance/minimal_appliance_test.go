// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// rescanMany configures n rescans of one repository each, and one of a fleet of as many others.
func (w *world) rescanMany(n int) {
	w.Helper()
	ids := [2][]string{}
	for i := range 2 * n {
		ids[i%2] = append(ids[i%2], fmt.Sprintf("%q", w.vbaws.AddRepository(vbaws.Repository{Name: fmt.Sprintf("repository-%d", i)})))
	}
	w.config(fmt.Sprintf(`
resource "veeam_vbaws_repository_rescan" "each" {
  for_each      = toset([%s])
  repository_id = each.key
}
resource "veeam_vbaws_repositories_rescan" "fleet" {
  repository_ids = [%s]
}`, strings.Join(ids[0], ", "), strings.Join(ids[1], ", ")))
}

// allSucceeded checks that every session was started once and is recorded as ended, and that there is nothing left to do.
func (w *world) allSucceeded(sessions int) {
	w.Helper()
	if n := w.vbaws.Count(http.MethodPost, "/api/v1/repositories/*/rescan"); n != sessions {
		w.Errorf("%d rescans were sent, want %d", n, sessions)
	}
	fleet, _ := w.attributes(repositoryFleetAddress)["sessions"].(map[string]any)
	recorded := 0
	for _, record := range fleet {
		if record.(map[string]any)["status"] == vbaws.StatusSucceeded {
			recorded++
		}
	}
	for _, s := range w.vbaws.Sessions() {
		address := fmt.Sprintf("veeam_vbaws_repository_rescan.each[%s]", s.RepositoryID)
		if w.attributes(address) != nil {
			recorded++
			w.stateHas(address, map[string]any{"session_id": s.ID, "session_status": vbaws.StatusSucceeded})
		}
	}
	if recorded != sessions {
		w.Errorf("%d sessions are recorded as ended, want %d", recorded, sessions)
	}
	w.planIsEmpty()
	w.nothingSent("a plan after all have ended")
}

// TestMinimalAppliance: the login, the list of repositories, the rescan, and single sessions are enough for the rescan of
// repositories, whether the revision is pinned or found, and however many rescans run at the same time.
func TestMinimalAppliance(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, revision := range []string{"auto", "1.3-rev0"} {
		for name, token := range map[string]bool{"account": false, "token": true} {
			t.Run(revision+" one "+name, func(t *testing.T) {
				w := newRevisionWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Polls: 1}, Behaviour: vbaws.Behaviour{Minimal: true}})
				w.env["VEEAM_VBAWS_API_VERSION"] = revision
				if token {
					w.useToken(user)
				}
				w.apply()
				w.stateHas(repositoryRescan, map[string]any{"session_status": "Succeeded"})
				w.planIsEmpty()
			})
		}
		t.Run(revision+" many", func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Session: vbaws.SessionPlan{Polls: 1}, Behaviour: vbaws.Behaviour{Minimal: true}})
			w.env["VEEAM_VBAWS_API_VERSION"] = revision
			w.rescanMany(10)
			w.apply()
			w.allSucceeded(20)
		})
	}
}

// TestSessionListUnusable: sessions are read by their IDs where the list of them is refused or worthless.
func TestSessionListUnusable(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for name, fault := range map[string]appliance.Fault{
		"403":      {Status: 403, Body: problem403, ContentType: problem},
		"404":      {Status: 404},
		"500":      {Status: 500},
		"504":      {Status: 504},
		"HTML":     {Status: 200, Body: "<html></html>", ContentType: "text/html"},
		"no list":  {Status: 200, Body: "{}", ContentType: "application/json"},
		"empty":    {Status: 200, Body: `{"totalCount":0,"results":[]}`, ContentType: "application/json"},
		"elements": {Status: 200, Body: `{"totalCount":2,"results":[{},{"status":"Failed"}]}`, ContentType: "application/json"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Session: vbaws.SessionPlan{Polls: 1}})
			w.env["VEEAM_VBAWS_API_VERSION"], w.env["VEEAM_VBAWS_MAX_RETRIES"] = "1.3-rev0", "0"
			fault.Method, fault.Path = http.MethodGet, "/api/v1/sessions"
			w.vbaws.Inject(fault)
			w.rescanMany(4)
			w.apply()
			if n := w.vbaws.Count(http.MethodGet, "/api/v1/sessions"); n == 0 {
				t.Error("the list was never requested")
			}
			w.allSucceeded(8)
		})
	}
}

// TestSparseAppliance: what a response may leave out is null in state, and changes nothing else.
func TestSparseAppliance(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{Session: vbaws.SessionPlan{Duration: time.Millisecond}, Behaviour: vbaws.Behaviour{Sparse: true}})
	role := w.vbaws.AddIAMRole(vbaws.IAMRole{Name: "backup"})
	repository := w.vbaws.AddRepository(vbaws.Repository{Name: "archive", RoleID: role})
	w.config(fmt.Sprintf(`
data "veeam_vbaws_repository" "this" { name = "archive" }
data "veeam_vbaws_repositories" "all" {}
data "veeam_vbaws_iam_role" "this" { id = %[2]q }
data "veeam_vbaws_iam_roles" "all" {}
data "veeam_vbaws_regions" "all" { name = "eu-*" }
data "veeam_vbaws_appliance" "this" {}
data "veeam_vbaws_session" "this" { id = veeam_vbaws_repository_rescan.this.session_id }
resource "veeam_vbaws_repository_rescan" "this" { repository_id = data.veeam_vbaws_repository.this.id }
resource "veeam_vbaws_repositories_rescan" "fleet" { repository_ids = [%[1]q] }
resource "veeam_vbaws_iam_role_rescan" "this" {
  iam_role_id  = %[2]q
  region_names = ["us-east-1"]
}
resource "veeam_vbaws_bucket_rescan" "this" { iam_role_id = %[2]q }
resource "veeam_vbaws_virtual_machines_rescan" "this" {}
`, repository, role))
	w.apply()
	ended := map[string]any{"session_status": "Succeeded", "session_result": nil, "started_at": nil, "stopped_at": nil}
	for _, kind := range []string{"repository", "iam_role", "bucket", "virtual_machines"} {
		w.stateHas("veeam_vbaws_"+kind+"_rescan.this", ended)
	}
	w.stateHas("veeam_vbaws_repository.this", map[string]any{"id": repository, "name": "archive", "bucket": nil, "region": nil, "storage_class": nil, "iam_role_id": role})
	w.stateHas("veeam_vbaws_iam_role.this", map[string]any{"id": role, "name": "backup", "kind": nil, "region_type": nil, "role_name": nil})
	w.stateHas("veeam_vbaws_session.this", map[string]any{"status": "Succeeded", "reason": nil, "result": nil, "log": []any{}})
	w.planIsEmpty()
	w.destroy()
}

// TestApplianceLookUpsShareLists: all look-ups of a kind read one list, by name and by ID.
func TestApplianceLookUpsShareLists(t *testing.T) {
	acctest.Concurrent(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	const n = 30
	var repositories, roles []string
	for i := range n {
		repositories = append(repositories, fmt.Sprintf("%q", w.vbaws.AddRepository(vbaws.Repository{Name: fmt.Sprintf("Repository %d", i)})))
		roles = append(roles, fmt.Sprintf("%q", w.vbaws.AddIAMRole(vbaws.IAMRole{Name: fmt.Sprintf("Role %d", i)})))
	}
	w.config(fmt.Sprintf(`
data "veeam_vbaws_repository" "named" {
  count = %[1]d
  name  = "Repository ${count.index}"
}
data "veeam_vbaws_repository" "identified" {
  for_each = toset([%[2]s])
  id       = each.key
}
data "veeam_vbaws_repositories" "filtered" {
  count = %[1]d
  name  = "*${count.index}"
}
data "veeam_vbaws_iam_role" "named" {
  count = %[1]d
  name  = "Role ${count.index}"
}
data "veeam_vbaws_iam_role" "identified" {
  for_each = toset([%[3]s])
  id       = each.key
}
data "veeam_vbaws_regions" "filtered" {
  count = %[1]d
  name  = "*${count.index}"
}`, n, strings.Join(repositories, ", "), strings.Join(roles, ", ")))
	w.apply()
	for _, path := range []string{"/api/v1/repositories", "/api/v1/accounts/amazon", "/api/v1/cloudInfrastructure/regions"} {
		lists, single := w.vbaws.Count(http.MethodGet, path), w.vbaws.Count(http.MethodGet, path+"/*")
		if lists != 1 || single > 2 { // the first two look-ups by ID may be alone
			t.Errorf("GET %s: %d times, and %d times for one of them", path, lists, single)
		}
	}
}
