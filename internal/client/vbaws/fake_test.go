// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Secrets that no log line and no error may show.
const (
	username      = "terraform"
	password      = "canary-password-7f1c"
	accessToken   = "canary-access-2b9e"
	refreshToken  = "canary-refresh-5d03"
	userToken     = "canary-configured-88ac"
	repositoryID  = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"
	sessionID     = "f66b0bd7-033e-4a2a-bbc5-8aefb1e0cea5"
	canaryPattern = "canary-"
)

// uid makes a UUID of a short name.
func uid(name string) string {
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// exchange is what the wire carried.
type exchange struct {
	method, uri, revision string
	header                http.Header
	body                  string
}

func (e exchange) String() string { return e.method + " " + e.uri + " " + e.revision }

// fake is a scripted appliance: it accepts some revisions, knows one account, and answers as told.
type fake struct {
	server *httptest.Server
	t      *testing.T

	accepts      []Revision
	refuse       func(w http.ResponseWriter, revision string) // how a revision is refused
	tokenNeutral bool                                         // the token path takes any revision
	token        http.HandlerFunc                             // nil: checks the password and gives a pair
	routes       map[string]http.HandlerFunc                  // "GET /api/v1/repositories"

	mu  sync.Mutex
	log []exchange
}

// newFake starts one that accepts the given revisions and knows system/time and system/version.
func newFake(t *testing.T, accepts ...Revision) *fake {
	t.Helper()
	f := &fake{t: t, accepts: accepts, routes: map[string]http.HandlerFunc{}, refuse: refuseRevision(400)}
	f.on("GET "+timePath, 200, `{"utcDateTime":"2026-01-01T00:00:00.123456"}`)
	f.on("GET "+versionPath, 200, `{"about":"Example","version":" 8.1.0.7 "}`)
	f.server = httptest.NewTLSServer(f)
	t.Cleanup(f.server.Close)
	return f
}

func (f *fake) on(route string, status int, body string) {
	f.routes[route] = func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) }
}

func reply(w http.ResponseWriter, status int, body string) {
	// SPEC10 lists this type for successes too.
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// problem is SPEC10 Error.
func problem(status int, name, title, code, details string) string {
	body, _ := json.Marshal(map[string]any{
		"type": "https://vbaws.example.com:11005/api/v1/problems/" + name, "title": title, "status": status,
		"errorCode": code, "details": details,
	})
	return string(body)
}

func refuseRevision(status int) func(http.ResponseWriter, string) {
	return func(w http.ResponseWriter, revision string) {
		reply(w, status, problem(status, "unsupportedApiVersion", "Unsupported API version", "UnexpectedContent", "The version '"+revision+"' is not supported."))
	}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	revision := r.Header.Get("x-api-version")
	f.mu.Lock()
	f.log = append(f.log, exchange{r.Method, r.RequestURI, revision, r.Header.Clone(), string(body)})
	f.mu.Unlock()
	r.Body = io.NopCloser(strings.NewReader(string(body)))

	isToken := r.URL.Path == tokenPath
	if !slices.Contains(f.accepts, Revision(revision)) && (!isToken || !f.tokenNeutral) {
		f.refuse(w, revision)
		return
	}
	if isToken {
		if f.token != nil {
			f.token(w, r)
			return
		}
		f.logIn(w, r)
		return
	}
	if bearer := r.Header.Get("Authorization"); bearer != "Bearer "+accessToken && bearer != "Bearer "+userToken {
		reply(w, 401, problem(401, "invalidAccessToken", "Invalid token", "InvalidToken", "The token is not known."))
		return
	}
	handler, ok := f.routes[r.Method+" "+r.URL.Path]
	if !ok {
		reply(w, 404, problem(404, "resourceNotFound", "Not found", "NotFound", "No such resource."))
		return
	}
	handler(w, r)
}

func (f *fake) logIn(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	known := r.Form.Get("username") == username && r.Form.Get("password") == password || r.Form.Get("refresh_token") == refreshToken
	if !known {
		reply(w, 401, problem(401, "accessDenied", "Access denied", "AccessDenied", "Wrong user name or password."))
		return
	}
	reply(w, 200, fmt.Sprintf(`{"access_token":%q,"token_type":"bearer","refresh_token":%q,"expires_in":3600,"mfa_token":null}`, accessToken, refreshToken))
}

// requests gives what came, as "GET /path revision".
func (f *fake) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	lines := make([]string, len(f.log))
	for i, e := range f.log {
		lines[i] = e.String()
	}
	return lines
}

func (f *fake) last() exchange {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log[len(f.log)-1]
}

func (f *fake) count(prefix string) (n int) {
	for _, line := range f.requests() {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

func (f *fake) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = nil
}

// client makes a client of the fake with the account's password.
func (f *fake) client(change ...func(*Config)) *Client {
	f.t.Helper()
	endpoint, err := url.Parse(f.server.URL)
	if err != nil {
		f.t.Fatal(err)
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.server.Certificate().Raw})
	config := Config{Rest: rest.Options{
		Endpoint: endpoint, TLS: rest.TLSOptions{CA: ca}, Username: username, Password: password, UserAgent: "test", Logger: canaryLogger{f.t},
	}}
	for _, c := range change {
		c(&config)
	}
	client, err := New(config)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(client.CloseIdleConnections)
	return client
}

func pinned(revision Revision) func(*Config) {
	return func(c *Config) { c.Revision = revision }
}

func withToken(c *Config) {
	c.Rest.Username, c.Rest.Password, c.Rest.AccessToken = "", "", userToken
}

func wrongPassword(c *Config) { c.Rest.Password = "canary-wrong" }

// canaryLogger fails the test when a log line shows a secret.
type canaryLogger struct{ t *testing.T }

func (l canaryLogger) Debug(_ context.Context, message string, fields map[string]any) {
	noCanary(l.t, message+fmt.Sprint(fields))
}

func (l canaryLogger) Warn(ctx context.Context, message string, fields map[string]any) {
	l.Debug(ctx, message, fields)
}

func noCanary(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(text, canaryPattern) {
		t.Errorf("shows a secret: %s", text)
	}
}

// must compares what came over the wire with what should have.
func must(t *testing.T, f *fake, want ...string) {
	t.Helper()
	if got := f.requests(); !slices.Equal(got, want) {
		t.Errorf("requests\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
