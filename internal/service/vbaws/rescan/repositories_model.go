// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// records are the elements of the attribute sessions, by repository.
type records = map[string]attr.Value

var sessionRecordTypes = map[string]attr.Type{
	"session_id": types.StringType, "status": types.StringType, "result": types.StringType,
	"started_at": types.StringType, "stopped_at": types.StringType,
}

// recordOf writes a session; the zero one stands for a rescan that was not accepted.
func recordOf(s api.Session) attr.Value {
	return types.ObjectValueMust(sessionRecordTypes, records{
		"session_id": values.Optional(s.ID), "status": values.Optional(s.Status), "result": values.Optional(s.Result),
		"started_at": values.Timestamp(s.Started), "stopped_at": values.Timestamp(s.Stopped),
	})
}

// sessionOf reads what recordOf has written.
func sessionOf(record attr.Value) api.Session {
	object, _ := record.(types.Object)
	text := func(name string) string {
		value, _ := object.Attributes()[name].(types.String)
		return value.ValueString()
	}
	at := func(name string) time.Time {
		parsed, _ := time.Parse(time.RFC3339, text(name)) // zero when null
		return parsed
	}
	return api.Session{
		ID: text("session_id"), Status: text("status"), Result: text("result"), Started: at("started_at"), Stopped: at("stopped_at"),
	}
}

func failed(s api.Session) bool { return s.Outcome() == api.Failed || s.Outcome() == api.Canceled }

// refreshSessions brings the records of running sessions up to date and tells whether there is news. A session that
// the appliance has forgotten is none. Failures are reported: no apply has seen them.
func refreshSessions(ctx context.Context, a *conn.ProviderData, records records, diags *diag.Diagnostics) (news bool) {
	running := map[string]api.Session{} // by repository
	for repository, record := range records {
		if session := sessionOf(record); session.ID != "" && session.Outcome() == api.Running {
			running[repository] = session
		}
	}
	if len(running) == 0 {
		return false
	}
	found := a.Client.FindSessions(ctx, slices.Collect(maps.Values(running)))
	ended := map[string]api.Session{} // those that failed
	for repository, session := range running {
		now := found[session.ID]
		switch {
		case errors.Is(now.Err, rest.ErrNotFound):
		case now.Err != nil:
			a.Repositories().ReadNames(ctx)
			diags.AddError("Unable to Read Rescan Sessions", conn.Product.Detail(repositoryRescan(a, types.StringValue(repository)).object(session.ID), now.Err))
			return false
		default:
			now.ID = session.ID
			if failed(now.Session) {
				ended[repository] = now.Session
			}
			records[repository] = recordOf(now.Session)
			news = true
		}
	}
	if len(ended) > 0 {
		diags.AddWarning("Repository Rescans Failed", strings.Join(append(truncate(findings(ctx, a, ended)), sessionrun.AgainAdvice), "\n\n"))
	}
	return news
}
