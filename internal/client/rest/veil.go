// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// veil hides secrets in what servers say, and proxies on the way to them. A client adds all that it sends and receives
// and keeps it for life, because a server that repeats a secret does so anywhere, also in the answer to another call.
type veil struct {
	mu        sync.RWMutex
	known     map[Secret]bool
	spellings []string // the longest first: a secret that begins like another one must not leave its end behind
}

// shortest is the length from which on a text is hidden; shorter ones would mutilate the text and tell nothing.
const shortest = 3

func (v *veil) add(secrets ...Secret) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) < shortest || v.known[secret] {
			continue
		}
		if v.known == nil {
			v.known = map[Secret]bool{}
		}
		v.known[secret] = true
		v.spellings = append(v.spellings, spellings(secret.Reveal())...)
	}
	slices.SortFunc(v.spellings, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	v.spellings = slices.Compact(v.spellings)
}

// hide replaces the secrets in a text.
func (v *veil) hide(s string) string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, spelling := range v.spellings {
		s = strings.ReplaceAll(s, spelling, redacted)
	}
	return s
}

const lineOfKey = 16 // characters from which on a line of a secret is a secret

// spellings are a secret as it is, and as it looks in the texts and bodies that a server may quote. Of a secret with
// several lines, which is a private key, a server may also quote a part.
func spellings(secret string) []string {
	parts := []string{secret}
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); len(line) >= lineOfKey {
			parts = append(parts, line)
		}
	}
	var all []string
	for _, part := range parts {
		asJSON, _ := json.Marshal(part)
		all = append(all, part, string(asJSON[1:len(asJSON)-1]), asJSONOfDotNet(part), fmt.Sprintf("%q", part), url.QueryEscape(part), url.PathEscape(part),
			html.EscapeString(part), base64.StdEncoding.EncodeToString([]byte(part)), base64.RawURLEncoding.EncodeToString([]byte(part)))
	}
	return all
}

// asJSONOfDotNet escapes as the products do, which are written in .NET: all but plain letters, digits and signs is \uXXXX.
func asJSONOfDotNet(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r < ' ' || r > '~' || strings.ContainsRune("\"&'+<>`", r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// proxyOf wraps the choice of a proxy, whose URL may hold credentials that the proxy repeats.
func (v *veil) proxyOf(choose func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := choose(r)
		if err == nil && proxy != nil && proxy.User != nil {
			password, _ := proxy.User.Password()
			v.add(Secret(password), Secret(proxy.User.Username()+":"+password), Secret(proxy.User.String()))
			if password == "" { // a token, then
				v.add(Secret(proxy.User.Username()))
			}
		}
		return proxy, err
	}
}

const messageLimit = 600 // characters of a server's text that a diagnostic repeats

// OneLine makes a server's text fit for a diagnostic: one line, bounded, in UTF-8, because the CLI's protocol takes no
// other text.
func OneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if runes := []rune(s); len(runes) > messageLimit {
		s = string(runes[:messageLimit]) + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// tidy is OneLine without the secrets.
func (v *veil) tidy(s string) string { return OneLine(v.hide(s)) }

// quoted is an error in whose text a server may have a say.
type quoted struct {
	text string
	err  error
}

func (q *quoted) Error() string { return q.text }

func (q *quoted) Unwrap() error { return q.err }

func (v *veil) quote(err error) error { return &quoted{v.tidy(err.Error()), err} }
