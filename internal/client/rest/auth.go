// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Token is what a token endpoint gives. Both products answer in the OAuth style (S8 OAuthTokenResponse, SPEC10
// RESTLogin).
type Token struct {
	Access  Secret
	Refresh Secret
	Expires time.Time // zero: not told; then only a 401 ends the token
	MFA     Secret    // VBAWS: the login goes on with a one-time code
}

// Login makes sure that there is a token, for a product that learns something from its login. It sends nothing while the
// token in hand is usable.
func (c *Client) Login(ctx context.Context) error {
	_, err := c.tokens.get(ctx, nil)
	return err
}

// LoginFunc sends a form with grant_type and its fields to the product's token endpoint; see FetchToken.
type LoginFunc func(ctx context.Context, form url.Values) (Token, error)

// longestLife, in seconds, is more than any run takes. A longer life could overflow, and the token would count as expired.
const longestLife = 365 * 24 * 60 * 60

// FetchToken posts the form and reads the token; a refusal is an *APIError. Asking for a token twice does no harm, so
// a lost answer is asked for again.
func (c *Client) FetchToken(ctx context.Context, path string, header http.Header, form url.Values) (Token, error) {
	var answer struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    Int    `json:"expires_in"` // seconds
		MFAToken     string `json:"mfa_token"`
	}
	asked := time.Now() // the lifetime began no later than this
	_, err := c.Do(ctx, Request{
		Method: http.MethodPost, Path: path, Header: header, Form: form, Out: &answer, Anonymous: true, Idempotent: true,
		Mask: []Secret{Secret(form.Get("password")), Secret(form.Get("refresh_token"))},
		Check: func() error {
			if strings.ContainsFunc(answer.AccessToken, unicode.IsControl) {
				return errors.New("the response contains a token with control characters")
			}
			if max(len(answer.AccessToken), len(answer.RefreshToken), len(answer.MFAToken)) > tokenLimit {
				return fmt.Errorf("the response contains a token longer than %d KiB", tokenLimit>>10)
			}
			return nil
		},
	})
	if err != nil {
		return Token{}, err
	}
	token := Token{Access: Secret(answer.AccessToken), Refresh: Secret(answer.RefreshToken), MFA: Secret(answer.MFAToken)}
	c.redactor.receive(token.Access, token.Refresh, token.MFA)
	if answer.ExpiresIn > 0 {
		token.Expires = asked.Add(time.Duration(min(answer.ExpiresIn, longestLife)) * time.Second)
	}
	return token, nil
}

// cachedToken is a token and how it was got.
type cachedToken struct {
	Token
	issued    time.Time
	refreshed bool // got by a refresh, not by a login
	static    bool // the configured access token: nothing renews it
}

// usable leaves a margin for the call under way: a minute, or a quarter of a shorter life.
func (g *cachedToken) usable(now time.Time) bool {
	if g.Expires.IsZero() {
		return true
	}
	margin := min(time.Minute, g.Expires.Sub(g.issued)/4)
	return now.Before(g.Expires.Add(-margin))
}

// tokenSource gives all concurrent calls one token, and makes one of them fetch it.
type tokenSource struct {
	product  string
	account  string // as messages name it
	username string
	password Secret
	login    LoginFunc
	timeout  time.Duration
	current  Once[*cachedToken]
}

func newTokenSource(o Options) *tokenSource {
	s := &tokenSource{
		product: o.Product, account: "the account " + o.Username,
		username: o.Username, password: o.Password, login: o.Login,
		timeout: time.Duration(o.MaxRetries+1) * (o.RequestTimeout + retryCap),
	}
	if o.AccessToken != "" {
		s.account = "the configured access token"
		s.current.Set(&cachedToken{Token: Token{Access: o.AccessToken}, static: true})
	}
	return s
}

// get gives a token other than the rejected one: the current one while it is usable, otherwise one that a refresh or,
// where there is nothing to refresh, a login brings. Concurrent callers wait for the same answer.
func (s *tokenSource) get(ctx context.Context, rejected *cachedToken) (*cachedToken, error) {
	usable := func(g *cachedToken) bool { return g != rejected && g.usable(time.Now()) }
	return s.current.renew(ctx, usable, func(ctx context.Context, old *cachedToken) (*cachedToken, error) {
		if old != nil && old == rejected && old.refreshed {
			old = nil // a refreshed token that was rejected is not refreshed again
		}
		ctx, cancel := context.WithTimeout(ctx, s.timeout)
		defer cancel()
		return s.fetch(ctx, old)
	})
}

// fetch refreshes the old token when there is one; a refusal of that is answered by a login.
func (s *tokenSource) fetch(ctx context.Context, old *cachedToken) (*cachedToken, error) {
	issued := time.Now()
	if old != nil && old.Refresh != "" {
		token, err := s.login(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.Refresh.Reveal()}})
		var api *APIError
		switch {
		case err == nil && token.Access != "":
			if token.Refresh == "" {
				token.Refresh = old.Refresh
			}
			return &cachedToken{Token: token, issued: issued, refreshed: true}, nil
		case err != nil && !errors.As(err, &api):
			return nil, err
		}
	}
	issued = time.Now()
	token, err := s.login(ctx, url.Values{"grant_type": {"password"}, "username": {s.username}, "password": {s.password.Reveal()}})
	var api *APIError
	switch {
	case errors.As(err, &api) && slices.Contains([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden}, api.Status):
		return nil, &AuthError{Product: s.product, Account: s.account, Err: err}
	case err != nil:
		return nil, err
	case token.MFA != "" && token.Access == "":
		return nil, &AuthError{Product: s.product, Account: s.account, Reason: ReasonMFA}
	case token.Access == "":
		return nil, &AuthError{Product: s.product, Account: s.account, Reason: "the response to the login does not contain an access token"}
	}
	return &cachedToken{Token: token, issued: issued}, nil
}

// ReasonMFA is the Reason of a *LoginError of an account with multi-factor authentication.
const ReasonMFA = "the account asks for a one-time code (multi-factor authentication), which the provider cannot send"
