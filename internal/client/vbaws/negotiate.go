// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Revision gives the pinned revision, or the newest one that the appliance accepts; once a rescan was the first to ask, the
// newest that has the rescan, where there is one. With a user name and a password the login is the question, so it costs
// no request of its own; with an access token GET /system/time is. A failure is kept for a few seconds: see rest.Once.
func (c *Client) Revision(ctx context.Context) (Revision, error) {
	if revision := c.knownRevision(); revision != "" {
		return revision, nil
	}
	_, err := c.search.Do(ctx, func(ctx context.Context) (struct{}, error) {
		if c.loginNegotiates {
			return struct{}{}, c.logIn(ctx)
		}
		return struct{}{}, c.probe(ctx, c.candidates())
	})
	return c.knownRevision(), err
}

// RescanRevision gives the newest accepted revision that has the rescan of a repository. Where the revision in use
// lacks it, the appliance is asked once whether it still takes an older one; its answer is remembered. None: a
// *RescanUnsupportedError.
func (c *Client) RescanRevision(ctx context.Context) (Revision, error) {
	answer, err := c.rescan.Do(ctx, c.findRescan)
	if err == nil && answer.unsupported != nil {
		err = answer.unsupported
	}
	return answer.revision, err
}

// rescanSupport is one of the two.
type rescanSupport struct {
	revision    Revision
	unsupported *RescanUnsupportedError
}

func (c *Client) findRescan(ctx context.Context) (rescanSupport, error) {
	c.preferRescan()
	revision, err := c.Revision(ctx)
	if err == nil && c.pinned != "" {
		err = c.verifyPinned(ctx)
	}
	// A login may take any revision: its word on the one that it was tried with first is not enough.
	doubtful := c.pinned == "" && c.loginNegotiates && revision == newestRescan()
	if err != nil || revision.HasRescan() && !doubtful {
		return rescanSupport{revision: revision}, err
	}
	if !c.rescanRejected() {
		err = c.probeRevision(ctx, newestRescan())
		if _, ok := errors.AsType[*RevisionError](err); !ok {
			return rescanSupport{revision: newestRescan()}, err
		}
	}
	if revision == newestRescan() {
		if err := c.probe(ctx, Revisions()); err != nil {
			return rescanSupport{}, err
		}
	}
	unsupported := c.unsupported(ctx)
	// That may have corrected a revision which only the login had accepted.
	if unsupported.Newest.HasRescan() {
		return rescanSupport{revision: unsupported.Newest}, nil
	}
	return rescanSupport{unsupported: unsupported}, nil
}

// verifyPinned makes sure that the appliance accepts the pinned revision, lest a refusal of it passes for one of the rescan.
func (c *Client) verifyPinned(ctx context.Context) error {
	if c.loginNegotiates {
		return c.logIn(ctx)
	}
	return c.probeRevision(ctx, c.pinned)
}

func (c *Client) logIn(ctx context.Context) error { return unrelated(c.rest.Login(ctx)) }

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
	return &RescanUnsupportedError{Newest: c.knownRevision(), Appliance: version}
}

// login is the rest.LoginFunc. As long as no revision is known it steps down through all of them until one is not
// refused for itself. Any other answer ends that: a refused password must not be sent again.
func (c *Client) login(ctx context.Context, form url.Values) (rest.Token, error) {
	candidates := c.candidates()
	if revision := c.knownRevision(); revision != "" {
		candidates = []Revision{revision}
	}
	var last *rest.APIError
	for _, revision := range candidates {
		token, err := c.rest.FetchToken(ctx, tokenPath, revision.header(), form)
		if last = versionRefusal(err); last != nil {
			c.recordRejection(revision)
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
		err := c.probeRevision(ctx, revision)
		if errors.As(err, &refused) {
			c.recordRejection(revision)
			continue
		}
		if err == nil {
			c.remember(revision)
		}
		return err
	}
	return &RevisionError{Tried: candidates, Last: refused.Last}
}

// probeRevision finds out whether the appliance accepts a revision: it sends GET /system/time, which every revision has and any role
// may call (SPEC10). A failure of that alone is not the appliance's last word: it is also asked for a repository.
func (c *Client) probeRevision(ctx context.Context, revision Revision) error {
	var answer struct{} // decoded so that a page of another service does not pass for it
	err := c.sendWithRevision(ctx, revision, rest.Request{Method: http.MethodGet, Path: timePath, Out: &answer})
	var login *rest.AuthError
	var refused *RevisionError
	if err == nil || ctx.Err() != nil || rest.IsTransient(err) || errors.As(err, &login) || errors.As(err, &refused) && refused.explicit() {
		return err
	}
	var page struct {
		Results []json.RawMessage `json:"results"`
	}
	second := c.sendWithRevision(ctx, revision, rest.Request{
		Method: http.MethodGet, Path: repositoryPath, Query: url.Values{"Offset": {"0"}, "Limit": {"1"}}, Out: &page,
		Check: func() error {
			if page.Results == nil {
				return errors.New("it contains no list")
			}
			return nil
		},
	})
	switch {
	case second == nil || errors.Is(second, rest.ErrForbidden):
		return nil
	case errors.As(second, &refused):
		return second
	}
	return unrelated(err)
}

// AcceptedRevisions asks with every revision, whichever is in use, and returns those that the appliance accepts, newest
// first. None: a *RevisionError.
func (c *Client) AcceptedRevisions(ctx context.Context) ([]Revision, error) {
	// The login and the search for a revision come first: their refusals must not pass for answers about a revision.
	if _, err := c.Revision(ctx); err != nil {
		return nil, err
	}
	if err := c.logIn(ctx); err != nil {
		return nil, err
	}
	var accepted []Revision
	var refused *RevisionError
	for _, revision := range Revisions() {
		err := c.probeRevision(ctx, revision)
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

// stepDown finds a revision older than the one that turned out to be refused, once for all callers.
func (c *Client) stepDown(ctx context.Context, revision Revision, refused *RevisionError) error {
	older := revision.older()
	if len(older) == 0 {
		return refused
	}
	c.mu.Lock()
	step := c.steps[revision]
	if step == nil {
		step = &rest.Once[struct{}]{}
		c.steps[revision] = step
	}
	c.mu.Unlock()
	_, err := step.Do(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, c.probe(ctx, older) })
	return err
}

func (c *Client) knownRevision() Revision {
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

// recordRejection remembers that the newest revision with the rescan was refused, which rescans need not ask again.
func (c *Client) recordRejection(revision Revision) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = c.refused || revision == newestRescan()
}

func (c *Client) rescanRejected() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}
