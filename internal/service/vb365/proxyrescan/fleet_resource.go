// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// NewFleetResource makes veeam_vb365_proxies_rescan.
var NewFleetResource = sessionrun.NewFleet(conn.Product, sessionrun.FleetSpec[conn.ProviderData]{
	Name: "proxies_rescan", Noun: "rescan", Acceptor: "server", Timeout: defaultRescanTimeout,
	Doc: "Rescans many backup proxies of Veeam Backup for Microsoft 365 in one step: when it is created, when one of its `triggers` changes, and, for " +
		"a proxy alone, when that proxy is added to the set.\n\n" +
		"From API version v6 on all are rescanned by one request, before that one by one. One wait covers them all: it ends when the server reports every one " +
		"`Online`. When some are not, the error names them, every outcome is recorded, and the next apply rescans only those again. Destroying the resource sends no request.",
	Members: "proxy_ids",
	MembersDoc: "IDs of the proxies; an empty set rescans nothing. " +
		"The next apply rescans only added proxies; removed ones are only removed from state.",
	Outcomes: "outcomes", OutcomesDoc: "Outcome of the last rescan of each proxy, by ID.",
	Outcome: map[string]schema.Attribute{
		"rescanned_at": sessionrun.Recorded("When the server accepted the rescan, in UTC by the clock of the machine that runs the provider. Null if it was refused."),
		"status":       sessionrun.Recorded("Status of the proxy after the rescan: `Online`, or `Offline` if it did not come online in time. Null if it is unknown, or if the proxy no longer exists."),
	},
	Handover: func(data *conn.ProviderData) *sessionrun.Handover[attr.Value] { return &data.Fleets },
	Next: func(outcome attr.Value, waits bool) sessionrun.Step {
		if rescannedAt(outcome).IsNull() || waits && statusOf(outcome) != api.StatusOnline {
			return sessionrun.Start
		}
		return sessionrun.Done
	},
	Run: rescanFleet,
	Refresh: func(ctx context.Context, data *conn.ProviderData, outcomes map[string]attr.Value, diags *diag.Diagnostics) bool {
		unseen := unfinished(outcomes)
		return len(unseen) > 0 && refreshFleet(ctx, data, unseen, outcomes, diags)
	},
	Check: checkRescanned,
	Note:  func(data *conn.ProviderData, ids []string) { data.NoteRescanned(ids...) },
	Noted: func(data *conn.ProviderData, ids []string) bool {
		return data != nil && slices.ContainsFunc(ids, data.HasRescan)
	},
})
