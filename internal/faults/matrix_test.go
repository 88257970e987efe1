// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"go.uber.org/goleak"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

const sideBySide = 48 // cells, which wait more than they work

// result is what came of a cell.
type result struct {
	requests int
	ok       bool
	effects  int
	prior    string // standing of the object before
	standing string
	total    int
	said     []string
	log      []appliance.Exchange

	na       string
	problems []string
}

func (r *result) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// TestFaultMatrix runs every operation against every fault.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	mine := goleak.IgnoreCurrent()
	selected := regexp.MustCompile(os.Getenv("VEEAM_FAULTS"))
	ops, columns := operations(), faults()
	cells := make([][]result, len(ops))
	slots, heavy := make(chan struct{}, sideBySide), make(chan struct{}, 1)
	var runs sync.WaitGroup
	for i, op := range ops {
		cells[i] = make([]result, len(columns))
		runs.Go(func() {
			healthy := inSlot(slots, func() result { return run(t.Context(), op, columns[0], result{}) })
			cells[i][0] = healthy
			if len(healthy.problems) > 0 {
				return
			}
			for j, f := range columns[1:] {
				if !selected.MatchString(op.name + "/" + f.name) {
					cells[i][j+1].na = "not selected"
					continue
				}
				slots := slots
				if f.heavy {
					slots = heavy
				}
				runs.Go(func() {
					cells[i][j+1] = inSlot(slots, func() result { return run(t.Context(), op, f, healthy) })
				})
			}
		})
	}
	runs.Wait()
	if err := goleak.Find(mine); err != nil { // a connection has goroutines on both sides
		t.Errorf("something is left: %v", err)
	}
	report(t, ops, columns, cells)
}

func inSlot(slots chan struct{}, do func() result) result {
	slots <- struct{}{}
	defer func() { <-slots }()
	return do()
}

// run is one cell.
func run(ctx context.Context, op operation, f fault, healthy result) (r result) {
	want := expectation{}
	if f.code != "--" {
		if want = expect(op, f, healthy); want.na != "" {
			return result{na: want.na}
		}
	}
	limit := time.Minute
	if f.heavy { // a busy machine is long over what the client reads of it
		limit = 5 * time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	w := newWorld(ctx, op, f)
	defer w.server.Close()
	defer func() {
		if broken := recover(); broken != nil {
			r.problem("broken: %v", broken)
		}
	}()
	if op.setup != nil {
		op.setup(w)
	}
	earlier := op.effect(w)
	r.prior = w.standing(op.scenario.kind)
	said := op.scenario.hit(w, func() {
		w.server.ResetLog()
		f.arm(w, healthy.log)
	})
	r.said = said.errors()
	r.ok = len(r.said) == 0
	r.requests, r.log = w.sent(), w.server.Requests()
	r.effects, r.standing = op.effect(w)-earlier, w.standing(op.scenario.kind)
	w.server.ClearFaults()
	w.once(nil)
	if f.code == "--" {
		want = healthyWant(op, r)
	}
	r.compare(want)
	r.useful(op, said)
	r.converges(w, op, want, earlier)
	return r
}

// healthyWant is what a run without a fault has to do for the others to be measured by.
func healthyWant(op operation, r result) expectation {
	want := expectation{least: 1, most: max(r.requests, 1), ok: true, standing: r.standing}
	if op.effects != nil && !op.scenario.planOnly {
		want.effects = max(op.members, 1)
	}
	want.total = want.effects
	return want
}

func (r *result) compare(want expectation) {
	if r.requests < want.least || r.requests > want.most {
		r.problem("%d requests, want %d to %d", r.requests, want.least, want.most)
	}
	if r.ok != want.ok {
		r.problem("succeeded: %t, want %t", r.ok, want.ok)
	}
	if r.effects != want.effects {
		r.problem("done %d times, want %d", r.effects, want.effects)
	}
	if r.standing != want.standing {
		r.problem("the object in state is %s, want %s", r.standing, want.standing)
	}
}

// useful looks at the messages as a user does.
func (r *result) useful(op operation, said diagnostics) {
	for _, d := range said {
		for _, secret := range secrets {
			if strings.Contains(d.Summary+d.Detail, secret) && (!op.byToken || secret != password) { // which that provider does not know
				r.problem("a message holds a secret")
			}
		}
		if strings.Contains(d.Detail, "</") || strings.Contains(d.Detail, `{"`) {
			r.problem("a message holds a raw body")
		}
	}
	for _, text := range r.said {
		summary, detail, _ := strings.Cut(text, "\n\n")
		if !strings.HasPrefix(summary, "Unable to ") {
			r.problem("a message begins with %q", summary)
		}
		if !strings.Contains(detail, "\n\n") && !strings.Contains(detail, "?") && !strings.Contains(detail, "api_version") {
			r.problem("a message has no advice")
		}
	}
}

// converges runs the next apply, without the fault, and looks for what is left to do.
func (r *result) converges(w *world, op operation, want expectation, earlier int) {
	if !r.ok || op.scenario.planOnly { // after a success the last plan tells
		if texts := op.scenario.again(w).errors(); len(texts) > 0 {
			r.problem("the next run fails: %s", strings.ReplaceAll(texts[0], "\n", " "))
			return
		}
	}
	if !op.scenario.settled(w) {
		r.problem("after the next run there is something left to do")
	}
	if r.total = op.effect(w) - earlier; (r.total < want.total || r.total > want.total+want.doubt) && !op.scenario.planOnly {
		r.problem("done %d times in the end, want %d", r.total, want.total)
	}
}

// report prints the matrix and fails for every cell that broke a promise.
func report(t *testing.T, ops []operation, columns []fault, cells [][]result) {
	var table strings.Builder
	out := tabwriter.NewWriter(&table, 0, 0, 1, ' ', 0)
	var codes []string
	for _, f := range columns {
		codes = append(codes, f.code)
	}
	_, _ = fmt.Fprintln(out, "operation\t"+strings.Join(codes, "\t"))
	total, failed, reasons := 0, 0, map[string]bool{}
	for i, op := range ops {
		row := []string{op.name}
		for j := range columns {
			r := cells[i][j]
			row = append(row, r.code())
			switch {
			case r.na != "":
				reasons[r.na] = true
				continue
			case len(r.problems) > 0:
				failed++
				t.Errorf("%s/%s: %s\n  said %q", op.name, columns[j].name, strings.Join(r.problems, "; "), r.said)
			}
			total++
		}
		_, _ = fmt.Fprintln(out, strings.Join(row, "\t"))
	}
	_ = out.Flush()
	fmt.Fprintf(&table, "\n%s\n", legend)
	for _, f := range columns {
		fmt.Fprintf(&table, "  %s  %s\n", f.code, f.name)
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		fmt.Fprintf(&table, "  n/a: %s\n", reason)
	}
	fmt.Fprintf(&table, "\n%d cells, %d failed\n", total, failed)
	t.Log("\n" + table.String())
}

const legend = "A cell tells how often the operation was sent while the fault lasted, whether the run succeeded (+) or failed (-), and how often the appliance\n" +
	"did what was asked for, then and after the next run. ! marks a broken promise.\n"

func (r result) code() string {
	if r.na != "" {
		return "n/a"
	}
	sign := "-"
	if r.ok {
		sign = "+"
	}
	mark := ""
	if len(r.problems) > 0 {
		mark = "!"
	}
	return fmt.Sprintf("%s%d%s%d%d", mark, r.requests, sign, r.effects, r.total)
}

func (x exception) is(op operation, f fault) bool {
	return regexp.MustCompile("^(?:"+x.op+")$").MatchString(op.name) && regexp.MustCompile("^(?:"+x.fault+")$").MatchString(f.code)
}
