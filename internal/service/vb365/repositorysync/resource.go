// SPDX-License-Identifier: MPL-2.0

// Package repositorysync holds the synchronization of a backup repository with its object storage.
package repositorysync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

type model struct {
	sessionrun.Base
	RepositoryID  types.String `tfsdk:"repository_id"`
	SessionID     types.String `tfsdk:"session_id"`
	SessionStatus types.String `tfsdk:"session_status"`
	StartedAt     types.String `tfsdk:"started_at"`
	OutOfSync     types.Bool   `tfsdk:"out_of_sync"`
}

// NewResource makes veeam_vb365_repository_sync.
var NewResource = sessionrun.New(conn.Product, sessionrun.Spec[model, conn.ProviderData]{
	Name: "repository_sync", Noun: "synchronization", Acceptor: "server", Timeout: time.Hour,
	Doc: "Synchronizes the cache of a backup repository of Veeam Backup for Microsoft 365 with its object storage, when it is created and again whenever one of " +
		"its `triggers` changes.\n\nThe server runs the synchronization as a session; the ID and the outcome of the last one are recorded. Destroying the " +
		"resource sends nothing. API versions: " + api.FeatureRepositorySync.Versions() + ".",
	Attributes: map[string]schema.Attribute{
		"repository_id": schema.StringAttribute{
			Required: true, Validators: []validator.String{validate.UUID()},
			MarkdownDescription: "ID of the repository, which must be on object storage. When it changes, the next apply synchronizes the new repository, in place.",
		},
		"session_id": sessionrun.Recorded("ID of the last synchronization's session. Null when the server named none."),
		"session_status": sessionrun.Recorded("Status of that session: `Synchronizing`, `Succeeded` or `Failed`. It is refreshed until the session has ended. The server " +
			"forgets sessions that have ended; `Succeeded` means that it is over and the repository in sync."),
		"started_at": sessionrun.Recorded("When the server accepted the last synchronization, in UTC by the clock of the machine that runs the provider."),
		"out_of_sync": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the repository's cache was out of sync when that was last seen. Null while it has not been seen.",
		},
	},
	Subjects: []string{"repository_id"},
	Single:   func(data *conn.ProviderData, m *model) sessionrun.Single { return run{data, m}.single() },
	Keep: func(m, prior *model) {
		m.SessionID, m.SessionStatus, m.StartedAt, m.OutOfSync = prior.SessionID, prior.SessionStatus, prior.StartedAt, prior.OutOfSync
	},
	Check: check,
})

// check finds out whether the synchronization is possible.
func check(ctx context.Context, data *conn.ProviderData, plan *model, report sessionrun.Report) {
	fail := func(err error, advice string) {
		report(path.Root("repository_id"), "Unable to Synchronize Repository", conn.Product.Detail("Repository "+plan.RepositoryID.ValueString(), err, advice))
	}
	// Other errors are left to apply: the server may be one that the same apply makes reachable.
	version, err := data.Client.Version(ctx)
	switch {
	case err == nil && !version.Supports(api.FeatureRepositorySync):
		fail(&api.UnsupportedError{Version: version, Feature: api.FeatureRepositorySync}, "")
		return
	case err != nil || plan.RepositoryID.IsUnknown():
		return
	}
	repository, err := data.Client.Repository(ctx, plan.RepositoryID.ValueString())
	switch {
	case errors.Is(err, rest.ErrNotFound):
		fail(err, unknownRepository)
	case err == nil && !repository.OnObjectStorage():
		fail(fmt.Errorf("%q is not on object storage, and only such a repository has a cache to synchronize", repository.Name),
			"Use the ID of a repository whose object_storage is true; the data source veeam_vb365_repositories lists them.")
	}
}
