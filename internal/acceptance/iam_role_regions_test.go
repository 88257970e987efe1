// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// regionRow is a rescan of an IAM role whose regions change. ID(name) stands for the appliance's ID of a region.
type regionRow struct {
	name, before, after string
	planned             bool   // the plan shows the outcome as known after apply
	fires               string // for these regions; "all"; "": nothing is sent
}

// regionRows are all the ways in which regions change: what was not covered before is rescanned, with the rest of what
// the configuration then says; narrowing fires nothing.
var regionRows = []regionRow{
	{name: "ids_stay", before: `region_ids = [ID(eu-west-1), ID(us-east-1)]`, after: `region_ids = [ID(us-east-1), ID(eu-west-1)]`},
	{name: "id_added", before: `region_ids = [ID(eu-west-1)]`, after: `region_ids = [ID(eu-west-1), ID(us-east-1)]`, planned: true, fires: "eu-west-1 us-east-1"},
	{name: "id_removed", before: `region_ids = [ID(eu-west-1), ID(us-east-1)]`, after: `region_ids = [ID(eu-west-1)]`},
	{name: "id_replaced", before: `region_ids = [ID(eu-west-1)]`, after: `region_ids = [ID(us-east-1)]`, planned: true, fires: "us-east-1"},
	{name: "name_added", before: `region_names = ["eu-west-1"]`, after: `region_names = ["eu-west-1", "us-east-1"]`, planned: true, fires: "eu-west-1 us-east-1"},
	{name: "name_removed", before: `region_names = ["eu-west-1", "us-east-1"]`, after: `region_names = ["us-east-1"]`},
	{name: "all_to_some", after: `region_names = ["us-east-1"]`},
	{name: "some_to_all", before: `region_names = ["us-east-1"]`, planned: true, fires: "all"},
	{name: "ids_to_names", before: `region_ids = [ID(us-east-1)]`, after: `region_names = ["us-east-1"]`, planned: true, fires: "us-east-1"},
	{name: "names_to_ids", before: `region_names = ["us-east-1"]`, after: `region_ids = [ID(us-east-1)]`, planned: true, fires: "us-east-1"},
	{name: "removed_with_trigger", before: "triggers = { a = \"1\" }\nregion_names = [\"us-east-1\", \"eu-west-1\"]", after: "triggers = { a = \"2\" }\nregion_names = [\"eu-west-1\"]", planned: true, fires: "eu-west-1"},
	{name: "added_with_first_triggers", before: `region_names = ["us-east-1"]`, after: "triggers = { a = \"1\" }\nregion_names = [\"us-east-1\", \"eu-west-1\"]", planned: true, fires: "eu-west-1 us-east-1"},
	{name: "unknown_name_stays", before: `region_names = [terraform_data.stays.output]`, after: `region_names = [terraform_data.stays.output]`, planned: true},
	{name: "unknown_name_changes", before: `region_names = [terraform_data.changes.output]`, after: `region_names = [terraform_data.changes.output]`, planned: true, fires: "us-east-2"},
	{name: "unknown_set_is_first", after: `region_names = terraform_data.set.output`, planned: true},
}

var regionIDs = regexp.MustCompile(`ID\(([a-z0-9-]+)\)`)

// TestIAMRoleRescanRegions goes through the rows: what the plan announces, and what is sent.
func TestIAMRoleRescanRegions(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "8.0"})
	roles := map[string]string{}
	for _, row := range regionRows {
		roles[row.name] = addIAMRole(w)
	}
	configure := func(changed string, arguments func(regionRow) string) {
		text := "locals {\n  changed = \"" + changed + "\"\n}\n" +
			"resource \"terraform_data\" \"stays\" {\n  input = \"us-east-1\"\n  triggers_replace = local.changed\n}\n" +
			"resource \"terraform_data\" \"changes\" {\n  input = local.changed\n}\n" +
			"resource \"terraform_data\" \"set\" {\n  input = [local.changed]\n}\n"
		for _, row := range regionRows {
			a := regionIDs.ReplaceAllStringFunc(arguments(row), func(m string) string { return `"` + w.regionID(m[3:len(m)-1]) + `"` })
			text += iamRoleRescans.hcl(row.name, roles[row.name], a)
		}
		w.config(text)
	}
	configure("us-east-1", func(r regionRow) string { return r.before })
	w.apply()
	for _, row := range regionRows {
		if n := iamRoleRescans.fired(w, roles[row.name]); n != 1 {
			t.Errorf("%s: %d rescans were sent on create", row.name, n)
		}
	}
	w.planIsEmpty()
	w.nothingSent("a plan without changes")

	configure("us-east-2", func(r regionRow) string { return r.after })
	changes, _ := w.plan()
	for _, row := range regionRows {
		change := changes[iamRoleRescans.address(row.name)]
		w.announces(iamRoleRescans, row.name, change, row.planned)
		if slices.Contains(change.Actions, "delete") {
			t.Errorf("%s: the plan is to %s", row.name, change.Actions)
		}
	}
	w.applySaved()
	for _, row := range regionRows {
		var want []string
		switch row.fires {
		case "":
		case "all":
			want = []string{"{}"}
		default:
			var ids []string
			for name := range strings.FieldsSeq(row.fires) {
				ids = append(ids, w.regionID(name))
			}
			slices.Sort(ids)
			want = []string{`{"regionIds":["` + strings.Join(ids, `","`) + `"]}`}
		}
		if sent := w.bodies("/api/v1/accounts/amazon/" + roles[row.name] + "/rescan"); !slices.Equal(sent, want) {
			t.Errorf("%s: sent were %q, want %q", row.name, sent, want)
		}
	}
	w.planIsEmpty()
	w.nothingSent("a plan after everything has fired")
}

// TestIAMRoleRescanOfMoreRegionsFails: regions are taken for rescanned only when they have been. Until then the plan
// shows them as added, and the next apply waits for the session that still runs, or fires again.
func TestIAMRoleRescanOfMoreRegionsFails(t *testing.T) {
	start := func(t *testing.T) (w *world, regions func(arguments string)) {
		w = newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
		w.env["VEEAM_VBAWS_API_VERSION"] = "1.8-rev0"
		w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
		regions = func(arguments string) { w.config(iamRoleRescans.hcl("this", exampleRole, arguments)) }
		regions(`region_names = ["us-east-1"]`)
		w.apply()
		return w, regions
	}
	newest := func(w *world) vbaws.Session { all := w.vbaws.Sessions(); return all[len(all)-1] }
	before, after := []any{"us-east-1"}, []any{"eu-west-1", "us-east-1"}
	t.Run("failed", func(t *testing.T) {
		w, regions := start(t)
		w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusFailed})
		regions(`region_names = ["us-east-1", "eu-west-1"]`)
		w.fail(applyArgs, "the session ended with status Failed")
		w.stateHas(roleRescan, map[string]any{"region_names": before, "session_id": newest(w).ID, "session_status": "Failed", "(status)": ""})
		w.planChanges(`+ "eu-west-1"`, "(known after apply)")
		w.apply()
		w.stateHas(roleRescan, map[string]any{"region_names": after, "session_id": newest(w).ID, "session_status": "Succeeded"})
		w.planIsEmpty()
	})
	for _, c := range []struct {
		name, regions string
		posts         int
	}{
		{"still running", `region_names = ["us-east-1", "eu-west-1"]`, 0},
		{"still running for others", `region_names = ["us-east-1", "eu-west-2"]`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, regions := start(t)
			w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusRunning})
			regions("region_names = [\"us-east-1\", \"eu-west-1\"]\n" + soon)
			w.fail(applyArgs, "its outcome is unknown (last status: Running)")
			first := newest(w).ID
			w.stateHas(roleRescan, map[string]any{"region_names": before, "session_id": first, "session_status": "Running"})
			regions(c.regions)
			w.plan()
			w.vbaws.ResetLog()
			read := w.when(func() bool { return w.vbaws.Count("GET", "/api/v1/sessions/"+first) >= 1 })
			go func() {
				<-read
				w.vbaws.SetSession(first, func(s *vbaws.Session) { s.Status = vbaws.StatusSucceeded })
			}()
			w.applySaved()
			if n := iamRoleRescans.fired(w, exampleRole); n != c.posts {
				t.Errorf("it was sent %d times", n)
			}
			w.stateHas(roleRescan, map[string]any{"session_id": newest(w).ID, "session_status": "Succeeded"})
			w.planIsEmpty()
		})
	}
}

// TestIAMRoleRescanOfUnknownRegions: a region that the appliance does not have is told at plan with those that are
// meant; nothing is sent.
func TestIAMRoleRescanOfUnknownRegions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arguments string
		says      []string
	}{
		"name": {`region_names = ["us-east-1", "us-esat-2"]`, []string{
			"Planning failed", "Unable to Rescan IAM Role", "region_names = ",
			`IAM role ` + exampleRole + `: no region has the name "us-esat-2"; the nearest of 16 regions: "us-east-2" (ID `,
			"The data source veeam_vbaws_regions lists the regions of the appliance.",
		}},
		"ID":           {`region_ids = ["` + exampleRepository + `"]`, []string{"Planning failed", "region_ids = ", `no region has the ID "` + exampleRepository + `"; the nearest of 16 regions:`}},
		"both":         {fmt.Sprintf("region_ids = [%q]\nregion_names = [\"us-east-1\"]", exampleRepository), []string{"Invalid Attribute Combination", "region_names"}},
		"names as IDs": {`region_ids = ["us-east-1"]`, []string{"region_ids", "must be an ID such as"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
			w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
			w.config(iamRoleRescans.hcl("this", exampleRole, c.arguments))
			w.fail(planArgs, c.says...)
			if n := iamRoleRescans.fired(w, exampleRole); n != 0 {
				t.Errorf("it was sent %d times", n)
			}
		})
	}
	// What only apply knows is reported there. An empty set is never taken for all regions.
	for late, says := range map[string]string{`["us-esat-2"]`: `no region has the name "us-esat-2"`, `[]`: ""} {
		t.Run("late "+late, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "10"})
			w.vbaws.AddIAMRole(vbaws.IAMRole{ID: exampleRole, Name: "Branch"})
			w.config("resource \"terraform_data\" \"regions\" {\n  input = toset(" + late + ")\n}\n" +
				iamRoleRescans.hcl("this", exampleRole, "region_names = terraform_data.regions.output"))
			w.planChanges("(known after apply)")
			if says != "" {
				w.fail(applyArgs, says)
			} else {
				w.apply()
			}
			if n := iamRoleRescans.fired(w, exampleRole); n != 0 {
				t.Errorf("it was sent %d times", n)
			}
		})
	}
}
