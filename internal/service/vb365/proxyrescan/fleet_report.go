// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

const listedMembers = 20 // in a diagnostic

func proxyList(data *conn.ProviderData, ids []string) string {
	if len(ids) == 1 {
		return "Proxy " + data.ProxyName(ids[0])
	}
	var names []string
	for _, id := range ids[:min(len(ids), listedMembers)] {
		names = append(names, data.ProxyName(id))
	}
	if more := len(ids) - len(names); more > 0 {
		return fmt.Sprintf("Proxies %s and %d more", strings.Join(names, ", "), more)
	}
	return "Proxies " + strings.Join(names, ", ")
}

// reasons are the different errors of the failed members.
func (f *fleetRun) reasons() error {
	said := map[string]bool{}
	var reasons []error
	for _, id := range f.failed() {
		if err := f.failures[id]; !said[err.Error()] && len(reasons) < listedMembers {
			said[err.Error()] = true
			reasons = append(reasons, err)
		}
	}
	return errors.Join(reasons...)
}

// summarize returns a line for each of the members.
func (f *fleetRun) summarize(ids []string) string {
	var lines []string
	for _, id := range ids[:min(len(ids), listedMembers)] {
		text, at := "", rescannedAt(f.outcomes[id])
		switch err := f.failures[id]; {
		case errors.Is(err, errMissing):
			text = "does not exist on the server"
		case errors.Is(err, errGone):
			text = "accepted at " + at.ValueString() + ", no longer exists on the server"
		case !at.IsNull():
			text = "accepted at " + at.ValueString() + ", last status " + cmp.Or(statusOf(f.outcomes[id]), "unknown")
		case rest.OutcomeUnknown(err):
			text = "the response was lost"
		default:
			text = "not accepted by the server"
		}
		lines = append(lines, "  "+f.data.ProxyName(id)+": "+text)
	}
	return strings.Join(lines, "\n")
}

// any reports whether the rescan of a member has failed in this way.
func (f *fleetRun) any(is func(id string, err error) bool) bool {
	for _, id := range f.failed() {
		if is(id, f.failures[id]) {
			return true
		}
	}
	return false
}

func lacking(_ string, err error) bool { return errors.Is(err, errMissing) || errors.Is(err, errGone) }

func (f *fleetRun) missingAdvice() string {
	if !f.any(lacking) {
		return ""
	}
	return "Remove the IDs of proxies that do not exist from proxy_ids."
}

// refusedAdvice is for when the server accepted nothing.
func (f *fleetRun) refusedAdvice() string {
	if f.any(func(_ string, err error) bool { return rest.OutcomeUnknown(err) }) {
		return "The server may have accepted the rescans; the next apply sends them again."
	}
	return "No rescan was accepted; the next apply sends them again."
}

// againAdvice is for when the server accepted some.
func (f *fleetRun) againAdvice() string {
	again := "The next apply rescans only these again."
	if f.any(func(id string, err error) bool { return !lacking(id, err) && !rescannedAt(f.outcomes[id]).IsNull() }) {
		return "Check that the proxy service runs on their machines and that the server can reach its port. " + again
	}
	return again
}

// refreshFleet records the statuses of members whose end no apply has seen, and warns of those that are seen not to be online for the
// first time. It returns false if a status could not be read.
func refreshFleet(ctx context.Context, data *conn.ProviderData, ids []string, outcomes map[string]attr.Value, diags *diag.Diagnostics) bool {
	proxies, errs := data.ReadProxies(ctx, ids...)
	var late []string
	for at, id := range ids {
		if err := errs[at]; err != nil && !errors.Is(err, rest.ErrNotFound) {
			diags.AddError("Unable to Read Rescans of Backup Proxies", conn.Product.Detail("Proxy "+data.ProxyName(id), err))
			return false
		}
		accepted, status := rescannedAt(outcomes[id]), proxies[at].Status
		if status == "" { // it does not exist any more, or the response has no status
			continue
		}
		if statusOf(outcomes[id]) == "" && status != api.StatusOnline {
			late = append(late, fmt.Sprintf("  %s: accepted at %s, status %s", data.ProxyName(id), accepted.ValueString(), status))
		}
		outcomes[id] = proxyOutcome(accepted, values.Optional(status))
	}
	if len(late) > 0 {
		more := ""
		if len(late) > listedMembers {
			late, more = late[:listedMembers], fmt.Sprintf("\n  and %d more", len(late)-listedMembers)
		}
		diags.AddWarning("Backup Proxies Not Online After Their Rescans", "The server accepted the rescans of these proxies, and does not report them as online. "+
			"The rescans may still be running; later refreshes record when they end.\n\n"+strings.Join(late, "\n")+more+"\n\n"+
			"Check that the proxy service runs on their machines and that the server can reach its port.\n\n"+sessionrun.AgainAdvice)
	}
	return true
}
