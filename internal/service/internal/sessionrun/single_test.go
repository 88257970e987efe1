// SPDX-License-Identifier: MPL-2.0

package sessionrun_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
)

// appliance plays a product: what became of the earlier session, and how the wait for the one on record ends.
type appliance struct {
	earlier string // "running", "succeeded", "failed" or "unreadable"
	ends    string // "succeeded", "failed" or "running"
	refuses bool

	recorded, status string
	started          int
}

func (a *appliance) single(h *sessionrun.Handover[sessionrun.Session], triggers string) sessionrun.Single {
	return sessionrun.Single{
		Handover: h, Key: triggers,
		Resume: func(_ context.Context, session sessionrun.Session, diags *diag.Diagnostics) bool {
			a.recorded, a.status = session.ID, a.earlier
			switch a.earlier {
			case "failed":
				return false
			case "unreadable":
				a.status = "running"
				diags.AddError("unreadable", "")
				return false
			}
			return true
		},
		Start: func(_ context.Context, diags *diag.Diagnostics) bool {
			if a.refuses {
				diags.AddError("refused", "")
				return false
			}
			a.started++
			a.recorded, a.status = "new", "running"
			return true
		},
		Wait: func(_ context.Context, observe func(string), diags *diag.Diagnostics) {
			observe(a.status)
			if a.status == "running" {
				a.status = a.ends
			}
			observe(a.status)
			if a.status != "succeeded" {
				diags.AddError(a.status, "")
			}
		},
		Object: func() string { return "Thing, session " + a.recorded },
		Unfinished: func() sessionrun.Session {
			if a.status != "running" {
				return sessionrun.Session{}
			}
			return sessionrun.Session{ID: a.recorded}
		},
	}
}

// TestSingleCreate: a creation that replaces one whose session is unfinished starts no other one beside it.
func TestSingleCreate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		left, earlier, ends string // left: triggers of the session that a deletion left
		refuses             bool
		starts              int
		recorded            string
		marked              bool
	}{
		"nothing left":               {ends: "succeeded", starts: 1, recorded: "new"},
		"nothing left, times out":    {ends: "running", starts: 1, recorded: "new", marked: true},
		"still running":              {left: "a", earlier: "running", ends: "succeeded", recorded: "old"},
		"still running, times out":   {left: "a", earlier: "running", ends: "running", recorded: "old", marked: true},
		"ended well":                 {left: "a", earlier: "succeeded", recorded: "old"},
		"failed":                     {left: "a", earlier: "failed", ends: "succeeded", starts: 1, recorded: "new"},
		"unreadable":                 {left: "a", earlier: "unreadable", recorded: "old", marked: true},
		"running for other triggers": {left: "b", earlier: "running", ends: "succeeded", starts: 1, recorded: "new"},
		"failed, then refused":       {left: "a", earlier: "failed", refuses: true},
	} {
		var h sessionrun.Handover[sessionrun.Session]
		if c.left != "" {
			h.Leave(c.left, sessionrun.Session{ID: "old"})
		}
		a, p, diags := &appliance{earlier: c.earlier, ends: c.ends, refuses: c.refuses}, private{}, diag.Diagnostics{}
		recorded := a.single(&h, "a").Create(t.Context(), p, &diags)
		marked, _ := sessionrun.CreationFailed(t.Context(), p)
		if recorded != (c.recorded != "") || recorded && a.recorded != c.recorded || a.started != c.starts || marked != c.marked {
			t.Errorf("%s: recorded %t, session %s, started %d, marked %t", name, recorded, a.recorded, a.started, marked)
		}
		if _, again := h.Take("a"); again {
			t.Errorf("%s: the session was handed over twice", name)
		}
	}
}

// TestSingleUpdate: an update takes over the session of an earlier one, unless its triggers were taken back in between and
// that session has ended.
func TestSingleUpdate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pending, earlier, ends string
		refreshes              int
		starts                 int
		recorded, pends        string
	}{
		"nothing pending":                 {ends: "succeeded", starts: 1, recorded: "new"},
		"nothing pending, times out":      {ends: "running", starts: 1, recorded: "new", pends: "new"},
		"nothing pending, fails":          {ends: "failed", starts: 1, recorded: "new"},
		"running":                         {pending: "a", refreshes: 1, earlier: "running", ends: "succeeded", recorded: "old"},
		"running, times out":              {pending: "a", refreshes: 1, earlier: "running", ends: "running", recorded: "old", pends: "old"},
		"ended well":                      {pending: "a", refreshes: 1, earlier: "succeeded", recorded: "old"},
		"ended well, not refreshed":       {pending: "a", earlier: "succeeded", recorded: "old"},
		"failed":                          {pending: "a", refreshes: 1, earlier: "failed", ends: "succeeded", starts: 1, recorded: "new"},
		"unreadable":                      {pending: "a", refreshes: 1, earlier: "unreadable", pends: "old"},
		"other triggers":                  {pending: "b", refreshes: 1, earlier: "running", ends: "succeeded", starts: 1, recorded: "new"},
		"taken back, then running":        {pending: "a", refreshes: 2, earlier: "running", ends: "succeeded", recorded: "old"},
		"taken back, ended well":          {pending: "a", refreshes: 2, earlier: "succeeded", ends: "succeeded", starts: 1, recorded: "new"},
		"taken back for long, ended well": {pending: "a", refreshes: 7, earlier: "succeeded", ends: "succeeded", starts: 1, recorded: "new"},
		"taken back for long, unreadable": {pending: "a", refreshes: 7, earlier: "unreadable", pends: "old"},
	} {
		a, p, diags := &appliance{earlier: c.earlier, ends: c.ends}, private{}, diag.Diagnostics{}
		both := sessionrun.Private{PrivateState: p, PrivateStateWriter: p}
		if c.pending != "" {
			save(t, p, "old", c.pending)
		}
		for range c.refreshes {
			sessionrun.Refreshed(t.Context(), both)
		}
		recorded := a.single(nil, "a").Update(t.Context(), both, &diags)
		pends, _ := sessionrun.LoadPending(t.Context(), p, "a")
		if recorded != (c.recorded != "") || recorded && a.recorded != c.recorded || a.started != c.starts || pends.ID != c.pends {
			t.Errorf("%s: recorded %t, session %s, started %d, pending %+v", name, recorded, a.recorded, a.started, pends)
		}
		if recorded && pends.Refreshes != 0 {
			t.Errorf("%s: the refreshes of an earlier session count for a new wait", name)
		}
	}
}

// TestSingleLog: the log of a wait says how it began, each status, and that it ended before the session.
func TestSingleLog(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		left, ends string
		want       []string
	}{
		"new":        {ends: "succeeded", want: []string{"new: accepted", "new: running", "new: succeeded"}},
		"taken over": {left: "a", ends: "failed", want: []string{"old: taken over from an earlier apply", "old: running", "old: failed"}},
		"not to end": {ends: "running", want: []string{"new: accepted", "new: running", "new: not waited for any longer"}},
	} {
		var h sessionrun.Handover[sessionrun.Session]
		if c.left != "" {
			h.Leave(c.left, sessionrun.Session{ID: "old"})
		}
		var written bytes.Buffer
		a, diags := &appliance{earlier: "running", ends: c.ends}, diag.Diagnostics{}
		a.single(&h, "a").Create(tflogtest.RootLogger(t.Context(), &written), private{}, &diags)
		entries, err := tflogtest.MultilineJSONDecode(&written)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, entry := range entries {
			said = append(said, strings.TrimPrefix(fmt.Sprint(entry["@message"]), "Thing, session "))
		}
		if !slices.Equal(said, c.want) {
			t.Errorf("%s: said %q, want %q", name, said, c.want)
		}
	}
}

// TestRefreshedWithoutPending: private state is not written for nothing, so that a refresh changes no state.
func TestRefreshedWithoutPending(t *testing.T) {
	t.Parallel()
	p := private{}
	if sessionrun.Refreshed(t.Context(), sessionrun.Private{PrivateState: p, PrivateStateWriter: p}); len(p) != 0 {
		t.Errorf("private state is %v", p)
	}
}
