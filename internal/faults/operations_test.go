// SPDX-License-Identifier: MPL-2.0

package faults

import "slices"

// class is what the HTTP kernel makes of an operation.
type class int

const (
	probe   class = iota // asked without an account, before anything else
	login                // for a token, with the password
	refresh              // for a token, with a refresh token
	get                  // reads one object
	list                 // reads a list
	change               // a POST or PUT that changes something
)

// operation is something that the provider sends, for an object that makes it do so.
type operation struct {
	name         string
	class        class
	method, path string // the path as a pattern of path.Match
	skip         int    // requests of the same method and path that come before it
	members      int    // of a fleet, for which it is sent side by side; 0: one
	times        int    // how often a run that fails asks for it, each time with all retries; 0: once
	silent       bool   // the answer has no body that anybody reads
	courtesy     bool   // a run goes on without it
	refused      bool   // its answer is an error, whose status is what counts
	late         bool   // what it is for has been done when it is sent
	resumes      bool   // what was begun is taken up by the creation that replaces a failed one
	waits        bool   // it is repeated until the appliance has finished
	fires        bool   // every time counts, not only what is in the end
	lookedUp     bool   // when its answer is lost, a look at the appliance tells what became of it

	first    bool // of those that the kernel and a wait treat alike; set by operations
	aws      bool
	product  string // version of the appliance; empty: the simulator's default
	version  string // api_version; empty: pinned
	byToken  bool   // the provider has an access token instead of an account
	setup    func(*world)
	effects  func(*world) int // how often the appliance did what is asked for; nil: it reads only
	scenario scenario
}

func operations() []operation {
	all := slices.Concat(vb365Operations, vbawsOperations)
	type likeness struct {
		class              class
		aws, silent, waits bool
	}
	seen := map[likeness]bool{}
	for i := range all {
		alike := likeness{all[i].class, all[i].aws, all[i].silent, all[i].waits}
		all[i].first, seen[alike] = !seen[alike], true
		switch op := &all[i]; {
		case op.version != "":
		case op.aws:
			op.version = "1.3-rev0"
		default:
			op.version = "v8"
		}
	}
	return all
}

func (op operation) idempotent() bool { return op.class != change }

// effect counts, also for what has none.
func (op operation) effect(w *world) int {
	if op.effects == nil {
		return 0
	}
	return op.effects(w)
}
