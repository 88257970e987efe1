// SPDX-License-Identifier: MPL-2.0

package crud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

// A request whose response is lost is never sent again: what became of it is looked up. The search does not end with the
// operation, or Ctrl-C would leave an object that Terraform does not know of.

// create sends the creation. After a lost response the object is the only one that was not there before and has all settings that
// were sent; anything less certain is an error that says how to import it.
func (r *crud[M, A, D, P]) create(ctx context.Context, c Change[M], state tfsdk.State) (A, error) {
	created, err := r.spec.Create(ctx, r.data, c)
	lost, ok := errors.AsType[*rest.LostCreationError](err)
	if !ok {
		return created, err
	}
	search, cancel := context.WithTimeout(context.WithoutCancel(ctx), operation.Patience(ctx))
	defer cancel()
	var found []A
	failure := rest.Poll(search, func(ctx context.Context) (done bool, err error) {
		found, err = r.candidates(ctx, c.Plan, state, lost)
		return len(found) > 0, err
	})
	switch {
	case len(found) == 1 && lost.Known != nil:
		return found[0], nil
	case len(found) > 0:
		var entries []string
		for _, object := range found {
			entries = append(entries, r.spec.Entry(object).String())
		}
		return created, fmt.Errorf("the response to the creation was lost. The server has the %s %s, but whether this creation or another client created it cannot be "+
			"determined. If it is the object of this configuration, import it:\n\n%s\n\n%w",
			r.spec.Noun, strings.Join(entries, ", "), r.product.ImportCommand(r.spec.Name, r.spec.Entry(found[0]).ID), lost.Err)
	case errors.Is(failure, context.DeadlineExceeded):
		return created, fmt.Errorf("the response to the creation was lost, and the server does not list the object: %w", lost.Err)
	}
	return created, fmt.Errorf("the response to the creation was lost, and whether the object exists cannot be determined: %w; %w", failure, lost.Err)
}

// candidates are the objects that a creation may have created.
func (r *crud[M, A, D, P]) candidates(ctx context.Context, plan *M, state tfsdk.State, lost *rest.LostCreationError) (found []A, err error) {
	all, err := r.spec.List(ctx, r.data)
	if err != nil {
		return nil, err
	}
	for _, listed := range all {
		entry := r.spec.Entry(listed)
		if lost.Known[strings.ToLower(entry.ID)] || entry.Name != r.spec.Label(plan) {
			continue
		}
		object, err := r.spec.Read(ctx, r.data, entry.ID, plan)
		switch {
		case errors.Is(err, rest.ErrNotFound):
		case err != nil:
			return nil, err
		case r.applied(ctx, plan, object, state):
			found = append(found, object)
		}
	}
	return found, nil
}

// existing is the advice for a creation that was refused because there is an object with that name; empty if there is none.
func (r *crud[M, A, D, P]) existing(ctx context.Context, plan *M, refused error) string {
	if !errors.Is(refused, rest.ErrConflict) {
		return ""
	}
	found, err := r.spec.named(ctx, r.data, r.spec.Label(plan))
	if err != nil {
		return ""
	}
	entry := r.spec.Entry(found)
	return fmt.Sprintf("The server already has the %s %s. To manage it with this configuration instead of creating it, import it:\n\n%s",
		r.spec.Noun, entry, r.product.ImportCommand(r.spec.Name, entry.ID))
}

// applied reports whether an object has every setting that is planned. One that the server does not report counts as different.
func (r *crud[M, A, D, P]) applied(ctx context.Context, plan *M, object A, state tfsdk.State) bool {
	server, diags := Null[M](ctx, state)
	r.spec.Flatten(object, &server)
	planned, reported := r.raw(ctx, state, plan, &diags), r.raw(ctx, state, &server, &diags)
	return !diags.HasError() && includes(reported, planned, append(slices.Clone(r.spec.Local), "id", "timeouts"))
}

// confirmUpdate reads the object after a lost response to an update until it has what is planned.
func (r *crud[M, A, D, P]) confirmUpdate(ctx context.Context, c Change[M], state tfsdk.State, lost error) error {
	if !rest.OutcomeUnknown(lost) {
		return lost
	}
	search, cancel := context.WithTimeout(context.WithoutCancel(ctx), operation.Patience(ctx))
	defer cancel()
	err := rest.Poll(search, func(ctx context.Context) (bool, error) {
		object, err := r.spec.Read(ctx, r.data, P(c.Plan).base().ID.ValueString(), c.Plan)
		return err == nil && r.applied(ctx, c.Plan, object, state), err
	})
	if err != nil {
		return fmt.Errorf("the response was lost, and the server does not report the change yet, so the outcome is unknown: %w", lost)
	}
	return nil
}

// gone reports whether a deletion that ended in an error has deleted the object, or found none: a read decides.
func (r *crud[M, A, D, P]) gone(ctx context.Context, state *M, err error) bool {
	var refused *rest.APIError
	if !rest.OutcomeUnknown(err) && !errors.As(err, &refused) {
		return false
	}
	search, cancel := context.WithTimeout(context.WithoutCancel(ctx), operation.Patience(ctx))
	defer cancel()
	gone := false
	_ = rest.Poll(search, func(ctx context.Context) (bool, error) {
		_, readErr := r.spec.Read(ctx, r.data, P(state).base().ID.ValueString(), state)
		gone = errors.Is(readErr, rest.ErrNotFound)
		return gone || readErr == nil && !rest.OutcomeUnknown(err), rest.IgnoreNotFound(readErr)
	})
	return gone
}
