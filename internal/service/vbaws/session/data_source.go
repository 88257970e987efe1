// SPDX-License-Identifier: MPL-2.0

// Package session holds the data source of sessions.
package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewDataSource makes the data source veeam_vbaws_session.
var NewDataSource = lookup.New(conn.Product, lookup.Spec[model, session, conn.ProviderData]{
	Name: "session", Title: "Session",
	Doc: "Reads one session of Veeam Backup for AWS with its log, for example that of a rescan. The appliance purges old sessions; " +
		"reading a purged one is an error.",
	ID: "ID of the session, for example `session_id` of a rescan.",
	Attributes: map[string]schema.Attribute{
		"type":       computed.String("Type of the session. That of a rescan is not documented."),
		"status":     computed.String("`Running`, `NeverExecuted` (it waits to run), `Succeeded`, `Warning`, `Failed` or `Canceled`."),
		"result":     computed.String("Result as the appliance returns it: `Running`, `Success`, `Warning`, `Failed` or `Cancelled`. Null if it is not returned."),
		"reason":     computed.String("Reason of the failure or of the start. Null if it is not returned."),
		"started_at": computed.String("When the session started, in UTC (RFC 3339). Null if it is not returned."),
		"stopped_at": computed.String("When the session ended, in UTC (RFC 3339). Null while it runs."),
		"log": computed.Objects("The log, in the appliance's order.", map[string]schema.Attribute{
			"time":    computed.String("When the line was written, in UTC (RFC 3339)."),
			"status":  computed.String("`Success`, `Warning`, `Error`, `Running` and others."),
			"message": computed.String("Text of the line; null if empty."),
		}),
	},
	Get: read,
	Advise: func(err error) string {
		if errors.Is(err, rest.ErrNotFound) {
			return "The appliance has no session with this ID. It may have been purged."
		}
		return ""
	},
	Flatten: flatten,
})

// session is a session with its log.
type session struct {
	api.Session
	log []api.LogItem
}

func read(ctx context.Context, data *conn.ProviderData, id string) (s session, err error) {
	if s.Session, err = data.Client.Session(ctx, id); err != nil {
		return s, err
	}
	if s.log, err = data.Client.SessionLog(ctx, id); err != nil {
		return s, fmt.Errorf("its log: %w", err)
	}
	return s, nil
}

type model struct {
	ID        types.String `tfsdk:"id"`
	Type      types.String `tfsdk:"type"`
	Status    types.String `tfsdk:"status"`
	Result    types.String `tfsdk:"result"`
	Reason    types.String `tfsdk:"reason"`
	StartedAt types.String `tfsdk:"started_at"`
	StoppedAt types.String `tfsdk:"stopped_at"`
	Log       []logModel   `tfsdk:"log"`
}

type logModel struct {
	Time    types.String `tfsdk:"time"`
	Status  types.String `tfsdk:"status"`
	Message types.String `tfsdk:"message"`
}

func flatten(s session) model {
	m := model{
		ID: types.StringValue(strings.ToLower(s.ID)), Type: values.Optional(s.Type), Status: values.Optional(s.Status), Result: values.Optional(s.Result),
		Reason: values.Optional(s.Reason), StartedAt: values.Timestamp(s.Started), StoppedAt: values.Timestamp(s.Stopped), Log: make([]logModel, len(s.log)),
	}
	for i, line := range s.log {
		m.Log[i] = logModel{values.Timestamp(line.Time), values.Optional(line.Status), values.Optional(line.Message)}
	}
	return m
}
