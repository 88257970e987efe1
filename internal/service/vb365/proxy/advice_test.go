// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"errors"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// TestAdviceMatchesTheCause: what the server said decides, and a wrong password never leads to a forced removal.
func TestAdviceMatchesTheCause(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]struct{ removal, creation string }{
		"The user name or password is incorrect.":            {"", ""},
		"Logon failure: unknown user name":                   {"", ""},
		"Access is denied. Failed to connect to the machine": {"", ""},
		"Authentication failed":                              {"", ""},
		"Failed to connect to px1.example.com":               {"forced removal", "firewall"},
		"The operation timed out":                            {"forced removal", "firewall"},
		"The proxy is in use by repository X":                {"forced removal", "attach_used_proxy"},
		"The default proxy cannot be removed":                {"forced removal", "attach_used_proxy"},
		"The proxy is already managed by another server":     {"forced removal", "attach_used_proxy"},
		"Something else":                                     {"forced removal", "attach_used_proxy"},
		"":                                                   {"forced removal", "attach_used_proxy"},
	} {
		why := causeOf(&rest.APIError{Status: 500, Message: said})
		for hint, part := range map[string]string{removalHint(why): want.removal, creationHint(why): want.creation} {
			if part == "" && hint != "" || !strings.Contains(hint, part) {
				t.Errorf("%q: %q, want %q", said, hint, part)
			}
		}
	}
	if causeOf(&rest.APIError{Status: 400, Kind: api.ErrOffline}) != causeInUse || causeOf(errors.New("password")) != causeUnknown {
		t.Error("not by the server's words and code")
	}
}
