// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	canary       = "canary-" // begins every secret of the tests
	testUser     = "svc"
	testPassword = Secret("canary-password")
	tokenPath    = "/token"
)

var discard = log.New(io.Discard, "", 0) // refused handshakes and cut connections are wanted here

// serve starts an HTTPS server for a handler.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = discard
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// clientOf makes a client that trusts the server.
func clientOf(t *testing.T, server *httptest.Server, change ...func(*Options)) *Client {
	t.Helper()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return newTestClient(t, server.URL, append([]func(*Options){func(o *Options) { o.TLS.CA = ca }}, change...)...)
}

// inMemory makes a client whose exchanges end in a function, without a network, for tests in a bubble of synctest.
func inMemory(t *testing.T, answer func(*http.Request) (*http.Response, error), change ...func(*Options)) *Client {
	t.Helper()
	c := newTestClient(t, "https://server.example.com:4443", change...)
	c.http.Transport = roundTripper(answer)
	return c
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func newTestClient(t *testing.T, endpoint string, change ...func(*Options)) *Client {
	t.Helper()
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var c *Client
	o := Options{
		Product: "Example", Endpoint: target, Username: testUser, Password: testPassword, UserAgent: "test/1", Logger: &journal{},
		Login: func(ctx context.Context, form url.Values) (Token, error) {
			return c.FetchToken(ctx, tokenPath, nil, form)
		},
	}
	for _, f := range change {
		f(&o)
	}
	if c, err = New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	if j, ok := o.Logger.(*journal); ok {
		t.Cleanup(func() { noCanary(t, j.text()) })
	}
	return c
}

func retries(n int) func(*Options) { return func(o *Options) { o.MaxRetries = n } }

// withToken saves the tests the login.
func withToken(o *Options) { o.Username, o.Password, o.AccessToken = "", "", "canary-access" }

func logTo(j *journal) func(*Options) { return func(o *Options) { o.Logger = j } }

// answerOf makes an answer for a client in memory.
func answerOf(status int, header http.Header, body string) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// wrote does what the transport does as soon as a part of the request may leave.
func wrote(r *http.Request) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.WroteHeaderField != nil {
		trace.WroteHeaderField("accept", r.Header["Accept"])
	}
}

// journal keeps the log lines.
type journal struct {
	mu    sync.Mutex
	lines []line
}

type line struct {
	level, message string
	fields         map[string]any
}

func (j *journal) Debug(_ context.Context, message string, fields map[string]any) {
	j.add("debug", message, fields)
}

func (j *journal) Warn(_ context.Context, message string, fields map[string]any) {
	j.add("warn", message, fields)
}

func (j *journal) add(level, message string, fields map[string]any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line{level, message, fields})
}

func (j *journal) all() []line {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]line(nil), j.lines...)
}

func (j *journal) text() string {
	var b bytes.Buffer
	for _, l := range j.all() {
		fmt.Fprintln(&b, l.level, l.message, l.fields)
	}
	return b.String()
}

func noCanary(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, canary) {
		t.Errorf("shows a secret: %s", text)
	}
}

// account is a server's side of logins. Its zero value knows the password and gives tokens for ever.
type account struct {
	mu          sync.Mutex
	log         []string // "password", "refresh", "call"
	issued      int
	valid       map[string]bool // access tokens
	lifetime    int             // seconds; 0: not told
	refuse      map[string]int  // grant type to status
	neverAccept bool            // every call gets a 401
}

// answer serves both the token path and every other path.
func (a *account) answer(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.URL.Path != tokenPath {
		a.log = append(a.log, "call")
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if a.neverAccept || !a.valid[bearer] {
			return answerOf(401, nil, `{"message":"No: `+bearer+`"}`), nil
		}
		return answerOf(200, nil, `{"name":"it"}`), nil
	}
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	grantType := map[string]string{"password": "password", "refresh_token": "refresh"}[form.Get("grant_type")]
	a.log = append(a.log, grantType)
	if status := a.refuse[grantType]; status != 0 {
		return answerOf(status, nil, `{"error":"invalid_grant","error_description":"No: `+form.Get("password")+form.Get("refresh_token")+`"}`), nil
	}
	known := form.Get("username") == testUser && form.Get("password") == testPassword.Reveal()
	if grantType == "refresh" {
		known = form.Get("refresh_token") == fmt.Sprint("canary-refresh-", a.issued)
	}
	if !known {
		return answerOf(400, nil, `{"error":"invalid_grant"}`), nil
	}
	a.issued++
	access := fmt.Sprint("canary-access-", a.issued)
	if a.valid == nil {
		a.valid = map[string]bool{}
	}
	a.valid[access] = true
	return answerOf(200, nil, fmt.Sprintf(`{"access_token":%q,"refresh_token":"canary-refresh-%d","expires_in":%d}`, access, a.issued, a.lifetime)), nil
}

func (a *account) revoke() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.valid = nil
}

func (a *account) requests() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.log, " ")
}

// get is the simplest call.
func get(ctx context.Context, c *Client) error {
	_, err := c.Do(ctx, Request{Method: http.MethodGet, Path: "/thing"})
	return err
}

// fitForDiagnostic checks a text that holds a server's words: the CLI's protocol takes UTF-8 only.
func fitForDiagnostic(t *testing.T, text string, limit int) {
	t.Helper()
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || utf8.RuneCountInString(text) > limit {
		t.Errorf("not fit for a diagnostic: %q", text)
	}
}
