// SPDX-License-Identifier: MPL-2.0

// Package rescan is what the rescans of both products have in common: when they fire, and what the plan shows.
package rescan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

// Attributes are the arguments that every rescan has.
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"triggers": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Values to watch: when one of them changes, is added or is removed, the next apply fires the rescan again, in place. " +
				"Adding the map to an existing rescan that had none, or removing the whole map, fires nothing.",
		},
		"wait_for_completion": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether apply waits until the rescan has ended and fails when it failed. Default `true`. With `false`, apply is done as soon as the " +
				"appliance has accepted the rescan, and later refreshes record its outcome. Changing it fires nothing.",
		},
	}
}

// Timeouts is the attribute of the same name; fallback is the default of both times, as a user would write it.
func Timeouts(ctx context.Context, fallback string) schema.Attribute {
	return operation.Timeouts(ctx, "Durations such as `90s`, `30m` or `2h`. Changing them fires nothing.", timeouts.Opts{
		Create: true, CreateDescription: "How long the first rescan may take. Default `" + fallback + "`.",
		Update: true, UpdateDescription: "How long a rescan fired by a trigger may take. Default `" + fallback + "`.",
	})
}

// Fires tells whether an update from the prior to the planned triggers fires. The map itself coming or going is
// bookkeeping; only a change between two maps is an event.
func Fires(prior, planned types.Map) bool {
	return !prior.IsNull() && !planned.IsNull() && !prior.Equal(planned)
}

// Plan gives the computed attributes their planned values: unknown exactly when apply will fire, or may fire because
// a trigger is not known yet; otherwise what the state holds. It returns whether apply will or may fire. The subjects
// say what is rescanned; a change of them replaces the object.
func Plan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, subjects []path.Path, computed ...string) bool {
	if req.State.Raw.IsNull() {
		return true
	}
	if req.Plan.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) {
		return false
	}
	var priorTriggers, triggers types.Map
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("triggers"), &priorTriggers)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("triggers"), &triggers)...)
	if resp.Diagnostics.HasError() {
		return false
	}
	if Fires(priorTriggers, triggers) {
		return true
	}
	for _, subject := range subjects {
		var prior, planned attr.Value
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, subject, &prior)...)
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, subject, &planned)...)
		if resp.Diagnostics.HasError() {
			return false
		}
		if !prior.Equal(planned) {
			return true
		}
	}
	for _, name := range computed {
		var prior attr.Value
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root(name), &prior)...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), prior)...)
	}
	return false
}

// Pending is a rescan that was accepted by the server and whose end an update did not see. It is kept in private
// state, so that the next update can wait for it instead of firing again.
type Pending struct {
	Session  string `json:"session"`
	Triggers string `json:"triggers"` // digest, of the scope too
}

const pendingKey = "pending"

// PrivateState is how the framework gives access to an object's private state.
type PrivateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateStateWriter is the same for writing.
type PrivateStateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// LoadPending gives the session that an earlier update fired for the same triggers, and the same scope if there is one, and
// did not see ending, if any.
func LoadPending(ctx context.Context, private PrivateState, triggers types.Map, scope ...attr.Value) (session string, diags diag.Diagnostics) {
	data, diags := private.GetKey(ctx, pendingKey)
	var pending Pending
	if len(data) == 0 || json.Unmarshal(data, &pending) != nil || pending.Triggers != digest(triggers, scope...) {
		return "", diags
	}
	return pending.Session, diags
}

// SavePending records a session whose end was not seen; an empty session clears the record.
func SavePending(ctx context.Context, private PrivateStateWriter, session string, triggers types.Map, scope ...attr.Value) diag.Diagnostics {
	pending := Pending{}
	if session != "" {
		pending = Pending{Session: session, Triggers: digest(triggers, scope...)}
	}
	data, err := json.Marshal(pending)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to Record Rescan", err.Error())}
	}
	return private.SetKey(ctx, pendingKey, data)
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
