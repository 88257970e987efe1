// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestRepositoryRescanInterrupted: Ctrl-C ends the wait at once, and the session stays known. A create is fired again;
// an update waits for its session as long as that runs and is wanted.
func TestRepositoryRescanInterrupted(t *testing.T) {
	acctest.Concurrent(t)
	start := func(t *testing.T) *repositoryWorld {
		return newRepositoryWorld(t, vbaws.Config{})
	}
	endless := vbaws.SessionPlan{Outcome: vbaws.StatusRunning}
	interrupted := func(w *repositoryWorld) {
		w.Helper()
		r := w.runUntil(w.read(2), applyArgs...)
		if r.code == 0 {
			w.Error("the interrupted apply succeeded")
		}
		r.wants(w.world, "session "+w.newest().ID, "its outcome is unknown (last status: Running)", "The operation was cancelled.")
		if n := repositoryRescans.fired(w.world, w.id); n != 1 {
			w.Errorf("the rescan was sent %d times", n)
		}
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Running"})
	}
	t.Run("create", func(t *testing.T) {
		w := start(t)
		w.vbaws.PlanNext(endless)
		w.rescan("1", "")
		interrupted(w)
		w.stateHas(repositoryRescan, map[string]any{"(status)": "tainted"})
		w.end(vbaws.StatusSucceeded, 4)
		w.apply()
		if n := repositoryRescans.fired(w.world, w.id); n != 0 {
			t.Errorf("the rescan was sent %d times beside the running one", n)
		}
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Succeeded", "(status)": ""})
		w.planIsEmpty()
		w.succeed(append(applyArgs, "-replace="+repositoryRescan)...)
		if n := repositoryRescans.fired(w.world, w.id); n != 1 {
			t.Errorf("a replacement that the user asked for sent the rescan %d times", n)
		}
	})
	for status, again := range map[string]int{vbaws.StatusSucceeded: 0, vbaws.StatusFailed: 1} {
		t.Run("create, meanwhile "+status, func(t *testing.T) {
			w := start(t)
			w.vbaws.PlanNext(endless)
			w.rescan("1", "")
			interrupted(w)
			w.vbaws.SetSession(w.newest().ID, func(s *vbaws.Session) { s.Status = status })
			w.apply()
			if n := repositoryRescans.fired(w.world, w.id); n != again {
				t.Errorf("the rescan was sent %d times, want %d", n, again)
			}
			w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Succeeded", "(status)": ""})
		})
	}
	update := func(t *testing.T) *repositoryWorld {
		w := start(t)
		w.rescan("1", "")
		w.apply()
		w.vbaws.PlanNext(endless)
		w.rescan("2", "")
		interrupted(w)
		w.stateHas(repositoryRescan, map[string]any{"triggers": map[string]any{"a": "1"}, "(status)": ""})
		return w
	}
	t.Run("update, goes on", func(t *testing.T) {
		w := update(t)
		w.planChanges("(known after apply)")
		w.end(vbaws.StatusSucceeded, 4)
		made(t, w.apply().vbaws, sessionRead, sessionRead, sessionRead, sessionRead, sessionRead)
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Succeeded", "triggers": map[string]any{"a": "2"}})
		w.planIsEmpty()
		w.nothingSent("a plan after the awaited session has ended")
	})
	t.Run("update, goes on and fails", func(t *testing.T) {
		w := update(t)
		w.end(vbaws.StatusFailed, 4)
		r := w.fail(applyArgs, "the session ended with status Failed")
		made(t, r.vbaws, sessionRead, sessionRead, sessionRead, sessionRead, sessionRead, logRead)
		w.stateHas(repositoryRescan, map[string]any{"session_status": "Failed", "triggers": map[string]any{"a": "1"}})
		made(t, w.apply().vbaws, rescanPost, sessionRead)
		w.stateHas(repositoryRescan, map[string]any{"session_status": "Succeeded", "triggers": map[string]any{"a": "2"}})
	})
	t.Run("update, goes on and is interrupted again", func(t *testing.T) {
		w := update(t)
		r := w.runUntil(w.read(4), applyArgs...)
		if r.code == 0 || repositoryRescans.fired(w.world, w.id) != 0 {
			t.Errorf("the rescan was sent %d times, exit code %d", repositoryRescans.fired(w.world, w.id), r.code)
		}
		w.end(vbaws.StatusSucceeded, 3)
		w.apply()
		if repositoryRescans.fired(w.world, w.id) != 0 {
			t.Error("the rescan was sent though its session still ran")
		}
		w.planIsEmpty()
	})
	for status, again := range map[string]int{vbaws.StatusSucceeded: 0, vbaws.StatusWarning: 0, vbaws.StatusFailed: 1} {
		t.Run("update, meanwhile "+status, func(t *testing.T) {
			w := update(t)
			w.vbaws.SetSession(w.newest().ID, func(s *vbaws.Session) { s.Status = status })
			w.apply()
			if n := repositoryRescans.fired(w.world, w.id); n != again {
				t.Errorf("the rescan was sent %d times, want %d", n, again)
			}
			w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "triggers": map[string]any{"a": "2"}})
			w.planIsEmpty()
		})
	}
	t.Run("update, session purged meanwhile", func(t *testing.T) {
		w := update(t)
		w.vbaws.PurgeSessions()
		w.apply()
		if n := repositoryRescans.fired(w.world, w.id); n != 1 {
			t.Errorf("the rescan was sent %d times", n)
		}
		w.planIsEmpty()
	})
	t.Run("update, other triggers", func(t *testing.T) {
		w := update(t)
		w.rescan("3", "")
		made(t, w.apply().vbaws, sessionRead, rescanPost, sessionRead)
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Succeeded", "triggers": map[string]any{"a": "3"}})
		w.planIsEmpty()
	})
	t.Run("update, triggers taken back", func(t *testing.T) {
		w := update(t)
		w.rescan("1", "")
		made(t, w.planIsEmpty().vbaws, sessionRead)
	})
	t.Run("update, triggers taken back and given again", func(t *testing.T) {
		w := update(t)
		w.vbaws.SetSession(w.newest().ID, func(s *vbaws.Session) { s.Status = vbaws.StatusSucceeded })
		w.rescan("1", "")
		w.apply()
		if n := repositoryRescans.fired(w.world, w.id); n != 0 {
			t.Errorf("the rescan was sent %d times for the triggers of the state", n)
		}
		w.rescan("2", "")
		w.apply()
		if n := repositoryRescans.fired(w.world, w.id); n != 1 {
			t.Errorf("the rescan was sent %d times, and the plan showed one", n)
		}
	})
}

// TestRepositoryRescanUnreadablePending: as long as the appliance does not tell whether the session of an earlier apply
// still runs, no second one is started.
func TestRepositoryRescanUnreadablePending(t *testing.T) {
	w := newRepositoryWorld(t, vbaws.Config{})
	w.rescan("1", "")
	w.apply()
	w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusRunning})
	w.rescan("2", "timeouts = { update = \"4s\" }")
	w.fail(applyArgs, "its outcome is unknown")
	w.rescan("2", "")
	w.vbaws.Inject(appliance.Fault{Path: "/api/v1/sessions/*", Skip: 1, Status: 500, Body: problem500, ContentType: problem})
	r := w.fail(applyArgs, "session "+w.newest().ID+": it is unknown whether the earlier rescan is still running, so no other one was started", "500 Internal Server Error: Internal error. The database is locked.")
	made(t, r.vbaws, sessionRead, sessionRead)
	w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Running", "triggers": map[string]any{"a": "1"}})
	w.vbaws.ClearFaults()
	w.end(vbaws.StatusSucceeded, 3)
	w.apply()
	if repositoryRescans.fired(w.world, w.id) != 0 {
		t.Error("the rescan was sent though its session still ran")
	}
	w.planIsEmpty()
}
