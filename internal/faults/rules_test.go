// SPDX-License-Identifier: MPL-2.0

package faults

// expectation is what a cell promises.
type expectation struct {
	na       string // why the pair means nothing; the rest is empty then
	least    int    // requests for the operation, at least
	most     int    // and at most
	ok       bool
	effects  int    // while the fault lasts
	standing string // of the object in state, right after
	total    int    // effects in the end, when the next run has succeeded
	doubt    int    // so many more may be
}

// expect derives the promise from what the operation is and what the fault means. Healthy is the run without a fault,
// prior what the state held before.
func expect(op operation, f fault, healthy result) expectation {
	if why := meaningless(op, f); why != "" {
		return expectation{na: why}
	}
	e := expectation{effects: healthy.effects, total: healthy.effects}
	e.requests(op, f, healthy.requests)
	e.ok = succeeds(op, f)
	if !e.ok && !op.late && (!f.processed || op.class != change) {
		e.effects = 0
	}
	e.standing = healthy.standing
	switch {
	case e.ok:
	case op.late && healthy.prior == "none" && healthy.standing != "none":
		e.standing = "tainted"
	default:
		e.standing = healthy.prior
	}
	e.total += repeated(op, e)
	for _, x := range exceptions {
		if x.is(op, f) {
			x.change(&e, op, f, healthy)
		}
	}
	return e
}

// meaningless says why there is no such cell.
func meaningless(op operation, f fault) string {
	anonymous := op.class == probe || op.class == login || op.class == refresh
	switch {
	case anonymous && f.kind == stale:
		return "the request carries no token"
	case op.byToken && f.kind == stale:
		return "a configured token cannot be renewed: that is 401 always"
	case f.heavy && !op.first:
		return "costs 64 MiB: the first operation of its kind stands for the others"
	case op.members > 0 && op.late && f.kind == unsent:
		return "none of the members' requests is surely the last before it"
	case op.silent && f.code == "en":
		return "the server did nothing and says that it did"
	case op.silent && (f.kind == garbled || f.kind == strange || f.code == "df"):
		return "the answer has no body"
	}
	return ""
}

// ignored tells that the fault is in what nobody reads.
func ignored(op operation, f fault) bool {
	return f.body && f.kind != useless && (op.silent || op.refused)
}

// outage tells that a wait or a look-up would go on asking.
func outage(f fault) bool { return f.kind == unsent || f.kind == busy || f.kind == doubtful }

// succeeds tells whether the run survives.
func succeeds(op operation, f fault) bool {
	switch {
	case f.kind == harmless, f.kind == stale, ignored(op, f), op.courtesy:
		return true
	case f.kind == strange:
		return !op.waits // for a word that it knows
	case f.kind == doubtful && f.once && op.idempotent(), f.passes && op.waits:
		return true
	case f.kind == doubtful && f.processed && !op.idempotent():
		return op.lookedUp
	}
	return false
}

// requests is how often the operation is sent: again only as DESIGN.md promises.
func (e *expectation) requests(op operation, f fault, healthy int) {
	attempts := 1
	switch {
	case ignored(op, f), f.kind == harmless, f.kind == strange && !op.waits:
		attempts = healthy
	case f.kind == unsent:
		attempts = 0
	case f.kind == stale, f.once && op.idempotent():
		attempts = healthy + 1
	case f.kind == busy, f.kind == doubtful && op.idempotent():
		attempts = 1 + retries
	case f.kind == denied && !op.byToken && op.class != login && op.class != refresh && op.class != probe:
		attempts = 3 // with the token in hand, a refreshed one, and one of a new login
	}
	e.least, e.most = attempts, attempts
	switch {
	case f.passes && op.waits, op.waits && (outage(f) || f.kind == strange) && !succeeds(op, f):
		e.most = 1000 // as often as the time for the whole allows
	case succeeds(op, f) && !op.courtesy:
	case f.kind == denied && op.class == refresh:
		e.least, e.most = 2, 2 // the refresh, and the login that follows its refusal
	case f.kind == denied && op.members > 0:
		e.most = op.members * attempts // side by side
	case f.kind == denied: // an account that was refused is not asked for again
	case op.class == refresh:
		e.most = 2 * attempts // a refusal leads to a login, a cut connection does not
	case op.members > 0 && op.class == change:
		e.least, e.most = op.members*min(attempts, 1), op.members*attempts
	default:
		e.least, e.most = attempts*max(op.times, 1), attempts*max(op.times, 1)
	}
	if f.http1 && f.kind == doubtful && op.idempotent() {
		e.most *= 2 // net/http sends what is idempotent again by itself on a connection that was used before
	}
}

// repeated is how often more than once the appliance does what was asked for, when a run failed after it had done so. The
// API has no link from an object to its rescan, so a lost answer cannot be resolved; and Terraform replaces what a
// creation left tainted.
func repeated(op operation, e expectation) int {
	if e.ok || e.effects == 0 || !op.fires {
		return 0
	}
	if op.late && (op.resumes || e.standing != "tainted") {
		return 0 // the session was noted, and the next apply waits for it
	}
	return e.effects
}

// exception is a pair of which the rules do not hold, and why.
type exception struct {
	op, fault string // regular expressions for the name and for the code
	why       string
	change    func(e *expectation, op operation, f fault, healthy result)
}

func survives(e *expectation, _ operation, _ fault, healthy result) {
	e.ok, e.effects, e.standing, e.total = true, healthy.effects, healthy.standing, healthy.effects
}

func askedOn(e *expectation, _ operation, _ fault, _ result) { e.most = 1000 }

func askedFor(times int) func(*expectation, operation, fault, result) {
	return func(e *expectation, _ operation, _ fault, _ result) { e.least, e.most = times, times }
}

var exceptions = []exception{
	{"365 version probe", "1\\*|03|09|sh", "any refusal but 404 says that the version is served", survives},
	{"365 version probe", "04", "404 says that the version is not served; the next older one is", survives},
	{"365 read after remove", "04", "404 is what it waits for", survives},
	{
		"365 fleet wait", "rb|ro|ra|r1|oa|tr|sb|sh|en|gw|go|ga|un|ua|ta|ca|ur|tm|03|04|09|50|5b|hp|mf",
		"proxies are read by their IDs where the list cannot be used", survives,
	},
	{"365 sync wait.*", "04", "a session that is gone is over, and the repository tells how it ended", func(e *expectation, op operation, f fault, healthy result) {
		survives(e, op, f, healthy)
		askedOn(e, op, f, healthy)
	}},
	{"365 sync wait.*", "tr", "the same, of which a status without a body tells", func(e *expectation, op operation, f fault, healthy result) {
		survives(e, op, f, healthy)
		e.doubt = 0
	}},
	{"365 sync wait.*", "ue", "any state but the known ones goes on", func(e *expectation, op operation, f fault, healthy result) {
		survives(e, op, f, healthy)
		askedOn(e, op, f, healthy)
	}},
	{"365 proxy add", "mf", "an answer without an ID is looked up", survives},
	{"365 sync( again)?", "mf", "a session without an ID is waited for by way of the repository", survives},
	{"365 service instance|AWS revision probe", "mf", "what is not told is null", survives},
	{"365 sync wait", ".*", "a repository that is being synchronized answers with the session that runs", func(e *expectation, _ operation, _ fault, healthy result) {
		e.doubt, e.total = e.total-healthy.effects, healthy.effects
	}},
	{"AWS negotiation", "04", "404 of the login refuses a revision: all the others are tried", askedFor(7)},
	{"AWS revision probe", "03|04|09|50|5b|sh|en|hp", "the list of repositories tells as well that the revision is accepted", survives},
	{"AWS system version", "03|04", "only an administrator may ask, and the rest is known without it", survives},
	{"AWS (repository get|IAM role look-up)", "04", "the list decides", survives},
	{"AWS rescan refresh", "04", "a session that the appliance has forgotten is no drift", survives},
	{"AWS (rescan|fleet) wait.*", "04", "a new session may not be readable at once", askedOn},
	{"AWS fleet wait", "ue", "a session of an unknown status goes on", func(e *expectation, _ operation, _ fault, _ result) {
		e.ok, e.most, e.standing = false, 1000, "tainted"
	}},
	{"AWS fleet rescan", "ex|rv", "both members may have gone out with the token that ended", func(e *expectation, op operation, _ fault, _ result) {
		e.most += op.members - 1
	}},
	{"AWS fleet wait", "1\\*", "an account that is refused is not asked for each member", func(e *expectation, _ operation, _ fault, _ result) {
		e.ok, e.standing = false, "tainted"
	}},
	{"AWS fleet wait", "s-", "a list since the start by this machine's clock lacks the sessions, which are then read one by one", askedOn},
	{"AWS fleet rescan", "ro|go|oa", "the other member is hit in another way, or not", func(e *expectation, _ operation, f fault, healthy result) {
		e.effects, e.standing, e.total = 1, "tainted", healthy.effects
		if f.code == "oa" {
			e.standing, e.total = "none", healthy.effects+1
		}
	}},
}
