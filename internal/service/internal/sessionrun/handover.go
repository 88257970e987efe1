// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const failedCreationKey = "failed_creation"

// MarkCreation notes in private state whether the creation of a rescan ended in an error, by which Terraform taints it. Its
// record must then stay as it is until it is handed over: a refresh could find that all is well by now, and hide what the
// handover is for.
func MarkCreation(ctx context.Context, private PrivateStateWriter, failed bool) diag.Diagnostics {
	if !failed {
		return private.SetKey(ctx, failedCreationKey, nil)
	}
	return private.SetKey(ctx, failedCreationKey, []byte("true"))
}

// CreationFailed reports whether the object carries that mark.
func CreationFailed(ctx context.Context, private PrivateState) (bool, diag.Diagnostics) {
	mark, diags := private.GetKey(ctx, failedCreationKey)
	return len(mark) > 0, diags
}

// Handover passes records from the deletion of rescans to the creations that follow in the same apply: the sessions of single
// rescans that are unfinished, and the outcomes of fleets. It is needed because Terraform taints an object whose creation ended
// in an error and replaces it in the next apply: the creation then sees nothing of the prior state, and the deletion nothing of
// its private state. An object that is created before it is destroyed gets nothing.
type Handover[T any] struct {
	mu   sync.Mutex
	left map[string][]T // by Key
}

// Key identifies a rescan: the kind of object, what is rescanned, and the triggers it was started for.
func Key(kind string, triggers types.Map, target ...attr.Value) string {
	return kind + " " + digest(triggers, target...)
}

// Leave hands over a record.
func (h *Handover[T]) Leave(key string, record T) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left == nil {
		h.left = map[string][]T{}
	}
	h.left[key] = append(h.left[key], record)
}

// Take returns a record that was left for the key, once.
func (h *Handover[T]) Take(key string) (record T, found bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	records := h.left[key]
	if len(records) == 0 {
		return record, false
	}
	h.left[key] = records[1:]
	return records[0], true
}
