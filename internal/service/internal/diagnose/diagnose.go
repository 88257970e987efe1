// SPDX-License-Identifier: MPL-2.0

// Package diagnose words what went wrong for the person who has to fix it: which object, what the server said, what
// to do next.
package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Product is what the advice needs to know of an appliance.
type Product struct {
	Name        string // "Veeam Backup for Microsoft 365"
	Block       string // of the provider configuration: "vb365"
	Unreachable string // what to check on the server when it does not respond

	// Advice returns what to do about an error of the product's client; empty if it has no advice. May be nil.
	Advice func(err error) string
}

// Variable is the environment variable of one of the block's arguments.
func (p Product) Variable(argument string) string {
	return "VEEAM_" + strings.ToUpper(p.Block) + "_" + strings.ToUpper(argument)
}

// NotConfigured is the detail of the one error that every object of a missing product gives.
func (p Product) NotConfigured() string {
	return fmt.Sprintf("The object belongs to %s, for which the provider is not configured. Add the block\n\n"+
		"  provider \"veeam\" {\n    %s = {\n      endpoint = \"https://%s.example.com\"\n      …\n    }\n  }\n\nor set %s, %s and %s.",
		p.Name, p.Block, p.Block, p.Variable("endpoint"), p.Variable("username"), p.Variable("password"))
}

// NotKnownYet is the detail of the error of a look-up, which happens at plan, while a part of the product's block is known
// only after apply.
func (p Product) NotKnownYet() string {
	return fmt.Sprintf("Block %q of the provider configuration depends on values that are known only after apply, so requests to %s are not possible yet. "+
		"Use known values, or apply the objects that they come from first: terraform apply -target=ADDRESS.", p.Block, p.Name)
}

// Detail is the text below a summary "Unable to …": the object, the error, and what to do, the caller's own advice
// before the general one.
func (p Product) Detail(object string, err error, advice ...string) string {
	lines := []string{object + ": " + sentence(err.Error())}
	for _, step := range append(advice, p.advice(err)) {
		if step != "" {
			lines = append(lines, step)
		}
	}
	if last := p.lastAdvice(err); len(lines) == 1 && last != "" {
		lines = append(lines, last)
	}
	return readable(strings.Join(lines, "\n\n"))
}

// sentence ends a text with a period, unless it ends with another mark. Texts of the context package, which a cause may have replaced
// nowhere, are put into words.
func sentence(text string) string {
	text = strings.NewReplacer(context.DeadlineExceeded.Error(), "the time allowed for the operation ended", context.Canceled.Error(), "the operation was interrupted").
		Replace(strings.TrimSpace(text))
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".?!") {
		return text
	}
	return text + "."
}

const detailLimit = 8000 // characters of one diagnostic: a log of ten lines and all advice take less

// readable makes a text safe for a terminal, whatever a server had to say in it: without control and invisible characters, and bounded.
func readable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r != '\n' && rest.Unprintable(r) {
			return ' '
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > detailLimit {
		text = string(runes[:detailLimit]) + "…"
	}
	return text
}

// advice says what helps against an error that any call can end with.
func (p Product) advice(err error) string {
	if p.Advice != nil {
		if text := p.Advice(err); text != "" {
			return text
		}
	}
	var login *rest.AuthError
	var certificate *rest.CertificateError
	var transport *rest.TransportError
	switch {
	case errors.As(err, &login):
		return p.loginAdvice(login)
	case errors.As(err, &certificate):
		return p.certificateAdvice(certificate)
	case errors.Is(err, context.DeadlineExceeded):
		return "The time allowed for the operation ended. If the server needs more time, raise it in the timeouts attribute of the object."
	case errors.Is(err, context.Canceled):
		return "The operation was cancelled. Run terraform apply again to finish it."
	case errors.Is(err, rest.ErrForbidden):
		return fmt.Sprintf("The account can log in but lacks permission. Give the account of block %q the role that the operation requires.", p.Block)
	case errors.As(err, &transport) && !transport.Sent:
		if transport.Proxy != "" {
			return fmt.Sprintf("Nothing was sent. The connection goes through the HTTP proxy %s, because HTTPS_PROXY is set. To connect to the server directly, "+
				"add its host to NO_PROXY; otherwise check whether the proxy allows the connection.", transport.Proxy)
		}
		return fmt.Sprintf("Nothing was sent. Check endpoint in block %q (%s). %s", p.Block, p.Variable("endpoint"), p.Unreachable)
	case errors.Is(err, rest.ErrTimeout):
		return fmt.Sprintf("If the server is slow, raise request_timeout in block %q.", p.Block)
	case rest.IsTransient(err) && rest.OutcomeUnknown(err): // more retries would change nothing
		return "The server, or a gateway in front of it, may be overloaded or restarting. Run the command again later."
	case rest.IsTransient(err):
		return fmt.Sprintf("The server, or a gateway in front of it, may be overloaded or restarting. Run the command again later; max_retries in block %q "+
			"sets the number of retries.", p.Block)
	case errors.As(err, &transport):
		return fmt.Sprintf("The response did not come from the API. Check that endpoint in block %q (%s) points to the server.", p.Block, p.Variable("endpoint"))
	}
	return ""
}

// lastAdvice is for a refusal about which nobody knows better.
func (p Product) lastAdvice(err error) string {
	refused, ok := errors.AsType[*rest.APIError](err)
	switch {
	case !ok:
		return ""
	case refused.Status < http.StatusBadRequest:
		return fmt.Sprintf("Set endpoint in block %q (%s) to the API itself.", p.Block, p.Variable("endpoint"))
	case refused.Status == http.StatusNotFound && refused.Message == "" && refused.Code == "":
		return fmt.Sprintf("Check that endpoint in block %q (%s) points to the REST API of %s; it is %s.", p.Block, p.Variable("endpoint"), p.Name, refused.Host)
	case refused.Status >= http.StatusInternalServerError:
		return fmt.Sprintf("The server failed: see the logs of %s. Run the command again after fixing the cause.", p.Name)
	}
	return "The server refused the request. Correct what the response names, and run the command again."
}

func (p Product) loginAdvice(err *rest.AuthError) string {
	if err.Reason == rest.ReasonMFA {
		return fmt.Sprintf("Use a service account without multi-factor authentication, or set access_token in block %q (%s).",
			p.Block, p.Variable("access_token"))
	}
	if err.Token {
		return fmt.Sprintf("The token may have expired. Set a new access_token in block %q (%s), or username and password instead.", p.Block, p.Variable("access_token"))
	}
	return fmt.Sprintf("Check username and password of block %q (%s, %s).", p.Block, p.Variable("username"), p.Variable("password"))
}

func (p Product) certificateAdvice(err *rest.CertificateError) string {
	if err.Pinned {
		return fmt.Sprintf("The server has a new certificate, or another machine responds instead of it. Compare the fingerprint on the server; "+
			"if it is the same, set\n\n  certificate_sha256 = %q\n\nin block %q.", err.Fingerprint, p.Block)
	}
	pin := fmt.Sprintf("compare the fingerprint on the server and pin it in block %q:\n\n  certificate_sha256 = %q", p.Block, err.Fingerprint)
	switch err.Problem {
	case rest.CertificateExpired:
		return "Renew the certificate on the server. Or accept this one until then: " + pin
	case rest.CertificateNotYetValid:
		return "Check the clocks of this machine and of the server. Or accept the certificate: " + pin
	case rest.CertificateOtherName:
		return fmt.Sprintf("Use one of the certificate's names in endpoint of block %q (%s), or install a certificate for this name on the server. Or accept this one: %s",
			p.Block, p.Variable("endpoint"), pin)
	case rest.CertificateUnknown:
		return fmt.Sprintf("Set ca_certificate_file or ca_certificate in block %q to the authority that signed it. For a self-signed certificate, %s", p.Block, pin)
	}
	return "Install a certificate that is valid for TLS servers. Or accept this one: " + pin
}
