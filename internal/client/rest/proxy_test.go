// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// tunnel is an HTTP proxy that knows one method, and says to a CONNECT what it is told to.
type tunnel struct {
	*httptest.Server
	mu       sync.Mutex
	connects []string // hosts
	accounts []string // what came in Proxy-Authorization, decoded
}

func newTunnel(t *testing.T, refusal string) *tunnel {
	p := &tunnel{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Proxy-Authorization"), "Basic "))
		p.mu.Lock()
		p.connects, p.accounts = append(p.connects, r.Method+" "+r.Host), append(p.accounts, string(account))
		p.mu.Unlock()
		if r.Header.Get("Authorization") != "" {
			t.Error("the proxy was given the token")
		}
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer client.Close()
		if refusal != "" {
			_, _ = io.WriteString(client, "HTTP/1.1 "+refusal+"\r\n\r\n")
			return
		}
		appliance, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		defer appliance.Close()
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { _, _ = io.Copy(appliance, client); _ = appliance.(*net.TCPConn).CloseWrite() }()
		_, _ = io.Copy(client, appliance)
	}))
	t.Cleanup(p.Close)
	return p
}

// through makes a client that takes the proxy for every host; the environment's is not taken for 127.0.0.1.
func (p *tunnel) through(c *Client, user *url.Userinfo) *Client {
	target := &url.URL{Scheme: "http", Host: p.Listener.Addr().String(), User: user}
	c.http.Transport.(*http.Transport).Proxy = c.redactor.redactProxyURL(http.ProxyURL(target))
	return c
}

// TestThroughAProxy: the connection through a proxy is as private as one without; a pin holds.
func TestThroughAProxy(t *testing.T) {
	t.Parallel()
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	pin, _ := ParseFingerprint(FormatFingerprint(server.Certificate().Raw))
	for name, c := range map[string]struct {
		options TLSOptions
		refused string
	}{
		"right pin": {TLSOptions{Fingerprint: pin}, ""},
		"wrong pin": {TLSOptions{Fingerprint: make([]byte, 32)}, "not the certificate that is pinned"},
		"wrong CA":  {TLSOptions{}, "unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newTunnel(t, "")
			client := p.through(clientOf(t, server, withToken, func(o *Options) { o.TLS = c.options }), url.UserPassword("web", "canary-web"))
			err := get(t.Context(), client)
			if (err == nil) != (c.refused == "") || err != nil && !contains(err.Error(), c.refused) {
				t.Errorf("err = %v", err)
			}
			if got := fmt.Sprint(p.connects, p.accounts); got != fmt.Sprintf("[CONNECT %s] [web:canary-web]", server.Listener.Addr()) {
				t.Errorf("the proxy got %s", got)
			}
		})
	}
}

// TestProxyThatRefuses: what a proxy says is shown, without its own credentials, and surely nothing was sent.
func TestProxyThatRefuses(t *testing.T) {
	t.Parallel()
	account := base64.StdEncoding.EncodeToString([]byte("web:canary-web"))
	for refusal, want := range map[string]string{
		"407 canary-web is wrong":                 "*** is wrong",
		"407 Basic " + account + " is wrong":      "Basic *** is wrong",
		"403 web:canary-web@":                     "***@",
		"502 \x1b[2J" + strings.Repeat("x", 5000): "[2Jxxx",
		strings.Repeat("canary-web", 1000):        "***",
	} {
		p := newTunnel(t, refusal)
		server := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") })
		err := get(t.Context(), p.through(clientOf(t, server, withToken), url.UserPassword("web", "canary-web")))
		var transport *TransportError
		if !errors.As(err, &transport) || transport.Sent || !contains(err.Error(), want) || len(err.Error()) > 1000 || strings.Contains(err.Error(), account) {
			t.Errorf("err = %v, want %q", err, want)
		}
		noCanary(t, err.Error())
	}
	p := newTunnel(t, "407 canary-token")
	err := get(t.Context(), p.through(clientOf(t, serve(t, nil), withToken), url.User("canary-token")))
	if err == nil || !contains(err.Error(), "***") {
		t.Errorf("err = %v", err)
	}
	noCanary(t, err.Error())
}

// TestEndlessProxy: neither does the answer to CONNECT end the memory.
func TestEndlessProxy(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = http.ReadRequest(bufio.NewReader(conn))
		_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for err == nil {
			_, err = io.WriteString(conn, "X-Line: "+strings.Repeat("x", 1000)+"\r\n")
		}
	}()
	c, read := counting(t, serve(t, nil), withToken)
	c.http.Transport.(*http.Transport).Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: listener.Addr().String()})
	if err := get(t.Context(), c); err == nil || len(err.Error()) > 1000 || read.Load() > 1<<20 {
		t.Errorf("%d bytes read, err = %.1000v", read.Load(), err)
	}
}
