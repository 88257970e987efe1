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
