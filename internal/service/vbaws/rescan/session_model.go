// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
)

// sessionModel is what the models of all rescans embed: the arguments that they share, and the record of the last session.
type sessionModel struct {
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	SessionID         types.String   `tfsdk:"session_id"`
	SessionStatus     types.String   `tfsdk:"session_status"`
	SessionResult     types.String   `tfsdk:"session_result"`
	StartedAt         types.String   `tfsdk:"started_at"`
	StoppedAt         types.String   `tfsdk:"stopped_at"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// sessionAttributes are the schema of sessionModel, to which an object adds its own.
func sessionAttributes(ctx context.Context, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := sessionrun.Attributes("rescan", "appliance")
	maps.Copy(attributes, map[string]schema.Attribute{
		"session_id": sessionrun.Recorded("ID of the last rescan's session on the appliance."),
		"session_status": sessionrun.Recorded("Status of that session: `Running`, `Succeeded`, `Warning`, `Failed` or `Canceled`. It is refreshed until the session has ended. " +
			"`Warning` counts as success, with a warning in Terraform's output."),
		"session_result": sessionrun.Recorded("Result as the appliance returns it: `Running`, `Success`, `Warning`, `Failed` or `Cancelled`. Null if it is not returned."),
		"started_at":     sessionrun.Recorded("When the session started, in UTC (RFC 3339). Null if it is not returned."),
		"stopped_at":     sessionrun.Recorded("When the session ended, in UTC (RFC 3339). Null while it runs."),
		"timeouts":       sessionrun.Timeouts(ctx, "rescan", "60m"),
	})
	maps.Copy(attributes, own)
	return attributes
}

var sessionRecord = []string{"session_id", "session_status", "session_result", "started_at", "stopped_at"}

// planSession plans the record of a rescan of the given subjects; see sessionrun.Plan.
func planSession(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, subjects ...path.Path) (fires bool) {
	return sessionrun.Plan(ctx, req, resp, subjects, sessionRecord...)
}

// fromAPI records where the session stands.
func (m *sessionModel) fromAPI(session api.Session) {
	m.SessionID = types.StringValue(session.ID)
	m.SessionStatus = values.Optional(session.Status)
	m.SessionResult = values.Optional(session.Result)
	m.StartedAt = values.Timestamp(session.Started)
	m.StoppedAt = values.Timestamp(session.Stopped)
}

// sessionFrom keeps the record of an object for which nothing is fired.
func (m *sessionModel) sessionFrom(prior sessionModel) {
	m.SessionID, m.SessionStatus, m.SessionResult = prior.SessionID, prior.SessionStatus, prior.SessionResult
	m.StartedAt, m.StoppedAt = prior.StartedAt, prior.StoppedAt
}

// session is the session of the record, as far as a wait for it needs to know.
func (m *sessionModel) session() api.Session {
	started, _ := time.Parse(time.RFC3339, m.StartedAt.ValueString()) // zero while it is not told
	return api.Session{ID: m.SessionID.ValueString(), Status: m.SessionStatus.ValueString(), Started: started}
}

// unfinished is that session for a later apply; a zero one when there is none, or its end is on record.
func (m *sessionModel) unfinished() sessionrun.Session {
	if m.session().Outcome() != api.Running {
		return sessionrun.Session{}
	}
	return sessionrun.Session{ID: m.SessionID.ValueString(), Started: m.StartedAt.ValueString()}
}
