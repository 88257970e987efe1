// SPDX-License-Identifier: MPL-2.0

package appliance

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// echo answers what it was sent, so that tests see what reached the handler.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Proto", r.Proto)
	_, _ = w.Write(body)
})

func start(t *testing.T, h http.Handler, o Options) *Server {
	t.Helper()
	s, err := Start(h, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// client trusts the CA of the server and nothing else. HTTP/1.1 connections
// are not reused, because net/http repeats requests on dead reused ones.
func client(t *testing.T, s *Server, http2 bool) *http.Client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(s.CAPEM()) {
		t.Fatal("the CA is no PEM certificate")
	}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: pool},
		ForceAttemptHTTP2: http2,
		DisableKeepAlives: !http2,
	}
	if !http2 {
		transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 2 * time.Minute}
}

func post(c *http.Client, address, contentType, body string) (int, string, error) {
	response, err := c.Post(address, contentType, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// overBothProtocols runs a test over HTTP/1.1 and over HTTP/2.
func overBothProtocols(t *testing.T, test func(t *testing.T, s *Server, c *http.Client)) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, echo, Options{Name: "test"})
			test(t, s, client(t, s, http2))
		})
	}
}

func TestServesBothProtocols(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		response, err := c.Get(s.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if want := t.Name()[strings.LastIndex(t.Name(), "HTTP/"):]; response.Header.Get("X-Proto") != want {
			t.Errorf("protocol %s, want %s", response.Header.Get("X-Proto"), want)
		}
		sum := sha256.Sum256(response.TLS.PeerCertificates[0].Raw)
		plain := strings.ToUpper(hex.EncodeToString(sum[:]))
		if strings.ReplaceAll(s.Fingerprint(), ":", "") != plain || strings.Count(s.Fingerprint(), ":") != 31 {
			t.Errorf("fingerprint %s, want the pairs of %s", s.Fingerprint(), plain)
		}
	})
}

func TestCertificateNames(t *testing.T) {
	t.Parallel()
	ca, err := NewCA()
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, echo, Options{CA: ca, HostNames: []string{"backup.example.com", "192.0.2.7"}})
	if string(s.CAPEM()) != string(ca.PEM()) {
		t.Error("the server does not use the CA it was given")
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca.PEM())
	for name, valid := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "::1": true, "backup.example.com": true, "192.0.2.7": true,
		"other.example.com": false, "192.0.2.8": false,
	} {
		connection, err := tls.Dial("tcp", strings.TrimPrefix(s.URL(), "https://"), &tls.Config{RootCAs: pool, ServerName: name})
		if (err == nil) != valid {
			t.Errorf("certificate for %s: %v, want valid %t", name, err, valid)
		}
		if err == nil {
			_ = connection.Close()
		}
	}
}

// TestCertificateFlaws: a flawed certificate has its flaw and no other.
func TestCertificateFlaws(t *testing.T) {
	t.Parallel()
	for _, flaw := range []Flaw{"", Expired, NotYetValid, OtherName} {
		s := start(t, echo, Options{Flaw: flaw})
		connection, err := tls.Dial("tcp", strings.TrimPrefix(s.URL(), "https://"), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		leaf := connection.ConnectionState().PeerCertificates[0]
		_ = connection.Close()
		now := time.Now()
		for of, has := range map[Flaw]bool{
			Expired:     now.After(leaf.NotAfter) && leaf.NotBefore.Before(leaf.NotAfter),
			NotYetValid: now.Before(leaf.NotBefore) && leaf.NotBefore.Before(leaf.NotAfter),
			OtherName:   leaf.VerifyHostname("127.0.0.1") != nil,
		} {
			if has != (of == flaw) {
				t.Errorf("flaw %q: %s is %t: %v to %v", flaw, of, has, leaf.NotBefore, leaf.NotAfter)
			}
		}
	}
}

func TestForeignCAIsNotTrusted(t *testing.T) {
	t.Parallel()
	one, other := start(t, echo, Options{}), start(t, echo, Options{})
	var unknown x509.UnknownAuthorityError
	if _, err := client(t, other, false).Get(one.URL()); !errors.As(err, &unknown) {
		t.Errorf("got %v, want an unknown authority", err)
	}
}

func TestStartFailsOnUsedAddress(t *testing.T) {
	t.Parallel()
	s := start(t, echo, Options{})
	if second, err := Start(echo, Options{Listen: strings.TrimPrefix(s.URL(), "https://")}); err == nil {
		second.Close()
		t.Error("two servers listen on one address")
	}
}

func TestCloseCutsAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	s := start(t, echo, Options{})
	s.Close()
	s.Close()
	if _, err := client(t, s, false).Get(s.URL()); err == nil {
		t.Error("a closed server answers")
	}
}

func TestWrapIsOutermost(t *testing.T) {
	t.Parallel()
	s := start(t, echo, Options{Wrap: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Wrapped", "yes")
			next.ServeHTTP(w, r)
		})
	}})
	s.Inject(Fault{Status: 503})
	response, err := client(t, s, false).Get(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 503 || response.Header.Get("X-Wrapped") != "yes" {
		t.Errorf("status %d, wrapped %q", response.StatusCode, response.Header.Get("X-Wrapped"))
	}
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		if _, text, err := post(c, s.URL()+"/v8/Proxies/a%20b?x=1", "application/json", `{"a":1}`); err != nil || text != `{"a":1}` {
			t.Fatalf("%q, %v", text, err)
		}
		all := s.Requests()
		if len(all) != 1 {
			t.Fatalf("%d exchanges", len(all))
		}
		e := all[0]
		if e.Method != "POST" || e.Path != "/v8/Proxies/a b" || e.RawQuery != "x=1" || string(e.Body) != `{"a":1}` ||
			e.Status != 200 || e.Dropped || e.Time.IsZero() || e.Header.Get("Content-Type") != "application/json" {
			t.Errorf("exchange %+v", e)
		}
		e.Header.Set("Content-Type", "changed")
		e.Body[0] = 'X'
		if again := s.Requests()[0]; again.Header.Get("Content-Type") != "application/json" || again.Body[0] != '{' {
			t.Error("the log hands out its own memory")
		}
		s.ResetLog()
		if len(s.Requests()) != 0 {
			t.Error("the log is not empty after its reset")
		}
	})
}

func TestArrival(t *testing.T) {
	t.Parallel()
	s := start(t, echo, Options{})
	first, same := s.Arrival(), s.Arrival()
	_, _, _ = post(client(t, s, true), s.URL()+"/a", "", "")
	<-first
	<-same
	next := s.Arrival()
	select {
	case <-next:
		t.Error("a request that has not arrived is told")
	default:
	}
	_, _, _ = post(client(t, s, true), s.URL()+"/b", "", "")
	<-next
	if n := s.Count("POST", ""); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestLogKeepsTheStartOfLongBodies(t *testing.T) {
	t.Parallel()
	overBothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		long := strings.Repeat("0123456789abcdef", 3*maxRecordedBody/16)
		_, text, err := post(c, s.URL(), "text/plain", long)
		if err != nil || text != long {
			t.Fatalf("%d bytes came back of %d: %v", len(text), len(long), err)
		}
		if kept := string(s.Requests()[0].Body); kept != long[:maxRecordedBody] {
			t.Errorf("%d bytes kept", len(kept))
		}
	})
}

func TestCount(t *testing.T) {
	t.Parallel()
	s := start(t, echo, Options{})
	c := client(t, s, true)
	for _, path := range []string{"/v8/Proxies", "/v8/Proxies/1", "/v8/Proxies/1/Rescan"} {
		if _, _, err := post(c, s.URL()+path, "text/plain", ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		method, pattern string
		want            int
	}{
		{"", "", 3},
		{"POST", "", 3},
		{"GET", "", 0},
		{"POST", "/v8/Proxies", 1},
		{"POST", "/v8/Proxies/*", 1},
		{"", "/*/Proxies/*/Rescan", 1},
		{"", "/v8/proxies", 0},
		{"post", "", 0},
	} {
		if got := s.Count(row.method, row.pattern); got != row.want {
			t.Errorf("Count(%q, %q) = %d, want %d", row.method, row.pattern, got, row.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a malformed pattern went unnoticed")
		}
	}()
	s.Count("", "[")
}

// lines hands on what is written to it, a line at a time.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func TestLogLines(t *testing.T) {
	t.Parallel()
	out := make(lines, 5)
	s := start(t, echo, Options{Name: "vb365", Log: out})
	c := client(t, s, false)
	form := url.Values{"grant_type": {"password"}, "username": {`EXAMPLE\joe`}, "password": {"hunter2&x"}}.Encode()
	_, _, _ = post(c, s.URL()+"/v8/token?access_token=hunter2", "application/x-www-form-urlencoded", form)
	_, _, _ = post(c, s.URL()+"/v8/Proxies/1/Remove", "application/json; charset=utf-8",
		`{"userName":"EXAMPLE\\joe","userPassword":"hunter2","sshSettings":{"privateKeyBase64":"hunter2","port":22},"list":[{"rootPassword":"hunter2"}]}`)
	_, _, _ = post(c, s.URL()+"/broken", "application/json", `{"password":"hunter2"`)
	_, _, _ = post(c, s.URL()+"/plain", "text/plain", `password hunter2`)
	s.Inject(Fault{DropBefore: true})
	_, _, _ = post(c, s.URL()+"/dropped", "", "")
	s.Close()

	want := `vb365  POST /v8/token?access_token=*** grant_type=password&password=***&username=EXAMPLE%5Cjoe -> 200
vb365  POST /v8/Proxies/1/Remove {"list":[{"rootPassword":"***"}],"sshSettings":{"port":22,"privateKeyBase64":"***"},"userName":"EXAMPLE\\joe","userPassword":"***"} -> 200
vb365  POST /broken <21 bytes> -> 200
vb365  POST /plain <16 bytes> -> 200
vb365  POST /dropped -> dropped
`
	got := ""
	for range cap(out) { // the last is written after the client has seen the cut
		got += <-out
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if printed := fmt.Sprintf("%v %+v %s", s.Requests(), s.Requests()[0], s.Requests()[1]); strings.Contains(printed, "hunter2") {
		t.Errorf("printed as %s", printed)
	}
}

func TestSecretNames(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{
		"password": true, "userPassword": true, "accountPassword": true, "privateKeyPassphrase": true,
		"privateKeyBase64": true, "access_token": true, "refresh_token": true, "mfa_token": true, "Authorization": true,
		"applicationSecret": true, "secretKey": true, "accessKey": true, "assertion": true, "mfaCode": true,
		"serviceAccountPassword": true, "applicationCertificate": true,
		"userName": false, "username": false, "hostName": false, "disable_antiforgery_token": false,
		"token_type": false, "applicationCertificateThumbprint": false,
	} {
		if isSecret(name) != secret {
			t.Errorf("isSecret(%q) = %t", name, !secret)
		}
	}
}
