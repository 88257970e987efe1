// SPDX-License-Identifier: MPL-2.0

// Package appliance holds the data source of the appliance itself.
package appliance

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewDataSource makes the data source veeam_vbaws_appliance.
var NewDataSource = lookup.New(conn.Product, lookup.Spec[model, model, conn.ProviderData]{
	Name: "appliance", Title: "Appliance",
	Doc: "Reads the version of a Veeam Backup for AWS appliance, the revisions of the API that it accepts, and whether they include the repository rescan. " +
		"Every revision is probed, even if `api_version` is set.",
	Attributes: map[string]schema.Attribute{
		"version":                     computed.String("Version of the appliance, for example `8.1.0.7`. Null if the account is not a Portal Administrator, or if it is not returned."),
		"newest_revision":             computed.String("The newest revision of the API that the appliance accepts and the provider supports."),
		"accepted_revisions":          computed.Strings("Revisions of the API that the appliance accepts and the provider supports, newest first."),
		"repository_rescan_supported": computed.Bool("Whether one of these revisions has the rescan of a repository, which appliances 8 and later do not."),
		"rescan_revision":             computed.String("Newest of these revisions that has it; null if there is none."),
	},
	Get:     read,
	Flatten: func(m model) model { return m },
})

type model struct {
	Version                   types.String `tfsdk:"version"`
	NewestRevision            types.String `tfsdk:"newest_revision"`
	AcceptedRevisions         []string     `tfsdk:"accepted_revisions"`
	RepositoryRescanSupported types.Bool   `tfsdk:"repository_rescan_supported"`
	RescanRevision            types.String `tfsdk:"rescan_revision"`
}

func read(ctx context.Context, data *conn.ProviderData, _ string) (m model, err error) {
	accepted, err := data.Client.AcceptedRevisions(ctx)
	if err != nil {
		return m, err
	}
	version, err := data.Client.ApplianceVersion(ctx)
	if err != nil && !errors.Is(err, rest.ErrForbidden) && !errors.Is(err, rest.ErrNotFound) {
		return m, err
	}
	m.Version = values.Optional(version)
	m.NewestRevision = types.StringValue(string(accepted[0]))
	for _, revision := range accepted {
		m.AcceptedRevisions = append(m.AcceptedRevisions, string(revision))
		if revision.HasRescan() && m.RescanRevision.IsNull() {
			m.RescanRevision = types.StringValue(string(revision))
		}
	}
	m.RepositoryRescanSupported = types.BoolValue(!m.RescanRevision.IsNull())
	return m, nil
}
