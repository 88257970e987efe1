// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
)

// A record is read as it was written; the zero session, which stands for a rescan that was not accepted, is all null.
func TestRecords(t *testing.T) {
	t.Parallel()
	started := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, session := range []api.Session{
		{},
		{ID: "s", Status: "Running"},
		{ID: "s", Status: "Succeeded", Result: "Success", Started: started, Stopped: started.Add(time.Minute)},
	} {
		if got := sessionOf(recordOf(session)); got != session {
			t.Errorf("got %+v, want %+v", got, session)
		}
	}
	record, _ := recordOf(api.Session{}).(types.Object)
	for name, v := range record.Attributes() {
		if !v.IsNull() {
			t.Errorf("%s is %s", name, v)
		}
	}
}

// TestNext: a session that failed or still runs concerns an apply only if it waits for sessions.
func TestNext(t *testing.T) {
	t.Parallel()
	for status, want := range map[string][2]sessionrun.Step{ // without and with a wait
		"Succeeded": {sessionrun.Done, sessionrun.Done}, "Warning": {sessionrun.Done, sessionrun.Done},
		"Failed": {sessionrun.Done, sessionrun.Start}, "Canceled": {sessionrun.Done, sessionrun.Start},
		"Running": {sessionrun.Done, sessionrun.Resume}, "": {sessionrun.Start, sessionrun.Start},
	} {
		session := api.Session{}
		if status != "" {
			session = api.Session{ID: "s", Status: status}
		}
		if got := [2]sessionrun.Step{next(recordOf(session), false), next(recordOf(session), true)}; got != want {
			t.Errorf("%q: got %v, want %v", status, got, want)
		}
	}
}

// Members with the same error share one text, and of very many the last are only named, whatever is in the name.
func TestFleetTexts(t *testing.T) {
	t.Parallel()
	same := errors.New("the appliance is full.")
	title := func(id string) string { return "the " + id }
	got := groupByError(map[string]error{"c": same, "a": same, "b": errors.New("no such repository")}, title)
	want := []finding{{"Repositories the a, the c", "the appliance is full."}, {"Repository the b", "no such repository."}}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var findings []finding
	for i := range reportedMembers + 2 {
		findings = append(findings, finding{fmt.Sprintf(`Repository "a: b" (ID %d), session s`, i), "the session ended with status Failed."})
	}
	short := truncate(findings)
	if len(short) != len(findings) || !strings.Contains(short[reportedMembers-1], "Failed") || short[reportedMembers+1] != `Repository "a: b" (ID 31), session s.` {
		t.Errorf("got %q", short[reportedMembers-1:])
	}
}
