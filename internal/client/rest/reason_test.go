// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestReasons(t *testing.T) {
	t.Parallel()
	address := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 4443}
	dial := func(number syscall.Errno) error {
		return &url.Error{Op: "Get", URL: "https://x", Err: &net.OpError{Op: "dial", Net: "tcp", Addr: address, Err: os.NewSyscallError("connect", number)}}
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{dial(syscall.ECONNREFUSED), "192.0.2.1:4443: connection refused"},
		{dial(syscall.EHOSTUNREACH), "192.0.2.1:4443: the host cannot be reached"},
		{dial(syscall.ETIMEDOUT), "192.0.2.1:4443: the connection timed out"},
		{&net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Net: "tcp", Addr: address, Err: syscall.ECONNREFUSED}}, "the HTTP proxy cannot be reached: connection refused"},
		{&net.OpError{Op: "read", Net: "tcp", Addr: address, Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "the connection was reset"},
		{&net.DNSError{Err: "no such host", Name: "vb365.example.com", IsNotFound: true}, `the host name "vb365.example.com" cannot be resolved: no such host`},
		{&net.DNSError{Err: "i/o timeout", Name: "vb365.example.com", IsTimeout: true}, `the host name "vb365.example.com" cannot be resolved: the name server does not respond`},
		{&url.Error{Op: "Get", URL: "https://x", Err: io.EOF}, "the connection was closed"},
		{io.ErrUnexpectedEOF, "the connection was closed"},
		{errors.New("net/http: TLS handshake timeout"), "the TLS handshake timed out"},
		{errors.New("http: server gave HTTP response to HTTPS client"), "the server responded with plain HTTP, not HTTPS, on this port"},
		{errors.New("remote error: tls: bad certificate"), "the TLS handshake failed: bad certificate"},
		{errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1"), "the server closed the connection"},
		{context.DeadlineExceeded, "the time allowed for the operation ended"},
		{context.Canceled, "the operation was interrupted"},
		{errors.New("Forbidden"), "Forbidden"},
	} {
		if got := reasonOf(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
	var target struct {
		Port Int      `json:"port"`
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}
	for body, want := range map[string]string{
		`{"name":1}`: `property "name" is a JSON number`, `[]`: "it is a JSON array", `{`: "it is not valid JSON", `x`: "it is not valid JSON", `{"port":"x"}`: `"x" is not a whole number`,
	} {
		if got := jsonReason(json.Unmarshal([]byte(body), &target)); got != want || strings.Contains(got, "Go ") {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	if got := fmt.Sprint(join([]string{"The API version is not supported.", "The API", "end"})); got != "The API version is not supported. The API: end" {
		t.Error(got)
	}
}

func TestAccessTokenOfSeveralLines(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{AccessToken: "token\n"}); err == nil || !contains(err.Error(), "line break") {
		t.Errorf("err = %v", err)
	}
}
