// SPDX-License-Identifier: MPL-2.0

// Package rescan holds the rescans, which the appliance runs as sessions.
package rescan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

const defaultRescanTimeout = time.Hour

// recordDoc is the part of the description that all these resources have.
const recordDoc = "\n\nThe appliance runs the rescan as a session; the ID and the outcome of the last one are recorded. Destroying the resource sends no request.\n\n"

// sessionRescan is a rescan that the appliance runs as a session: how it is started, and how messages speak of it.
// Its methods are the life cycle that all such rescans share.
type sessionRescan struct {
	data    *conn.ProviderData
	kind    string // "Repository": for summaries such as "Unable to Rescan Repository"
	subject string // `Repository "Archive" (ID 0f…)`: what is rescanned, at the beginning of a detail
	start   func(context.Context) (sessionID string, err error)
	advise  func(err error) string // what helps when the appliance refuses to start it; "": nothing special

	target []attr.Value // what is rescanned: the subject, and the arguments that limit the rescan to a part of it
}

// resourceModel is the model of a resource that records sessions.
type resourceModel[M any] interface {
	sessionrun.Model[M]
	session() *sessionModel
}

// newResource completes the specification of a resource with what is the same for all rescans.
func newResource[M any, P resourceModel[M]](
	spec sessionrun.Spec[M, conn.ProviderData], rescan func(data *conn.ProviderData, m *M) sessionRescan,
) func() resource.Resource {
	spec.Noun, spec.Acceptor, spec.Timeout = "rescan", "appliance", defaultRescanTimeout
	own := spec.Attributes
	spec.Attributes = maps.Clone(recordAttributes)
	maps.Copy(spec.Attributes, own)
	spec.Keep = func(m, prior *M) { P(m).session().keep(P(prior).session()) }
	spec.Single = func(data *conn.ProviderData, m *M) sessionrun.Single { return rescan(data, m).single(P(m).session()) }
	return sessionrun.New[M, P](conn.Product, spec)
}

func (s sessionRescan) unable() string { return "Unable to Rescan " + s.kind }

// single connects the life cycle of a session with the model that records it.
func (s sessionRescan) single(model *sessionModel) sessionrun.Single {
	return sessionrun.Single{
		Handover: &s.data.Unfinished, Key: sessionrun.Key(s.kind, model.Triggers, s.target...), Unfinished: model.unfinished,
		Resume: func(ctx context.Context, session sessionrun.Session, diags *diag.Diagnostics) bool {
			return s.resume(ctx, session, model, diags)
		},
		Start: func(ctx context.Context, diags *diag.Diagnostics) bool { return s.startAndRecord(ctx, model, diags) },
		Wait: func(ctx context.Context, observe func(string), diags *diag.Diagnostics) {
			s.wait(ctx, model, observe, diags)
		},
		Refresh: func(ctx context.Context, diags *diag.Diagnostics) bool { return s.refresh(ctx, model, diags) },
		Object:  func() string { return s.object(model.SessionID.ValueString()) },
	}
}

// resume takes over an unfinished session, unless it has failed or the appliance has forgotten it.
func (s sessionRescan) resume(ctx context.Context, earlier sessionrun.Session, model *sessionModel, diags *diag.Diagnostics) bool {
	started, _ := time.Parse(time.RFC3339, earlier.Started) // zero while it is not known
	last := api.Session{ID: earlier.ID, Status: api.Running.String(), Started: started}
	now := resumeSessions(ctx, s.data.Client, []api.Session{last})[last.ID]
	switch {
	case errors.Is(now.Err, rest.ErrNotFound) || now.Err == nil && failed(now.Session):
		return false
	case now.Err != nil:
		model.fromAPI(last)
		diags.AddError(s.unable(), conn.Product.Detail(s.object(last.ID),
			fmt.Errorf("it is unknown whether the earlier rescan is still running, so no other one was started: %w", now.Err)))
		return false
	}
	model.fromAPI(now.Session)
	return true
}

// resumeSessions reads sessions that an earlier apply left running, for this one to go on with. It makes sure that one which that
// apply never saw is not taken for forgotten while it is only new: another rescan would be fired beside it.
func resumeSessions(ctx context.Context, client *api.Client, sessions []api.Session) map[string]api.FoundSession {
	found := client.FindSessions(ctx, sessions)
	var unseen []api.Session
	for _, s := range sessions {
		if s.Started.IsZero() && errors.Is(found[s.ID].Err, rest.ErrNotFound) {
			unseen = append(unseen, s)
		}
	}
	maps.Copy(found, client.FindNewSessions(ctx, unseen))
	return found
}

// startAndRecord sends the rescan once. It returns whether the appliance accepted it.
func (s sessionRescan) startAndRecord(ctx context.Context, model *sessionModel, diags *diag.Diagnostics) bool {
	session, err := s.start(ctx)
	if err != nil {
		at := path.Empty()
		if wrong, ok := errors.AsType[*argumentError](err); ok {
			at = wrong.at
		}
		diags.AddAttributeError(at, s.unable(), s.refusal(err))
		return false
	}
	model.fromAPI(accepted(session))
	return true
}

// argumentError is an error about an argument of the resource.
type argumentError struct {
	at path.Path
	error
}

func (e *argumentError) Unwrap() error { return e.error }

// accepted is what is known of a session that was just started.
func accepted(session string) api.Session {
	return api.Session{ID: session, Status: api.Running.String()}
}

// wait follows the session, if asked to, and says how it ended.
func (s sessionRescan) wait(ctx context.Context, model *sessionModel, observe func(status string), diags *diag.Diagnostics) {
	if model.WaitForCompletion.ValueBool() {
		record := func(now api.Session) {
			model.fromAPI(now)
			observe(now.Status)
		}
		s.follow(ctx, model.last(), record, diags, "The next apply waits for this session instead of starting another.", "Fix the cause; the next apply starts the rescan again.")
	}
}

// follow shows each state of a session to observe until it has ended, and says how that was. The last two arguments
// advise on a session whose end was not seen, and on one that failed.
func (s sessionRescan) follow(ctx context.Context, last api.Session, observe func(api.Session), diags *diag.Diagnostics, unfinished, failed string) {
	session, err := s.data.Client.WaitSession(ctx, last, observe)
	if err != nil {
		diags.AddError(s.unable(), conn.Product.Detail(s.object(session.ID), &unfinishedError{session.Status, err}, unfinished))
		return
	}
	switch session.Outcome() {
	case api.Warning:
		diags.AddWarning(s.kind+" Rescan Ended With a Warning", s.report(ctx, session))
	case api.Failed, api.Canceled:
		diags.AddError(s.unable(), s.report(ctx, session)+"\n\n"+failed)
	}
}

// invoke is the life of an action: it fires, and follows the session with a line of progress for each of its states.
func (s sessionRescan) invoke(ctx context.Context, waits bool, resp *action.InvokeResponse) {
	lines := progress.Start(resp.SendProgress, s.subject+": starting the rescan")
	defer lines.Stop()
	id, err := s.start(ctx)
	if err != nil {
		resp.Diagnostics.AddError(s.unable(), s.refusal(err))
		return
	}
	lines.Say(s.object(id) + ": accepted")
	if waits {
		s.follow(ctx, accepted(id), func(now api.Session) { lines.Say(s.object(id) + ": " + now.Status) }, &resp.Diagnostics,
			"Read the session with the data source veeam_vbaws_session.", "Fix the cause, and invoke the action again.")
	}
}

// refresh reads the session of the record. It returns whether there is news to save.
func (s sessionRescan) refresh(ctx context.Context, state *sessionModel, diags *diag.Diagnostics) (news bool) {
	id := state.unfinished().ID
	session, err := s.data.Client.Session(ctx, id)
	switch {
	case errors.Is(err, rest.ErrNotFound):
		return false
	case err != nil:
		diags.AddError("Unable to Read Rescan Session", conn.Product.Detail(s.object(id), err))
		return false
	}
	if failed(session) {
		diags.AddWarning(s.kind+" Rescan Failed", s.report(ctx, session)+"\n\n"+sessionrun.AgainAdvice)
	}
	state.fromAPI(session)
	return true
}

// object names the session in messages.
func (s sessionRescan) object(session string) string { return s.subject + ", session " + session }

// refusal is the detail of a rescan that was not accepted, as far as is known.
func (s sessionRescan) refusal(err error) string {
	return conn.Product.Detail(s.subject, err, refusalAdvice(err, s.advise))
}

func refusalAdvice(err error, advise func(error) string) string {
	if rest.OutcomeUnknown(err) || errors.Is(err, api.ErrNoSession) {
		return "The appliance may have started the rescan, and its session is unknown; check the sessions on the appliance before you apply again."
	}
	return advise(err)
}

// unfinishedError says that the wait ended before the session did.
type unfinishedError struct {
	status string // last seen
	cause  error
}

func (e *unfinishedError) Error() string {
	return fmt.Sprintf("the rescan started, but its outcome is unknown (last status: %s): %v. The session may still be running on the appliance",
		e.status, e.cause)
}

func (e *unfinishedError) Unwrap() error { return e.cause }

const reportedLines = 10 // of a session's log

// report says how a session ended.
func (s sessionRescan) report(ctx context.Context, session api.Session) string {
	return s.object(session.ID) + ": " + s.outcome(ctx, session)
}

// outcome is the end of a session, with the failing lines of its log.
func (s sessionRescan) outcome(ctx context.Context, session api.Session) string {
	text := "the session ended with status " + session.Status
	if session.Reason != "" {
		text += ": " + strings.TrimSuffix(session.Reason, ".")
	}
	log, err := s.data.Client.SessionLog(ctx, session.ID)
	if err != nil {
		return text + ".\n\nIts log could not be read: " + err.Error() + "."
	}
	if lines := api.FailingLines(log, reportedLines); len(lines) > 0 {
		return text + ".\n\nFrom its log:\n  " + strings.Join(lines, "\n  ")
	}
	return text + "."
}
