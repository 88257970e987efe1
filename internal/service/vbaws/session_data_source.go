// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var _ datasource.DataSourceWithConfigure = &sessionDataSource{}

// sessionDataSource is the data source veeam_vbaws_session.
type sessionDataSource struct {
	data *conn.ProviderData
}

// NewSessionDataSource makes the data source veeam_vbaws_session.
func NewSessionDataSource() datasource.DataSource { return &sessionDataSource{} }

type sessionFacts struct {
	ID        types.String `tfsdk:"id"`
	Type      types.String `tfsdk:"type"`
	Status    types.String `tfsdk:"status"`
	Result    types.String `tfsdk:"result"`
	Reason    types.String `tfsdk:"reason"`
	StartedAt types.String `tfsdk:"started_at"`
	StoppedAt types.String `tfsdk:"stopped_at"`
	Log       []logFacts   `tfsdk:"log"`
}

type logFacts struct {
	Time    types.String `tfsdk:"time"`
	Status  types.String `tfsdk:"status"`
	Message types.String `tfsdk:"message"`
}

func (d *sessionDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_session"
}

func (d *sessionDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *sessionDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one session of Veeam Backup for AWS with its log, for example that of a rescan. Appliances forget sessions after a time that can be set " +
			"there; from then on reading one is an error.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "ID of the session, for example `session_id` of a rescan.",
			},
			"type":       factString("Type of the session. Which one a rescan has is not documented."),
			"status":     factString("`Running`, `NeverExecuted` (it waits to run), `Succeeded`, `Warning`, `Failed` or `Canceled`."),
			"result":     factString("Result as the appliance returns it: `Running`, `Success`, `Warning`, `Failed` or `Cancelled`. Null if it is not returned."),
			"reason":     factString("Why it failed or began. Null if it is not returned."),
			"started_at": factString("When the session started, in UTC (RFC 3339). Null if it is not returned."),
			"stopped_at": factString("When the session ended, in UTC (RFC 3339). Null while it runs."),
			"log": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The log, in the appliance's order.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"time":    factString("When the line was written, in UTC (RFC 3339)."),
					"status":  factString("`Success`, `Warning`, `Error`, `Running` and others."),
					"message": factString("Text of the line; null when it has none."),
				}},
			},
		},
	}
}

func (d *sessionDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to Read Session"
	var facts sessionFacts
	resp.Diagnostics.Append(req.Config.Get(ctx, &facts)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	id := facts.ID.ValueString()
	session, err := d.data.Client.Session(ctx, id)
	if err != nil {
		advice := ""
		if errors.Is(err, rest.ErrNotFound) {
			advice = "The appliance has no session with this ID. It may have been one that the appliance has forgotten since."
		}
		resp.Diagnostics.AddAttributeError(path.Root("id"), summary, conn.Product.Detail("Session "+id, err, advice))
		return
	}
	log, err := d.data.Client.SessionLog(ctx, id)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), summary, conn.Product.Detail("Log of session "+id, err))
		return
	}
	facts = sessionFacts{
		ID: facts.ID, Type: values.Optional(session.Type), Status: values.Optional(session.Status), Result: values.Optional(session.Result),
		Reason: values.Optional(session.Reason), StartedAt: values.Timestamp(session.Started), StoppedAt: values.Timestamp(session.Stopped),
		Log: make([]logFacts, len(log)),
	}
	for i, line := range log {
		facts.Log[i] = logFacts{values.Timestamp(line.Time), values.Optional(line.Status), values.Optional(line.Message)}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, facts)...)
}
