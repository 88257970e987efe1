// SPDX-License-Identifier: MPL-2.0

// Package acctest holds what acceptance tests share.
package acctest

import (
	"os"
	"strings"
	"sync"
	"testing"
)

// The sets that tools/test.sh selects with VEEAM_TEST_SET. Each test is in one of the first three; without the variable all run.
const (
	lifeCycles = "life-cycles" // what "make test" runs: the life of each object, its import, data sources and actions
	concurrent = "concurrent"  // runs with the race detector: objects share requests, logins and waits, or are interrupted in them
	others     = "others"
	secondCLI  = "second-cli" // all but the tests for which one CLI is enough
)

var selected = os.Getenv("VEEAM_TEST_SET")

var sets sync.Map // of tests that are not among the others: name of the test to its set

// LifeCycle puts a test into the set that "make test" runs.
func LifeCycle(t *testing.T) { t.Helper(); put(t, lifeCycles) }

// Concurrent puts a test into the set that runs with the race detector.
func Concurrent(t *testing.T) { t.Helper(); put(t, concurrent) }

// put is called by a test and not by its subtests, for which it counts too.
func put(t *testing.T, set string) {
	t.Helper()
	sets.Store(t.Name(), set)
	RequireSelected(t)
}

// OneCLI marks a test in which the CLI plays no part: it passes a configuration on and shows what the provider says. Terraform and OpenTofu
// do that with the same code. Whatever depends on plans, state, saved plans, imports, signals or secrets runs with both.
func OneCLI(t *testing.T) {
	t.Helper()
	if selected == secondCLI {
		t.Skip("one CLI is enough for this test")
	}
}

// RequireSelected skips a test, or a subtest, that is not in the selected set. Environments call it before they start anything.
func RequireSelected(t *testing.T) {
	t.Helper()
	set := others
	name, _, _ := strings.Cut(t.Name(), "/")
	if of, marked := sets.Load(name); marked {
		set, _ = of.(string)
	}
	if selected != "" && selected != secondCLI && selected != set {
		t.Skipf("in the set %s, and %s is selected", set, selected)
	}
}

// Complete reports whether no set was left out, so that what all tests together must have done can be checked.
func Complete() bool { return selected == "" || selected == secondCLI }
