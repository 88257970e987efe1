// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	secret := Secret("canary-value")
	holders := []any{
		secret, &secret,
		[]Secret{secret},
		map[string]Secret{"a": secret},
		map[Secret]int{secret: 1},
		struct{ Password Secret }{secret},
		Token{Access: secret, Refresh: secret, MFA: secret},
		Options{Password: secret, AccessToken: secret},
		Request{Mask: []Secret{secret}},
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%-3.1v", "%t", "%U", "%!"} {
		for _, holder := range holders {
			text := fmt.Sprintf(verb, holder)
			noCanary(t, text)
			for _, spelled := range []string{fmt.Sprintf("%x", "canary"), fmt.Sprintf("%X", "canary")} {
				if contains(text, spelled) {
					t.Errorf("%s of %T spells the secret: %s", verb, holder, text)
				}
			}
		}
	}
	if got := fmt.Sprintf("%s|%v|%q", secret, secret, secret); got != "***|***|***" {
		t.Errorf("got %s", got)
	}
	noCanary(t, fmt.Sprint(secret)+fmt.Sprintln(secret)+errors.Join(fmt.Errorf("with %w", fmt.Errorf("%v", secret))).Error())
}

func TestSecretIsNeverEncoded(t *testing.T) {
	t.Parallel()
	secret := Secret("canary-value")
	encoded, err := json.Marshal(map[string]any{"a": secret, "b": []Secret{secret}, "c": &secret, "d": Token{Access: secret}})
	if err != nil {
		t.Fatal(err)
	}
	noCanary(t, string(encoded))
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("text", "secret", secret)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("json", "secret", secret, "group", slog.GroupValue(slog.Any("secret", secret)))
	noCanary(t, log.String())
	if secret.Reveal() != "canary-value" {
		t.Error("Reveal does not give the value")
	}
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
		"short and empty":  {"ab abc", []Secret{"", "ab"}, "ab abc"},
		"masked by nobody": {"canary", []Secret{"other"}, "canary"},
	} {
		if got := tidy(c.text, c.mask); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if n := len([]rune(tidy(strings.Repeat("é", 5000), nil))); n != messageLimit+1 {
		t.Errorf("%d characters", n)
	}
	cut := tidy(strings.Repeat("x", messageLimit-3)+"canary-long-secret", []Secret{"canary-long-secret"})
	if contains(cut, "can") {
		t.Errorf("cut in the secret: %s", cut[messageLimit-10:])
	}
}
