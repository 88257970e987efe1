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

// redactor hides secrets in what servers say, and proxies on the way to them. A client adds all that it sends and receives
// and keeps it for life, because a server that repeats a secret does so anywhere, also in the answer to another call.
type redactor struct {
	mu        sync.RWMutex
	known     map[Secret][]string // with their encodings
	received  []Secret            // those of known that the server issued, the oldest first
	encodings []string            // of all; the longest first: a secret that begins like another one must not leave its end behind
}

const (
	tokenLimit    = 16 << 10 // characters of a token; longer ones are refused
	receivedLimit = 16       // tokens that are kept: those of the last logins, so that a server cannot fill the memory
)

// minSecretLength is the length from which on a text is hidden; shorter ones would mutilate the text and tell nothing.
const minSecretLength = 3

// add makes the secrets of the configuration and of requests known.
func (v *redactor) add(secrets ...Secret) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.record(secrets)
}

// receive makes tokens known that the server has issued, and forgets the oldest ones beyond the limit.
func (v *redactor) receive(tokens ...Secret) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.received = append(v.received, v.record(tokens)...)
	for len(v.received) > receivedLimit {
		delete(v.known, v.received[0])
		v.received = v.received[1:]
	}
	v.sort()
}

// record adds secrets and returns those that were not known.
func (v *redactor) record(secrets []Secret) (learned []Secret) {
	for _, secret := range secrets {
		if _, known := v.known[secret]; known || len(secret) < minSecretLength {
			continue
		}
		if v.known == nil {
			v.known = map[Secret][]string{}
		}
		v.known[secret] = encodings(secret.Reveal())
		learned = append(learned, secret)
	}
	if len(learned) > 0 {
		v.sort()
	}
	return learned
}

func (v *redactor) sort() {
	v.encodings = slices.Concat(slices.Collect(maps.Values(v.known))...)
	slices.SortFunc(v.encodings, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	v.encodings = slices.Compact(v.encodings)
}

// redact replaces the secrets in a text.
func (v *redactor) redact(s string) string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, encoding := range v.encodings {
		s = strings.ReplaceAll(s, encoding, redacted)
	}
	return s
}

const minKeyLineLength = 16 // characters from which on a line of a secret is a secret

// encodings are a secret as it is, and as it looks in the texts and bodies that a server may quote. Of a private key in PEM
// form, a server may also quote single lines.
func encodings(secret string) []string {
	parts := []string{secret}
	for line := range strings.Lines(secret) {
		if line = strings.TrimSpace(line); strings.Contains(secret, "-----BEGIN ") && len(line) >= minKeyLineLength {
			parts = append(parts, line)
		}
	}
	var all []string
	for _, part := range parts {
		asJSON, _ := json.Marshal(part)
		all = append(all, part, string(asJSON[1:len(asJSON)-1]), dotnetJSONEscape(part), fmt.Sprintf("%q", part), url.QueryEscape(part), url.PathEscape(part),
			html.EscapeString(part), base64.StdEncoding.EncodeToString([]byte(part)), base64.RawURLEncoding.EncodeToString([]byte(part)))
	}
	return all
}

// dotnetJSONEscape escapes as the products do, which are written in .NET: all but plain letters, digits and signs is \uXXXX.
func dotnetJSONEscape(s string) string {
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

// redactProxyURL wraps the choice of a proxy, whose URL may hold credentials that the proxy repeats.
func (v *redactor) redactProxyURL(choose func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
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

// sanitize is OneLine without the secrets.
func (v *redactor) sanitize(s string) string { return OneLine(v.redact(s)) }

// messageError is an error in whose text a server may have a say.
type messageError struct {
	text string
	err  error
}

func (q *messageError) Error() string { return q.text }

func (q *messageError) Unwrap() error { return q.err }

func (v *redactor) sanitizedError(err error) error {
	return &messageError{v.sanitize(err.Error()), err}
}
