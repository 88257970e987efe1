// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var _ datasource.DataSourceWithConfigure = &applianceDataSource{}

// applianceDataSource is the data source veeam_vbaws_appliance.
type applianceDataSource struct {
	data *conn.ProviderData
}

// NewApplianceDataSource makes the data source veeam_vbaws_appliance.
func NewApplianceDataSource() datasource.DataSource { return &applianceDataSource{} }

type applianceFacts struct {
	Version                   types.String `tfsdk:"version"`
	NewestRevision            types.String `tfsdk:"newest_revision"`
	AcceptedRevisions         []string     `tfsdk:"accepted_revisions"`
	RepositoryRescanSupported types.Bool   `tfsdk:"repository_rescan_supported"`
	RescanRevision            types.String `tfsdk:"rescan_revision"`
}

func (d *applianceDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_appliance"
}

func (d *applianceDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *applianceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tells which version of Veeam Backup for AWS answers, which revisions of the API it accepts, and whether repositories can still be rescanned. " +
			"Every revision is asked for, also when `api_version` names one.",
		Attributes: map[string]schema.Attribute{
			"version":         factString("Version of the appliance, for example `8.1.0.7`. Null if the account is not a Portal Administrator, or the appliance does not say."),
			"newest_revision": factString("The newest revision of the API that the appliance accepts and the provider knows."),
			"accepted_revisions": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Revisions of the API that the appliance accepts and the provider knows, newest first.",
			},
			"repository_rescan_supported": schema.BoolAttribute{
				Computed: true, MarkdownDescription: "Whether one of these revisions has the rescan of a repository, which appliances 8 and later do not.",
			},
			"rescan_revision": factString("The newest of them that has it; null when there is none."),
		},
	}
}

func (d *applianceDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to Read Appliance"
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	facts, err := d.ask(ctx)
	if err != nil {
		resp.Diagnostics.AddError(summary, conn.Product.Detail("Appliance", err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, facts)...)
}

func (d *applianceDataSource) ask(ctx context.Context) (facts applianceFacts, err error) {
	accepted, err := d.data.Client.AcceptedRevisions(ctx)
	if err != nil {
		return facts, err
	}
	version, err := d.data.Client.ApplianceVersion(ctx)
	if err != nil && !errors.Is(err, rest.ErrForbidden) && !errors.Is(err, rest.ErrNotFound) {
		return facts, err
	}
	facts.Version = values.Optional(version)
	facts.NewestRevision = types.StringValue(string(accepted[0]))
	for _, revision := range accepted {
		facts.AcceptedRevisions = append(facts.AcceptedRevisions, string(revision))
		if revision.HasRescan() && facts.RescanRevision.IsNull() {
			facts.RescanRevision = types.StringValue(string(revision))
		}
	}
	facts.RepositoryRescanSupported = types.BoolValue(!facts.RescanRevision.IsNull())
	return facts, nil
}
