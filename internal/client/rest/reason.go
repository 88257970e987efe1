// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// causes are errors of Go's libraries, in the order in which they are looked for, in words for the user.
var causes = []struct {
	err  error
	text string
}{
	{syscall.ECONNREFUSED, "connection refused"},
	{syscall.ECONNRESET, "the connection was reset"},
	{syscall.EPIPE, "the connection was closed"},
	{syscall.EHOSTUNREACH, "the host cannot be reached"},
	{syscall.ENETUNREACH, "the network cannot be reached"},
	{io.EOF, "the connection was closed"},
	{io.ErrUnexpectedEOF, "the connection was closed"},
	{net.ErrClosed, "the connection was closed"},
}

// messages are errors that Go's libraries do not export.
var messages = []struct{ part, text string }{
	{"TLS handshake timeout", "the TLS handshake timed out"},
	{"server gave HTTP response to HTTPS client", "the server responded with plain HTTP, not HTTPS, on this port"},
	{"protocol version", "the server does not support TLS 1.2 or newer"},
	{"GOAWAY", "the server closed the connection"},
	{"server closed idle connection", "the server closed the connection"},
	{"stream error", "the server interrupted the exchange"},
	{"use of closed", "the connection was closed"},
}

// reasonOf words an error of Go's libraries for the user. The cause that a caller gave to a context is in words already.
func reasonOf(err error) string {
	switch err { //nolint:errorlint // contexts without a cause
	case context.DeadlineExceeded:
		return "the time allowed for the operation ended"
	case context.Canceled:
		return "the operation was interrupted"
	}
	if wrapped, ok := err.(*url.Error); ok { //nolint:errorlint // the outermost error
		err = wrapped.Err
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return fmt.Sprintf("the host name %q cannot be resolved: no such host", dns.Name)
		}
		return fmt.Sprintf("the host name %q cannot be resolved: the name server does not respond", dns.Name)
	}
	prefix := ""
	if op, ok := errors.AsType[*net.OpError](err); ok {
		switch {
		case op.Op == "proxyconnect":
			prefix = "the HTTP proxy cannot be reached: "
		case op.Op == "dial" && op.Addr != nil:
			prefix = op.Addr.String() + ": "
		}
	}
	for _, known := range causes {
		if errors.Is(err, known.err) {
			return prefix + known.text
		}
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return prefix + "the server does not speak TLS on this port"
	}
	for _, known := range messages {
		if strings.Contains(err.Error(), known.part) {
			return prefix + known.text
		}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return prefix + "the connection timed out"
	}
	text := err.Error()
	if _, after, alert := strings.Cut(text, "tls: "); alert {
		text = "the TLS handshake failed: " + after
	}
	return strings.NewReplacer("net/http: ", "", "http2: ", "", "http: ", "", "x509: ", "").Replace(text)
}

// jsonReason words an error of encoding/json.
func jsonReason(err error) string {
	if mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if mistyped.Field == "" {
			return "it is a JSON " + mistyped.Value
		}
		return fmt.Sprintf("property %q is a JSON %s", mistyped.Field, mistyped.Value)
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it is not valid JSON"
	}
	return err.Error()
}
