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

func TestDue(t *testing.T) {
	t.Parallel()
	recorded := map[string]attr.Value{"a": ended("good"), "b": ended("bad"), "gone": ended("bad")}
	bad := func(o attr.Value) bool { return o.Equal(ended("bad")) }
	for _, c := range []struct {
		members []string
		all     bool
		want    []string
	}{
		{[]string{"b", "a"}, false, []string{"b"}},
		{[]string{"c", "a"}, false, []string{"c"}},
		{[]string{"c", "b", "a"}, true, []string{"a", "b", "c"}},
		{[]string{"a"}, false, nil},
	} {
		if got := Due(c.members, recorded, c.all, bad); !slices.Equal(got, c.want) {
			t.Errorf("Due(%v, all %t) = %v, want %v", c.members, c.all, got, c.want)
		}
	}
}

func TestPlanOutcomes(t *testing.T) {
	t.Parallel()
	unknown := types.ObjectValueMust(outcome.AttrTypes, map[string]attr.Value{"status": types.StringUnknown()})
	planned, diags := PlanOutcomes([]string{"a", "b", "c"}, []string{"b", "c"}, map[string]attr.Value{"a": ended("good"), "b": ended("bad"), "gone": ended("good")}, outcome)
	have := planned.Elements()
	if diags.HasError() || len(have) != 3 || !have["a"].Equal(ended("good")) || !have["b"].Equal(unknown) || !have["c"].Equal(unknown) {
		t.Errorf("%v, %v", planned, diags)
	}
}

// What a deletion leaves serves one creation with the same triggers, and none with others.
func TestHandover(t *testing.T) {
	t.Parallel()
	triggers := func(value string) types.Map {
		return types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue(value)})
	}
	var h Handover[attr.Value]
	if taken := TakeAll(&h, "fleet", triggers("1"), []string{"a"}); len(taken) != 0 {
		t.Errorf("taken %v from nothing", taken)
	}
	LeaveAll(&h, "fleet", triggers("1"), map[string]attr.Value{"a": ended("good"), "b": ended("good")})
	if taken := TakeAll(&h, "fleet", triggers("2"), []string{"a", "b"}); len(taken) != 0 {
		t.Errorf("taken %v with other triggers", taken)
	}
	if taken := TakeAll(&h, "other", triggers("1"), []string{"a", "b"}); len(taken) != 0 {
		t.Errorf("taken %v by another kind of object", taken)
	}
	if taken := TakeAll(&h, "fleet", triggers("1"), []string{"a", "c"}); len(taken) != 1 || !taken["a"].Equal(ended("good")) {
		t.Errorf("taken %v", taken)
	}
	if taken := TakeAll(&h, "fleet", triggers("1"), []string{"a", "b"}); len(taken) != 1 || taken["b"] == nil {
		t.Errorf("taken %v the second time", taken)
	}
}
