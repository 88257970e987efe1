// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
)

// fromAPI records where the session stands.
func (m *repositoryRescanModel) fromAPI(session api.Session) {
	m.SessionID = types.StringValue(session.ID)
	m.SessionStatus = values.Optional(session.Status)
	m.SessionResult = values.Optional(session.Result)
	m.StartedAt = values.Timestamp(session.Started)
	m.StoppedAt = values.Timestamp(session.Stopped)
}

// sessionFrom keeps the record of an object for which nothing is fired.
func (m *repositoryRescanModel) sessionFrom(prior repositoryRescanModel) {
	m.SessionID, m.SessionStatus, m.SessionResult = prior.SessionID, prior.SessionStatus, prior.SessionResult
	m.StartedAt, m.StoppedAt = prior.StartedAt, prior.StoppedAt
}

func (m *repositoryRescanModel) outcome() api.Outcome {
	return api.Session{Status: m.SessionStatus.ValueString()}.Outcome()
}

// object names the rescan in messages.
func (m *repositoryRescanModel) object() string {
	return fmt.Sprintf("Repository %s, session %s", m.RepositoryID.ValueString(), m.SessionID.ValueString())
}

// revisionAdvice helps against a revision that the configuration pins and the appliance does not accept.
func revisionAdvice(err error) string {
	var refused *api.RevisionError
	if !errors.As(err, &refused) {
		return ""
	}
	return fmt.Sprintf("The rescan of a repository exists in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. "+
		"Leave api_version out of block %q (%s) to let the provider find the revision.", product.Block, product.Variable("api_version"))
}

// unfinishedError says that the wait ended before the session did.
type unfinishedError struct {
	model *repositoryRescanModel
	cause error
}

func (e *unfinishedError) Error() string {
	return fmt.Sprintf("the appliance accepted the rescan, and its end was not seen (last status %s): %v. The session ID is in state; the session may go on on the appliance",
		e.model.SessionStatus.ValueString(), e.cause)
}

func (e *unfinishedError) Unwrap() error { return e.cause }

const reportedLines = 10 // of a session's log

// report says how a session ended, with the failing lines of its log.
func (r *repositoryRescanResource) report(ctx context.Context, model *repositoryRescanModel, session api.Session) string {
	text := fmt.Sprintf("%s: the session ended with status %s", model.object(), session.Status)
	if session.Reason != "" {
		text += ": " + strings.TrimSuffix(session.Reason, ".")
	}
	log, err := r.appliance.Client.SessionLog(ctx, session.ID)
	if err != nil {
		return text + ".\n\nIts log could not be read: " + err.Error() + "."
	}
	if lines := api.FailingLines(log, reportedLines); len(lines) > 0 {
		return text + ".\n\nFrom its log:\n  " + strings.Join(lines, "\n  ")
	}
	return text + "."
}
