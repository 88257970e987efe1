// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Revision gives the pinned revision, or the newest one that the appliance accepts; once a rescan was the first to ask, the
// newest that has the rescan, where there is one. With a user name and a password the login is the question, so it costs
// no request of its own; with an access token GET /system/time is.
func (c *Client) Revision(ctx context.Context) (Revision, error) {
	if revision := c.known(); revision != "" {
		return revision, nil
	}
	err := c.share(ctx, "revision", func(ctx context.Context) error {
		switch {
		case c.known() != "": // found since the caller looked
			return nil
		case c.loginTells:
			return c.rest.Login(ctx)
		}
		return c.probe(ctx, c.candidates())
	})
	return c.known(), err
}

// RescanRevision gives the newest accepted revision that has the rescan of a repository. Where the revision in use
// lacks it, the appliance is asked once whether it still takes an older one; its answer is remembered. None: a
// *RescanUnsupportedError.
func (c *Client) RescanRevision(ctx context.Context) (Revision, error) {
	if answer := c.rescanAnswer(); answer != nil {
		return answer.unpack()
	}
	err := c.share(ctx, "rescan", func(ctx context.Context) error {
		if c.rescanAnswer() != nil {
			return nil
		}
		answer, err := c.findRescan(ctx)
		if err == nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.rescan = &answer
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return c.rescanAnswer().unpack()
}

// rescanAnswer is one of the two.
type rescanAnswer struct {
	revision    Revision
	unsupported *RescanUnsupportedError
}

func (a *rescanAnswer) unpack() (Revision, error) {
	if a.unsupported != nil {
		return "", a.unsupported
	}
	return a.revision, nil
}

func (c *Client) findRescan(ctx context.Context) (rescanAnswer, error) {
	c.preferRescan()
	revision, err := c.Revision(ctx)
	if err == nil && c.pinned != "" {
		err = c.confirm(ctx)
	}
	// A login may take any revision: its word on the one that it was tried with first is not enough.
	doubtful := c.pinned == "" && c.loginTells && revision == newestRescan()
	if err != nil || revision.HasRescan() && !doubtful {
		return rescanAnswer{revision: revision}, err
	}
	if !c.rescanRefused() {
		err = c.ask(ctx, newestRescan())
		if _, ok := errors.AsType[*RevisionError](err); !ok {
			return rescanAnswer{revision: newestRescan()}, err
		}
	}
	if revision == newestRescan() {
		if err := c.probe(ctx, Revisions()); err != nil {
			return rescanAnswer{}, err
		}
	}
	unsupported := c.unsupported(ctx)
	// That may have corrected a revision which only the login had accepted.
	if unsupported.Newest.HasRescan() {
		return rescanAnswer{revision: unsupported.Newest}, nil
	}
	return rescanAnswer{unsupported: unsupported}, nil
}

// confirm makes sure that the appliance accepts the pinned revision, lest a refusal of it passes for one of the rescan.
func (c *Client) confirm(ctx context.Context) error {
	if c.loginTells {
		return c.rest.Login(ctx)
	}
	return c.ask(ctx, c.pinned)
}

// preferRescan makes a search that has not begun start at the newest revision with the rescan. Three generations of
// appliances accept it, so most searches end with the first question instead of one refused login for each newer revision.
func (c *Client) preferRescan() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rescanFirst = true
}

// candidates are the revisions in the order in which the appliance is asked.
func (c *Client) candidates() []Revision {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := Revisions()
	if !c.rescanFirst {
		return all
	}
	rest := slices.DeleteFunc(slices.Clone(all), func(r Revision) bool { return r == newestRescan() })
	return append([]Revision{newestRescan()}, rest...)
}

// unsupported describes the appliance. Its version is a courtesy: an account that may not read it, or an error, must
// not hide the explanation.
func (c *Client) unsupported(ctx context.Context) *RescanUnsupportedError {
	version, err := c.ApplianceVersion(ctx)
	if err != nil {
		version = ""
	}
	return &RescanUnsupportedError{Newest: c.known(), Appliance: version}
}

// login is the rest.LoginFunc. As long as no revision is known it steps down through all of them until one is not
// refused for itself. Any other answer ends that: a refused password must not be sent again.
func (c *Client) login(ctx context.Context, form url.Values) (rest.Token, error) {
	candidates := c.candidates()
	if revision := c.known(); revision != "" {
		candidates = []Revision{revision}
	}
	var last *rest.APIError
	for _, revision := range candidates {
		token, err := c.rest.FetchToken(ctx, tokenPath, revision.header(), form)
		if last = versionRefusal(err); last != nil {
			c.noteRefusal(revision)
			continue
		}
		if err == nil {
			c.remember(revision)
		}
		return token, err
	}
	return rest.Token{}, &RevisionError{Tried: candidates, Last: last}
}

// probe remembers the first of the candidates (at least one) that GET /system/time accepts.
func (c *Client) probe(ctx context.Context, candidates []Revision) error {
	var refused *RevisionError
	for _, revision := range candidates {
		err := c.ask(ctx, revision)
		if errors.As(err, &refused) {
			c.noteRefusal(revision)
			continue
		}
		if err == nil {
			c.remember(revision)
		}
		return err
	}
	return &RevisionError{Tried: candidates, Last: refused.Last}
}

// ask sends GET /system/time: every revision has it and any role may call it (SPEC10). The answer is read so that a page
// of another service does not pass for one.
func (c *Client) ask(ctx context.Context, revision Revision) error {
	var answer struct{}
	return c.sendIn(ctx, revision, rest.Request{Method: http.MethodGet, Path: timePath, Out: &answer})
}

// AcceptedRevisions asks with every revision, whichever is in use, and returns those that the appliance accepts, newest
// first. None: a *RevisionError.
func (c *Client) AcceptedRevisions(ctx context.Context) ([]Revision, error) {
	// The login and the search for a revision come first: their refusals must not pass for answers about a revision.
	if _, err := c.Revision(ctx); err != nil {
		return nil, err
	}
	if err := c.rest.Login(ctx); err != nil {
		return nil, err
	}
	var accepted []Revision
	var refused *RevisionError
	for _, revision := range Revisions() {
		err := c.ask(ctx, revision)
		switch {
		case err == nil:
			accepted = append(accepted, revision)
		case !errors.As(err, &refused):
			return nil, err
		}
	}
	if accepted == nil {
		return nil, &RevisionError{Tried: Revisions(), Last: refused.Last}
	}
	return accepted, nil
}

// stepDown finds a revision older than the one that turned out to be refused.
func (c *Client) stepDown(ctx context.Context, revision Revision, refused *RevisionError) error {
	older := revision.older()
	if len(older) == 0 {
		return refused
	}
	return c.share(ctx, "revision", func(ctx context.Context) error {
		if c.known() != revision { // another call was faster
			return nil
		}
		return c.probe(ctx, older)
	})
}

// share runs work once for all callers that ask for it at the same time. It goes on when the caller who began it gives
// up, because others wait for it; the time limits of its requests bound it.
func (c *Client) share(ctx context.Context, key string, work func(context.Context) error) error {
	result := c.shared.DoChan(key, func() (any, error) { return nil, work(context.WithoutCancel(ctx)) })
	select {
	case r := <-result:
		return r.Err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *Client) known() Revision {
	if c.pinned != "" {
		return c.pinned
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.accepted
}

func (c *Client) remember(revision Revision) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.accepted = revision
}

// noteRefusal remembers that the newest revision with the rescan was refused, which rescans need not ask again.
func (c *Client) noteRefusal(revision Revision) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = c.refused || revision == newestRescan()
}

func (c *Client) rescanRefused() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

func (c *Client) rescanAnswer() *rescanAnswer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rescan
}
