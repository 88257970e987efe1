// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"maps"
	"slices"
	"sync"

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

const failedCreationKey = "failed_creation"

// MarkCreation notes in private state whether the creation of a fleet ended in an error, by which Terraform taints it. Its
// record must then stay as it is until it is handed over: a refresh could find that all is well by now, and hide what the
// hand-over is for.
func MarkCreation(ctx context.Context, private PrivateStateWriter, failed bool) diag.Diagnostics {
	if !failed {
		return private.SetKey(ctx, failedCreationKey, nil)
	}
	return private.SetKey(ctx, failedCreationKey, []byte("true"))
}

// CreationFailed tells whether the fleet carries that mark.
func CreationFailed(ctx context.Context, private PrivateState) (bool, diag.Diagnostics) {
	mark, diags := private.GetKey(ctx, failedCreationKey)
	return len(mark) > 0, diags
}

// Handover takes the good outcomes of a fleet with failed members from its deletion to the creation that follows in
// the same apply, so that only the members which failed fire again. It is needed because Terraform taints a fleet whose
// creation ended in an error and replaces it in the next apply: the creation then sees nothing of the prior state, and
// the deletion nothing of its private state. A fleet that is created before it is destroyed fires whole.
type Handover struct {
	mu       sync.Mutex
	outcomes map[string]map[string]attr.Value // by digest of the triggers, then by member
}

// Leave hands over outcomes.
func (h *Handover) Leave(triggers types.Map, outcomes map[string]attr.Value) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.outcomes == nil {
		h.outcomes = map[string]map[string]attr.Value{}
	}
	key := digest(triggers)
	if h.outcomes[key] == nil {
		h.outcomes[key] = map[string]attr.Value{}
	}
	maps.Copy(h.outcomes[key], outcomes)
}

// Take gives the outcomes that were left for these members and triggers, once.
func (h *Handover) Take(triggers types.Map, members []string) map[string]attr.Value {
	h.mu.Lock()
	defer h.mu.Unlock()
	taken := map[string]attr.Value{}
	for _, id := range members {
		if outcome, left := h.outcomes[digest(triggers)][id]; left {
			taken[id] = outcome
			delete(h.outcomes[digest(triggers)], id)
		}
	}
	return taken
}
