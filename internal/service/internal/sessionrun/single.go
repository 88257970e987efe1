// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
)

// AgainAdvice is for a failure that a refresh has found.
const AgainAdvice = "To start the rescan again, change one of its triggers, or run terraform apply -replace=ADDRESS."

// Single is what an apply does for a rescan that its product runs as a session. A session of an earlier apply that is
// unfinished is waited for instead of starting another beside it: an update finds it in private state, and a creation that
// replaces one that failed finds it in the Handover.
type Single struct {
	Handover *Handover[Session] // nil, like Resume, for a product without sessions
	Key      string             // of what is planned

	// Resume reads an earlier session and records it. It returns whether that session is the rescan that is asked for: it
	// runs or has ended well. One that it could not find out about is recorded as running, with an error.
	Resume func(ctx context.Context, session Session, diags *diag.Diagnostics) bool
	// Start starts a session and records it. It returns whether it was accepted.
	Start func(ctx context.Context, diags *diag.Diagnostics) bool
	// Wait records the session until it has ended, if it is to be waited for, and reports how it did. It passes each status to observe.
	Wait func(ctx context.Context, observe func(status string), diags *diag.Diagnostics)
	// Refresh reads the recorded session, which has not ended, outside of an apply. It returns whether there is news to save.
	Refresh func(ctx context.Context, diags *diag.Diagnostics) (news bool)
	// Object names the recorded session in the log.
	Object func() string
	// Unfinished returns the recorded session; a zero one when it has ended.
	Unfinished func() Session
}

// Create returns whether there is a record to save.
func (s Single) Create(ctx context.Context, private PrivateStateWriter, diags *diag.Diagnostics) (recorded bool) {
	var left Session
	found := false
	if s.Handover != nil {
		left, found = s.Handover.Take(s.Key)
	}
	switch resumed := found && s.Resume(ctx, left, diags); {
	case diags.HasError(): // the record is all that knows of the session
	case !resumed && !s.Start(ctx, diags):
		return false
	default:
		s.wait(ctx, resumed, diags)
	}
	diags.Append(MarkCreation(ctx, private, diags.HasError())...)
	return true
}

// Update is for a rescan that is due. It returns whether there is a record to save.
func (s Single) Update(ctx context.Context, private Private, diags *diag.Diagnostics) (recorded bool) {
	pending, problems := LoadPending(ctx, private, s.Key)
	diags.Append(problems...)
	resumed := pending.ID != "" && s.Resume(ctx, pending.Session, diags)
	if pending.Superseded() && s.Unfinished() == (Session{}) {
		resumed = false
	}
	if diags.HasError() || !resumed && !s.Start(ctx, diags) {
		return false // unknown or refused: the record stays as it was
	}
	s.wait(ctx, resumed, diags)
	unfinished := Pending{Key: s.Key}
	if diags.HasError() {
		unfinished.Session = s.Unfinished()
	}
	diags.Append(SavePending(ctx, private, unfinished)...)
	diags.Append(MarkCreation(ctx, private, false)...)
	return true
}

// wait is Wait with a log of it.
func (s Single) wait(ctx context.Context, resumed bool, diags *diag.Diagnostics) {
	object, news := s.Object(), "accepted"
	if resumed {
		news = "taken over from an earlier apply"
	}
	lines := progress.Log(ctx, object+": "+news)
	defer lines.Stop()
	s.Wait(ctx, func(status string) { lines.Say(object + ": " + status) }, diags)
	if s.Unfinished() != (Session{}) {
		lines.Say(object + ": not waited for any longer")
	}
}
