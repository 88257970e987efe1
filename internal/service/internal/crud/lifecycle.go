// SPDX-License-Identifier: MPL-2.0

package crud

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

const readTimeout = 5 * time.Minute

func (r *crud[M, A, D, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	c := r.change(ctx, req.Plan, req.Config, nil, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := P(c.Plan).base().Timeouts.Create(ctx, r.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	r.checkFeatures(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	created, err := r.create(ctx, c, resp.State)
	if existing := r.existing(ctx, c.Plan, err); existing != "" {
		resp.Diagnostics.AddError(r.summary("Create"), r.product.Detail(r.object(c.Plan), err, existing))
		return
	}
	if err != nil {
		r.fail(&resp.Diagnostics, "Create", c.Plan, err)
		return
	}
	id := types.StringValue(strings.ToLower(r.spec.Entry(created).ID))
	P(c.Plan).base().ID = id
	SetIdentity(ctx, resp.Identity, id, &resp.Diagnostics)
	server := *c.Plan
	r.spec.Flatten(created, &server)
	r.finish(ctx, "Create", req.Plan, &resp.State, c.Plan, &server, &resp.Diagnostics)
}

// finish makes the state of a creation or an update: what is planned and, where that is unknown, what the server has. The object
// is read only for what is unknown after that. If it cannot be read, the state has it with what is known.
func (r *crud[M, A, D, P]) finish(ctx context.Context, verb string, plan tfsdk.Plan, state *tfsdk.State, planned, server *M, diags *diag.Diagnostics) {
	if raw := r.raw(ctx, *state, server, diags); !diags.HasError() && !raw.IsFullyKnown() {
		read, err := r.spec.Read(ctx, r.data, P(planned).base().ID.ValueString(), planned)
		if err != nil {
			r.fail(diags, verb, planned, fmt.Errorf("the server accepted the request, and the object cannot be read: %w", err))
		} else {
			r.spec.Flatten(read, server)
		}
	}
	state.Raw = complete(plan.Raw, r.raw(ctx, *state, server, diags))
}

func (r *crud[M, A, D, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	base := P(&state).base()
	timeout, diags := base.Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	SetIdentity(ctx, resp.Identity, base.ID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.product.Ready(r.data) {
		return // without a client the provider configuration is not known yet: nothing can be refreshed
	}
	ctx, cancel := operation.WithTimeout(ctx, "read", timeout)
	defer cancel()
	prior := state
	object, err := r.spec.Read(ctx, r.data, base.ID.ValueString(), &state)
	switch {
	case errors.Is(err, rest.ErrNotFound):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		r.fail(&resp.Diagnostics, "Read", &state, err)
		return
	}
	r.spec.Flatten(object, &state)
	if !reflect.DeepEqual(state, prior) { // to set a state is the costliest part of a refresh, and most refreshes find no change
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

func (r *crud[M, A, D, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	c := r.change(ctx, req.Plan, req.Config, &req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := P(c.Plan).base().Timeouts.Update(ctx, r.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	ctx, cancel := operation.WithTimeout(ctx, "update", timeout)
	defer cancel()
	r.checkFeatures(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	id := P(c.Prior).base().ID
	P(c.Plan).base().ID = id
	SetIdentity(ctx, resp.Identity, id, &resp.Diagnostics)
	if differ(req.State.Raw, req.Plan.Raw, append(slices.Clone(r.spec.Local), "timeouts")) {
		if err := r.spec.Update(ctx, r.data, id.ValueString(), c); err != nil {
			if err = r.confirmUpdate(ctx, c, resp.State, err); err != nil {
				r.fail(&resp.Diagnostics, "Update", c.Plan, err)
				return
			}
		}
	}
	server := *c.Plan
	r.finish(ctx, "Update", req.Plan, &resp.State, c.Plan, &server, &resp.Diagnostics)
}

func (r *crud[M, A, D, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := P(&state).base().Timeouts.Delete(ctx, r.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "delete", timeout)
	defer cancel()
	err := r.spec.Delete(ctx, r.data, P(&state).base().ID.ValueString())
	if err != nil && !r.gone(ctx, &state, err) {
		r.fail(&resp.Diagnostics, "Delete", &state, err, "The object stays in state; the next destroy tries again.")
	}
}

// change decodes a creation or an update.
func (r *crud[M, A, D, P]) change(ctx context.Context, plan tfsdk.Plan, config tfsdk.Config, prior *tfsdk.State, diags *diag.Diagnostics) Change[M] {
	c := Change[M]{Plan: new(M), Config: new(M)}
	diags.Append(plan.Get(ctx, c.Plan)...)
	diags.Append(config.Get(ctx, c.Config)...)
	if prior != nil {
		c.Prior = new(M)
		diags.Append(prior.Get(ctx, c.Prior)...)
	}
	return c
}

// fail reports an error about an object, by its name.
func (r *crud[M, A, D, P]) fail(diags *diag.Diagnostics, verb string, m *M, err error, advice ...string) {
	if r.spec.Advice != nil {
		advice = append(advice, r.spec.Advice(err))
	}
	diags.AddError(r.summary(verb), r.product.Detail(r.object(m), err, advice...))
}

func (r *crud[M, A, D, P]) summary(verb string) string {
	return "Unable to " + verb + " " + Title(r.spec.Noun)
}

// Title writes a noun as summaries do: "Proxy Pool".
func Title(noun string) string {
	words := strings.Fields(noun)
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}

// object names an object at the beginning of a detail.
func (r *crud[M, A, D, P]) object(m *M) string {
	name := strings.ToUpper(r.spec.Noun[:1]) + r.spec.Noun[1:]
	if label := r.spec.Label(m); label != "" {
		name += fmt.Sprintf(" %q", label)
	}
	if id := P(m).base().ID.ValueString(); id != "" {
		name += " (ID " + id + ")"
	}
	return name
}
