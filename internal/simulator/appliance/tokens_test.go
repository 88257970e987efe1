// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// clock is advanced by hand.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func bearer(token string) *http.Request {
	r, _ := http.NewRequest(http.MethodGet, "https://example.com", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

func newTokens(o TokenOptions) (*Tokens, *clock) {
	c := &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	o.Now = c.Now
	return NewTokens(map[string]string{"joe": "right"}, o), c
}

func TestLogin(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(TokenOptions{})
	for _, wrong := range [][2]string{{"joe", "wrong"}, {"joe", ""}, {"ann", "right"}, {"ann", ""}, {"", ""}} {
		if _, ok := tokens.Login(wrong[0], wrong[1]); ok {
			t.Errorf("%q may log in", wrong)
		}
	}
	pair, ok := tokens.Login("joe", "right")
	if !ok || pair.User != "joe" || pair.Lifetime != time.Hour || pair.Expires.Sub(pair.Issued) != time.Hour {
		t.Fatalf("%t, lifetime %v", ok, pair.Lifetime)
	}
	if user, ok := tokens.Bearer(bearer(pair.Access)); !ok || user != "joe" {
		t.Errorf("bearer %q %t", user, ok)
	}
	if _, ok := tokens.Bearer(bearer(pair.Refresh)); ok {
		t.Error("a refresh token is no access token")
	}
	tokens.SetUser("ann", "")
	if _, ok := tokens.Login("ann", ""); !ok {
		t.Error("the new user may not log in")
	}
}

func TestBearerHeader(t *testing.T) {
	t.Parallel()
	tokens, _ := newTokens(TokenOptions{})
	pair := tokens.Issue("joe")
	for header, valid := range map[string]bool{
		"Bearer " + pair.Access: true, "bearer " + pair.Access: true, "Basic " + pair.Access: false,
		pair.Access: false, "": false, "Bearer": false, "Bearer ": false,
	} {
		r := bearer("")
		r.Header.Set("Authorization", header)
		if _, ok := tokens.Bearer(r); ok != valid {
			t.Errorf("valid %t, want %t", ok, valid)
		}
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	tokens, clock := newTokens(TokenOptions{Lifetime: time.Minute, RefreshLifetime: time.Hour})
	pair := tokens.Issue("joe")
	clock.now = clock.now.Add(time.Minute - 1)
	if _, ok := tokens.Bearer(bearer(pair.Access)); !ok {
		t.Error("expired early")
	}
	clock.now = clock.now.Add(1)
	if _, ok := tokens.Bearer(bearer(pair.Access)); ok {
		t.Error("outlived its lifetime")
	}
	next, ok := tokens.Refresh(pair.Refresh)
	if _, valid := tokens.Bearer(bearer(next.Access)); !ok || !valid || next.User != "joe" {
		t.Error("cannot be refreshed")
	}
	clock.now = clock.now.Add(time.Hour)
	if _, ok := tokens.Refresh(next.Refresh); ok {
		t.Error("the refresh token outlived its lifetime")
	}
}

func TestRefreshReuse(t *testing.T) {
	t.Parallel()
	for _, oneTime := range []bool{false, true} {
		tokens, _ := newTokens(TokenOptions{OneTimeRefresh: oneTime})
		pair := tokens.Issue("joe")
		second, ok := tokens.Refresh(pair.Refresh)
		if !ok || second.Refresh == pair.Refresh || second.Access == pair.Access {
			t.Fatal("no new pair")
		}
		if _, ok := tokens.Refresh(pair.Refresh); ok == oneTime {
			t.Errorf("one-time %t: reuse succeeds %t", oneTime, ok)
		}
		if _, ok := tokens.RefreshOnce(second.Refresh); !ok {
			t.Error("a fresh token cannot be used once")
		}
		if _, ok := tokens.Refresh(second.Refresh); ok {
			t.Error("a token survives RefreshOnce")
		}
		if _, ok := tokens.Bearer(bearer(pair.Access)); !ok {
			t.Error("a refresh ends the older access token")
		}
	}
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	valid := func(tokens *Tokens, p Pair) (access, refresh bool) {
		_, access = tokens.Bearer(bearer(p.Access))
		_, refresh = tokens.Refresh(p.Refresh)
		return access, refresh
	}
	for name, row := range map[string]struct {
		revoke                       func(*Tokens, Pair)
		access, refresh              bool
		otherAccess, otherRefreshing bool
	}{
		"access": {func(t *Tokens, _ Pair) { t.RevokeAccess() }, false, true, false, true},
		"all":    {func(t *Tokens, _ Pair) { t.RevokeAll() }, false, false, false, false},
		"logout": {func(t *Tokens, p Pair) { t.Logout(p.Access) }, false, false, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tokens, _ := newTokens(TokenOptions{})
			pair, other := tokens.Issue("joe"), tokens.Issue("joe")
			tokens.Remember("mfa")
			row.revoke(tokens, pair)
			if got := tokens.Secrets(); !slices.Equal(got, []string{pair.Access, pair.Refresh, other.Access, other.Refresh, "mfa"}) {
				t.Errorf("%d of 5 tokens are remembered", len(got))
			}
			if access, refresh := valid(tokens, pair); access != row.access || refresh != row.refresh {
				t.Errorf("own tokens: access %t, refresh %t", access, refresh)
			}
			if access, refresh := valid(tokens, other); access != row.otherAccess || refresh != row.otherRefreshing {
				t.Errorf("other tokens: access %t, refresh %t", access, refresh)
			}
		})
	}
}
