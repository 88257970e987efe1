// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var outcome = types.ObjectType{AttrTypes: map[string]attr.Type{"status": types.StringType}}

func ended(status string) attr.Value {
	return types.ObjectValueMust(outcome.AttrTypes, map[string]attr.Value{"status": types.StringValue(status)})
}

// TestFleetPlan: what an apply does for each member follows from its outcome; outcomes of others are forgotten.
func TestFleetPlan(t *testing.T) {
	t.Parallel()
	r := &fleet[struct{}]{spec: FleetSpec[struct{}]{Next: func(o attr.Value, waits bool) Step {
		switch {
		case o.Equal(ended("bad")):
			return Start
		case waits && o.Equal(ended("running")):
			return Resume
		}
		return Done
	}}}
	recorded := map[string]attr.Value{"a": ended("good"), "b": ended("bad"), "r": ended("running"), "gone": ended("bad")}
	for _, c := range []struct {
		members      []string
		all, waits   bool
		due, running []string
	}{
		{members: []string{"a", "b"}, due: []string{"b"}},
		{members: []string{"a", "c"}, due: []string{"c"}},
		{members: []string{"a", "b", "c"}, all: true, due: []string{"a", "b", "c"}},
		{members: []string{"a"}},
		{members: []string{"r"}},
		{members: []string{"b", "r"}, waits: true, due: []string{"b"}, running: []string{"r"}},
		{members: []string{"r"}, waits: true, all: true, due: []string{"r"}},
	} {
		f := r.plan(fleetModel{members: c.members, waits: types.BoolValue(c.waits)}, recorded, c.all)
		if !slices.Equal(f.Due, c.due) || !slices.Equal(f.Running, c.running) || f.Outcomes["gone"] != nil || f.All != c.all || f.Waits != c.waits {
			t.Errorf("plan of %v, all %t, waits %t: %+v", c.members, c.all, c.waits, f)
		}
	}
}

func TestPlanOutcomes(t *testing.T) {
	t.Parallel()
	unknown := types.ObjectValueMust(outcome.AttrTypes, map[string]attr.Value{"status": types.StringUnknown()})
	planned, diags := PlanOutcomes(&Fleet{
		Members: []string{"a", "b", "c", "d"}, Due: []string{"b", "c"}, Running: []string{"d"},
		Outcomes: map[string]attr.Value{"a": ended("good"), "b": ended("bad"), "d": ended("running")},
	}, outcome)
	have := planned.Elements()
	if diags.HasError() || len(have) != 4 || !have["a"].Equal(ended("good")) || !have["b"].Equal(unknown) || !have["c"].Equal(unknown) || !have["d"].Equal(unknown) {
		t.Errorf("%v, %v", planned, diags)
	}
}

// What a deletion leaves serves one creation with the same triggers, and none with others.
func TestHandover(t *testing.T) {
	t.Parallel()
	triggers := func(value string) types.Map {
		return types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue(value)})
	}
	id := func(id string) attr.Value { return types.StringValue(id) }
	var h Handover[string]
	if _, found := h.Take(Key("fleet", triggers("1"), id("a"))); found {
		t.Error("taken from nothing")
	}
	h.Leave(Key("fleet", triggers("1"), id("a")), "good")
	h.Leave(Key("fleet", triggers("1"), id("b")), "also good")
	for _, other := range []string{Key("fleet", triggers("2"), id("a")), Key("other", triggers("1"), id("a")), Key("fleet", triggers("1"), id("c"))} {
		if _, found := h.Take(other); found {
			t.Errorf("taken with %s", other)
		}
	}
	if taken, found := h.Take(Key("fleet", triggers("1"), id("a"))); !found || taken != "good" {
		t.Errorf("taken %q", taken)
	}
	if _, found := h.Take(Key("fleet", triggers("1"), id("a"))); found {
		t.Error("taken twice")
	}
	if taken, found := h.Take(Key("fleet", triggers("1"), id("b"))); !found || taken != "also good" {
		t.Errorf("taken %q", taken)
	}
}
