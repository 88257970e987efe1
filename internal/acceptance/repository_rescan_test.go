// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	repositoryRescan = "veeam_vbaws_repository_rescan.this"
	rescanPost       = "POST /api/v1/repositories/{id}/rescan"
	sessionRead      = "GET /api/v1/sessions/{id}"
	logRead          = "GET /api/v1/sessions/{id}/log"
)

// repositoryWorld is a world with one repository, whose rescan has one trigger.
type repositoryWorld struct {
	*world
	id string
}

func newRepositoryWorld(t *testing.T, c vbaws.Config) *repositoryWorld {
	t.Helper()
	w := newWorld(t, vb365.Config{}, c)
	w.env["VEEAM_VBAWS_API_VERSION"] = "1.3-rev0" // nothing to be found out
	return &repositoryWorld{w, repositoryRescans.add(w)}
}

func (w *repositoryWorld) rescan(trigger, arguments string) {
	w.config(repositoryRescans.hcl("this", w.id, "triggers = { a = \""+trigger+"\" }\n"+arguments))
}

// newest is the session started last.
func (w *repositoryWorld) newest() vbaws.Session {
	w.Helper()
	sessions := w.vbaws.Sessions()
	if len(sessions) == 0 {
		w.Fatal("no session was started")
	}
	return sessions[len(sessions)-1]
}

// read tells when the last command has read the newest session so many times.
func (w *repositoryWorld) read(times int) <-chan struct{} {
	return w.when(func() bool { return w.vbaws.Count(http.MethodGet, "/api/v1/sessions/*") >= times })
}

// end ends the newest session once it has been read so many times by the next command.
func (w *repositoryWorld) end(status string, times int) {
	w.vbaws.ResetLog()
	id, read := w.newest().ID, w.read(times)
	go func() {
		<-read
		w.vbaws.SetSession(id, func(s *vbaws.Session) { s.Status = status })
	}()
}

// TestRepositoryRescanNotWaitedFor: apply is done when the rescan is accepted, refreshes record how it goes on until it
// has ended, and from then on nothing is asked.
func TestRepositoryRescanNotWaitedFor(t *testing.T) {
	t.Parallel()
	for _, outcome := range []string{vbaws.StatusSucceeded, vbaws.StatusFailed} {
		t.Run(outcome, func(t *testing.T) {
			w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
			w.rescan("1", "wait_for_completion = false")
			made(t, w.apply().vbaws, rescanPost)
			first := w.newest().ID
			w.stateHas(repositoryRescan, map[string]any{"session_id": first, "session_status": "Running", "session_result": nil, "started_at": nil, "stopped_at": nil, "(status)": ""})

			made(t, w.planIsEmpty().vbaws, sessionRead)
			w.vbaws.SetSession(first, func(s *vbaws.Session) { s.Status = outcome })
			r := w.apply()
			if outcome == vbaws.StatusFailed {
				made(t, r.vbaws, sessionRead, logRead)
				r.wants(w.world, "Warning: Repository Rescan Failed", "session "+first+": the session ended with status Failed.", "change one of its triggers")
			} else {
				made(t, r.vbaws, sessionRead) // a refresh and nothing else
			}
			w.stateHas(repositoryRescan, map[string]any{"session_id": first, "session_status": outcome, "(status)": ""})
			if w.attributes(repositoryRescan)["stopped_at"] == nil {
				t.Error("the end of the session is not recorded")
			}
			if r := w.planIsEmpty(); strings.Contains(r.output, "Rescan Failed") {
				t.Errorf("the failure is reported a second time: %s", r.output)
			}
			w.nothingSent("a plan after the end was recorded")

			// From now on it is to be waited for: that fires nothing, also when the rescan had failed.
			w.rescan("1", "")
			w.planChanges("1 to change")
			w.apply()
			w.nothingSent("an edit of wait_for_completion")

			w.rescan("2", "wait_for_completion = false")
			made(t, w.apply().vbaws, rescanPost)
			if second := w.newest().ID; second == first {
				t.Error("no session was started")
			} else {
				w.stateHas(repositoryRescan, map[string]any{"session_id": second, "session_status": "Running", "stopped_at": nil})
			}
			w.destroy()
		})
	}
}

// TestRepositoryRescanForgottenWhileRunning: a session that is purged before its end was seen is no drift either.
func TestRepositoryRescanForgottenWhileRunning(t *testing.T) {
	w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
	w.rescan("1", "wait_for_completion = false")
	w.apply()
	before := w.attributes(repositoryRescan)["session_id"]
	w.vbaws.PurgeSessions()
	w.vbaws.RemoveRepository(w.id)
	made(t, w.planIsEmpty().vbaws, sessionRead)
	w.apply()
	w.stateHas(repositoryRescan, map[string]any{"session_id": before})
	w.destroy()
	w.stateLacks(repositoryRescan)
}

// TestRepositoryRescanOfAVanishedRepository: one that vanishes between plan and apply fails apply and leaves the state as it
// was; when it is back, the next apply fires once.
func TestRepositoryRescanOfAVanishedRepository(t *testing.T) {
	w := newRepositoryWorld(t, vbaws.Config{})
	vanish := func() {
		w.Helper()
		w.plan()
		w.vbaws.RemoveRepository(w.id)
		w.fail([]string{"apply", "-input=false", "-no-color", savedPlan}, "Unable to Rescan Repository", "Repository "+w.id)
		if sessions := w.vbaws.Count(http.MethodGet, "/api/v1/sessions/*"); sessions != 0 {
			t.Errorf("a session was looked for %d times", sessions)
		}
		w.vbaws.AddRepository(vbaws.Repository{ID: w.id, Name: "again"})
	}
	for _, trigger := range []string{"1", "2"} {
		before := w.attributes(repositoryRescan)
		w.rescan(trigger, "")
		vanish()
		if before == nil {
			w.stateLacks(repositoryRescan)
		} else {
			w.stateHas(repositoryRescan, before)
		}
		w.apply()
		if n := repositoryRescans.fired(w.world, w.id); n != 1 {
			t.Errorf("the next apply sent the rescan %d times", n)
		}
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Succeeded", "triggers": map[string]any{"a": trigger}})
	}
}

// TestRepositoryRescanOutlivesTokens: tokens that die during the wait are replaced, by a refresh where one is possible and
// by a login where not, and the rescan is not sent again. The plan has logged in before.
func TestRepositoryRescanOutlivesTokens(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		revoke func(*appliance.Tokens)
		grants []string
	}{
		"access token revoked": {(*appliance.Tokens).RevokeAccess, []string{"password", "password", "refresh_token"}},
		"both tokens revoked":  {(*appliance.Tokens).RevokeAll, []string{"password", "password", "refresh_token", "password"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
			w.rescan("1", "")
			go func() {
				<-w.read(2)
				c.revoke(w.vbaws.Tokens())
				<-w.when(func() bool { return len(w.grants()) >= len(c.grants) })
				<-w.read(w.vbaws.Count(http.MethodGet, "/api/v1/sessions/*") + 1)
				w.vbaws.SetSession(w.newest().ID, func(s *vbaws.Session) { s.Status = vbaws.StatusSucceeded })
			}()
			w.apply()
			if n := repositoryRescans.fired(w.world, w.id); n != 1 {
				t.Errorf("the rescan was sent %d times", n)
			}
			made(t, w.grants(), c.grants...)
			w.stateHas(repositoryRescan, map[string]any{"session_status": "Succeeded"})
		})
	}
}

// grants lists how the last command has asked for tokens.
func (w *repositoryWorld) grants() (grants []string) {
	for _, e := range w.vbaws.Requests() {
		if strings.HasSuffix(e.Path, "/token") {
			grant, _, _ := strings.Cut(strings.TrimPrefix(string(e.Body), "grant_type="), "&")
			grants = append(grants, grant)
		}
	}
	return grants
}

// TestRepositoryRescanUnreadableSession: reads that fail end the wait with the session recorded, and a log that cannot be
// read does not hide how the session ended.
func TestRepositoryRescanUnreadableSession(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	t.Run("session", func(t *testing.T) {
		w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Polls: 3}})
		w.vbaws.Inject(appliance.Fault{Path: "/api/v1/sessions/*", Skip: 1, Times: 1, Status: 500, Body: problem500, ContentType: problem})
		w.rescan("1", "")
		w.fail(applyArgs, "its outcome is unknown (last status: Running): Veeam Backup for AWS answered GET", "500 Internal Server Error: Internal error. The database is locked.")
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Running", "(status)": "tainted"})
	})
	t.Run("session forgotten during the wait", func(t *testing.T) {
		w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
		go func() {
			<-w.read(2)
			w.vbaws.PurgeSessions()
		}()
		w.rescan("1", "")
		w.fail(applyArgs, "its outcome is unknown (last status: Running)", "404 Not Found: The resource was not found.")
		w.stateHas(repositoryRescan, map[string]any{"session_status": "Running", "(status)": "tainted"})
	})
	t.Run("log", func(t *testing.T) {
		w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusFailed}})
		w.vbaws.Inject(appliance.Fault{Path: "/api/v1/sessions/*/log", Status: 403, Body: problem403, ContentType: problem})
		w.rescan("1", "")
		w.fail(applyArgs, "the session ended with status Failed: The bucket cannot be accessed. Its log could not be read", "403 Forbidden: Access denied.")
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Failed"})
	})
	t.Run("gateway stumbles", func(t *testing.T) {
		w := newRepositoryWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Polls: 1}})
		w.vbaws.Inject(appliance.Fault{Path: "/api/v1/sessions/*", Times: 1, DropBefore: true})
		w.vbaws.Inject(appliance.Fault{Path: "/api/v1/sessions/*", Times: 1, Status: 502, Body: "<html>", ContentType: "text/html"})
		w.rescan("1", "")
		made(t, w.apply().vbaws, rescanPost, sessionRead, sessionRead, sessionRead, sessionRead)
	})
}

// TestRepositoryRescanWhileAnotherRuns: what an appliance says to a second rescan is its business; each answer has a
// sensible end.
func TestRepositoryRescanWhileAnotherRuns(t *testing.T) {
	start := func(t *testing.T, second vbaws.SecondRescan) *repositoryWorld {
		w := newRepositoryWorld(t, vbaws.Config{Behaviour: vbaws.Behaviour{SecondRescan: second}})
		w.vbaws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusRunning})
		w.rescan("1", "wait_for_completion = false")
		w.apply()
		w.rescan("2", "")
		return w
	}
	t.Run("new session", func(t *testing.T) {
		w := start(t, vbaws.NewSession)
		made(t, w.apply().vbaws, sessionRead, rescanPost, sessionRead)
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Succeeded"})
	})
	t.Run("same session", func(t *testing.T) {
		w := start(t, vbaws.SameSession)
		w.end(vbaws.StatusSucceeded, 2)
		w.apply()
		if len(w.vbaws.Sessions()) != 1 || repositoryRescans.fired(w.world, w.id) != 1 {
			t.Errorf("%d sessions after the rescan was sent %d times", len(w.vbaws.Sessions()), repositoryRescans.fired(w.world, w.id))
		}
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Succeeded", "triggers": map[string]any{"a": "2"}})
		w.planIsEmpty()
	})
	t.Run("conflict", func(t *testing.T) {
		w := start(t, vbaws.Conflict)
		w.fail(applyArgs, "409 Conflict: A rescan of this kind is already running. Session '"+w.newest().ID+"' is running.")
		w.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Running", "triggers": map[string]any{"a": "1"}})
		w.vbaws.SetSession(w.newest().ID, func(s *vbaws.Session) { s.Status = vbaws.StatusSucceeded })
		w.apply()
		if n := repositoryRescans.fired(w.world, w.id); n != 1 {
			t.Errorf("the next apply sent the rescan %d times", n)
		}
		w.planIsEmpty()
	})
}
