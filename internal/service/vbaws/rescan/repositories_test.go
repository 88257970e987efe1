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

func TestDueMembers(t *testing.T) {
	t.Parallel()
	recorded := records{
		"good": recordOf(api.Session{ID: "1", Status: "Succeeded"}), "warned": recordOf(api.Session{ID: "2", Status: "Warning"}),
		"failed": recordOf(api.Session{ID: "3", Status: "Failed"}), "canceled": recordOf(api.Session{ID: "4", Status: "Canceled"}),
		"running": recordOf(api.Session{ID: "5", Status: "Running"}), "refused": recordOf(api.Session{}),
	}
	members := []string{"canceled", "failed", "good", "new", "refused", "running", "warned"}
	for _, c := range []struct {
		waits, all   bool
		due, running []string
	}{
		{true, false, []string{"canceled", "failed", "new", "refused"}, []string{"running"}},
		{false, false, []string{"new", "refused"}, nil},
		{true, true, members, nil},
		{false, true, members, nil},
	} {
		model := repositoriesRescanModel{WaitForCompletion: types.BoolValue(c.waits)}
		due, running := model.due(members, recorded, c.all)
		if !slices.Equal(due, c.due) || !slices.Equal(running, c.running) {
			t.Errorf("waits %t, all %t: due %v, running %v", c.waits, c.all, due, running)
		}
	}
}

// Members with the same error share one text, and of very many the last are only named, whatever is in the name.
func TestFleetTexts(t *testing.T) {
	t.Parallel()
	same := errors.New("the appliance is full.")
	title := func(id string) string { return "the " + id }
	got := together(map[string]error{"c": same, "a": same, "b": errors.New("no such repository")}, title)
	want := []finding{{"Repositories the a, the c", "the appliance is full."}, {"Repository the b", "no such repository."}}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var findings []finding
	for i := range reportedMembers + 2 {
		findings = append(findings, finding{fmt.Sprintf(`Repository "a: b" (ID %d), session s`, i), "the session ended with status Failed."})
	}
	short := cut(findings)
	if len(short) != len(findings) || !strings.Contains(short[reportedMembers-1], "Failed") || short[reportedMembers+1] != `Repository "a: b" (ID 31), session s.` {
		t.Errorf("got %q", short[reportedMembers-1:])
	}
}
