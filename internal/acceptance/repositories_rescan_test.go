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

const (
	repositoryFleetAddress = "veeam_vbaws_repositories_rescan.fleet"
	sessionList            = "GET /api/v1/sessions"
)

// repositoryFleet is a world with repositories that are rescanned together.
type repositoryFleet struct {
	*world
	ids []string
}

func newRepositoryFleet(t *testing.T, members int, c vbaws.Config) *repositoryFleet {
	t.Helper()
	w := newWorld(t, vb365.Config{}, c)
	w.env["VEEAM_VBAWS_API_VERSION"] = "1.3-rev0" // nothing to be found out
	f := &repositoryFleet{world: w}
	for i := range members {
		f.ids = append(f.ids, w.vbaws.AddRepository(vbaws.Repository{Name: fmt.Sprintf("repository-%02d", i)}))
	}
	return f
}

// of configures the fleet of the given members with one trigger.
func (f *repositoryFleet) of(ids []string, trigger, arguments string) {
	f.config(fmt.Sprintf("resource \"veeam_vbaws_repositories_rescan\" \"fleet\" {\n  repository_ids = [\"%s\"]\n  triggers = { a = %q }\n%s\n}\n",
		strings.Join(ids, `", "`), trigger, arguments))
}

// fired gives how often the last command rescanned each of the repositories.
func (f *repositoryFleet) fired() string {
	var all []string
	for _, id := range f.ids {
		all = append(all, fmt.Sprint(f.vbaws.Count(http.MethodPost, "/api/v1/repositories/"+id+"/rescan")))
	}
	return strings.Join(all, " ")
}

// recorded gives the status in the state of each member; "-" for those that it does not know.
func (f *repositoryFleet) recorded() string {
	f.Helper()
	sessions, _ := f.attributes(repositoryFleetAddress)["sessions"].(map[string]any)
	var all []string
	for _, id := range f.ids {
		session, known := sessions[id].(map[string]any)
		if !known {
			all = append(all, "-")
			continue
		}
		all = append(all, fmt.Sprint(session["status"]))
	}
	return strings.Join(all, " ")
}

func (f *repositoryFleet) is(fired, recorded string) {
	f.Helper()
	if have := f.fired(); have != fired {
		f.Errorf("fired %s times, want %s", have, fired)
	}
	if have := f.recorded(); have != recorded {
		f.Errorf("recorded %s, want %s", have, recorded)
	}
}

// sessionOf is the newest session of a member.
func (f *repositoryFleet) sessionOf(id string) (newest vbaws.Session) {
	for _, s := range f.vbaws.Sessions() {
		if s.RepositoryID == id {
			newest = s
		}
	}
	return newest
}

// TestRepositoriesRescan takes a fleet through its life: one list of sessions waits for all, only added members fire when
// the set changes, all of them when a trigger does, and a removed one is forgotten.
func TestRepositoriesRescan(t *testing.T) {
	acctest.Concurrent(t)
	f := newRepositoryFleet(t, 3, vbaws.Config{Session: vbaws.SessionPlan{Polls: 1}})
	f.of(f.ids[:2], "1", "")
	made(t, f.apply().vbaws, rescanPost, rescanPost, sessionList, sessionList)
	f.is("1 1 0", "Succeeded Succeeded -")
	if lists := f.vbaws.Count(http.MethodGet, "/api/v1/repositories"); lists != 2 { // one for the plan, one for the apply
		t.Errorf("the repositories were listed %d times", lists)
	}
	session := f.sessionOf(f.ids[0])
	record := f.attributes(repositoryFleetAddress)["sessions"].(map[string]any)[f.ids[0]].(map[string]any)
	if record["session_id"] != session.ID || record["result"] != "Success" || record["started_at"] != session.Started.UTC().Format(time.RFC3339) || record["stopped_at"] == nil {
		t.Errorf("recorded %v of session %+v", record, session)
	}
	f.planIsEmpty()
	f.nothingSent("a plan after everything has ended")

	f.of(f.ids, "1", "")
	f.planChanges("0 to add, 1 to change", "known after apply")
	made(t, f.apply().vbaws, rescanPost, sessionRead, sessionRead) // a single one is read by its ID
	f.is("0 0 1", "Succeeded Succeeded Succeeded")

	f.of(f.ids, "2", "")
	f.apply()
	f.is("1 1 1", "Succeeded Succeeded Succeeded")

	f.of(f.ids[1:], "2", "timeouts = { update = \"1m\" }")
	f.apply()
	f.is("0 0 0", "- Succeeded Succeeded")
	f.nothingSent("the removal of a member")
	f.destroy()
	f.nothingSent("a destroy")
}

// TestRepositoriesRescanFailsInPart: every outcome is kept, the error names the failed members with the lines of their
// logs, and the next apply fires only those: after a failed creation, which Terraform shows as a replacement, as well as
// after a failed update.
func TestRepositoriesRescanFailsInPart(t *testing.T) {
	acctest.Concurrent(t)
	f := newRepositoryFleet(t, 4, vbaws.Config{})
	lock := vbaws.SessionPlan{Outcome: vbaws.StatusFailed, Reason: "The folder is locked.", Log: []vbaws.LogItem{{Status: "Error", Message: "Lock 7 is held."}}}
	disturb := func() {
		f.vbaws.PlanFor(f.ids[1], lock)
		f.vbaws.PlanFor(f.ids[2], vbaws.SessionPlan{Outcome: vbaws.StatusCanceled})
		f.vbaws.Inject(appliance.Fault{Method: http.MethodPost, Path: "/api/v1/repositories/" + f.ids[3] + "/rescan", Times: 1, Status: 409, Body: problem409, ContentType: problem})
	}
	partly := func(trigger string) {
		t.Helper()
		r := f.fail(applyArgs, "Unable to Rescan Repositories", "3 of 4 rescans did not succeed")
		r.wants(f.world,
			"Repository "+f.title(f.ids[1])+", session "+f.sessionOf(f.ids[1]).ID+": the session ended with status Failed: The folder is locked. From its log: Error: Lock 7 is held.",
			"Repository "+f.title(f.ids[2])+", session "+f.sessionOf(f.ids[2]).ID+": the session ended with status Canceled: Stopped by a user.",
			"Repository "+f.title(f.ids[3])+": Veeam Backup for AWS answered POST", "409 Conflict: A retention task holds the repository.",
			"The next apply rescans only these repositories again")
		if strings.Contains(r.output[strings.Index(r.output, "Unable to"):], f.ids[0]) {
			t.Errorf("the error names a repository that was rescanned: %s", r.output)
		}
		f.is("1 1 1 1", "Succeeded Failed Canceled <nil>")
		f.stateHas(repositoryFleetAddress, map[string]any{"triggers": map[string]any{"a": trigger}})
	}
	f.of(f.ids, "1", "")
	disturb()
	partly("1")

	f.vbaws.PlanFor(f.ids[1], lock)
	f.fail(applyArgs, "1 of 3 rescans did not succeed", "The folder is locked.")
	f.is("0 1 1 1", "Succeeded Failed Succeeded Succeeded")
	f.planChanges("must be replaced")
	f.apply()
	f.is("0 1 0 0", "Succeeded Succeeded Succeeded Succeeded")
	f.planIsEmpty()
	f.nothingSent("a plan after everything has ended well")

	f.of(f.ids, "2", "")
	disturb()
	partly("2")
	f.planChanges("0 to add, 1 to change", "known after apply")
	f.apply()
	f.is("0 1 1 1", "Succeeded Succeeded Succeeded Succeeded")
	f.planIsEmpty()
}
