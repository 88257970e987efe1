// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// PrivateState is how the framework gives access to an object's private state.
type PrivateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateStateWriter is the same for writing.
type PrivateStateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Private is the private state of a request and of its response.
type Private struct {
	PrivateState
	PrivateStateWriter
}

// Session is a session that was started, as far as a wait for it needs to know.
type Session struct {
	ID      string `json:"session"`
	Started string `json:"started,omitempty"` // as the state has it
}

// Pending is a session whose end an update did not see. It is kept in private state, so that the next update can wait for
// it instead of starting another.
type Pending struct {
	Session
	Key       string `json:"key"`       // what it was started for
	Refreshes int    `json:"refreshes"` // since then
}

// Superseded reports that another command came between the update that started the session and the one that asks: in
// between, the object's state was what was configured, so a new rescan is asked for. The refresh that belongs to the command
// itself is the first one.
func (p Pending) Superseded() bool { return p.Refreshes > 1 }

const pendingKey = "pending"

// LoadPending returns the session that an earlier update started for the same key and did not see ending; a zero one if there
// is none.
func LoadPending(ctx context.Context, private PrivateState, key string) (Pending, diag.Diagnostics) {
	pending, diags := loadPending(ctx, private)
	if pending.Key != key {
		return Pending{}, diags
	}
	return pending, diags
}

func loadPending(ctx context.Context, private PrivateState) (Pending, diag.Diagnostics) {
	data, diags := private.GetKey(ctx, pendingKey)
	var pending Pending
	if len(data) == 0 || json.Unmarshal(data, &pending) != nil {
		return Pending{}, diags
	}
	return pending, diags
}

// SavePending records a session whose end was not seen; one without an ID clears the record.
func SavePending(ctx context.Context, private PrivateStateWriter, pending Pending) diag.Diagnostics {
	if pending.ID == "" {
		return private.SetKey(ctx, pendingKey, nil)
	}
	data, err := json.Marshal(pending)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to Record Rescan", err.Error())}
	}
	return private.SetKey(ctx, pendingKey, data)
}

// Refreshed counts a refresh, or an update that starts nothing, for the pending session.
func Refreshed(ctx context.Context, private Private) diag.Diagnostics {
	pending, diags := loadPending(ctx, private)
	if pending.ID != "" && !pending.Superseded() {
		pending.Refreshes++
		diags.Append(SavePending(ctx, private, pending)...)
	}
	return diags
}

// digest stands for the triggers, whose values may be sensitive and are not wanted a second time in the state.
func digest(triggers types.Map, scope ...attr.Value) string {
	var text strings.Builder
	text.WriteString(triggers.String()) // keys are sorted
	for _, value := range scope {
		text.WriteString("\n" + value.String()) // newlines within are quoted
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:])
}
