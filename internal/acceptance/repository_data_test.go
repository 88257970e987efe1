// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestRepositoryLookUp finds one repository by its ID and by its name, on every appliance: each revision names the IAM role
// in a way of its own.
func TestRepositoryLookUp(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	const roleID = "5e1c1a6e-0000-4000-8000-000000000001"
	for _, product := range vbaws.Products() {
		t.Run(product, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: product})
			id := w.vbaws.AddRepository(vbaws.Repository{
				Name: "archive", Description: "Monthly", RoleID: roleID, RoleName: "Backup", Bucket: "archive-bucket", Folder: "monthly", Region: "eu-west-1", Encryption: true,
			})
			w.vbaws.AddRepository(vbaws.Repository{Name: "Archive"}) // another name
			want := map[string]any{
				"name": "archive", "description": "Monthly", "region": "eu-west-1", "bucket": "archive-bucket", "folder": "monthly",
				"iam_role_id": roleID, "iam_role_name": "Backup", "encrypted": true, "storage_class": "Standard",
			}
			if product == "2.0" || product == "3.0" { // revisions before 1.2-rev0
				want["storage_class"] = nil
			}
			w.config(`data "veeam_vbaws_repository" "this" { id = "` + strings.ToUpper(id) + `" }`)
			made(t, w.apply().vbaws, "GET /api/v1/repositories/{id}")
			want["id"] = strings.ToUpper(id)
			w.stateHas("veeam_vbaws_repository.this", want)

			w.config(`data "veeam_vbaws_repository" "this" { name = "archive" }`)
			w.apply()
			want["id"] = id
			w.stateHas("veeam_vbaws_repository.this", want)
			if n := w.vbaws.Count(http.MethodGet, "/api/v1/repositories"); n != 1 {
				t.Errorf("the repositories were listed %d times", n)
			}
		})
	}
}

// TestRepositoryLookUpFails: each mistake is told at plan, with the repositories that may have been meant.
func TestRepositoryLookUpFails(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	const id = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"
	w.vbaws.AddRepository(vbaws.Repository{ID: id, Name: "archive-1"})
	w.vbaws.AddRepository(vbaws.Repository{Name: "twin"})
	w.vbaws.AddRepository(vbaws.Repository{Name: "twin"})
	for _, c := range []struct {
		arguments string
		texts     []string
	}{
		{"", []string{"No attribute specified when one (and only one) of [id,name] is required"}},
		{`id = "` + id + "\"\nname = \"archive-1\"", []string{"2 attributes specified when one (and only one) of [id,name] is required"}},
		{`id = "archive-1"`, []string{"must be an ID such as"}},
		{`name = " "`, []string{"must not be empty"}},
		{`name = "archive-l"`, []string{"Unable to Read Repository", `no repository has the name "archive-l"; there are: "archive-1" (ID ` + id + `)`, `name = "archive-l"`}},
		{`name = "ARCHIVE-1"`, []string{`no repository has the name "ARCHIVE-1"; there are: "archive-1"`}},
		{`name = "twin"`, []string{`2 repositories have the name "twin": "twin" (ID `}},
		{`id = "` + unknownRepository + `"`, []string{`no repository has the ID "` + unknownRepository + `"; there are: "archive-1" (ID ` + id + `)`}},
	} {
		w.config("data \"veeam_vbaws_repository\" \"this\" {\n" + c.arguments + "\n}")
		w.fail(planArgs, c.texts...)
	}
}

// TestRepositoriesData: every filter narrows the list, nothing found is no error, and the list is sorted.
func TestRepositoriesData(t *testing.T) {
	acctest.LifeCycle(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
	const role = "5e1c1a6e-0000-4000-8000-00000000000A"
	w.vbaws.AddRepository(vbaws.Repository{Name: "prod-2", Bucket: "shared", Region: "eu-west-1"})
	w.vbaws.AddRepository(vbaws.Repository{Name: "Prod-1", Bucket: "own", Region: "eu-west-1", RoleID: strings.ToLower(role)})
	w.vbaws.AddRepository(vbaws.Repository{Name: "test-1", Bucket: "shared", Region: "us-east-1"})
	for _, c := range []struct {
		filters string
		want    []string
	}{
		{"", []string{"Prod-1", "prod-2", "test-1"}},
		{`name = "prod-*"`, []string{"Prod-1", "prod-2"}},
		{`name = "?????1"`, []string{"Prod-1", "test-1"}},
		{`region = "eu-west-1"`, []string{"Prod-1", "prod-2"}},
		{`bucket = "shared"`, []string{"prod-2", "test-1"}},
		{`iam_role_id = "` + role + `"`, []string{"Prod-1"}},
		{"region = \"eu-west-1\"\nbucket = \"shared\"", []string{"prod-2"}},
		{`bucket = "none"`, nil},
	} {
		w.config("data \"veeam_vbaws_repositories\" \"all\" {\n" + c.filters + "\n}")
		w.apply()
		var names []string
		for _, r := range w.attributes("veeam_vbaws_repositories.all")["repositories"].([]any) {
			names = append(names, r.(map[string]any)["name"].(string))
		}
		if diff := cmp.Diff(c.want, names); diff != "" {
			t.Errorf("%s (-want +have):\n%s", c.filters, diff)
		}
	}
	w.config(`data "veeam_vbaws_repositories" "all" { iam_role_id = "arn:aws:iam::123456789012:role/backup" }`)
	w.fail(planArgs, "must be an ID such as")
	w.vbaws.Inject(appliance.Fault{Path: "/api/v1/repositories", Status: 403, Body: problem403, ContentType: problem})
	w.config(`data "veeam_vbaws_repositories" "all" {}`)
	w.fail(planArgs, "Unable to List Repositories", "403 Forbidden: Access denied.", `Give the account of block "vbaws" the role`)
}

// TestSessionData shows a session as the appliance tells it, with its whole log.
func TestSessionData(t *testing.T) {
	acctest.LifeCycle(t)
	w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusFailed, Reason: "The folder is locked.", Log: []vbaws.LogItem{
		{Status: "Success", Message: "The folder was found."}, {Status: "Error", Message: "Lock 7 is held."},
	}}})
	w.rescan("1", "wait_for_completion = false")
	w.apply()
	session := func(id string) string { return fmt.Sprintf("data \"veeam_vbaws_session\" \"last\" { id = %q }", id) }
	w.config(repositoryRescans.hcl("this", w.id, "triggers = { a = \"1\" }\nwait_for_completion = false") + session(w.newest().ID))
	w.apply()
	s := w.newest()
	const seconds = "2006-01-02T15:04:05Z"
	w.stateHas("veeam_vbaws_session.last", map[string]any{
		"status": "Failed", "result": "Failed", "reason": "The folder is locked.", "type": "Task",
		"started_at": s.Started.Format(seconds), "stopped_at": s.Stopped.Format(seconds),
		"log": []any{
			map[string]any{"time": s.Stopped.Format(seconds), "status": "Success", "message": "The folder was found."},
			map[string]any{"time": s.Stopped.Format(seconds), "status": "Error", "message": "Lock 7 is held."},
		},
	})
	w.vbaws.PurgeSessions()
	w.fail(planArgs, "Unable to Read Session", "Session "+s.ID, "404 Not Found", "It may have been purged.")
	w.config(session("last"))
	w.fail(planArgs, "must be an ID such as")
}

// TestApplianceData tells of every appliance what it accepts, and whether repositories can still be rescanned.
func TestApplianceData(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for _, c := range []struct {
		product, role string
		version       any
		accepted      []any
		rescan        any
	}{
		{"2.0", vbaws.Administrator, "2.0.0.0", []any{"1.0-rev0"}, "1.0-rev0"},
		{"5.0", vbaws.Administrator, "5.0.0.0", []any{"1.3-rev0", "1.2-rev0", "1.1-rev0", "1.0-rev0"}, "1.3-rev0"},
		{"7.0", vbaws.Operator, nil, []any{"1.5-rev1", "1.5-rev0", "1.4-rev0", "1.3-rev0"}, "1.3-rev0"},
		{"8.0", vbaws.Administrator, "8.1.0.7", []any{"1.6-rev0", "1.5-rev1", "1.5-rev0", "1.4-rev0"}, nil},
	} {
		for _, pinned := range []string{"auto", c.accepted[len(c.accepted)-1].(string)} {
			t.Run(c.product+" "+pinned, func(t *testing.T) {
				w := newWorld(t, vb365.Config{}, vbaws.Config{Product: c.product, Users: map[string]vbaws.User{user: {Password: loginPassword, Role: c.role}}})
				w.env["VEEAM_VBAWS_API_VERSION"] = pinned
				w.config(`data "veeam_vbaws_appliance" "this" {}`)
				w.apply()
				w.stateHas("veeam_vbaws_appliance.this", map[string]any{
					"version": c.version, "newest_revision": c.accepted[0], "accepted_revisions": c.accepted,
					"repository_rescan_supported": c.rescan != nil, "rescan_revision": c.rescan,
				})
			})
		}
	}
}

// TestRepositoryLookUpBeforeTheApplianceIsKnown: a look-up happens at plan, and says so when it is told only after apply whom to ask.
func TestRepositoryLookUpBeforeTheApplianceIsKnown(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	delete(w.env, "VEEAM_VBAWS_ENDPOINT")
	w.config(`
resource "terraform_data" "appliance" { input = "` + w.vbaws.URL() + `" }
provider "veeam" {
  vbaws = { endpoint = terraform_data.appliance.output }
}
data "veeam_vbaws_repositories" "all" {}
data "veeam_vbaws_repository" "one" { name = "archive" }
data "veeam_vbaws_session" "last" { id = "` + unknownRepository + `" }
data "veeam_vbaws_appliance" "this" {}`)
	w.fail(planArgs, "Unable to List Repositories", "Unable to Read Repository", "Unable to Read Session", "Unable to Read Appliance",
		`Block "vbaws" of the provider configuration depends on values that are known only after apply`)
}
