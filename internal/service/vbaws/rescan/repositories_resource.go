// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewRepositoriesResource makes veeam_vbaws_repositories_rescan.
var NewRepositoriesResource = sessionrun.NewFleet(conn.Product, sessionrun.FleetSpec[conn.ProviderData]{
	Name: "repositories_rescan", Noun: "rescan", Acceptor: "appliance", Timeout: defaultRescanTimeout,
	Doc: "Rescans many backup repositories of Veeam Backup for AWS in one step: when it is created, when one of its `triggers` changes, and, for a " +
		"repository alone, when that repository is added to the set.\n\n" +
		"The rescans are started side by side, at most `max_concurrent_requests` at a time, and one wait covers all their sessions: a hundred sessions of five minutes " +
		"take about five minutes. When some of them fail, the error names these with the failing lines of their logs, the outcome of every one is recorded, and the " +
		"next apply rescans only those that failed. After a failed creation Terraform shows that apply as a replacement; it rescans no more than that either, unless " +
		"the resource has `create_before_destroy`. Destroying the resource sends no request.\n\n" +
		"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan fails with an explanation.",
	Members: "repository_ids",
	MembersDoc: "IDs of the repositories; an empty set rescans nothing. " +
		"The next apply rescans only added repositories; removed ones are only removed from state.",
	WaitDoc: "Whether apply waits until all sessions have ended, fails when one of them failed, and sees to those that are not known to have ended well " +
		"the next time. Defaults to `true`. With `false`, apply is done as soon as the appliance has accepted the rescans, and later refreshes record the outcomes.",
	Outcomes: "sessions", OutcomesDoc: "The session of each repository's last rescan, by the repository's ID.",
	Outcome: map[string]schema.Attribute{
		"session_id": sessionrun.Recorded("ID of the session. Null if the appliance refused the rescan."),
		"status": sessionrun.Recorded("Status of the session: `Running`, `Succeeded`, `Warning`, `Failed` or `Canceled`. It is refreshed until the session has ended. " +
			"`Warning` counts as success, with a warning in Terraform's output."),
		"result":     sessionrun.Recorded("Result as the appliance returns it: `Running`, `Success`, `Warning`, `Failed` or `Cancelled`. Null if it is not returned."),
		"started_at": sessionrun.Recorded("When the session started, in UTC (RFC 3339). Null if it is not returned."),
		"stopped_at": sessionrun.Recorded("When the session ended, in UTC (RFC 3339). Null while it runs."),
	},
	Handover: func(data *conn.ProviderData) *sessionrun.Handover[attr.Value] { return &data.Fleets },
	Next:     next,
	Run:      rescanRepositories,
	Refresh:  refreshSessions,
	Check:    checkRepositoryRescan,
})

// next is what an apply does for a repository with this record. A failed session is started again only if sessions are waited for; then
// the apply also waits for those that an earlier one left running.
func next(record attr.Value, waits bool) sessionrun.Step {
	switch session := sessionOf(record); {
	case session.ID == "", waits && failed(session):
		return sessionrun.Start
	case waits && session.Outcome() == api.Running:
		return sessionrun.Resume
	}
	return sessionrun.Done
}

// rescanRepositories does what is due for the members, records their sessions and reports what failed. It returns false when there is
// nothing to record: the appliance accepted no rescan.
func rescanRepositories(ctx context.Context, data *conn.ProviderData, fleet *sessionrun.Fleet, diags *diag.Diagnostics) bool {
	lines := progress.Log(ctx, fmt.Sprintf("Repository rescans: %d to start, %d unfinished ones of an earlier apply", len(fleet.Due), len(fleet.Running)))
	defer lines.Stop()
	f := newFleetRun(data, fleet.Outcomes, lines)
	fleet.Due = append(fleet.Due, f.resume(ctx, fleet.Running)...)
	f.startAll(ctx, fleet.Due)
	if fleet.Waits {
		f.wait(ctx)
	}
	due := len(fleet.Due)
	if due > 0 && len(f.refused) == due && len(f.running) == 0 && (due == len(fleet.Members) || fleet.All) {
		f.report(ctx, "The next apply starts the rescans again.", diags)
		return false
	}
	f.report(ctx, "All outcomes are in state. The next apply rescans only these repositories again, except those whose session is still running, for which it waits.", diags)
	fleet.Outcomes = f.records()
	return true
}
