// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// triggerRow is a rescan that exists with some arguments and then gets others.
type triggerRow struct {
	name          string
	before, after string
	moves         bool // to another repository or proxy
	vanishes      bool // the repository or proxy is removed from the appliance behind the provider's back
	planned       bool // the plan shows the outcome as known after apply
	fires         bool // one rescan is sent
}

// triggerRows are all the ways in which a configuration changes; see "triggers" in the documentation of both objects.
var triggerRows = []triggerRow{
	{name: "value_changes", before: `triggers = { a = "1" }`, after: `triggers = { a = "2" }`, planned: true, fires: true},
	{name: "key_added", before: `triggers = { a = "1" }`, after: `triggers = { a = "1", b = "1" }`, planned: true, fires: true},
	{name: "key_removed", before: `triggers = { a = "1", b = "1" }`, after: `triggers = { a = "1" }`, planned: true, fires: true},
	{name: "key_renamed", before: `triggers = { a = "1" }`, after: `triggers = { b = "1" }`, planned: true, fires: true},
	{name: "first_key_added", before: `triggers = {}`, after: `triggers = { a = "1" }`, planned: true, fires: true},
	{name: "last_key_removed", before: `triggers = { a = "1" }`, after: `triggers = {}`, planned: true, fires: true},
	{name: "value_becomes_null", before: `triggers = { a = "1" }`, after: `triggers = { a = null }`, planned: true, fires: true},
	{name: "sensitive_value_changes", before: `triggers = { a = sensitive("hidden-one") }`, after: `triggers = { a = sensitive("hidden-two") }`, planned: true, fires: true},
	{name: "value_changes_with_timeouts", before: `triggers = { a = "1" }`, after: "triggers = { a = \"2\" }\ntimeouts = { update = \"5m\" }", planned: true, fires: true},
	{name: "moves", moves: true, planned: true, fires: true},
	{name: "moves_with_triggers", before: `triggers = { a = "1" }`, after: `triggers = { a = "1" }`, moves: true, planned: true, fires: true},

	{name: "unknown_value_changes", before: `triggers = { a = terraform_data.changes.output }`, after: `triggers = { a = terraform_data.changes.output }`, planned: true, fires: true},
	{name: "unknown_value_stays", before: `triggers = { a = terraform_data.stays.output }`, after: `triggers = { a = terraform_data.stays.output }`, planned: true},
	{name: "unknown_key_added", before: `triggers = { a = "1" }`, after: `triggers = { a = "1", b = terraform_data.stays.output }`, planned: true, fires: true},
	{name: "unknown_map_changes", before: `triggers = terraform_data.map_changes.output`, after: `triggers = terraform_data.map_changes.output`, planned: true, fires: true},
	{name: "unknown_map_stays", before: `triggers = terraform_data.map_stays.output`, after: `triggers = terraform_data.map_stays.output`, planned: true},
	{name: "unknown_value_in_first_map", after: `triggers = { a = terraform_data.changes.output }`},
	{name: "unknown_map_is_first", after: `triggers = terraform_data.map_changes.output`},

	{name: "nothing_changes", before: `triggers = { a = "1" }`, after: `triggers = { a = "1" }`},
	{name: "no_triggers_at_all"},
	{name: "order_changes", before: `triggers = { a = "1", b = "2" }`, after: `triggers = { b = "2", a = "1" }`},
	{name: "map_added", after: `triggers = { a = "1" }`},
	{name: "empty_map_added", after: `triggers = {}`},
	{name: "map_removed", before: `triggers = { a = "1" }`},
	{name: "empty_map_removed", before: `triggers = {}`},
	{name: "timeouts_added", before: `triggers = { a = "1" }`, after: "triggers = { a = \"1\" }\ntimeouts = { create = \"10m\", update = \"10m\" }"},
	{name: "timeouts_edited", before: `timeouts = { create = "10m" }`, after: `timeouts = { create = "20m" }`},
	{name: "timeouts_removed", before: `timeouts = { create = "10m" }`},
	{name: "no_longer_waited_for", before: `triggers = { a = "1" }`, after: "triggers = { a = \"1\" }\nwait_for_completion = false"},
	{name: "waits_by_default", after: `wait_for_completion = true`},
	{name: "all_but_triggers_edited", before: `triggers = { a = "1" }`, after: "triggers = { a = \"1\" }\nwait_for_completion = false\ntimeouts = { update = \"2m\" }"},
	{name: "subject_vanishes", before: `triggers = { a = "1" }`, after: `triggers = { a = "1" }`, vanishes: true},
	{name: "subject_vanishes_and_map_added", after: `triggers = { a = "1" }`, vanishes: true},
}

// quiet rows can be told to fire nothing without asking any appliance.
func (r triggerRow) quiet() bool { return !r.planned && !strings.Contains(r.after, "terraform_data") }

// knownLate are objects whose outputs the plan does not know when their revision changes.
const knownLate = `
locals {
  revision = "REVISION"
}
resource "terraform_data" "changes" {
  input = local.revision
}
resource "terraform_data" "stays" {
  input            = "same"
  triggers_replace = local.revision
}
resource "terraform_data" "map_changes" {
  input = { a = local.revision }
}
resource "terraform_data" "map_stays" {
  input            = { a = "same" }
  triggers_replace = local.revision
}
`

// TestRepositoryRescanTriggers and its siblings go through the rows with all rescans: what the plan announces, which
// rescans are sent, and what the state records.
func TestRepositoryRescanTriggers(t *testing.T) {
	acctest.LifeCycle(t)
	triggersFire(t, repositoryRescans)
}

func TestIAMRoleRescanTriggers(t *testing.T) {
	acctest.LifeCycle(t)
	triggersFire(t, iamRoleRescans)
}

func TestBucketRescanTriggers(t *testing.T) {
	acctest.LifeCycle(t)
	triggersFire(t, bucketRescans)
}

func TestProxyRescanTriggers(t *testing.T) {
	acctest.LifeCycle(t)
	triggersFire(t, proxyRescans)
}

func triggersFire(t *testing.T, k rescanKind) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	subjects, targets := map[string]string{}, map[string]string{}
	for _, row := range triggerRows {
		subjects[row.name] = k.add(w)
		targets[row.name] = subjects[row.name]
		if row.moves {
			targets[row.name] = k.add(w)
		}
	}
	// configure gives the rows chosen their new arguments.
	configure := func(revision string, changed func(triggerRow) bool) {
		text := strings.ReplaceAll(knownLate, "REVISION", revision)
		for _, row := range triggerRows {
			if changed(row) {
				text += k.hcl(row.name, targets[row.name], row.after)
			} else {
				text += k.hcl(row.name, subjects[row.name], row.before)
			}
		}
		w.config(text)
	}

	configure("1", func(triggerRow) bool { return false })
	w.createsFire(k, subjects)

	// Neither an ended session that is forgotten, nor a subject that is gone, nor a new provider is a change.
	w.vbaws.PurgeSessions()
	for _, row := range triggerRows {
		if row.vanishes {
			k.remove(w, subjects[row.name])
		}
	}
	w.planIsEmpty()
	w.nothingSent("a plan without changes")
	w.env["TF_CLI_CONFIG_FILE"] = otherBuild(t)
	w.planIsEmpty()
	w.nothingSent("a plan by another version of the provider")

	before := w.records(k)
	configure("1", triggerRow.quiet)
	changes, _ := w.plan()
	w.nothingSent("a plan of edits that fire nothing")
	for _, row := range triggerRows {
		w.announces(k, row.name, changes[k.address(row.name)], false)
	}
	w.applySaved()
	w.nothingSent("edits that fire nothing")
	w.unchanged(k, before, w.records(k))
	w.planIsEmpty()

	configure("2", func(triggerRow) bool { return true })
	changes, r := w.plan()
	r.wants(w, k.computed[0]+" = ", "(known after apply)")
	for _, row := range triggerRows {
		change := changes[k.address(row.name)]
		w.announces(k, row.name, change, row.planned)
		if slices.Contains(change.Actions, "delete") {
			t.Errorf("%s: the plan is to %s", row.name, change.Actions)
		}
	}
	applied := w.applySaved()
	for _, text := range []string{"hidden-one", "hidden-two"} {
		if strings.Contains(r.output+applied.output, text) {
			t.Errorf("the sensitive trigger %s is shown", text)
		}
	}
	after := w.records(k)
	for _, row := range triggerRows {
		want := map[bool]int{true: 1}[row.fires]
		if n := k.fired(w, targets[row.name]); n != want {
			t.Errorf("%s: %d rescans were sent, want %d", row.name, n, want)
		}
		if row.moves && k.fired(w, subjects[row.name]) != 0 {
			t.Errorf("%s: what is left behind was rescanned", row.name)
		}
		if row.fires {
			w.refreshed(k, row.name, before[row.name], after[row.name])
			delete(before, row.name)
		}
	}
	w.unchanged(k, before, after)

	w.planIsEmpty()
	w.nothingSent("a plan after everything has fired")
	w.destroy()
	w.nothingSent("destroy")
}

// createsFire applies rescans that do not exist yet: each is announced and sent once.
func (w *world) createsFire(k rescanKind, subjects map[string]string) {
	w.Helper()
	changes, _ := w.plan()
	for name := range subjects {
		w.announces(k, name, changes[k.address(name)], true)
	}
	r := w.applySaved()
	for name, id := range subjects {
		if n := k.fired(w, id); n != 1 {
			w.Errorf("%s: %d rescans were sent on create", name, n)
		}
	}
	reads := 0
	for _, call := range slices.Concat(r.vb365, r.vbaws) {
		if strings.HasPrefix(call, k.reads) {
			reads++
		}
	}
	if reads == 0 || reads > len(subjects) { // those that end at the same time are read together
		w.Errorf("the end of %d rescans was read %d times", len(subjects), reads)
	}
}

// announces checks that a planned change shows all computed attributes as known after apply, or all as they are.
func (w *world) announces(k rescanKind, name string, change plannedChange, fires bool) {
	w.Helper()
	for _, attribute := range k.computed {
		unknown := change.AfterUnknown[attribute] == true
		if unknown != fires {
			w.Errorf("%s: the plan (%s) has %s known after apply: %t, want %t", name, change.Actions, attribute, unknown, fires)
		}
		if !unknown && !fires && change.Before[attribute] != change.After[attribute] {
			w.Errorf("%s: the plan changes %s from %v to %v", name, attribute, change.Before[attribute], change.After[attribute])
		}
	}
}

// records gives what the state records of each rescan, by name.
func (w *world) records(k rescanKind) map[string]map[string]any {
	w.Helper()
	all := map[string]map[string]any{}
	for _, row := range triggerRows {
		attributes := w.attributes(k.address(row.name))
		all[row.name] = map[string]any{}
		for _, name := range k.computed {
			all[row.name][name] = attributes[name]
		}
	}
	return all
}

// unchanged checks that the records of before are still there.
func (w *world) unchanged(k rescanKind, before, after map[string]map[string]any) {
	w.Helper()
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if !reflect.DeepEqual(before[name], after[name]) {
			w.Errorf("%s: the state has %v, and had %v", name, after[name], before[name])
		}
	}
}

// refreshed checks the record of a rescan that has been fired again.
func (w *world) refreshed(k rescanKind, name string, before, after map[string]any) {
	w.Helper()
	if k.object == proxyRescans.object {
		if after["status"] != "Online" || after["rescanned_at"].(string) < before["rescanned_at"].(string) {
			w.Errorf("%s: the state has %v, and had %v", name, after, before)
		}
		return
	}
	session, known := w.vbaws.Session(after["session_id"].(string))
	if !known || after["session_id"] == before["session_id"] || after["session_status"] != "Succeeded" || after["session_result"] != "Success" {
		w.Errorf("%s: the state has %v, and had %v", name, after, before)
	}
	const seconds = "2006-01-02T15:04:05Z"
	if after["started_at"] != session.Started.Format(seconds) || after["stopped_at"] != session.Stopped.Format(seconds) {
		w.Errorf("%s: the state has %v, and the appliance %+v", name, after, session)
	}
}

// TestImportedRescansStartNothing: an import takes over the subject of a rescan, and the next rescan starts when a trigger changes.
func TestImportedRescansStartNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []rescanKind{proxyRescans, repositoryRescans, iamRoleRescans, bucketRescans} {
		t.Run(kind.object, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{})
			w.env["VEEAM_VB365_API_VERSION"] = "v8"
			id := kind.add(w)
			w.config(kind.hcl("this", id, `triggers = { a = "1" }`) + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", kind.address("this"), id))
			w.apply()
			if n := kind.fired(w, id); n != 0 {
				t.Errorf("the import sent %d rescans", n)
			}
			w.planIsEmpty()
			w.config(kind.hcl("this", id, `triggers = { a = "2" }`))
			w.apply()
			if n := kind.fired(w, id); n != 1 {
				t.Errorf("the changed trigger sent %d rescans, want 1", n)
			}
			w.planIsEmpty()
			w.destroy()
			w.fail([]string{"import", "-no-color", "-input=false", kind.address("this"), "name"}, "Unable to Import Rescan", "a UUID, and not \"name\"")
		})
	}
}

// TestRescansWithoutImport: what has no single subject is not imported, and the error says what to do instead.
func TestRescansWithoutImport(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	id := proxyRescans.add(w)
	w.config(fmt.Sprintf("resource \"veeam_vb365_proxies_rescan\" \"this\" {\n  proxy_ids = [%q]\n}\nresource \"veeam_vbaws_virtual_machines_rescan\" \"this\" {}\n", id))
	for _, object := range []string{"veeam_vb365_proxies_rescan", "veeam_vbaws_virtual_machines_rescan"} {
		w.fail([]string{"import", "-no-color", "-input=false", object + ".this", id}, "Unable to Import Rescan", "an apply creates the resource")
	}
}
