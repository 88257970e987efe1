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
	tests := map[string]struct {
		err  error
		want string // below the first paragraph
	}{
		"a wrong password": {
			&rest.LoginError{Product: "Example Backup", Account: `the account "a"`, Err: api(401, "")},
			"Check username and password, or access_token, of block \"example\" (VEEAM_EXAMPLE_USERNAME, VEEAM_EXAMPLE_PASSWORD, VEEAM_EXAMPLE_ACCESS_TOKEN).",
		},
		"a second factor": {
			&rest.LoginError{Product: "Example Backup", Account: `the account "a"`, Reason: rest.ReasonMFA},
			"Use a service account without multi-factor authentication, or give a token in access_token of block \"example\" (VEEAM_EXAMPLE_ACCESS_TOKEN).",
		},
		"an unknown certificate": {
			lost(&rest.CertificateError{Fingerprint: fingerprint, Reason: "self-signed"}, false),
			"Give the authority that signed it in ca_certificate_file or ca_certificate of block \"example\". For a self-signed certificate, compare the " +
				"fingerprint on the appliance and pin it:\n\n  certificate_sha256 = \"AB:CD\"",
		},
		"another certificate than pinned": {
			lost(&rest.CertificateError{Fingerprint: fingerprint, Pinned: true}, false),
			"Either the appliance has a new certificate or another machine answers in its place. Compare the fingerprint on the appliance; " +
				"if it is the appliance's, set\n\n  certificate_sha256 = \"AB:CD\"\n\nin block \"example\".",
		},
		"the end of a timeout": {
			fmt.Errorf("waiting: %w", context.DeadlineExceeded),
			"The time allowed for the operation ended. If the server only needs longer, raise it in the timeouts attribute of the object.",
		},
		"the end of a timeout amid a request": {
			lost(context.DeadlineExceeded, true),
			"The time allowed for the operation ended. If the server only needs longer, raise it in the timeouts attribute of the object.",
		},
		"Ctrl-C":              {lost(context.Canceled, true), "The operation was cancelled. Run terraform apply again to finish it."},
		"a missing role":      {api(403, ""), "The account may log in but not do this. Give the account of block \"example\" the role that the operation needs."},
		"a role, by its code": {api(400, "ResourceAccessDenied"), "The account may log in but not do this. Give the account of block \"example\" the role that the operation needs."},
		"no connection":       {lost(errors.New("connection refused"), false), "Nothing was sent. Check endpoint in block \"example\" (VEEAM_EXAMPLE_ENDPOINT). Its API listens on port 1."},
		"a slow answer":       {lost(rest.ErrTimeout, true), "If the server only answers slowly, raise request_timeout in block \"example\"."},
		"no answer": {
			lost(errors.New("EOF"), true),
			"The server, or something between it and this machine, may be overloaded or restarting. Run the command again later; max_retries in block \"example\" makes the provider try more often.",
		},
		"a gateway alone": {
			api(502, ""),
			"The server, or something between it and this machine, may be overloaded or restarting. Run the command again later; max_retries in block \"example\" makes the provider try more often.",
		},
		"a failure":     {api(500, ""), "The failure is the server's: the logs of Example Backup tell more. Run the command again when its cause is mended."},
		"any refusal":   {api(400, ""), "The server refused the request as it is. Correct what it names, and run the command again."},
		"anything else": {errors.New("odd"), ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := "Thing 1: " + strings.TrimSuffix(test.err.Error(), ".") + "."
			if test.want != "" {
				want += "\n\n" + test.want
			}
			if diff := cmp.Diff(want, product.Detail("Thing 1", test.err)); diff != "" {
				t.Errorf("another text (-want +have):\n%s", diff)
			}
		})
	}
}

// TestOwnAdviceComesFirst: what the caller knows of the object is more to the point than what any call can end with.
func TestOwnAdviceComesFirst(t *testing.T) {
	t.Parallel()
	have := product.Detail("Thing 1", api(403, ""), "First.", "", "Second.")
	want := "Thing 1: " + api(403, "").Error() + ".\n\nFirst.\n\nSecond.\n\nThe account may log in but not do this. " +
		"Give the account of block \"example\" the role that the operation needs."
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("another text (-want +have):\n%s", diff)
	}
}

func TestNotConfigured(t *testing.T) {
	t.Parallel()
	want := `The object belongs to Example Backup, and the provider is not configured for it. Add the block

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
