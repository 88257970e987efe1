// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCheckID(t *testing.T) {
	t.Parallel()
	const a, b = "0f0e0d0c-1111-4222-8333-444455556666", "0f0e0d0c-1111-4222-8333-444455556667"
	for _, c := range []struct {
		requested, returned string
		ok                  bool
	}{
		{a, a, true},
		{a, strings.ToUpper(a), true},
		{"", a, true},
		{a, b, false},
		{a, "", false},
		{"", "", false},
		{"", "a\x1b[31m", false},
		{"", a + "\n", false},
		{"", strings.Repeat("\x1b", 1000), false},
	} {
		err := CheckID(c.requested, c.returned)
		if (err == nil) != c.ok {
			t.Errorf("%q for %q: %v", c.returned, c.requested, err)
		}
		if err != nil && (strings.ContainsRune(err.Error(), '\x1b') || len(err.Error()) > 200) {
			t.Errorf("unsafe text %q", err)
		}
	}
}

// A response that does not match the request is an error that names the request; it is not requested again, and after a
// write the outcome is unknown.
func TestCheckOfResponses(t *testing.T) {
	t.Parallel()
	requests := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		_, _ = w.Write([]byte(`{"id":"b"}`))
	}))
	t.Cleanup(server.Close)
	client := clientOf(t, server)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		requests = 0
		var out struct{ ID string }
		_, err := client.Do(t.Context(), Request{Method: method, Path: "/things", Out: &out, Anonymous: true, Check: func() error { return CheckID("", out.ID) }})
		if err == nil || !strings.Contains(err.Error(), method+" /things") || !strings.Contains(err.Error(), `"b" is not a UUID`) {
			t.Errorf("%s: %v", method, err)
		}
		if requests != 1 || OutcomeUnknown(err) != (method == http.MethodPost) {
			t.Errorf("%s: %d requests, outcome unknown %t", method, requests, OutcomeUnknown(err))
		}
	}
}
