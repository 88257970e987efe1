// SPDX-License-Identifier: MPL-2.0

package diagnose

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

var product = Product{Name: "Example Backup", Block: "example", Unreachable: "Its API listens on port 1."}

func api(status int, code string) *rest.APIError {
	return &rest.APIError{Product: "Example Backup", Method: "GET", Path: "/things", Status: status, Code: code, Message: "No.", RequestID: "00ff"}
}

func lost(err error, sent bool) *rest.TransportError {
	return &rest.TransportError{Product: "Example Backup", Method: "GET", Path: "/things", RequestID: "00ff", Sent: sent, Err: err}
}

// TestAdvice: whatever went wrong, the text names the object, repeats the error, and ends with the step that helps.
func TestAdvice(t *testing.T) {
	t.Parallel()
	const fingerprint = "AB:CD"
	const pin = "compare the fingerprint on the server and pin it in block \"example\":\n\n  certificate_sha256 = \"AB:CD\""
	tests := map[string]struct {
		err  error
		want string // below the first paragraph
	}{
		"a wrong password": {
			&rest.AuthError{Product: "Example Backup", Account: `the account "a"`, Err: api(401, "")},
			"Check username and password of block \"example\" (VEEAM_EXAMPLE_USERNAME, VEEAM_EXAMPLE_PASSWORD).",
		},
		"a refused access token": {
			&rest.AuthError{Product: "Example Backup", Account: "the configured access token", Token: true, Err: api(401, "")},
			"The token may have expired. Set a new access_token in block \"example\" (VEEAM_EXAMPLE_ACCESS_TOKEN), or username and password instead.",
		},
		"a second factor": {
			&rest.AuthError{Product: "Example Backup", Account: `the account "a"`, Reason: rest.ReasonMFA},
			"Use a service account without multi-factor authentication, or set access_token in block \"example\" (VEEAM_EXAMPLE_ACCESS_TOKEN).",
		},
		"an unknown certificate": {
			lost(&rest.CertificateError{Fingerprint: fingerprint, Problem: rest.CertificateUnknown, Reason: "self-signed"}, false),
			"Set ca_certificate_file or ca_certificate in block \"example\" to the authority that signed it. For a self-signed certificate, " + pin,
		},
		"an expired certificate": {
			lost(&rest.CertificateError{Fingerprint: fingerprint, Problem: rest.CertificateExpired}, false), "Renew the certificate on the server. Or accept this one until then: " + pin,
		},
		"a certificate of the future": {
			lost(&rest.CertificateError{Fingerprint: fingerprint, Problem: rest.CertificateNotYetValid}, false),
			"Check the clocks of this machine and of the server. Or accept the certificate: " + pin,
		},
		"a certificate of another name": {
			lost(&rest.CertificateError{Fingerprint: fingerprint, Problem: rest.CertificateOtherName}, false),
			"Use one of the certificate's names in endpoint of block \"example\" (VEEAM_EXAMPLE_ENDPOINT), or install a certificate for this name on the server. Or accept this one: " + pin,
		},
		"another invalid certificate": {
			lost(&rest.CertificateError{Fingerprint: fingerprint}, false), "Install a certificate that is valid for TLS servers. Or accept this one: " + pin,
		},
		"an HTTP proxy": {
			&rest.TransportError{Proxy: "squid.example.com:3128", Err: errors.New("Forbidden")},
			"Nothing was sent. The connection goes through the HTTP proxy squid.example.com:3128, because HTTPS_PROXY is set. To connect to the server directly, " +
				"add its host to NO_PROXY; otherwise check whether the proxy allows the connection.",
		},
		"a redirect":       {api(302, ""), "Set endpoint in block \"example\" (VEEAM_EXAMPLE_ENDPOINT) to the API itself."},
		"a wrong endpoint": {&rest.APIError{Status: 404, Host: "x.example.com:1"}, "Check that endpoint in block \"example\" (VEEAM_EXAMPLE_ENDPOINT) points to the REST API of Example Backup; it is x.example.com:1."},
		"another certificate than pinned": {
			lost(&rest.CertificateError{Fingerprint: fingerprint, Pinned: true}, false),
			"The server has a new certificate, or another machine responds instead of it. Compare the fingerprint on the server; " +
				"if it is the same, set\n\n  certificate_sha256 = \"AB:CD\"\n\nin block \"example\".",
		},
		"the end of a timeout": {
			fmt.Errorf("waiting: %w", context.DeadlineExceeded),
			"The time allowed for the operation ended. If the server needs more time, raise it in the timeouts attribute of the object.",
		},
		"the end of a timeout amid a request": {
			lost(context.DeadlineExceeded, true),
			"The time allowed for the operation ended. If the server needs more time, raise it in the timeouts attribute of the object.",
		},
		"Ctrl-C":              {lost(context.Canceled, true), "The operation was cancelled. Run terraform apply again to finish it."},
		"a missing role":      {api(403, ""), "The account can log in but lacks permission. Give the account of block \"example\" the role that the operation requires."},
		"a role, by its code": {&rest.APIError{Status: 400, Kind: rest.ErrForbidden}, "The account can log in but lacks permission. Give the account of block \"example\" the role that the operation requires."},
		"no connection":       {lost(errors.New("connection refused"), false), "Nothing was sent. Check endpoint in block \"example\" (VEEAM_EXAMPLE_ENDPOINT). Its API listens on port 1."},
		"a slow answer":       {lost(rest.ErrTimeout, true), "If the server is slow, raise request_timeout in block \"example\"."},
		"no answer": {
			lost(errors.New("EOF"), true),
			"The server, or a gateway in front of it, may be overloaded or restarting. Run the command again later.",
		},
		"a gateway alone": {
			api(502, ""),
			"The server, or a gateway in front of it, may be overloaded or restarting. Run the command again later.",
		},
		"a failure":     {api(500, ""), "The server failed: see the logs of Example Backup. Run the command again after fixing the cause."},
		"any refusal":   {api(400, ""), "The server refused the request. Correct what the response names, and run the command again."},
		"anything else": {errors.New("odd"), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := "Thing 1: " + sentence(test.err.Error())
			if test.want != "" {
				want += "\n\n" + test.want
			}
			if diff := cmp.Diff(want, product.Detail("Thing 1", test.err)); diff != "" {
				t.Errorf("another text (-want +have):\n%s", diff)
			}
		})
	}
}

// TestDetailIsSafe: whatever a server or an error says, a terminal gets no control character of it, and no flood.
func TestDetailIsSafe(t *testing.T) {
	t.Parallel()
	have := product.Detail("Thing \x1b[2J", errors.New("a\u202eb\rc\nd\u200be?"), strings.Repeat("x", 100000))
	if !strings.HasPrefix(have, "Thing  [2J: a b c\nd e?\n\nxxx") || len(have) > detailLimit+10 {
		t.Errorf("%d bytes: %.100q", len(have), have)
	}
}

// TestOwnAdviceComesFirst: what the caller knows of the object is more to the point than what any call can end with.
func TestOwnAdviceComesFirst(t *testing.T) {
	t.Parallel()
	have := product.Detail("Thing 1", api(403, ""), "First.", "", "Second.")
	want := "Thing 1: " + api(403, "").Error() + ".\n\nFirst.\n\nSecond.\n\nThe account can log in but lacks permission. " +
		"Give the account of block \"example\" the role that the operation requires."
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("another text (-want +have):\n%s", diff)
	}
}

func TestNotConfigured(t *testing.T) {
	t.Parallel()
	want := `The object belongs to Example Backup, for which the provider is not configured. Add the block

  provider "veeam" {
    example = {
      endpoint = "https://example.example.com"
      …
    }
  }

or set VEEAM_EXAMPLE_ENDPOINT, VEEAM_EXAMPLE_USERNAME and VEEAM_EXAMPLE_PASSWORD.`
	if diff := cmp.Diff(want, product.NotConfigured()); diff != "" {
		t.Errorf("another text (-want +have):\n%s", diff)
	}
}
