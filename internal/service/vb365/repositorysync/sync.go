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

// object names the synchronization in messages.
func (m *model) object() string {
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

// fire starts the synchronization once. It returns whether the server accepted it.
func (r *syncResource) fire(ctx context.Context, model *model, diags *diag.Diagnostics) bool {
	session, err := r.data.Client.SyncRepository(ctx, model.RepositoryID.ValueString())
	if err != nil {
		advice := ""
		switch {
		case errors.Is(err, rest.ErrNotFound):
			advice = unknownRepository
		case rest.OutcomeUnknown(err):
			advice = "The server may have started the synchronization, and its session is unknown; check the Veeam console before you apply again."
		}
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail("Repository "+model.RepositoryID.ValueString(), err, advice))
		return false
	}
	model.SessionID = values.Optional(session.ID)
	model.SessionStatus = types.StringValue(api.SyncSynchronizing)
	model.StartedAt = values.Timestamp(time.Now())
	model.OutOfSync = types.BoolNull()
	return true
}

// resume takes over an unfinished session, unless it is over without success.
func (r *syncResource) resume(ctx context.Context, earlier sessionrun.Session, model *model, diags *diag.Diagnostics) bool {
	model.SessionID, model.StartedAt = types.StringValue(earlier.ID), values.Optional(earlier.Started)
	model.SessionStatus, model.OutOfSync = types.StringValue(api.SyncSynchronizing), types.BoolNull()
	if _, err := r.look(ctx, model); err != nil {
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail(model.object(),
			fmt.Errorf("the outcome of the earlier synchronization is unknown, so no other one was started: %w", err)))
		return false
	}
	return !model.over() && model.SessionStatus.ValueString() != syncFailed
}

// single connects the life cycle of a session with the model that records it.
func (r *syncResource) single(model *model) sessionrun.Single {
	return sessionrun.Single{
		Handover: &r.data.Unfinished, Key: model.key(), Unfinished: model.unfinished, Object: model.object,
		Resume: func(ctx context.Context, session sessionrun.Session, diags *diag.Diagnostics) bool {
			return r.resume(ctx, session, model, diags)
		},
		Start: func(ctx context.Context, diags *diag.Diagnostics) bool { return r.fire(ctx, model, diags) },
		Wait: func(ctx context.Context, observe func(string), diags *diag.Diagnostics) {
			r.wait(ctx, model, observe, diags)
		},
	}
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
func (r *syncResource) wait(ctx context.Context, model *model, observe func(status string), diags *diag.Diagnostics) {
	if !model.WaitForCompletion.ValueBool() {
		return
	}
	var ended time.Time
	var failure string
	err := rest.Poll(ctx, func(ctx context.Context) (bool, error) {
		said, err := r.look(ctx, model)
		failure = said
		observe(model.SessionStatus.ValueString())
		if err != nil || model.SessionStatus.ValueString() != api.SyncSynchronizing {
			return err == nil, err
		}
		if model.over() {
			if ended.IsZero() {
				ended = time.Now()
			}
			if time.Since(ended) > settling {
				model.SessionStatus = types.StringValue(syncFailed)
				observe(syncFailed)
				return true, errStillOutOfSync
			}
		}
		return false, nil
	})
	switch {
	case err != nil:
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail(model.object(),
			fmt.Errorf("the synchronization started, but its outcome is unknown (last status: %s): %w", model.SessionStatus.ValueString(), err),
			"The next apply starts it again, or waits for it if it is still running."))
	case model.SessionStatus.ValueString() == syncFailed:
		diags.AddError("Unable to Synchronize Repository", conn.Product.Detail(model.object(),
			fmt.Errorf("the synchronization failed: %s", failure), "Fix the cause; the next apply starts it again."))
	}
}

// look records where the synchronization stands. While the session runs the repository is not asked; when it is over
// the repository tells whether it succeeded. It returns what the server says of a failure.
func (r *syncResource) look(ctx context.Context, model *model) (failure string, err error) {
	if id := model.SessionID.ValueString(); id != "" {
		session, err := r.data.Client.SyncSession(ctx, id)
		switch {
		case err == nil && session.State == api.SyncFailed:
			model.SessionStatus = types.StringValue(syncFailed)
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
	repository, err := r.data.Client.Repository(ctx, model.RepositoryID.ValueString())
	if err != nil {
		return "", err
	}
	model.OutOfSync = types.BoolValue(repository.OutOfSync)
	if !repository.OutOfSync {
		model.SessionStatus = types.StringValue(syncSucceeded)
	}
	return "", nil
}
