// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func veilOf(secrets ...Secret) *redactor {
	v := &redactor{}
	v.add(secrets...)
	return v
}

func TestTidy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		mask []Secret
		want string
	}{
		"plain":            {"fine", nil, "fine"},
		"lines":            {" a\r\n\tb\x00c\x1b[31m ", nil, "a b c [31m"},
		"masked":           {"wrong: canary-1!", []Secret{"canary-1"}, "wrong: ***!"},
		"twice":            {"canary-1canary-1", []Secret{"canary-1"}, "******"},
		"the same start":   {"canary-1-root", []Secret{"canary-1", "canary-1-root"}, "***"},
		"over two lines":   {"key: canary\nline", []Secret{"canary\nline"}, "key: ***"},
		"one line of it":   {"key: canary-canary-01, no", []Secret{"-----BEGIN KEY-----\ncanary-canary-01\r\nend"}, "key: ***, no"},
		"one line of text": {"see: canary-canary-01", []Secret{"begin\ncanary-canary-01\r\nend"}, "see: canary-canary-01"},
		"formatting":       {"a\u202eb\u200bc\ufeffd\u2066e\u00adf\u180bg\ufe0fh\u3164i\u034fj\U000e0041k\ue000l\u2028m", nil, "a b c d e f g h i j k l m"},
		"other alphabets":  {"Größe 日本語 👍 ×", nil, "Größe 日本語 👍 ×"},
		"short and empty":  {"ab abc", []Secret{"", "ab"}, "ab abc"},
		"masked by nobody": {"canary", []Secret{"other"}, "canary"},
	} {
		if got := veilOf(c.mask...).sanitize(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if n := len([]rune(veilOf().sanitize(strings.Repeat("é", 5000)))); n != messageLimit+1 {
		t.Errorf("%d characters", n)
	}
	cut := veilOf("canary-long-secret").sanitize(strings.Repeat("x", messageLimit-3) + "canary-long-secret")
	if contains(cut, "can") {
		t.Errorf("cut in the secret: %s", cut[messageLimit-10:])
	}
}

// TestRedactorIsBounded: a server can make the client know only so many tokens.
func TestRedactorIsBounded(t *testing.T) {
	t.Parallel()
	v := veilOf("canary-password")
	token := func(i int) Secret { return Secret(fmt.Sprintf("%d-%s", i, strings.Repeat("<", tokenLimit-10))) }
	for i := range 200 {
		v.receive(token(i), token(i))
	}
	size := 0
	for _, encoding := range v.encodings {
		size += len(encoding)
	}
	if size > 8<<20 || len(v.known) != receivedLimit+1 {
		t.Errorf("%d secrets, %d bytes", len(v.known), size)
	}
	if got := v.sanitize("canary-password " + token(199).Reveal()); got != "*** ***" {
		t.Errorf("%.100s", got)
	}
}

// TestSpellings: a server quotes what it was sent as it was sent, or escaped for where it prints it.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{`canary-"<&>\'+ ü/`, "canary-plain", "canary\tcanary\ncanary"} {
		asJSON, _ := json.Marshal(secret)
		var plainJSON strings.Builder
		encoder := json.NewEncoder(&plainJSON)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(secret)
		for name, spelled := range map[string]string{
			"as it is": secret, "form": url.Values{"password": {secret}}.Encode(), "path": url.PathEscape(secret), "JSON": string(asJSON),
			"JSON without HTML": strings.TrimSpace(plainJSON.String()), "quoted": fmt.Sprintf("%q", secret), "page": html.EscapeString(secret),
			"Base64":         base64.StdEncoding.EncodeToString([]byte(secret)),
			"Base64 in URLs": base64.URLEncoding.EncodeToString([]byte(secret)),
		} {
			got := strings.NewReplacer(redacted, "", "password=", "", `"`, "", "=", "").Replace(veilOf(Secret(secret)).sanitize(spelled))
			if got != "" {
				t.Errorf("%s of %q: %q is left", name, secret, got)
			}
		}
	}
	if got := veilOf(`canary-"<&>'+ü`).sanitize(`canary-\u0022\u003C\u0026\u003E\u0027\u002B\u00FC`); got != redacted {
		t.Errorf("JSON as .NET writes it: %q", got)
	}
}

// TestSecretsOfOtherCalls: a server that repeats a secret does so anywhere.
func TestSecretsOfOtherCalls(t *testing.T) {
	t.Parallel()
	c := inMemory(t, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == tokenPath {
			return answerOf(200, nil, `{"access_token":"canary-a","refresh_token":"canary-r","mfa_token":"canary-m"}`), nil
		}
		if r.Method == http.MethodPost {
			return answerOf(204, nil, ""), nil
		}
		return answerOf(403, nil, `{"message":"canary-a canary-r canary-m canary-password canary-machine"}`), nil
	})
	if _, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Mask: []Secret{"canary-machine"}}); err != nil {
		t.Fatal(err)
	}
	if err := get(t.Context(), c); err == nil || !contains(err.Error(), "*** *** *** *** ***") {
		t.Errorf("err = %v", err)
	}
	if got := c.Sanitize("said canary-machine\nand canary-a"); got != "said *** and ***" {
		t.Errorf("%q", got)
	}
}

// TestSecretInADecodingError: the reason why an answer cannot be read may hold a part of it.
func TestSecretInADecodingError(t *testing.T) {
	t.Parallel()
	c := inMemory(t, func(*http.Request) (*http.Response, error) {
		return answerOf(200, nil, `{"count":"`+strings.Repeat("x", 35)+`canary-access"}`), nil
	}, withToken)
	var out struct{ Count Int }
	_, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out})
	if err == nil || !contains(err.Error(), "***") || contains(err.Error(), "cana") {
		t.Errorf("err = %v", err)
	}
}

// TestSecretInABrokenAnswer: what net/http says of an answer that it cannot read quotes it, at any length.
func TestSecretInABrokenAnswer(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("canary-access ", 10_000)
	for name, answer := range map[string]string{
		"status line": long + "\r\n\r\n",
		"status":      "HTTP/1.1 " + long + "\r\n\r\n",
		"version":     "HTTP/canary-access 200 OK\r\n\r\n",
		"header":      "HTTP/1.1 200 OK\r\n" + long + "\r\n\r\n",
		"encoding":    "HTTP/1.1 200 OK\r\nTransfer-Encoding: canary-access\r\n\r\n",
		"length":      "HTTP/1.1 200 OK\r\nContent-Length: canary-access\r\n\r\n",
		"trailer":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n0\r\n" + long[:2000] + "\r\n\r\n",
		"terminal":    "HTTP/1.1 \x1b[2J\x07 OK\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, answer)
				_ = conn.Close()
			})
			var out any
			_, err := clientOf(t, server, withToken).Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out})
			if err == nil || len(err.Error()) > 1000 || strings.ContainsAny(err.Error(), "\x1b\x07\n") {
				t.Errorf("err = %.2000q", err)
				return
			}
			noCanary(t, err.Error())
		})
	}
}
