// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"crypto/rand"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// TokenOptions of NewTokens.
type TokenOptions struct {
	// Lifetime of access tokens; 0 is one hour.
	Lifetime time.Duration
	// RefreshLifetime of refresh tokens; 0: they do not expire.
	RefreshLifetime time.Duration
	// OneTimeRefresh makes a refresh token die with its first use.
	OneTimeRefresh bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Pair is an access token with its refresh token.
type Pair struct {
	User            string
	Access, Refresh string
	Issued, Expires time.Time     // of the access token
	Lifetime        time.Duration // of the access token
}

type refreshToken struct {
	user    string
	access  string    // the access token issued with it
	expires time.Time // zero: never
}

// Tokens knows users and the tokens issued to them.
type Tokens struct {
	options TokenOptions

	mu      sync.Mutex
	users   map[string]string
	access  map[string]Pair
	refresh map[string]refreshToken
	secrets []string // all tokens that ever were
}

// NewTokens takes users as name to password.
func NewTokens(users map[string]string, o TokenOptions) *Tokens {
	if o.Lifetime == 0 {
		o.Lifetime = time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	t := &Tokens{options: o, users: map[string]string{}}
	maps.Copy(t.users, users)
	t.RevokeAll()
	return t
}

// SetUser adds a user or changes the password of one; tokens stay valid.
func (t *Tokens) SetUser(name, password string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.users[name] = password
}

// Check tells whether the user exists and the password is right.
func (t *Tokens) Check(user, password string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	want, known := t.users[user]
	return known && want == password
}

// Login issues a pair when the user exists and the password is right.
func (t *Tokens) Login(user, password string) (Pair, bool) {
	if !t.Check(user, password) {
		return Pair{}, false
	}
	return t.Issue(user), true
}

// Issue makes a pair for a user without asking for a password.
func (t *Tokens) Issue(user string) Pair {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.issue(user)
}

func (t *Tokens) issue(user string) Pair {
	now := t.options.Now()
	pair := Pair{
		User: user, Access: "access-" + rand.Text(), Refresh: "refresh-" + rand.Text(),
		Issued: now, Expires: now.Add(t.options.Lifetime), Lifetime: t.options.Lifetime,
	}
	t.access[pair.Access] = pair
	t.secrets = append(t.secrets, pair.Access, pair.Refresh)
	refresh := refreshToken{user: user, access: pair.Access}
	if t.options.RefreshLifetime > 0 {
		refresh.expires = now.Add(t.options.RefreshLifetime)
	}
	t.refresh[pair.Refresh] = refresh
	return pair
}

// Remember adds a token that was issued in another way to Secrets.
func (t *Tokens) Remember(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.secrets = append(t.secrets, token)
}

// Secrets returns all tokens that were ever issued, valid or not, for who looks
// where they went.
func (t *Tokens) Secrets() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.secrets)
}

// Refresh trades a refresh token for a new pair. The access token it came with
// stays valid.
func (t *Tokens) Refresh(token string) (Pair, bool) {
	return t.trade(token, t.options.OneTimeRefresh)
}

// RefreshOnce is Refresh, after which the refresh token is dead whatever the
// options say.
func (t *Tokens) RefreshOnce(token string) (Pair, bool) {
	return t.trade(token, true)
}

func (t *Tokens) trade(token string, oneTime bool) (Pair, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	refresh, known := t.refresh[token]
	if !known || (!refresh.expires.IsZero() && !t.options.Now().Before(refresh.expires)) {
		return Pair{}, false
	}
	if oneTime {
		delete(t.refresh, token)
	}
	return t.issue(refresh.user), true
}

// Bearer returns the user of a request that carries a valid access token as
// "Authorization: Bearer …".
func (t *Tokens) Bearer(r *http.Request) (user string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	pair, known := t.access[BearerToken(r)]
	if !known || !t.options.Now().Before(pair.Expires) {
		return "", false
	}
	return pair.User, true
}

// BearerToken returns the token of the Authorization header, "" without one.
func BearerToken(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// Logout makes an access token and the refresh token issued with it invalid.
func (t *Tokens) Logout(access string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.access, access)
	maps.DeleteFunc(t.refresh, func(_ string, r refreshToken) bool { return r.access == access })
}

// RevokeAccess makes all access tokens invalid; refresh tokens stay.
func (t *Tokens) RevokeAccess() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.access = map[string]Pair{}
}

// RevokeAll makes all tokens invalid.
func (t *Tokens) RevokeAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.access = map[string]Pair{}
	t.refresh = map[string]refreshToken{}
}
