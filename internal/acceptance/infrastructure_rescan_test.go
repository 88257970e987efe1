// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	machinesRescan = "veeam_vbaws_virtual_machines_rescan.this"
	machinesPost   = "POST /api/v1/virtualMachines/rescan"
	roleRescan     = "veeam_vbaws_iam_role_rescan.this"
	exampleRole    = "757efdd7-128e-470c-90b6-1b274dbf502f"
)

func machinesHCL(trigger, arguments string) string {
	return fmt.Sprintf("resource \"veeam_vbaws_virtual_machines_rescan\" \"this\" {\n  triggers = { a = %q }\n%s\n}\n", trigger, arguments)
}

// regionID gives the simulated appliance's ID of a region.
func (w *world) regionID(name string) string {
	w.Helper()
	for _, r := range w.vbaws.Regions() {
		if r.Name == name {
			return r.ID
		}
	}
	w.Fatalf("there is no region %s", name)
	return ""
}

// bodies gives those of the last command's POSTs to a path of Veeam Backup for AWS, in order.
func (w *world) bodies(path string) (bodies []string) {
	for _, e := range w.vbaws.Requests() {
		if e.Method == http.MethodPost && e.Path == path {
			bodies = append(bodies, string(e.Body))
		}
	}
	return bodies
}

// TestInfrastructureRescansOnEveryProduct: all appliances have these rescans, also those that have lost the one of a
// repository. They go in the newest revision that the appliance accepts.
func TestInfrastructureRescansOnEveryProduct(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for product, revision := range map[string]string{
		"2.0": "1.0-rev0", "3.0": "1.1-rev0", "4.0": "1.2-rev0", "5.0": "1.3-rev0", "6.0": "1.4-rev0", "7.0": "1.5-rev1",
		"8.0": "1.6-rev0", "9": "1.7-rev0", "10": "1.8-rev0", "11": "1.9-rev0",
	} {
		t.Run(product, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: product})
			w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
			depends := "depends_on = [" + roleRescan + "]"
			text := iamRoleRescans.hcl("this", exampleRole, `region_names = ["us-east-1", "eu-central-1"]`) + bucketRescans.hcl("this", exampleRole, depends)
			if product != "2.0" {
				text += machinesHCL("1", "depends_on = [veeam_vbaws_bucket_rescan.this]")
			}
			w.config(text)
			w.plan()
			w.applySaved()

			want := []string{
				"GET /accounts/amazon " + revision + " 200", "GET /cloudInfrastructure/regions " + revision + " 200",
				"POST /accounts/amazon/{id}/rescan " + revision + " 202", "GET /sessions/{id} " + revision + " 200",
				"POST /cloudInfrastructure/buckets/rescan/{id} " + revision + " 202", "GET /sessions/{id} " + revision + " 200",
			}
			if product != "2.0" {
				want = append(want, "POST /virtualMachines/rescan "+revision+" 202", "GET /sessions/{id} "+revision+" 200")
			}
			calls := slices.DeleteFunc(w.dialogue(), func(line string) bool { return strings.HasPrefix(line, "POST /token") })
			made(t, calls, want...)

			regions := []string{w.regionID("us-east-1"), w.regionID("eu-central-1")}
			slices.Sort(regions)
			w.sentOnce("/api/v1/accounts/amazon/"+exampleRole+"/rescan", `{"regionIds":["`+strings.Join(regions, `","`)+`"]}`, "application/json")
			w.sentOnce("/api/v1/cloudInfrastructure/buckets/rescan/"+exampleRole, "", "")
			w.stateHas(roleRescan, map[string]any{"session_status": "Succeeded", "session_result": "Success", "region_ids": nil})
			w.stateHas("veeam_vbaws_bucket_rescan.this", map[string]any{"session_status": "Succeeded"})
			if product != "2.0" {
				w.sentOnce("/api/v1/virtualMachines/rescan", "", "")
				w.stateHas(machinesRescan, map[string]any{"session_status": "Succeeded"})
			}
			w.planIsEmpty()
			w.nothingSent("a plan without changes")
			w.destroy()
			w.nothingSent("destroy")
		})
	}
}

// sentOnce checks the only POST of the last command to a path.
func (w *world) sentOnce(path, body, contentType string) {
	w.Helper()
	n := 0
	for _, e := range w.vbaws.Requests() {
		if e.Method != http.MethodPost || e.Path != path {
			continue
		}
		n++
		if string(e.Body) != body || e.Header.Get("Content-Type") != contentType {
			w.Errorf("POST %s carries %q of type %q, want %q of type %q", path, e.Body, e.Header.Get("Content-Type"), body, contentType)
		}
	}
	if n != 1 {
		w.Errorf("POST %s was sent %d times", path, n)
	}
}

// TestVirtualMachinesRescanMissing: the first revision lacks this rescan. The plan says so, and what to do.
func TestVirtualMachinesRescanMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ product, pinned string }{{"2.0", ""}, {"5.0", "1.0-rev0"}} {
		t.Run(c.product+" "+c.pinned, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: c.product})
			w.env["VEEAM_VBAWS_API_VERSION"] = c.pinned
			w.config(machinesHCL("1", ""))
			w.fail(planArgs, "Planning failed", "Unable to Rescan EC2 Instances", "with "+machinesRescan,
				"revision 1.0-rev0 of the API of Veeam Backup for AWS does not have the rescan of EC2 instances; it exists since 1.1-rev0.",
				"Appliances from version 3.0 on accept that revision.", `Omit api_version in block "vbaws" (VEEAM_VBAWS_API_VERSION)`,
				"The resource veeam_vbaws_iam_role_rescan exists in every revision")
			if n := w.vbaws.Count(http.MethodPost, "/api/v1/virtualMachines/rescan"); n != 0 {
				t.Errorf("it was sent %d times", n)
			}
		})
	}
}

// TestVirtualMachinesRescan: it fires on create and for triggers, and records what came of it; one that failed is fired
// again, and one whose end an update did not see is waited for.
func TestVirtualMachinesRescan(t *testing.T) {
	acctest.LifeCycle(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
	w.env["VEEAM_VBAWS_API_VERSION"] = "1.8-rev0"
	newest := func() string { all := w.vbaws.Sessions(); return all[len(all)-1].ID }
	w.config(machinesHCL("1", ""))
	w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusFailed, Reason: "No role can be assumed."})
	r := w.fail(applyArgs, "Unable to Rescan EC2 Instances", "the session ended with status Failed: No role can be assumed. From its log:")
	r.wants(w, "EC2 instances, session "+newest())
	made(t, r.vbaws, machinesPost, sessionRead, logRead)
	w.stateHas(machinesRescan, map[string]any{"session_id": newest(), "session_status": "Failed", "(status)": "tainted"})
	made(t, w.apply().vbaws, machinesPost, sessionRead)
	w.stateHas(machinesRescan, map[string]any{"session_id": newest(), "session_status": "Succeeded"})
	first := newest()

	w.config(machinesHCL("1", "wait_for_completion = false"))
	w.apply()
	w.nothingSent("an edit that fires nothing")

	w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusRunning})
	w.config(machinesHCL("2", soon))
	made(t, w.fail(applyArgs, "EC2 instances, session ", "its outcome is unknown (last status: Running)").vbaws[:1], machinesPost)
	if newest() == first {
		t.Fatal("no session was started")
	}
	w.stateHas(machinesRescan, map[string]any{"session_id": newest(), "session_status": "Running", "triggers": map[string]any{"a": "1"}, "(status)": ""})
	w.vbaws.SetSession(newest(), func(s *vbaws.Session) { s.Status = vbaws.StatusSucceeded })
	w.apply()
	w.stateHas(machinesRescan, map[string]any{"session_id": newest(), "session_status": "Succeeded", "triggers": map[string]any{"a": "2"}})
	w.planIsEmpty()
	w.nothingSent("a plan after it has succeeded")
}

// TestInfrastructureRescansOfAnOperator: an Operator may rescan IAM roles but no buckets, which the error says.
func TestInfrastructureRescansOfAnOperator(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "8.0", Users: map[string]vbaws.User{user: {Password: loginPassword, Role: vbaws.Operator}}})
	w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
	w.config(iamRoleRescans.hcl("this", exampleRole, "") + bucketRescans.hcl("this", exampleRole, "depends_on = ["+roleRescan+"]"))
	w.fail(applyArgs, "Unable to Rescan Buckets", "with veeam_vbaws_bucket_rescan.this", "Buckets of IAM role "+w.title(exampleRole)+": Veeam Backup for AWS answered POST", "403 Forbidden",
		"Rescanning buckets requires the role Portal Administrator.", `Give the account of block "vbaws" the role that the operation requires.`)
	w.stateHas(roleRescan, map[string]any{"session_status": "Succeeded"})
	w.stateLacks("veeam_vbaws_bucket_rescan.this")
	w.sentOnce("/api/v1/accounts/amazon/"+exampleRole+"/rescan", "{}", "application/json")
}

// TestRescansOfAnUnknownRole: the plan names the roles that there are.
func TestRescansOfAnUnknownRole(t *testing.T) {
	t.Parallel()
	for kind, k := range map[string]rescanKind{"IAM Role": iamRoleRescans, "Buckets": bucketRescans} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "9"})
			w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
			w.config(k.hcl("this", exampleRepository, ""))
			w.fail(planArgs, "Planning failed", "Unable to Rescan "+kind, "iam_role_id = ",
				`IAM role `+exampleRepository+`: no IAM role has the ID "`+exampleRepository+`"; there are: "Branch" (ID `+exampleRole+`).`,
				"The IDs of IAM roles are those of the data source veeam_vbaws_iam_roles")
			w.config(k.hcl("this", "arn:aws:iam::123456789012:role/Branch", ""))
			w.fail(planArgs, "iam_role_id", "must be an ID such as")
			w.nothingSent("an ID of the wrong shape")
			w.config(k.hcl("this", strings.ToUpper(exampleRole), "")) // as some tools print it
			w.apply()
			w.planIsEmpty()
		})
	}
}

// TestRescanOfARoleKnownLate: a role that only apply knows is planned without asking for it; when it turns out that there is
// none, nothing is sent.
func TestRescanOfARoleKnownLate(t *testing.T) {
	t.Parallel()
	for _, k := range []rescanKind{iamRoleRescans, bucketRescans} {
		t.Run(k.object, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
			role := "resource \"terraform_data\" \"role\" {\n  input = \"" + exampleRole + "\"\n}\n"
			w.config(role + strings.ReplaceAll(k.hcl("this", "LATE", ""), `"LATE"`, "terraform_data.role.output"))
			made(t, w.planChanges("(known after apply)").vbaws)
			w.fail(applyArgs, `no IAM role has the ID "`+exampleRole+`"; there are no IAM roles.`)
			if n := k.fired(w, exampleRole); n != 0 {
				t.Errorf("it was sent %d times", n)
			}
			w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
			w.apply()
			if n := k.fired(w, exampleRole); n != 1 {
				t.Errorf("it was sent %d times", n)
			}
			w.planIsEmpty()
		})
	}
}

// TestPlansOfManyRescansAskOnce: the checks of a plan share one list, however many rescans there are.
func TestPlansOfManyRescansAskOnce(t *testing.T) {
	acctest.Concurrent(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
	text := ""
	for i := range 30 {
		text += iamRoleRescans.hcl(fmt.Sprintf("r%d", i), addIAMRole(w), `region_names = ["eu-west-1", "us-east-1"]`)
	}
	w.config(text)
	made(t, w.planChanges("30 to add").vbaws, "GET /api/v1/accounts/amazon", "GET /api/v1/cloudInfrastructure/regions")
}

// TestRoleChecksLeaveTroubleToApply: a plan does not need the appliance, unless it refuses the account.
func TestRoleChecksLeaveTroubleToApply(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
	w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
	w.config(iamRoleRescans.hcl("this", exampleRole, `region_names = ["eu-west-1"]`) + bucketRescans.hcl("this", exampleRole, ""))
	w.vbaws.Inject(appliance.Fault{Path: "/api/v1/accounts/amazon", Status: 500, Body: problem500, ContentType: problem})
	w.planChanges("2 to add")
	w.vbaws.ClearFaults()
	w.vbaws.Inject(appliance.Fault{Path: "/api/v1/cloudInfrastructure/regions", Status: 500, Body: problem500, ContentType: problem})
	w.planChanges("2 to add")
	w.fail(applyArgs, "Unable to Rescan IAM Role", "answered GET /api/v1/cloudInfrastructure/regions with 500 Internal Server Error: Internal error. The database is locked.")
	if n := iamRoleRescans.fired(w, exampleRole); n != 0 {
		t.Errorf("it was sent %d times without its regions", n)
	}
	w.stateLacks(roleRescan)
	w.vbaws.ClearFaults()
	w.env["VEEAM_VBAWS_PASSWORD"] = "canary-wrong-5d20"
	w.secrets = append(w.secrets, "canary-wrong-5d20")
	w.fail(planArgs, "Planning failed", "Veeam Backup for AWS refused the account")
}
