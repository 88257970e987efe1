// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Due gives the members of a fleet that an update fires, sorted: all of them when a trigger changed, otherwise those
// without an outcome and those whose recorded outcome is to be had again.
func Due(members []string, outcomes map[string]attr.Value, all bool, again func(outcome attr.Value) bool) []string {
	due := slices.DeleteFunc(slices.Clone(members), func(id string) bool {
		outcome, known := outcomes[id]
		return !all && known && !again(outcome)
	})
	slices.Sort(due)
	return due
}

// PlanOutcomes is the planned map of outcomes, which are objects of strings: unknown ones for the members that will
// fire, the recorded ones for the others.
func PlanOutcomes(members, due []string, outcomes map[string]attr.Value, element types.ObjectType) (types.Map, diag.Diagnostics) {
	unknown := make(map[string]attr.Value, len(element.AttrTypes))
	for name := range element.AttrTypes {
		unknown[name] = types.StringUnknown()
	}
	planned := make(map[string]attr.Value, len(members))
	for _, id := range members {
		// Not an unknown object: the CLI shows nothing of one that is added to the map.
		planned[id] = types.ObjectValueMust(element.AttrTypes, unknown)
		if recorded, known := outcomes[id]; known && !slices.Contains(due, id) {
			planned[id] = recorded
		}
	}
	return types.MapValue(element, planned)
}

// LeaveAll hands over the outcomes of a fleet by member.
func LeaveAll(h *Handover[attr.Value], kind string, triggers types.Map, outcomes map[string]attr.Value) {
	for id, outcome := range outcomes {
		h.Leave(Key(kind, triggers, types.StringValue(id)), outcome)
	}
}

// TakeAll returns the outcomes that were left for these members and triggers, once.
func TakeAll(h *Handover[attr.Value], kind string, triggers types.Map, members []string) map[string]attr.Value {
	taken := map[string]attr.Value{}
	for _, id := range members {
		if outcome, left := h.Take(Key(kind, triggers, types.StringValue(id))); left {
			taken[id] = outcome
		}
	}
	return taken
}
