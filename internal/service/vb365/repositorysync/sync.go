// SPDX-License-Identifier: MPL-2.0

package repositorysync

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// The ends of a synchronization as the state records them. The API has no word for success: a session is over when it
// is gone or its state is None, and was successful when the repository is then in sync (S8 RESTRepositorySynchronizeSession).
const (
	syncSucceeded = "Succeeded"
	syncFailed    = api.SyncFailed
)

const unknownRepository = "The server has no backup repository with this ID. The data source veeam_vb365_repositories lists them."

// displayName names the synchronization in messages.
func (m *model) displayName() string {
	text := "Repository " + m.RepositoryID.ValueString()
	if m.SessionID.ValueString() != "" {
		text += ", session " + m.SessionID.ValueString()
	}
	return text
}

// over tells that the session has ended and the repository is still out of sync: settling, or failed without a word.
func (m *model) over() bool {
	return m.SessionStatus.ValueString() == api.SyncSynchronizing && m.OutOfSync.ValueBool() && m.SessionID.ValueString() != ""
}

// run is a synchronization, and the model that records it.
type run struct {
	data  *conn.ProviderData
	model *model
}

// start starts the synchronization once. It returns whether the server accepted it.
func (r run) start(ctx context.Context, diags *diag.Diagnostics) bool {
	session, err := r.data.Client.SyncRepository(ctx, r.model.RepositoryID.ValueString())
	if err != nil {
		advice := ""
		switch {
		case errors.Is(err, rest.ErrNotFound):
			advice = unknownRepository
		case rest.OutcomeUnknown(err):
			advice = "The server may have started the synchronization, and its session is unknown; check the Veeam console before you apply again."
		}
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail("Repository "+r.model.RepositoryID.ValueString(), err, advice))
		return false
	}
	r.model.SessionID = values.Optional(session.ID)
	r.model.SessionStatus = types.StringValue(api.SyncSynchronizing)
	r.model.StartedAt = values.Timestamp(time.Now())
	r.model.OutOfSync = types.BoolNull()
	return true
}

// resume takes over an unfinished session, unless it is over without success.
func (r run) resume(ctx context.Context, earlier sessionrun.Session, diags *diag.Diagnostics) bool {
	r.model.SessionID, r.model.StartedAt = types.StringValue(earlier.ID), values.Optional(earlier.Started)
	r.model.SessionStatus, r.model.OutOfSync = types.StringValue(api.SyncSynchronizing), types.BoolNull()
	if _, err := r.readOutcome(ctx); err != nil {
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail(r.model.displayName(),
			fmt.Errorf("the outcome of the earlier synchronization is unknown, so no other one was started: %w", err)))
		return false
	}
	return !r.model.over() && r.model.SessionStatus.ValueString() != syncFailed
}

// single connects the life cycle of a session with the model that records it.
func (r run) single() sessionrun.Single {
	return sessionrun.Single{
		Handover: &r.data.Unfinished, Key: r.model.key(), Unfinished: r.model.unfinished, Object: r.model.displayName,
		Resume: r.resume, Start: r.start, Wait: r.wait, Refresh: r.refresh,
	}
}

// refresh reads the session of the record. It returns whether there is news to save.
func (r run) refresh(ctx context.Context, diags *diag.Diagnostics) bool {
	failure, err := r.readOutcome(ctx)
	if err != nil {
		if !errors.Is(err, rest.ErrNotFound) {
			diags.AddError("Unable to Read Synchronization of Repository", conn.Product.Detail(r.model.displayName(), err))
		}
		return false
	}
	// A session that is over without success would be asked about for ever.
	started, err := time.Parse(time.RFC3339, r.model.StartedAt.ValueString())
	if r.model.over() && err == nil && time.Since(started) > settling {
		r.model.SessionStatus, failure = types.StringValue(syncFailed), errStillOutOfSync.Error()
	}
	if r.model.SessionStatus.ValueString() == syncFailed {
		diags.AddWarning("Repository Synchronization Failed", r.model.displayName()+": "+strings.TrimSuffix(failure, ".")+".\n\n"+sessionrun.AgainAdvice)
	}
	return true
}

func (m *model) key() string {
	return sessionrun.Key("Synchronization", m.Triggers, types.StringValue(strings.ToLower(m.RepositoryID.ValueString())))
}

// unfinished is the recorded session for a later apply; a zero one when there is none, or its end is on record.
func (m *model) unfinished() sessionrun.Session {
	if m.SessionStatus.ValueString() != api.SyncSynchronizing {
		return sessionrun.Session{}
	}
	return sessionrun.Session{ID: m.SessionID.ValueString(), Started: m.StartedAt.ValueString()}
}

// settling is how long a repository may still be reported out of sync after its session has ended.
const settling = 30 * time.Second

var errStillOutOfSync = errors.New("the session has ended, and the repository is still out of sync")

// wait follows the synchronization, if asked to, and says how it ended.
func (r run) wait(ctx context.Context, observe func(status string), diags *diag.Diagnostics) {
	if !r.model.WaitForCompletion.ValueBool() {
		return
	}
	var ended time.Time
	var failure string
	err := rest.Poll(ctx, func(ctx context.Context) (bool, error) {
		said, err := r.readOutcome(ctx)
		failure = said
		observe(r.model.SessionStatus.ValueString())
		if err != nil || r.model.SessionStatus.ValueString() != api.SyncSynchronizing {
			return err == nil, err
		}
		if r.model.over() {
			if ended.IsZero() {
				ended = time.Now()
			}
			if time.Since(ended) > settling {
				r.model.SessionStatus = types.StringValue(syncFailed)
				observe(syncFailed)
				return true, errStillOutOfSync
			}
		}
		return false, nil
	})
	switch {
	case err != nil:
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail(r.model.displayName(),
			fmt.Errorf("the synchronization started, but its outcome is unknown (last status: %s): %w", r.model.SessionStatus.ValueString(), err),
			"The next apply starts it again, or waits for it if it is still running."))
	case r.model.SessionStatus.ValueString() == syncFailed:
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail(r.model.displayName(),
			fmt.Errorf("the synchronization failed: %s", failure), "Fix the cause; the next apply starts it again."))
	}
}

// readOutcome records where the synchronization stands. While the session runs the repository is not asked; when it is over
// the repository tells whether it succeeded. It returns what the server says of a failure.
func (r run) readOutcome(ctx context.Context) (failure string, err error) {
	if id := r.model.SessionID.ValueString(); id != "" {
		session, err := r.data.Client.SyncSession(ctx, id)
		switch {
		case err == nil && session.State == api.SyncFailed:
			r.model.SessionStatus = types.StringValue(syncFailed)
			if session.Error == "" {
				session.Error = "no reason was returned"
			}
			return session.Error, nil
		case err == nil && session.State != api.SyncNone:
			return "", nil
		case err != nil && !errors.Is(err, rest.ErrNotFound):
			return "", err
		}
	}
	repository, err := r.data.Client.Repository(ctx, r.model.RepositoryID.ValueString())
	if err != nil {
		return "", err
	}
	r.model.OutOfSync = types.BoolValue(repository.OutOfSync)
	if !repository.OutOfSync {
		r.model.SessionStatus = types.StringValue(syncSucceeded)
	}
	return "", nil
}
