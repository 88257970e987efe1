// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
)

// sessionModel is what the models of all rescans embed: the arguments that they share, and the record of the last session.
type sessionModel struct {
	sessionrun.Base
	SessionID     types.String `tfsdk:"session_id"`
	SessionStatus types.String `tfsdk:"session_status"`
	SessionResult types.String `tfsdk:"session_result"`
	StartedAt     types.String `tfsdk:"started_at"`
	StoppedAt     types.String `tfsdk:"stopped_at"`
}

func (m *sessionModel) session() *sessionModel { return m }

// recordAttributes are the schema of the record.
var recordAttributes = map[string]schema.Attribute{
	"session_id": sessionrun.Recorded("ID of the last rescan's session on the appliance."),
	"session_status": sessionrun.Recorded("Status of that session: `Running`, `Succeeded`, `Warning`, `Failed` or `Canceled`. It is refreshed until the session has ended. " +
		"`Warning` counts as success, with a warning in Terraform's output."),
	"session_result": sessionrun.Recorded("Result as the appliance returns it: `Running`, `Success`, `Warning`, `Failed` or `Cancelled`. Null if it is not returned."),
	"started_at":     sessionrun.Recorded("When the session started, in UTC (RFC 3339). Null if it is not returned."),
	"stopped_at":     sessionrun.Recorded("When the session ended, in UTC (RFC 3339). Null while it runs."),
}

// fromAPI records where the session stands.
func (m *sessionModel) fromAPI(session api.Session) {
	m.SessionID = types.StringValue(session.ID)
	m.SessionStatus = values.Optional(session.Status)
	m.SessionResult = values.Optional(session.Result)
	m.StartedAt = values.Timestamp(session.Started)
	m.StoppedAt = values.Timestamp(session.Stopped)
}

// keep takes over the record of an object for which nothing is started.
func (m *sessionModel) keep(prior *sessionModel) {
	m.SessionID, m.SessionStatus, m.SessionResult = prior.SessionID, prior.SessionStatus, prior.SessionResult
	m.StartedAt, m.StoppedAt = prior.StartedAt, prior.StoppedAt
}

// last is the session of the record, as far as a wait for it needs to know.
func (m *sessionModel) last() api.Session {
	started, _ := time.Parse(time.RFC3339, m.StartedAt.ValueString()) // zero while it is not told
	return api.Session{ID: m.SessionID.ValueString(), Status: m.SessionStatus.ValueString(), Started: started}
}

// unfinished is that session for a later apply; a zero one when there is none, or its end is on record.
func (m *sessionModel) unfinished() sessionrun.Session {
	if m.last().Outcome() != api.Running {
		return sessionrun.Session{}
	}
	return sessionrun.Session{ID: m.SessionID.ValueString(), Started: m.StartedAt.ValueString()}
}
