// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// fleetRun is what one apply does for a fleet. Its maps are by repository.
type fleetRun struct {
	data     *conn.ProviderData
	started  time.Time
	sessions map[string]api.Session // the last one of every member; the zero one: not accepted
	running  []string               // members whose sessions are this run's business
	refused  map[string]error       // members whose rescan was not accepted
	lost     map[string]error       // members the end of whose session was not seen
	lines    *progress.Lines        // the log
}

func newFleetRun(data *conn.ProviderData, records records, lines *progress.Lines) *fleetRun {
	f := &fleetRun{data: data, started: time.Now(), sessions: map[string]api.Session{}, refused: map[string]error{}, lost: map[string]error{}, lines: lines}
	for id, record := range records {
		f.sessions[id] = sessionOf(record)
	}
	return f
}

// resume takes up sessions that an earlier apply left running. It returns the members to fire instead: their session
// has failed meanwhile, or the appliance has forgotten it.
func (f *fleetRun) resume(ctx context.Context, members []string) (due []string) {
	if len(members) == 0 {
		return nil
	}
	var sessions []api.Session
	for _, id := range members {
		sessions = append(sessions, f.sessions[id])
	}
	found := resumeSessions(ctx, f.data.Client, sessions)
	for _, id := range members {
		now := found[f.sessions[id].ID]
		if now.Err == nil {
			now.ID = f.sessions[id].ID
			f.sessions[id] = now.Session
		}
		if errors.Is(now.Err, rest.ErrNotFound) || now.Err == nil && failed(now.Session) {
			due = append(due, id)
		} else {
			f.running = append(f.running, id)
		}
	}
	return due
}

// startAll starts a rescan of each of the members, side by side; the client bounds how many are on the wire.
func (f *fleetRun) startAll(ctx context.Context, due []string) {
	if len(due) == 0 {
		return
	}
	if _, err := f.data.Client.RescanRevision(ctx); err != nil { // one answer for all
		for _, id := range due {
			f.refused[id], f.sessions[id] = err, api.Session{}
		}
		return
	}
	var mu sync.Mutex
	var posts sync.WaitGroup
	for _, id := range due {
		posts.Go(func() {
			session, err := f.data.Client.RescanRepository(ctx, id)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				f.refused[id], f.sessions[id] = err, api.Session{}
				return
			}
			f.sessions[id] = accepted(session)
			f.running = append(f.running, id)
			f.log(id, "accepted")
		})
	}
	posts.Wait()
}

// log writes what is new of a member, and how many have not ended yet: the last line is repeated while there is none.
func (f *fleetRun) log(id, news string) {
	unfinished := 0
	for _, running := range f.running {
		if f.sessions[running].Outcome() == api.Running {
			unfinished++
		}
	}
	f.lines.Say(fmt.Sprintf("%s: %s; sessions not ended: %d", repositoryRescan(f.data, types.StringValue(id)).object(f.sessions[id].ID), news, unfinished))
}

// wait follows all sessions until the last one has ended.
func (f *fleetRun) wait(ctx context.Context) {
	members := map[string][]string{} // by session: an appliance may answer two rescans with one
	var sessions []api.Session
	for _, id := range f.running {
		session := f.sessions[id]
		if members[strings.ToLower(session.ID)] == nil && session.Outcome() == api.Running {
			sessions = append(sessions, session)
		}
		members[strings.ToLower(session.ID)] = append(members[strings.ToLower(session.ID)], id)
	}
	lost := f.data.Client.WaitSessions(ctx, sessions, func(now api.Session) {
		for _, id := range members[strings.ToLower(now.ID)] {
			now.ID = f.sessions[id].ID
			news := now.Status != f.sessions[id].Status
			if f.sessions[id] = now; news {
				f.log(id, now.Status)
			}
		}
	})
	for session, err := range lost {
		for _, id := range members[strings.ToLower(session)] {
			f.lost[id] = err
		}
	}
}

// records are the sessions of all members.
func (f *fleetRun) records() records {
	all := make(records, len(f.sessions))
	for id, session := range f.sessions {
		all[id] = recordOf(session)
	}
	return all
}

// report says which members failed, and which ended with a warning; next is what the next apply will do about the former.
func (f *fleetRun) report(ctx context.Context, next string, diags *diag.Diagnostics) {
	warned := f.ended(ctx, func(s api.Session) bool { return s.Outcome() == api.Warning })
	if len(warned) > 0 {
		diags.AddWarning("Repository Rescans Ended With a Warning", strings.Join(truncate(warned), "\n\n"))
	}
	bad := f.ended(ctx, failed)
	if len(bad)+len(f.refused)+len(f.lost) == 0 {
		return
	}
	f.data.Repositories().ReadNames(ctx)
	var causes []error
	for _, id := range slices.Sorted(maps.Keys(f.refused)) {
		causes = append(causes, f.refused[id])
	}
	unfinished := map[string]error{}
	for _, id := range slices.Sorted(maps.Keys(f.lost)) {
		unfinished[id] = &unfinishedError{cmp.Or(f.sessions[id].Status, "none"), f.lost[id]}
		causes = append(causes, unfinished[id])
	}
	title := f.data.Repositories().Title
	findings := slices.Concat(bad, groupByError(f.refused, title), groupByError(unfinished, title))
	err := &fleetError{truncate(findings), causes}
	total := len(f.refused) + len(f.running)
	diags.AddError("Unable to Rescan Repositories", conn.Product.Detail(
		fmt.Sprintf("%d of %d rescans did not succeed", len(bad)+len(f.refused)+len(f.lost), total), err,
		uniqueHints(f.refused), next))
}

// ended reports the sessions of this run that ended in a certain way.
func (f *fleetRun) ended(ctx context.Context, so func(api.Session) bool) []finding {
	sessions := map[string]api.Session{}
	for _, id := range f.running {
		if f.lost[id] == nil && so(f.sessions[id]) {
			sessions[id] = f.sessions[id]
		}
	}
	return findings(ctx, f.data, sessions)
}

// finding is what a diagnostic says of one or several members.
type finding struct {
	who  string // the repository and its session, or several repositories
	what string
}

// findings reports how sessions ended, sorted by repository. It reads their logs side by side, also when the time of the run is over.
func findings(ctx context.Context, a *conn.ProviderData, sessions map[string]api.Session) []finding {
	if len(sessions) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	a.Repositories().ReadNames(ctx)
	all := make([]finding, len(sessions))
	var reads sync.WaitGroup
	for i, id := range slices.Sorted(maps.Keys(sessions)) {
		rescan := repositoryRescan(a, types.StringValue(id))
		reads.Go(func() { all[i] = finding{rescan.object(sessions[id].ID), rescan.outcome(ctx, sessions[id])} })
	}
	reads.Wait()
	return all
}

// groupByError makes one finding of all members that have the same error.
func groupByError(errs map[string]error, title func(id string) string) (all []finding) {
	members := map[string][]string{}
	var order []string
	for _, id := range slices.Sorted(maps.Keys(errs)) {
		text := strings.TrimSuffix(errs[id].Error(), ".") + "."
		if members[text] == nil {
			order = append(order, text)
		}
		members[text] = append(members[text], title(id))
	}
	for _, text := range order {
		noun := "Repository "
		if len(members[text]) > 1 {
			noun = "Repositories "
		}
		all = append(all, finding{noun + strings.Join(members[text], ", "), text})
	}
	return all
}

// uniqueHints are those that help the refused members, each once.
func uniqueHints(refused map[string]error) string {
	var all []string
	for _, id := range slices.Sorted(maps.Keys(refused)) {
		if advice := refusalAdvice(refused[id], repositoryAdvice); advice != "" && !slices.Contains(all, advice) {
			all = append(all, advice)
		}
	}
	return strings.Join(all, "\n\n")
}

// fleetError lists what went wrong with the members. Its causes tell which general advice helps.
type fleetError struct {
	parts  []string
	causes []error
}

func (e *fleetError) Error() string { return "\n\n" + strings.Join(e.parts, "\n\n") }

func (e *fleetError) Unwrap() []error { return e.causes }

const reportedMembers = 30 // in a diagnostic, with all they have to tell

// truncate writes the findings; of those beyond the limit only whom they are about.
func truncate(findings []finding) (texts []string) {
	for i, f := range findings {
		if i < reportedMembers {
			texts = append(texts, f.who+": "+f.what)
		} else {
			texts = append(texts, f.who+".")
		}
	}
	return texts
}
