// SPDX-License-Identifier: MPL-2.0

package sessionrun_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
)

// private stands for the private state that the framework keeps with an object.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

func key(triggers types.Map, scope ...attr.Value) string {
	return sessionrun.Key("thing", triggers, scope...)
}

func save(t *testing.T, p private, session, key string) {
	t.Helper()
	if diags := sessionrun.SavePending(t.Context(), p, sessionrun.Pending{Session: sessionrun.Session{ID: session}, Key: key}); diags.HasError() {
		t.Fatal(diags)
	}
}

// TestPending: an unfinished session is taken up for the very triggers that it was fired for, and no others.
func TestPending(t *testing.T) {
	t.Parallel()
	p := private{}
	load := func(m types.Map) string {
		t.Helper()
		pending, diags := sessionrun.LoadPending(t.Context(), p, key(m))
		if diags.HasError() {
			t.Fatal(diags)
		}
		return pending.ID
	}
	if got := load(triggers("a=1")); got != "" {
		t.Errorf("before anything was saved: %q", got)
	}
	save(t, p, "s-1", key(triggers("a=1", "b=2")))
	if got := load(triggers("b=2", "a=1")); got != "s-1" {
		t.Errorf("for the same triggers: %q", got)
	}
	for _, other := range []types.Map{triggers("a=1"), triggers("a=1", "b=3"), triggers("a=2", "b=1"), triggers("a=1", "b"), triggers(), none} {
		if got := load(other); got != "" {
			t.Errorf("for %s: %q", other, got)
		}
	}
	save(t, p, "s-2", key(triggers("a=1")))
	if load(triggers("a=1")) != "s-2" || load(triggers("a=1", "b=2")) != "" {
		t.Error("a later session does not take the place of the earlier one")
	}
	save(t, p, "", key(triggers("a=1")))
	if got := load(triggers("a=1")); got != "" {
		t.Errorf("after it was cleared: %q", got)
	}
}

// TestPendingTellsTriggersApart: texts with separators in them do not make two maps look alike.
func TestPendingTellsTriggersApart(t *testing.T) {
	t.Parallel()
	maps := []types.Map{
		triggers("a=1", "b=2"), triggers(`a=1","b"="2`), triggers(`a=1, "b":"2"`), triggers("a="), triggers("a"),
		triggers("a=<null>"), triggers("a=null"), triggers(), none,
	}
	for i, saved := range maps {
		p := private{}
		save(t, p, "s", key(saved))
		for j, asked := range maps {
			if pending, _ := sessionrun.LoadPending(t.Context(), p, key(asked)); (pending.ID != "") != (i == j) {
				t.Errorf("saved for %s, asked for %s: %q", saved, asked, pending.ID)
			}
		}
	}
}

// TestPendingOfAScope: a session is taken up only for the scope that it was fired for.
func TestPendingOfAScope(t *testing.T) {
	t.Parallel()
	set := func(elements ...string) attr.Value {
		var values []attr.Value
		for _, e := range elements {
			values = append(values, types.StringValue(e))
		}
		return types.SetValueMust(types.StringType, values)
	}
	scopes := [][]attr.Value{
		nil, {set()}, {types.SetNull(types.StringType)}, {set("a")}, {set("a", "b")}, {set(`a", "b`)}, {set("a"), set("b")}, {set("b"), set("a")}, {set("a\n[\"b\"]")},
	}
	for i, saved := range scopes {
		p := private{}
		save(t, p, "s", key(triggers("a=1"), saved...))
		for j, asked := range scopes {
			if pending, _ := sessionrun.LoadPending(t.Context(), p, key(triggers("a=1"), asked...)); (pending.ID != "") != (i == j) {
				t.Errorf("saved for %s, asked for %s: %q", saved, asked, pending.ID)
			}
		}
	}
}

// TestPendingIsNoSecret: private state is stored without protection, and triggers may be sensitive.
func TestPendingIsNoSecret(t *testing.T) {
	t.Parallel()
	p := private{}
	save(t, p, "s-1", key(triggers("canary-key=canary-value")))
	for key, data := range p {
		if strings.Contains(string(data), "canary") {
			t.Errorf("%s holds %s", key, data)
		}
	}
}

// TestPendingOfAnotherKind: what cannot be read counts as nothing, so that the rescan is fired.
func TestPendingOfAnotherKind(t *testing.T) {
	t.Parallel()
	saved := private{}
	save(t, saved, "s-1", key(none))
	for name := range saved {
		for _, data := range []string{"null", "{}", "[]", `"s-1"`, `{"session":1}`, `{"session":"s-1","key":"other"}`, "{"} {
			if pending, diags := sessionrun.LoadPending(t.Context(), private{name: []byte(data)}, key(none)); pending.ID != "" || diags.HasError() {
				t.Errorf("%s: %q, %v", data, pending.ID, diags)
			}
		}
	}
}
