// SPDX-License-Identifier: MPL-2.0

package proxyrescan

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

const defaultRescanTimeout = 15 * time.Minute

type model struct {
	sessionrun.Base
	ProxyID     types.String `tfsdk:"proxy_id"`
	RescannedAt types.String `tfsdk:"rescanned_at"`
	Status      types.String `tfsdk:"status"`
}

// NewResource makes veeam_vb365_proxy_rescan.
var NewResource = sessionrun.New(conn.Product, sessionrun.Spec[model, conn.ProviderData]{
	Name: "proxy_rescan", Noun: "rescan", Acceptor: "server", Timeout: defaultRescanTimeout,
	Doc: "Rescans a backup proxy of Veeam Backup for Microsoft 365 when it is created, and again whenever one of its `triggers` changes.\n\n" +
		"The API answers a rescan with nothing, in any version: it counts as done when the server reports the proxy `Online`. Destroying the resource " +
		"sends nothing.",
	Attributes: map[string]schema.Attribute{
		"proxy_id": schema.StringAttribute{
			Required: true, Validators: []validator.String{validate.UUID()},
			MarkdownDescription: "ID of the proxy. When it changes, the next apply starts the rescan for the new proxy, in place.",
		},
		"rescanned_at": sessionrun.Recorded("When the server accepted the last rescan, in UTC by the clock of the machine that runs the provider."),
		"status": sessionrun.Recorded("Status of the proxy after the last rescan: `Online` when it ended, `Offline` when the proxy had not come back yet. Null while the end of a " +
			"rescan that is not waited for has not been seen."),
	},
	Subjects: []string{"proxy_id"},
	Single:   single,
	Keep:     func(m, prior *model) { m.RescannedAt, m.Status = prior.RescannedAt, prior.Status },
	// Check finds out whether the proxy exists.
	Check: func(ctx context.Context, data *conn.ProviderData, plan *model, report sessionrun.Report) {
		checkRescanned(ctx, data, path.Root("proxy_id"), sessionrun.KnownIDs(plan.ProxyID), report)
	},
	Note:  func(data *conn.ProviderData, m *model) { data.NoteRescanned(m.ProxyID.ValueString()) },
	Noted: func(data *conn.ProviderData, m *model) bool { return data.HasRescan(m.ProxyID.ValueString()) },
})
