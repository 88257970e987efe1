// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/rescan"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
)

// fleetKind tells fleets from other rescans in the handover.
const fleetKind = "Proxies"

// members gives the IDs, sorted; known is false while one of them is not known yet.
func (m *proxiesRescanModel) members(ctx context.Context, diags *diagnostics) (ids []string, known bool) {
	if m.ProxyIDs.IsUnknown() {
		return nil, false
	}
	var all []types.String
	diags.Append(m.ProxyIDs.ElementsAs(ctx, &all, false)...)
	for _, id := range all {
		if id.IsUnknown() {
			return nil, false
		}
		ids = append(ids, id.ValueString())
	}
	slices.Sort(ids)
	return ids, true
}

// due are the members that an update fires: all when a trigger changed, else the new ones, those that the server did
// not accept, and, if they are waited for, those that did not come back.
func (m *proxiesRescanModel) due(state proxiesRescanModel, members []string) []string {
	again := func(outcome attr.Value) bool {
		return rescannedAt(outcome).IsNull() || m.WaitForCompletion.ValueBool() && statusOf(outcome) != api.StatusOnline
	}
	return rescan.Due(members, state.Outcomes.Elements(), rescan.Fires(state.Triggers, m.Triggers), again)
}

// fire rescans the due members and, if asked to, waits for them. It records all outcomes in the model and reports those
// that failed; it returns false when the server accepted nothing.
func (r *proxiesRescanResource) fire(ctx context.Context, model *proxiesRescanModel, due []string, outcomes map[string]attr.Value, diags *diagnostics) bool {
	refused, err := r.post(ctx, due, outcomes)
	if err != nil && len(refused) == len(due) {
		advice := "Nothing was accepted; the next apply sends the rescans again."
		if rest.OutcomeUnknown(err) {
			advice = "The server may have accepted rescans all the same; the next apply sends them again."
		}
		diags.AddError("Unable to Rescan Backup Proxies", product.Detail(proxyList(due), err, advice))
		return false
	}
	failed := refused
	if accepted := without(due, refused); model.WaitForCompletion.ValueBool() && len(accepted) > 0 {
		err = errors.Join(err, r.wait(ctx, accepted, outcomes))
		failed = slices.DeleteFunc(slices.Clone(due), func(id string) bool { return statusOf(outcomes[id]) == api.StatusOnline })
	}
	if err != nil {
		diags.AddError("Unable to Rescan Backup Proxies", product.Detail(proxyList(failed),
			fmt.Errorf("%d of %d rescans did not succeed: %w", len(failed), len(due), err), describe(failed, outcomes), fleetAdvice))
	}
	model.Outcomes = outcomeMap(outcomes, diags)
	return true
}

func without(ids, others []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(others, id) })
}

// post sends one request for all where the version has it, otherwise one for each. It returns those that were refused.
func (r *proxiesRescanResource) post(ctx context.Context, due []string, outcomes map[string]attr.Value) (refused []string, err error) {
	if len(due) == 0 {
		return nil, nil
	}
	version, err := r.appliance.Client.Version(ctx)
	if err != nil {
		return due, err
	}
	if version.Supports(api.FeatureRescanMany) {
		if err := r.appliance.Client.RescanProxies(ctx, due); err != nil {
			return due, err
		}
		for _, id := range due {
			outcomes[id] = proxyOutcome(values.Timestamp(time.Now()), types.StringNull())
		}
		return nil, nil
	}
	for _, id := range due {
		if one := r.appliance.Client.RescanProxy(ctx, id); one != nil {
			refused, err = append(refused, id), errors.Join(err, one)
			outcomes[id] = proxyOutcome(types.StringNull(), types.StringNull())
			continue
		}
		outcomes[id] = proxyOutcome(values.Timestamp(time.Now()), types.StringNull())
	}
	return refused, err
}

// wait reads the proxies together until all are online.
func (r *proxiesRescanResource) wait(ctx context.Context, accepted []string, outcomes map[string]attr.Value) error {
	return rest.Poll(ctx, func(ctx context.Context) (bool, error) {
		if err := r.look(ctx, accepted, outcomes); err != nil {
			return false, err
		}
		return !slices.ContainsFunc(accepted, func(id string) bool { return statusOf(outcomes[id]) != api.StatusOnline }), nil
	})
}

// look records the statuses of the given members: by one list for many, by one read for one.
func (r *proxiesRescanResource) look(ctx context.Context, ids []string, outcomes map[string]attr.Value) error {
	var proxies []api.Proxy
	var err error
	if len(ids) == 1 {
		proxies = make([]api.Proxy, 1)
		proxies[0], err = r.appliance.Client.Proxy(ctx, ids[0])
		err = ignoreNotFound(err)
	} else {
		proxies, err = r.appliance.Client.Proxies(ctx)
	}
	if err != nil {
		return err
	}
	for _, id := range ids {
		status := types.StringNull()
		if at := slices.IndexFunc(proxies, func(p api.Proxy) bool { return strings.EqualFold(p.ID, id) }); at >= 0 {
			status = values.Optional(proxies[at].Status)
		}
		outcomes[id] = proxyOutcome(rescannedAt(outcomes[id]), status)
	}
	return nil
}

func proxyOutcome(rescannedAt, status types.String) attr.Value {
	return types.ObjectValueMust(proxyOutcomeType.AttrTypes, map[string]attr.Value{"rescanned_at": rescannedAt, "status": status})
}

func rescannedAt(outcome attr.Value) types.String { return outcomeText(outcome, "rescanned_at") }

func statusOf(outcome attr.Value) string { return outcomeText(outcome, "status").ValueString() }

func outcomeText(outcome attr.Value, name string) types.String {
	if object, ok := outcome.(types.Object); ok {
		if text, ok := object.Attributes()[name].(types.String); ok {
			return text
		}
	}
	return types.StringNull()
}

// open are the members that were fired and whose proxy has not come back, sorted.
func open(outcomes map[string]attr.Value) (ids []string) {
	for id, outcome := range outcomes {
		if !rescannedAt(outcome).IsNull() && statusOf(outcome) != api.StatusOnline {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func outcomeMap(outcomes map[string]attr.Value, diags *diagnostics) types.Map {
	m, d := types.MapValue(proxyOutcomeType, outcomes)
	diags.Append(d...)
	return m
}

const listedMembers = 20 // in a diagnostic

func proxyList(ids []string) string {
	if len(ids) == 1 {
		return "Proxy " + ids[0]
	}
	more := ""
	if len(ids) > listedMembers {
		more = fmt.Sprintf(" and %d more", len(ids)-listedMembers)
		ids = ids[:listedMembers]
	}
	return "Proxies " + strings.Join(ids, ", ") + more
}

// describe gives a line for each of the members.
func describe(ids []string, outcomes map[string]attr.Value) string {
	var lines []string
	for _, id := range ids[:min(len(ids), listedMembers)] {
		text := "not accepted by the server"
		if !rescannedAt(outcomes[id]).IsNull() {
			text = "accepted at " + rescannedAt(outcomes[id]).ValueString() + ", last status " + cmp.Or(statusOf(outcomes[id]), "none seen")
		}
		lines = append(lines, "  "+id+": "+text)
	}
	return strings.Join(lines, "\n")
}
