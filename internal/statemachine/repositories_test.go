// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	repositoryRescanType   = "veeam_vbaws_repository_rescan"
	repositoriesRescanType = "veeam_vbaws_repositories_rescan"
)

// depot is a user with a rescan of one repository and one of a fleet, and the appliance.
type depot struct {
	*core
	sim           *vbaws.Running
	repositories  []string // IDs; the first is that of the single rescan
	single, fleet *object
	wantsSingle   block // nil: not configured
	wantsFleet    block
	known         map[string]bool // IDs of sessions that were ever there
	pendingFor    any             // triggers that the single rescan was fired for by an update that did not see its end
	refreshes     int             // of the single rescan since then
}

func newDepot(t rapid.TB, ctx context.Context, behaviour vbaws.Behaviour) *depot {
	d := &depot{core: newCore(t, ctx), known: map[string]bool{}}
	var err error
	d.sim, err = vbaws.Start(vbaws.Config{Users: map[string]vbaws.User{user: {Password: loginPassword}}, Behaviour: behaviour},
		appliance.Options{Listener: listen(), Wrap: d.wrap})
	if err != nil {
		t.Fatal(err)
	}
	d.server = d.sim.Server
	d.targets = [][2]string{
		{"POST", "/api/v1/repositories/*/rescan"}, {"GET", "/api/v1/sessions"}, {"GET", "/api/v1/sessions/*"}, {"GET", "/api/v1/sessions/*/log"},
	}
	for i := range 4 {
		d.repositories = append(d.repositories, d.sim.AddRepository(vbaws.Repository{Name: fmt.Sprintf("repository-%d", i)}))
	}
	d.provider = func() block { return block{"vbaws": d.login()} }
	d.single, d.fleet = d.object(repositoryRescanType), d.object(repositoriesRescanType)
	return d
}

// TestRepositories lets a user and the appliance do what they like with rescans of repositories.
func TestRepositories(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		behaviour := vbaws.Behaviour{
			FreshSession: rapid.SampledFrom([]vbaws.FreshSession{vbaws.FreshRunning, vbaws.FreshHidden, vbaws.FreshQueued}).Draw(r, "fresh"),
			SecondRescan: rapid.SampledFrom([]vbaws.SecondRescan{vbaws.NewSession, vbaws.SameSession}).Draw(r, "second"),
		}
		bubble(t, func(t *testing.T) {
			d := newDepot(r, t.Context(), behaviour)
			defer d.sim.Close()
			d.configureSingle(r)
			d.configureFleet(r)
			r.Repeat(d.steps())
		})
	})
}

func (d *depot) steps() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"fire": func(t *rapid.T) {
			for i, id := range d.repositories {
				d.sim.PlanFor(id, drawSession(t, i))
			}
			retrigger(t, d.wantsSingle)
			retrigger(t, d.wantsFleet)
			d.applyAll(d.disturb(t))
		},
		"time passes":     func(t *rapid.T) { time.Sleep(time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute) },
		"sessions purged": func(*rapid.T) { d.sim.PurgeSessions() },
		"taint":           func(*rapid.T) { d.single.tainted = d.single.exists() },
		"refresh":         func(t *rapid.T) { d.refreshAll(d.disturb(t)) },
		"edit and plan":   func(t *rapid.T) { d.edit(t); d.planAll(d.walk(), d.disturb(t)) },
		"edit and apply":  func(t *rapid.T) { d.edit(t); d.applyAll(d.disturb(t)) },
		"apply":           func(t *rapid.T) { d.applyAll(d.disturb(t)) },
		"":                func(*rapid.T) { d.holds() },
	}
}

// edit changes the configuration.
func (d *depot) edit(t *rapid.T) {
	what := rapid.SampledFrom([]string{"rescan", "fleet", "both", "no rescan", "no fleet"}).Draw(t, "edit")
	switch what {
	case "no rescan":
		d.wantsSingle = nil
	case "no fleet":
		d.wantsFleet = nil
	}
	if what == "rescan" || what == "both" {
		d.configureSingle(t)
	}
	if what == "fleet" || what == "both" {
		d.configureFleet(t)
	}
}

func (d *depot) configureSingle(t *rapid.T) {
	d.wantsSingle = drawRescan(t)
	d.wantsSingle["repository_id"] = d.repositories[0]
}

func (d *depot) configureFleet(t *rapid.T) {
	d.wantsFleet = drawRescan(t)
	d.wantsFleet["repository_ids"] = d.repositories[1:][:rapid.IntRange(1, 3).Draw(t, "members")]
}

func drawSession(t *rapid.T, i int) vbaws.SessionPlan {
	return vbaws.SessionPlan{
		Queued:   rapid.IntRange(0, 1).Draw(t, fmt.Sprint("queued ", i)),
		Duration: rapid.SampledFrom([]time.Duration{0, time.Minute, 20 * time.Minute}).Draw(t, fmt.Sprint("takes ", i)), // the last one longer than applies wait
		Outcome:  rapid.SampledFrom([]string{vbaws.StatusSucceeded, vbaws.StatusWarning, vbaws.StatusFailed, vbaws.StatusCanceled}).Draw(t, fmt.Sprint("outcome ", i)),
	}
}

// holds is what is true after each step.
func (d *depot) holds() {
	d.settle()
	for _, s := range d.sim.Sessions() {
		d.known[s.ID] = true
	}
	ids := []string{text(d.single.state, "session_id")}
	for _, record := range children(children(d.fleet.state)["sessions"]) {
		ids = append(ids, text(record, "session_id"))
	}
	for _, id := range ids {
		if id != "" && !d.known[id] {
			d.Fatalf("the appliance never named the session %q", id)
		}
	}
	time.Sleep(time.Second) // between two commands; in a bubble
}

func (d *depot) sessionsOf(repository string) (n int) {
	for _, s := range d.sim.Sessions() {
		d.known[s.ID] = true
		if s.RepositoryID == repository {
			n++
		}
	}
	return n
}

func ended(status string) bool {
	return slices.Contains([]string{vbaws.StatusSucceeded, vbaws.StatusWarning, vbaws.StatusFailed, vbaws.StatusCanceled}, status)
}
