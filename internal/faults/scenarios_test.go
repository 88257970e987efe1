// SPDX-License-Identifier: MPL-2.0

package faults

import "maps"

// scenario is how an object comes to send an operation, and how one sees that all is well in the end.
type scenario struct {
	kind string // of the object in state; empty: there is none
	// hit runs what the fault disturbs; it calls arm when everything before that is done.
	hit func(w *world, arm func()) diagnostics
	// again is the next run after one that failed, without the fault.
	again func(w *world) diagnostics
	// settled tells whether a last plan has nothing to do.
	settled func(w *world) bool
	// planOnly: the fault is over before anything is applied.
	planOnly bool
}

func always(*world) bool { return true }

// applied is a resource that an apply creates or changes; the plan before it is undisturbed.
func applied(kind string, config func(*world) arguments) scenario {
	return scenario{
		kind: kind,
		hit: func(w *world, arm func()) diagnostics {
			pl, said := w.plan(kind, config(w))
			mustSucceed(said)
			arm()
			return w.apply(pl)
		},
		again: func(w *world) diagnostics { return w.run(kind, config(w)) },
		settled: func(w *world) bool {
			pl, said := w.plan(kind, config(w))
			return !pl.changes && len(said) == 0
		},
	}
}

// destroyed is a resource that is taken away.
func destroyed(kind string) scenario {
	s := applied(kind, func(*world) arguments { return nil })
	s.settled = func(w *world) bool { return w.standing(kind) == "none" }
	return s
}

// planned is a resource whose plan is disturbed, by way of its refresh or of a check.
func planned(kind string, config func(*world) arguments) scenario {
	s := applied(kind, config)
	s.planOnly = true
	s.hit = func(w *world, arm func()) diagnostics {
		arm()
		_, said := w.plan(kind, config(w))
		return said
	}
	return s
}

// read is a data source.
func read(kind string, config func(*world) arguments) scenario {
	return scenario{
		hit:     func(w *world, arm func()) diagnostics { arm(); return w.read(w.start(), kind, config(w)) },
		again:   func(w *world) diagnostics { return w.read(w.start(), kind, config(w)) },
		settled: always,
	}
}

// reread is a data source that is read a second time in one walk, when the access token has ended in between.
func reread(kind string) scenario {
	s := read(kind, nothing)
	s.hit = func(w *world, arm func()) diagnostics {
		p := w.start()
		mustSucceed(w.read(p, kind, arguments{}))
		w.server.ResetLog()
		w.tokens.RevokeAccess()
		arm()
		return w.read(p, kind, arguments{})
	}
	return s
}

// invoked is an action.
func invoked(kind string, config func(*world) arguments) scenario {
	return scenario{
		hit:     func(w *world, arm func()) diagnostics { return w.invoke(kind, config(w), arm) },
		again:   func(w *world) diagnostics { return w.invoke(kind, config(w), func() {}) },
		settled: always,
	}
}

// queried is a list resource.
func queried(kind string) scenario {
	return scenario{
		hit:     func(w *world, arm func()) diagnostics { arm(); return w.query(kind) },
		again:   func(w *world) diagnostics { return w.query(kind) },
		settled: always,
	}
}

func nothing(*world) arguments { return arguments{} }

// with gives an argument whose value the set-up knows.
func with(argument, id string, more arguments) func(*world) arguments {
	return func(w *world) arguments {
		config := arguments{argument: w.ids[id]}
		maps.Copy(config, more)
		return config
	}
}
