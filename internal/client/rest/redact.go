// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
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
	known     map[Secret][]string // with their spellings
	received  []Secret            // those of known that the server issued, the oldest first
	spellings []string            // of all; the longest first: a secret that begins like another one must not leave its end behind
}

const (
	tokenLimit    = 16 << 10 // characters of a token; longer ones are refused
	receivedLimit = 16       // tokens that are kept: those of the last logins, so that a server cannot fill the memory
)

// shortest is the length from which on a text is hidden; shorter ones would mutilate the text and tell nothing.
const shortest = 3

// add makes the secrets of the configuration and of requests known.
func (v *veil) add(secrets ...Secret) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.learn(secrets)
}

// receive makes tokens known that the server has issued, and forgets the oldest ones beyond the limit.
func (v *veil) receive(tokens ...Secret) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.received = append(v.received, v.learn(tokens)...)
	for len(v.received) > receivedLimit {
		delete(v.known, v.received[0])
		v.received = v.received[1:]
	}
	v.sort()
}

// learn adds secrets and returns those that were not known.
func (v *veil) learn(secrets []Secret) (learned []Secret) {
	for _, secret := range secrets {
		if _, known := v.known[secret]; known || len(secret) < shortest {
			continue
		}
		if v.known == nil {
			v.known = map[Secret][]string{}
		}
		v.known[secret] = spellings(secret.Reveal())
		learned = append(learned, secret)
	}
	if len(learned) > 0 {
		v.sort()
	}
	return learned
}

func (v *veil) sort() {
	v.spellings = slices.Concat(slices.Collect(maps.Values(v.known))...)
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

// spellings are a secret as it is, and as it looks in the texts and bodies that a server may quote. Of a private key in PEM
// form, a server may also quote single lines.
func spellings(secret string) []string {
	parts := []string{secret}
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); strings.Contains(secret, "-----BEGIN ") && len(line) >= lineOfKey {
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

// Unprintable reports whether a terminal would not show the character as such: spaces, control characters, and those that format
// text or take no room, such as U+202E, which reverses what follows.
func Unprintable(r rune) bool {
	return r == ' ' || !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

const messageLimit = 600 // characters of a server's text that a diagnostic repeats

// OneLine makes a server's text fit for a diagnostic: one line, bounded, without control and invisible characters, and in UTF-8,
// because the CLI's protocol takes no other text.
func OneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(s, Unprintable), " ")
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
