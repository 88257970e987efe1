// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// refreshAll reads all objects anew. Nothing is asked when all sessions have ended, and nothing is ever started.
func (d *depot) refreshAll(disturbed bool) (ok bool) {
	w := d.walk()
	ok = true
	for _, o := range []*object{d.single, d.fleet} {
		over := o == d.fleet || ended(text(o.state, "session_status"))
		for _, record := range children(children(o.state)["sessions"]) {
			over = over && (ended(text(record, "status")) || text(record, "session_id") == "")
		}
		d.forget()
		read := w.refresh(o)
		ok = read && ok
		if read && o == d.single {
			d.refreshes++
		}
		if over && d.ctx.Err() == nil && len(d.sim.Requests()) > 0 {
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
	d.forget()
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
		d.forget()
		if gone {
			w.destroy(o)
			if o == d.single {
				d.pendingFor = nil
			}
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

// applySingle fires once or not at all, and not beside a session that an earlier apply left running for the same triggers.
// One that has ended well since is not repeated, unless its triggers were taken back in between.
func (d *depot) applySingle(w *walk, p planned) bool {
	id := d.repositories[0]
	fires := !children(p.state)["session_id"].IsKnown()
	session, there := d.sim.Session(text(d.single.state, "session_id"))
	pending := p.action == update && d.pendingFor != nil && d.pendingFor == trigger(d.wantsSingle)
	handedOver := p.action == replace && !ended(text(d.single.state, "session_status")) && sameTriggers(d.single, d.wantsSingle)
	ran := (pending || handedOver) && there && !ended(session.Status)
	takesOver := handedOver || pending && d.refreshes < 2
	endedWell := takesOver && there && (session.Status == vbaws.StatusSucceeded || session.Status == vbaws.StatusWarning)
	before := d.sessionsOf(id)
	d.forget()
	ok := w.apply(d.single, p, d.wantsSingle)
	sent := d.posts()
	now, _ := d.sim.Session(session.ID) // the apply may have been the first to read that it has ended
	runs := ran && !ended(now.Status)
	fired := d.sessionsOf(id) - before
	if fired > 1 || sum(sent) > 0 && (!fires || runs || endedWell) || sum(sent) > 1 || ok && fires && !takesOver && !ran && sum(sent) != 1 {
		d.Fatalf("the rescan was fired %d times, by %v; planned: %t; ran already: %t", fired, sent, fires, ran)
	}
	accepted := strings.Contains(d.said, "the rescan started, but its outcome is unknown") // perhaps with an earlier session
	switch {
	case p.action == update && accepted:
		d.pendingFor, d.refreshes = trigger(d.wantsSingle), 0
	case p.action == update && ok && !fires:
		d.refreshes++
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

// applyFleet fires each member that the plan shows once at most, and no other; none whose session still runs for the same
// triggers, and of a failed creation that is replaced, none that has ended well.
func (d *depot) applyFleet(w *walk, p planned) bool {
	members, _ := d.wantsFleet["repository_ids"].([]string)
	due, before := map[string]bool{}, map[string]int{}
	recorded := children(children(d.fleet.state)["sessions"])
	good, same := map[string]bool{}, sameTriggers(d.fleet, d.wantsFleet)
	for _, id := range members {
		before[id] = d.sessionsOf(id)
		due[id] = !fullyKnown(children(p.state)["sessions"], id)
		status := text(recorded[id], "status")
		good[id] = p.action == replace && same && (status == vbaws.StatusSucceeded || status == vbaws.StatusWarning)
	}
	d.forget()
	ok := w.apply(d.fleet, p, d.wantsFleet)
	said := d.said
	sent := d.posts()
	for _, id := range members {
		n := sent["/api/v1/repositories/"+id+"/rescan"]
		session, there := d.sim.Session(text(recorded[id], "session_id"))
		runs := same && there && !ended(session.Status) // as the apply has read it, which may be the first to do so
		if n > 1 || n > 0 && (!due[id] || good[id] || runs) || d.sessionsOf(id)-before[id] > 1 {
			d.Fatalf("repository %s was rescanned %d times; due: %t, good before: %t, still runs: %t", id, n, due[id], good[id], runs)
		}
	}
	if sum(sent) > len(members) {
		d.Fatalf("others were rescanned: %v", sent)
	}
	told := ok || strings.Contains(said, "All outcomes are in state")
	if have := children(children(d.fleet.state)["sessions"]); told && len(have) != len(members) {
		d.Fatalf("%d members, and %d recorded", len(members), len(have))
	}
	return ok
}

// sameTriggers tells whether an object's triggers are configured as they are in the state.
func sameTriggers(o *object, config block) bool {
	triggers, _ := config["triggers"].(block)
	before := children(o.state)["triggers"]
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
