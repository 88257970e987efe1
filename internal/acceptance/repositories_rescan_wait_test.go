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
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestRepositoriesRescanWaitsForAllAtOnce: a hundred sessions take about as long as one. The posts come at most as many at
// a time as the provider is allowed to make, and one list reads the sessions of all.
func TestRepositoriesRescanWaitsForAllAtOnce(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	const (
		members  = 100
		allowed  = 5
		duration = 8 * time.Second
		latency  = 100 * time.Millisecond
	)
	f := newRepositoryFleet(t, members, vbaws.Config{Session: vbaws.SessionPlan{Duration: duration}})
	f.env["VEEAM_VBAWS_MAX_CONCURRENT_REQUESTS"] = fmt.Sprint(allowed)
	f.vbaws.Inject(appliance.Fault{Method: http.MethodPost, Path: "/api/v1/repositories/*/rescan", Latency: latency})
	f.of(f.ids, "1", "")
	f.apply()
	if have := f.recorded(); have != strings.TrimSpace(strings.Repeat("Succeeded ", members)) {
		t.Errorf("recorded %s", have)
	}
	var posts []time.Time
	for _, e := range f.vbaws.Requests() {
		if e.Method == http.MethodPost && strings.HasSuffix(e.Path, "/rescan") {
			posts = append(posts, e.Time)
		}
	}
	if len(posts) != members {
		t.Fatalf("%d rescans were sent", len(posts))
	}
	for i := allowed; i < members; i++ { // each post lasts as long as the latency, so a sixth one within it is too many
		if gap := posts[i].Sub(posts[i-allowed]); gap < latency {
			t.Errorf("posts %d to %d were on the wire together: %v apart", i-allowed, i, gap)
		}
	}
	// Waits one after the other would need a list for each session.
	lists, reads := f.vbaws.Count(http.MethodGet, "/api/v1/sessions"), f.vbaws.Count(http.MethodGet, "/api/v1/sessions/*")
	if lists > 20 || reads > 5 {
		t.Errorf("the sessions were read by %d lists and %d single reads", lists, reads)
	}
}

// TestRepositoriesRescanTakesUpSessions: what an apply left running is waited for by the next one instead of being fired again,
// also by the creation that replaces a failed one; unless the session has failed meanwhile or is forgotten.
func TestRepositoriesRescanTakesUpSessions(t *testing.T) {
	acctest.Concurrent(t)
	const soon = "timeouts = { create = \"5s\", update = \"5s\" }"
	endless := vbaws.SessionPlan{Outcome: vbaws.StatusRunning}
	left := func(t *testing.T, update bool) *repositoryFleet {
		f := newRepositoryFleet(t, 3, vbaws.Config{})
		trigger := "1"
		if update {
			f.of(f.ids, trigger, "")
			f.apply()
			trigger = "2"
		}
		f.vbaws.PlanFor(f.ids[1], endless)
		f.vbaws.PlanFor(f.ids[2], endless)
		f.of(f.ids, trigger, soon)
		f.fail(applyArgs, "2 of 3 rescans did not succeed: Repositories ", f.title(f.ids[1]), f.title(f.ids[2]), "its outcome is unknown (last status: Running)", "raise it in the timeouts attribute")
		f.is("1 1 1", "Succeeded Running Running")
		f.of(f.ids, trigger, "")
		return f
	}
	end := func(f *repositoryFleet, id, status string) {
		f.vbaws.SetSession(f.sessionOf(id).ID, func(s *vbaws.Session) { s.Status = status })
	}
	for name, update := range map[string]bool{"create": false, "update": true} {
		t.Run(name+", still running", func(t *testing.T) {
			f := left(t, update)
			f.of(f.ids, map[bool]string{false: "1", true: "2"}[update], soon)
			f.fail(applyArgs, "2 of 2 rescans did not succeed")
			f.is("0 0 0", "Succeeded Running Running")
			end(f, f.ids[1], vbaws.StatusSucceeded)
			end(f, f.ids[2], vbaws.StatusSucceeded)
			f.apply()
			f.is("0 0 0", "Succeeded Succeeded Succeeded")
			f.planIsEmpty()
		})
		t.Run(name+", failed meanwhile", func(t *testing.T) {
			f := left(t, update)
			end(f, f.ids[1], vbaws.StatusSucceeded)
			end(f, f.ids[2], vbaws.StatusFailed)
			f.apply()
			f.is("0 0 1", "Succeeded Succeeded Succeeded")
		})
		t.Run(name+", forgotten meanwhile", func(t *testing.T) {
			f := left(t, update)
			f.vbaws.PurgeSessions()
			f.apply()
			f.is("0 1 1", "Succeeded Succeeded Succeeded")
		})
	}
	t.Run("update, all ended well meanwhile", func(t *testing.T) {
		f := left(t, true)
		end(f, f.ids[1], vbaws.StatusSucceeded)
		end(f, f.ids[2], vbaws.StatusWarning)
		made(t, f.apply().vbaws, sessionList) // the refresh, and then there is nothing left to do but to record other timeouts
		f.is("0 0 0", "Succeeded Succeeded Warning")
	})
	t.Run("other triggers", func(t *testing.T) {
		f := left(t, true)
		f.of(f.ids, "3", "")
		f.apply()
		f.is("1 1 1", "Succeeded Succeeded Succeeded")
	})
	t.Run("untainted by hand", func(t *testing.T) {
		f := left(t, false)
		f.succeed("untaint", "-no-color", repositoryFleetAddress)
		end(f, f.ids[1], vbaws.StatusSucceeded)
		end(f, f.ids[2], vbaws.StatusFailed)
		f.planChanges("0 to add, 1 to change")
		f.apply()
		f.is("0 0 1", "Succeeded Succeeded Succeeded")
		f.succeed(append(applyArgs, "-replace="+repositoryFleetAddress)...)
		f.is("1 1 1", "Succeeded Succeeded Succeeded") // a replacement that the user wants fires everything
	})
}

// TestRepositoriesRescanInterrupted: Ctrl-C ends the wait at once, every session stays known, and nothing is fired twice.
func TestRepositoriesRescanInterrupted(t *testing.T) {
	acctest.Concurrent(t)
	f := newRepositoryFleet(t, 3, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
	f.of(f.ids, "1", "")
	r := f.runUntil(f.when(func() bool { return f.vbaws.Count(http.MethodGet, "/api/v1/sessions") >= 2 }), applyArgs...)
	if r.code == 0 {
		t.Error("the interrupted apply succeeded")
	}
	r.wants(f.world, "3 of 3 rescans did not succeed", "The operation was cancelled.")
	f.is("1 1 1", "Running Running Running")
	for _, s := range f.vbaws.Sessions() {
		f.vbaws.SetSession(s.ID, func(s *vbaws.Session) { s.Status = vbaws.StatusSucceeded })
	}
	f.apply()
	f.is("0 0 0", "Succeeded Succeeded Succeeded")
	f.planIsEmpty()
}

// TestRepositoriesRescanNotWaitedFor: apply is done when all are accepted; one list per refresh tells how they go on; what
// fails then is recorded and fires nothing, until it is to be waited for.
func TestRepositoriesRescanNotWaitedFor(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	f := newRepositoryFleet(t, 3, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
	const later = "wait_for_completion = false"
	f.of(f.ids, "1", later)
	made(t, f.apply().vbaws, rescanPost, rescanPost, rescanPost)
	f.is("1 1 1", "Running Running Running")
	made(t, f.planIsEmpty().vbaws, sessionList)
	for i, status := range []string{vbaws.StatusSucceeded, vbaws.StatusFailed, vbaws.StatusCanceled} {
		f.vbaws.SetSession(f.sessionOf(f.ids[i]).ID, func(s *vbaws.Session) { s.Status = status })
	}
	r := f.apply()
	made(t, r.vbaws, sessionList, logRead, logRead)
	r.wants(f.world, "Warning: Repository Rescans Failed", "Repository "+f.title(f.ids[1])+", session "+f.sessionOf(f.ids[1]).ID+": the session ended with status Failed",
		"Repository "+f.title(f.ids[2])+", session "+f.sessionOf(f.ids[2]).ID+": the session ended with status Canceled", "change one of its triggers")
	if strings.Contains(r.output, f.ids[0]) && strings.Contains(r.output[strings.Index(r.output, "Rescans Failed"):], f.ids[0]) {
		t.Errorf("the warning names a repository that was rescanned: %s", r.output)
	}
	if lists := f.vbaws.Count(http.MethodGet, "/api/v1/repositories"); lists != 1 { // for their names
		t.Errorf("the repositories were listed %d times", lists)
	}
	f.is("0 0 0", "Succeeded Failed Canceled")
	if r := f.planIsEmpty(); strings.Contains(r.output, "Rescans Failed") {
		t.Errorf("the failures are reported a second time: %s", r.output)
	}
	f.nothingSent("a plan after all have ended")

	for _, id := range f.ids {
		f.vbaws.PlanFor(id, vbaws.SessionPlan{})
	}
	f.of(f.ids, "1", "")
	f.apply()
	f.is("0 1 1", "Succeeded Succeeded Succeeded")
}

// TestRepositoriesRescanRefused: a fleet of which the appliance takes nothing leaves no trace, and one of an appliance without
// the rescan is told at plan.
func TestRepositoriesRescanRefused(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	t.Run("nothing is accepted", func(t *testing.T) {
		f := newRepositoryFleet(t, 2, vbaws.Config{})
		refuse := func() {
			f.vbaws.Inject(appliance.Fault{Method: http.MethodPost, Path: "/api/v1/repositories/*/rescan", Status: 403, Body: problem403, ContentType: problem})
		}
		refuse()
		f.of(f.ids, "1", "")
		f.fail(applyArgs, "2 of 2 rescans did not succeed", "403 Forbidden: Access denied.", `Give the account of block "vbaws" the role`)
		f.stateLacks(repositoryFleetAddress)
		f.vbaws.ClearFaults()
		f.apply()
		refuse()
		f.of(f.ids, "2", "")
		f.fail(applyArgs, "2 of 2 rescans did not succeed")
		f.is("1 1", "Succeeded Succeeded")
		f.stateHas(repositoryFleetAddress, map[string]any{"triggers": map[string]any{"a": "1"}})
		f.vbaws.ClearFaults()
		f.apply()
		f.is("1 1", "Succeeded Succeeded")
	})
	t.Run("appliance without the rescan", func(t *testing.T) {
		f := newRepositoryFleet(t, 2, vbaws.Config{Product: "8.0"})
		f.env["VEEAM_VBAWS_API_VERSION"] = "auto"
		f.of(f.ids, "1", "")
		f.fail(planArgs, "with "+repositoryFleetAddress, "was removed from the API", "veeam_vbaws_iam_role_rescan", "veeam_vbaws_bucket_rescan", "veeam_vbaws_virtual_machines_rescan")
		f.is("0 0", "- -")
	})
	t.Run("malformed", func(t *testing.T) {
		f := newRepositoryFleet(t, 1, vbaws.Config{})
		f.of([]string{f.ids[0], "archive"}, "1", "")
		f.fail(planArgs, "must be an ID such as")
		f.nothingSent("a malformed configuration")
	})
}

// TestRepositoriesRescanOddities are the small promises of the documentation.
func TestRepositoriesRescanOddities(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	t.Run("warning", func(t *testing.T) {
		f := newRepositoryFleet(t, 2, vbaws.Config{})
		f.vbaws.PlanFor(f.ids[1], vbaws.SessionPlan{Outcome: vbaws.StatusWarning, Log: []vbaws.LogItem{{Status: "Warning", Message: "Object 8 was skipped."}}})
		f.of(f.ids, "1", "")
		f.apply().wants(f.world, "Repository Rescans Ended With a Warning", "Repository "+f.title(f.ids[1])+", session "+f.sessionOf(f.ids[1]).ID, "Warning: Object 8 was skipped.")
		f.is("1 1", "Succeeded Warning")
		f.planIsEmpty()
	})
	t.Run("create before destroy fires everything", func(t *testing.T) {
		f := newRepositoryFleet(t, 2, vbaws.Config{})
		f.vbaws.PlanFor(f.ids[1], vbaws.SessionPlan{Outcome: vbaws.StatusFailed})
		f.of(f.ids, "1", "lifecycle {\n create_before_destroy = true\n}")
		f.fail(applyArgs, "1 of 2 rescans did not succeed")
		f.apply()
		f.is("1 1", "Succeeded Succeeded")
	})
	t.Run("members that are known after apply", func(t *testing.T) {
		f := newRepositoryFleet(t, 2, vbaws.Config{})
		config := func(id string) {
			f.config(fmt.Sprintf("resource \"terraform_data\" \"new\" { input = %q }\nresource \"veeam_vbaws_repositories_rescan\" \"fleet\" {\n"+
				"  repository_ids = [%q, terraform_data.new.output]\n}\n", id, f.ids[0]))
		}
		config(f.ids[1])
		f.planChanges("known after apply")
		f.apply()
		f.is("1 1", "Succeeded Succeeded")
		f.ids = append(f.ids, f.vbaws.AddRepository(vbaws.Repository{Name: "third"}))
		config(f.ids[2])
		f.planChanges("known after apply")
		f.apply()
		f.is("0 0 1", "Succeeded - Succeeded")
	})
}
