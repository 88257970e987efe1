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
