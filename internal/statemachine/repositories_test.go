// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
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
}

func newDepot(t *rapid.T, ctx context.Context) *depot {
	d := &depot{core: newCore(t, ctx), known: map[string]bool{}}
	var err error
	d.sim, err = vbaws.Start(vbaws.Config{
		Users: map[string]vbaws.User{user: {Password: loginPassword}},
		Behaviour: vbaws.Behaviour{
			FreshSession: rapid.SampledFrom([]vbaws.FreshSession{vbaws.FreshRunning, vbaws.FreshHidden, vbaws.FreshQueued}).Draw(t, "fresh"),
			SecondRescan: rapid.SampledFrom([]vbaws.SecondRescan{vbaws.NewSession, vbaws.SameSession}).Draw(t, "second"),
		},
	}, appliance.Options{Listener: listen(), Wrap: d.wrap})
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
	rapid.Check(t, func(t2 *rapid.T) {
		bubble(t, func(ctx context.Context) {
			d := newDepot(t2, ctx)
			defer d.sim.Close()
			t2.Repeat(d.steps())
		})
	})
}

func (d *depot) steps() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"configure the rescan": func(t *rapid.T) {
			d.wantsSingle = drawRescan(t)
			d.wantsSingle["repository_id"] = d.repositories[0]
		},
		"configure the fleet": func(t *rapid.T) {
			d.wantsFleet = drawRescan(t)
			d.wantsFleet["repository_ids"] = d.repositories[1:][:rapid.IntRange(1, 3).Draw(t, "members")]
		},
		"drop the rescan": func(*rapid.T) { d.wantsSingle = nil },
		"drop the fleet":  func(*rapid.T) { d.wantsFleet = nil },
		"next sessions": func(t *rapid.T) {
			for i, id := range d.repositories {
				d.sim.PlanFor(id, drawSession(t, i))
			}
		},
		"time passes":     func(t *rapid.T) { time.Sleep(time.Duration(rapid.IntRange(1, 30).Draw(t, "minutes")) * time.Minute) },
		"sessions purged": func(*rapid.T) { d.sim.PurgeSessions() },
		"taint":           func(*rapid.T) { d.single.tainted = d.single.exists() },
		"refresh":         func(t *rapid.T) { d.refreshAll(d.disturb(t)) },
		"plan":            func(t *rapid.T) { d.planAll(d.walk(), d.disturb(t)) },
		"apply":           func(t *rapid.T) { d.applyAll(d.disturb(t)) },
		"":                func(*rapid.T) { d.holds() },
	}
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

// refreshAll reads all objects anew. Nothing is asked when all sessions have ended, and nothing is ever started.
func (d *depot) refreshAll(disturbed bool) (ok bool) {
	w := d.walk()
	ok = true
	for _, o := range []*object{d.single, d.fleet} {
		over := o == d.fleet || ended(text(o.state, "session_status"))
		for _, record := range children(children(o.state)["sessions"]) {
			over = over && (ended(text(record, "status")) || text(record, "session_id") == "")
		}
		d.sim.ResetLog()
		ok = w.refresh(o) && ok
		if over && len(d.sim.Requests()) > 0 {
			d.Fatal("an ended rescan was asked about")
		}
		if len(d.posts()) > 0 {
			d.Fatalf("a refresh started something: %v", d.posts())
		}
	}
	if !ok && !disturbed {
		d.Fatal("an undisturbed refresh failed")
	}
	return ok
}

// planAll plans the configured objects; of those that are not there is no plan.
func (d *depot) planAll(w *walk, disturbed bool) (single, fleet *planned) {
	d.sim.ResetLog()
	if d.wantsSingle != nil {
		p := w.plan(d.single, d.wantsSingle)
		single = &p
		if fires := !children(p.state)["session_id"].IsKnown(); !p.failed && fires != mustFire(d.single, d.wantsSingle) {
			d.Fatalf("the plan of the rescan (%s) fires: %t", p.action, fires)
		}
	}
	if d.wantsFleet != nil {
		p := w.plan(d.fleet, d.wantsFleet)
		fleet = &p
	}
	if len(d.posts()) > 0 {
		d.Fatalf("a plan started something: %v", d.posts())
	}
	if (single != nil && single.failed || fleet != nil && fleet.failed) && !disturbed {
		d.Fatal("an undisturbed plan failed")
	}
	return single, fleet
}

// mustFire is the rule: what was not fired yet, or for another value of a trigger.
func mustFire(o *object, config block) bool {
	triggers, _ := config["triggers"].(block)
	before := children(o.state)["triggers"]
	return !o.exists() || o.tainted || triggers != nil && !before.IsNull() && text(before, "n") != triggers["n"]
}

// applyAll is a whole apply. One that succeeds leaves nothing to do.
func (d *depot) applyAll(disturbed bool) {
	if !d.refreshAll(disturbed) {
		return
	}
	single, fleet := d.planAll(d.walk(), disturbed)
	if single != nil && single.failed || fleet != nil && fleet.failed {
		return
	}
	w := d.walk()
	ok := true
	for o, gone := range map[*object]bool{d.single: single == nil, d.fleet: fleet == nil} {
		d.sim.ResetLog()
		if gone {
			w.destroy(o)
		}
		if len(d.sim.Requests()) > 0 {
			d.Fatal("the end of a record was worth a request")
		}
	}
	if single != nil && single.action != nothing && !d.applySingle(w, *single) {
		ok = false
		d.mustRetry(d.single, d.wantsSingle)
	}
	if fleet != nil && fleet.action != nothing && !d.applyFleet(w, *fleet) {
		ok = false
		d.mustRetry(d.fleet, d.wantsFleet)
	}
	d.settle()
	if !ok {
		return
	}
	d.refreshAll(false)
	single, fleet = d.planAll(d.walk(), false)
	if single != nil && single.action != nothing || fleet != nil && fleet.action != nothing && !d.unfinished() {
		d.Fatalf("after a successful apply, there is something to do: %+v, %+v", single, fleet)
	}
}

// unfinished tells whether the fleet has sessions that were not waited for, of which the next apply, if it waits, sees to
// those that failed.
func (d *depot) unfinished() bool {
	for _, record := range children(children(d.fleet.state)["sessions"]) {
		if !ended(text(record, "status")) {
			return true
		}
	}
	return false
}

// applySingle fires once or not at all, and not beside a session that an earlier update left running for the same triggers.
func (d *depot) applySingle(w *walk, p planned) bool {
	id := d.repositories[0]
	fires := !children(p.state)["session_id"].IsKnown()
	session, there := d.sim.Session(text(d.single.state, "session_id"))
	pending := p.action == update && d.pendingFor != nil && d.pendingFor == trigger(d.wantsSingle)
	runs := pending && there && !ended(session.Status)
	before := d.sessionsOf(id)
	d.sim.ResetLog()
	ok := w.apply(d.single, p, d.wantsSingle)
	sent := d.posts()
	fired := d.sessionsOf(id) - before
	if fired > 1 || sum(sent) > 0 && (!fires || runs) || sum(sent) > 1 || ok && fires && !pending && sum(sent) != 1 {
		d.Fatalf("the rescan was fired %d times, by %v; planned: %t; ran already: %t", fired, sent, fires, runs)
	}
	accepted := fired > 0 && !ok && text(d.single.state, "session_status") == vbaws.StatusRunning
	switch {
	case p.action == update && accepted:
		d.pendingFor = trigger(d.wantsSingle)
	case ok, p.action != update:
		d.pendingFor = nil
	}
	return ok
}

// trigger is the only trigger there is; nil: none.
func trigger(config block) any {
	triggers, _ := config["triggers"].(block)
	return triggers["n"]
}

// mustRetry wants the plan after a failure to show that there still is something to do.
func (d *depot) mustRetry(o *object, config block) {
	d.settle()
	if p := d.walk().plan(o, config); p.action == nothing || p.failed {
		d.Fatalf("after a failed apply, nothing is left to do: %s", o.state)
	}
}

// applyFleet fires each member that the plan shows once at most, and no other; of a failed creation that is replaced, none
// that has ended well.
func (d *depot) applyFleet(w *walk, p planned) bool {
	members, _ := d.wantsFleet["repository_ids"].([]string)
	due, before := map[string]bool{}, map[string]int{}
	recorded := children(children(d.fleet.state)["sessions"])
	good := map[string]bool{}
	for _, id := range members {
		before[id] = d.sessionsOf(id)
		due[id] = !fullyKnown(children(p.state)["sessions"], id)
		status := text(recorded[id], "status")
		good[id] = p.action == replace && d.sameTriggers() && (status == vbaws.StatusSucceeded || status == vbaws.StatusWarning)
	}
	d.sim.ResetLog()
	ok := w.apply(d.fleet, p, d.wantsFleet)
	sent := d.posts()
	for _, id := range members {
		n := sent["/api/v1/repositories/"+id+"/rescan"]
		if n > 1 || n > 0 && (!due[id] || good[id]) || d.sessionsOf(id)-before[id] > 1 {
			d.Fatalf("repository %s was rescanned %d times; due: %t, good before: %t", id, n, due[id], good[id])
		}
	}
	if sum(sent) > len(members) {
		d.Fatalf("others were rescanned: %v", sent)
	}
	if have := children(children(d.fleet.state)["sessions"]); ok && len(have) != len(members) {
		d.Fatalf("%d members, and %d recorded", len(members), len(have))
	}
	return ok
}

// sameTriggers tells whether the fleet's triggers are configured as they are in the state.
func (d *depot) sameTriggers() bool {
	triggers, _ := d.wantsFleet["triggers"].(block)
	before := children(d.fleet.state)["triggers"]
	return (triggers == nil) == before.IsNull() && (triggers == nil || text(before, "n") == triggers["n"])
}

func fullyKnown(sessions tftypes.Value, id string) bool {
	record, found := children(sessions)[id]
	return found && record.IsFullyKnown()
}

func sum(counts map[string]int) (n int) {
	for c := range maps.Values(counts) {
		n += c
	}
	return n
}
