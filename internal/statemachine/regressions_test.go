// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// What the state machines found, step by step; what must hold is checked by the commands themselves.

// A fleet of which the appliance accepted no rescan has nothing in state, and the error must not say that it has.
func TestFleetThatIsRefused(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T) {
		d := newDepot(t, t.Context(), vbaws.Behaviour{})
		defer d.sim.Close()
		refusal := appliance.Fault{Method: "POST", Path: "/api/v1/repositories/*/rescan", Status: 403}
		apply := func(trigger string, members int, refused bool) {
			d.settle()
			d.wantsFleet = block{"triggers": block{"n": trigger}, "repository_ids": d.repositories[1:][:members]}
			if refused {
				d.sim.Inject(refusal)
			}
			d.applyAll(refused)
		}
		apply("1", 1, true)
		if d.fleet.exists() {
			t.Errorf("in state: %s", d.fleet.state)
		}
		apply("1", 1, false)
		apply("2", 2, true)
		apply("2", 2, false)
		if n := d.sessionsOf(d.repositories[1]); n != 2 {
			t.Errorf("the first member was rescanned %d times", n)
		}
	})
}

// A session of which an apply learned nothing but its ID may be so new that the appliance does not show it yet: nothing is
// fired beside it. One that the appliance has forgotten is fired again.
func TestSessionThatWasNeverSeen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ fleet, forgotten bool }{
		"new": {}, "forgotten": {forgotten: true}, "new, of a fleet": {fleet: true}, "forgotten, of a fleet": {true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T) {
				d := newDepot(t, t.Context(), vbaws.Behaviour{FreshSession: vbaws.FreshHidden, FreshReads: 5})
				defer d.sim.Close()
				apply := func(trigger string, disturbed bool) {
					if config := (block{"triggers": block{"n": trigger}}); c.fleet {
						config["repository_ids"] = d.repositories
						d.wantsFleet = config
					} else {
						config["repository_id"] = d.repositories[0]
						d.wantsSingle = config
					}
					d.applyAll(disturbed)
				}
				apply("1", false)
				for _, path := range []string{"/api/v1/sessions", "/api/v1/sessions/*"} {
					d.sim.Inject(appliance.Fault{Method: "GET", Path: path, Status: 500})
				}
				apply("2", true)
				want := 2
				if c.forgotten {
					d.sim.PurgeSessions()
					want = 1
				}
				apply("2", false)
				for i, id := range d.repositories {
					if n := d.sessionsOf(id); n != want && (c.fleet || i == 0) {
						t.Errorf("the appliance has %d sessions of %s, want %d", n, id, want)
					}
				}
			})
		})
	}
}
