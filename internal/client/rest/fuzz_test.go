// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A server may send any bytes instead of an answer. The client ends, and its error can be shown.
func FuzzWire(f *testing.F) {
	for _, seed := range []string{
		"", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
		"HTTP/1.1 302 Found\r\nLocation: https://other.example.com/\xff\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: https://\xff.example.com/\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 503 Later\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 400 Bad\r\nno header \xff\r\n\r\n", "HTTP/9 \xff",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nx", "HTTP/1.1 403 No\r\n\r\n{\"message\":\"canary-access\"}",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\nContent-Type: text/html\r\n\r\n<p>", "HTTP/1.1 200 OK\r\n\r\n[1e999]",
		"Bearer canary-access",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		c := newTestClient(t, "https://server.example.com:4443", withToken, func(o *Options) { o.Logger = nil })
		c.http.Transport = &http.Transport{DisableKeepAlives: true, DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go func() {
				defer server.Close()
				if r, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
					_ = r.Body.Close()
					_, _ = server.Write(answer)
				}
			}()
			return client, nil
		}}
		var out struct{ A Int }
		status, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Out: &out})
		if err == nil && (status < 200 || status > 299) {
			t.Errorf("status %d passes for success", status)
		}
		if err != nil {
			fitForDiagnostic(t, err.Error(), 2*messageLimit+300) // a code and a message, and what the client says itself
			if contains(err.Error(), "canary-access") {
				t.Errorf("shows a secret: %v", err)
			}
		}
	})
}

// The longer a server asks to wait, the longer the client waits, up to its limit.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "7", "120", "121", "-1", "999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "soon"} {
		f.Add(seed)
	}
	wait := func(value string) time.Duration { return retryAfter(http.Header{"Retry-After": {value}}) }
	f.Fuzz(func(t *testing.T, value string) {
		got := wait(value)
		if got < 0 || got > retryAfterLimit {
			t.Errorf("%q: %s", value, got)
		}
		digits := value != "" && strings.Trim(value, "0123456789") == ""
		if longer := wait(value + "0"); digits && longer < got {
			t.Errorf("%q: %s, but ten times as long: %s", value, got, longer)
		}
		if seconds, err := strconv.Atoi(value); digits && err == nil && got != min(time.Duration(min(seconds, 1000))*time.Second, retryAfterLimit) {
			t.Errorf("%q: %s", value, got)
		}
	})
}
