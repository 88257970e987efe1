// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const repositoryAction = "veeam_vbaws_repository_rescan.this"

// action configures the rescan as an action, with other blocks behind it.
func (w *repositoryWorld) action(arguments, rest string) {
	w.config(fmt.Sprintf("action \"veeam_vbaws_repository_rescan\" \"this\" {\n  config {\n    repository_id = %q\n    %s\n  }\n}\n%s", w.id, arguments, rest))
}

// TestRepositoryRescanAction fires a rescan from the life cycle of another resource, and by itself; the CLI shows how it goes
// on, and why it failed.
func TestRepositoryRescanAction(t *testing.T) {
	acctest.LifeCycle(t)
	needsTerraform(t, 14)
	w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Queued: 1, Polls: 1}})
	copied := func(value string) {
		w.action("", fmt.Sprintf(`
resource "terraform_data" "copied_backups" {
  input = %q
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.veeam_vbaws_repository_rescan.this]
    }
  }
}`, value))
	}
	copied("1")
	r := w.apply()
	made(t, r.vbaws, rescanPost, sessionRead, sessionRead, sessionRead)
	line := "Repository " + w.id + ", session " + w.newest().ID + ": "
	r.wants(w.world, "Repository "+w.id+": starting the rescan", line+"accepted", line+"NeverExecuted", line+"Running", line+"Succeeded")
	made(t, w.planIsEmpty().vbaws)
	copied("2")
	made(t, w.apply().vbaws, rescanPost, sessionRead, sessionRead, sessionRead)

	run := invoke(repositoryAction)
	w.action("wait_for_completion = false", "")
	made(t, w.succeed(run...).vbaws, rescanPost)

	w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusFailed, Log: []vbaws.LogItem{{Status: "Error", Message: "Lock 7 is held."}}})
	w.action("", "")
	w.fail(run, "Unable to Rescan Repository", "the session ended with status Failed", "From its log: Error: Lock 7 is held.", "Fix the cause, and invoke the action again.")

	w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusRunning})
	w.action(`timeouts = { invoke = "4s" }`, "")
	w.fail(run, "its outcome is unknown (last status: Running)", "raise it in the timeouts attribute")
}

// TestRepositoryRescanActionInterrupted: Ctrl-C ends the wait of an action at once. What the provider says about it is in the
// tests of the protocol: Terraform 1.15 drops the diagnostics of an interrupted action, and exits with 0.
func TestRepositoryRescanActionInterrupted(t *testing.T) {
	needsTerraform(t, 14)
	w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
	w.action("", "")
	interrupt := w.read(2)
	r := w.runUntil(interrupt, invoke(repositoryAction)...)
	r.wants(w.world, "session "+w.newest().ID+": Running", "Interrupt received")
	if reads := w.vbaws.Count(http.MethodGet, "/api/v1/sessions/*"); reads > 4 {
		t.Errorf("the session was read %d times", reads)
	}
}

// TestRepositoryRescanActionIsToldAtPlan: what cannot succeed fails before anything is changed.
func TestRepositoryRescanActionIsToldAtPlan(t *testing.T) {
	needsTerraform(t, 14)
	t.Parallel()
	trigger := `
resource "terraform_data" "copied_backups" {
  lifecycle {
    action_trigger {
      events  = [before_create]
      actions = [action.veeam_vbaws_repository_rescan.this]
    }
  }
}`
	t.Run("repository", func(t *testing.T) {
		w := newRepositoryWorld(t, vbaws.Config{})
		known := w.id
		w.id = "archive"
		w.action("", trigger)
		w.fail(planArgs, "must be an ID such as")
		w.id = unknownRepository
		w.action("", trigger)
		w.fail(planArgs, `no repository has the ID "`+unknownRepository+`"; there are: "repository" (ID `+known+`)`)
	})
	t.Run("appliance", func(t *testing.T) {
		w := newRepositoryWorld(t, vbaws.Config{Product: "10"})
		w.env["VEEAM_VBAWS_API_VERSION"] = "auto"
		w.action("", trigger)
		w.fail(planArgs, "was removed from the API", "veeam_vbaws_iam_role_rescan")
		if len(w.vbaws.Sessions()) != 0 {
			t.Error("a session was started")
		}
	})
}
