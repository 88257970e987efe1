// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var proxyOutcomeTypes = map[string]attr.Type{"rescanned_at": types.StringType, "status": types.StringType}

// fleetRun rescans the due members of a fleet.
type fleetRun struct {
	data     *conn.ProviderData
	due      []string
	outcomes map[string]attr.Value
	failures map[string]error // of due members
}

// errMissing is the failure of a rescan that the server refused because there is no such proxy.
var errMissing = errors.New("the proxy does not exist on the server")

// rescanFleet rescans the due members and, if asked to, waits for them. It records all outcomes and reports those that failed; it
// returns false when the server accepted nothing.
func rescanFleet(ctx context.Context, data *conn.ProviderData, fleet *sessionrun.Fleet, diags *diag.Diagnostics) bool {
	f := fleetRun{data, fleet.Due, fleet.Outcomes, map[string]error{}}
	f.send(ctx)
	refused := f.failed()
	if len(f.due) > 0 && len(refused) == len(f.due) {
		diags.AddError("Unable to Rescan Backup Proxies", conn.Product.Detail(proxyList(data, f.due), f.reasons(), f.missingAdvice(), f.refusedAdvice()))
		return false
	}
	for _, id := range refused {
		f.outcomes[id] = proxyOutcome(types.StringNull(), types.StringNull())
	}
	if fleet.Waits {
		f.wait(ctx, difference(f.due, refused))
	}
	if failed := f.failed(); len(failed) > 0 {
		err := fmt.Errorf("%d of %d rescans did not succeed: %w", len(failed), len(f.due), f.reasons())
		diags.AddError("Unable to Rescan Backup Proxies", conn.Product.Detail(proxyList(data, failed), err, f.summarize(failed), f.missingAdvice(), f.againAdvice()))
	}
	return true
}

func difference(ids, others []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(others, id) })
}

// failed are the members whose rescans failed, in the order of the due ones.
func (f *fleetRun) failed() []string {
	return slices.DeleteFunc(slices.Clone(f.due), func(id string) bool { return f.failures[id] == nil })
}

// send sends one request for all where the version has it, otherwise one for each. A server that refuses one for all because some of
// the proxies do not exist has rescanned none: it gets another for the others.
func (f *fleetRun) send(ctx context.Context) {
	if len(f.due) == 0 {
		return
	}
	client := f.data.Client
	version, err := client.Version(ctx)
	switch {
	case err != nil:
		f.answered(err, f.due...)
	case version.Supports(api.FeatureRescanMany):
		f.answered(client.RescanProxies(ctx, f.due), f.due...)
		missing := f.findMissing(ctx)
		if others := difference(f.due, missing); len(missing) > 0 && len(others) > 0 {
			f.answered(client.RescanProxies(ctx, others), others...)
		}
	default:
		for _, id := range f.due {
			f.answered(client.RescanProxy(ctx, id), id)
		}
		f.findMissing(ctx)
	}
}

// answered records what became of a request.
func (f *fleetRun) answered(err error, ids ...string) {
	for _, id := range ids {
		if f.failures[id] = err; err == nil {
			f.outcomes[id] = proxyOutcome(values.Timestamp(time.Now()), types.StringNull())
		}
	}
}

// findMissing reads the members that the server refused, and returns those that it certainly does not have.
func (f *fleetRun) findMissing(ctx context.Context) (missing []string) {
	refused := slices.DeleteFunc(f.failed(), func(id string) bool { return !mayBeMissing(f.failures[id]) })
	if len(refused) == 0 {
		return nil
	}
	_, errs := f.data.ReadProxies(ctx, refused...)
	for at, id := range refused {
		if errors.Is(errs[at], rest.ErrNotFound) {
			f.failures[id] = errMissing
			missing = append(missing, id)
		}
	}
	return missing
}

// mayBeMissing reports whether the server may have refused a rescan because there is no such proxy. Its versions answer that with
// different statuses.
func mayBeMissing(err error) bool {
	_, answered := errors.AsType[*rest.APIError](err)
	return answered && !rest.OutcomeUnknown(err) && !errors.Is(err, rest.ErrUnauthorized) && !errors.Is(err, rest.ErrForbidden)
}

// wait reads the proxies together until each is online, or it has been found out that it will not be.
func (f *fleetRun) wait(ctx context.Context, ids []string) {
	statuses := make([]string, len(ids))
	lines := progress.Log(ctx, fmt.Sprintf("Proxy rescans: %d accepted", len(ids)))
	defer lines.Stop()
	errs := f.data.Client.AwaitProxies(ctx, ids, func(at int, proxy api.Proxy, err error) (bool, error) {
		if err == nil {
			f.data.NoteProxy(proxy.ID, proxy.HostName)
			if statuses[at] != proxy.Status {
				statuses[at] = proxy.Status
				lines.Say(fmt.Sprintf("Proxy %s: %s", f.data.ProxyName(ids[at]), proxy.Status))
			}
		}
		return proxy.Status == api.StatusOnline, err
	})
	for at, id := range ids {
		if f.failures[id] = errs[at]; errors.Is(errs[at], rest.ErrNotFound) {
			f.failures[id], statuses[at] = errGone, ""
		}
		f.outcomes[id] = proxyOutcome(rescannedAt(f.outcomes[id]), values.Optional(statuses[at]))
	}
}

func proxyOutcome(rescannedAt, status types.String) attr.Value {
	return types.ObjectValueMust(proxyOutcomeTypes, map[string]attr.Value{"rescanned_at": rescannedAt, "status": status})
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

// unfinished are the members that were fired and whose proxy has not come back, sorted.
func unfinished(outcomes map[string]attr.Value) (ids []string) {
	for id, outcome := range outcomes {
		if !rescannedAt(outcome).IsNull() && statusOf(outcome) != api.StatusOnline {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
