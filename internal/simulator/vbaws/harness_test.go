// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	adminPassword    = "correct horse"
	operatorPassword = "battery staple"
	unknownID        = "99999999-9999-4999-8999-999999999999"
)

// clock is a time that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// station is a simulator on the wire with a plain HTTP client before it.
type station struct {
	*Running
	t        *testing.T
	http     *http.Client
	clock    *clock
	revision string // sent as x-api-version; "" sends none
	token    string // sent as bearer; "" sends none
}

// reply is an answer as it came.
type reply struct {
	status int
	header http.Header
	text   string
	json   map[string]any // nil when the body is no object
}

// start serves c with the users admin, operator, restorer (a role without repositories) and careful (with a second
// factor); requests carry the newest accepted revision and a token of admin.
func start(t *testing.T, c Config) *station {
	t.Helper()
	return startWith(t, c, appliance.Options{})
}

func startWith(t *testing.T, c Config, o appliance.Options) *station {
	t.Helper()
	at := &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.UTC)}
	c.Now = at.Now
	c.Users = map[string]User{
		"admin":    {Password: adminPassword},
		"operator": {Password: operatorPassword, Role: Operator},
		"restorer": {Password: operatorPassword, Role: "Portal Restore Operator"},
		"careful":  {Password: adminPassword, Role: Operator, MFA: "123456"},
	}
	running, err := Start(c, o)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(running.CAPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		running.Close()
	})
	s := &station{Running: running, t: t, http: &http.Client{Transport: transport}, clock: at, revision: running.Accepts()[0]}
	s.token = s.login("admin", adminPassword)
	return s
}

func (s *station) login(user, password string) string {
	s.t.Helper()
	r := s.form(url.Values{"grant_type": {"password"}, "username": {user}, "password": {password}})
	token, _ := r.json["access_token"].(string)
	if r.status != http.StatusOK || token == "" {
		s.t.Fatalf("login as %s: %d %s", user, r.status, r.text)
	}
	return token
}

func (s *station) form(values url.Values) reply {
	s.t.Helper()
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return s.send("POST", "/token", strings.NewReader(values.Encode()), header)
}

func (s *station) get(path string) reply    { s.t.Helper(); return s.send("GET", path, nil, nil) }
func (s *station) post(path string) reply   { s.t.Helper(); return s.send("POST", path, nil, nil) }
func (s *station) delete(path string) reply { s.t.Helper(); return s.send("DELETE", path, nil, nil) }

func (s *station) postJSON(path, body string) reply {
	s.t.Helper()
	return s.send("POST", path, strings.NewReader(body), http.Header{"Content-Type": {"application/json"}})
}

// send makes a request under /api/v1; values of header replace the usual ones.
func (s *station) send(method, path string, body io.Reader, header http.Header) reply {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.URL()+"/api/v1"+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.revision != "" {
		request.Header.Set("x-api-version", s.revision)
	}
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	for name, values := range header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	response, err := s.http.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	r := reply{status: response.StatusCode, header: response.Header, text: string(text)}
	_ = json.Unmarshal(text, &r.json) // not every answer is an object
	return r
}

// want fails the test unless r has the status; it returns r.
func (s *station) want(status int, r reply) reply {
	s.t.Helper()
	if r.status != status {
		s.t.Fatalf("got %d %s, want %d", r.status, r.text, status)
	}
	return r
}

// wantProblem checks a refusal: its status, errorCode and problem page, and the shape every refusal has.
func (s *station) wantProblem(status int, code, page string, r reply) {
	s.t.Helper()
	s.want(status, r)
	if r.json["errorCode"] != code || r.json["status"] != float64(status) || r.json["title"] == "" {
		s.t.Errorf("got %s, want errorCode %s and status %d", r.text, code, status)
	}
	if want := s.URL() + "/api/v1/problems/" + page; r.json["type"] != want {
		s.t.Errorf("got type %v, want %s", r.json["type"], want)
	}
	if _, ok := r.json["detail"]; ok {
		s.t.Error("a refusal carries detail, the vendor's field is details")
	}
	if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		s.t.Errorf("got content type %s", got)
	}
}

// rescan starts a rescan and returns the ID of its session.
func (s *station) rescan(repositoryID string) string {
	s.t.Helper()
	return s.started(s.post("/repositories/" + repositoryID + "/rescan"))
}

// started checks that r answers a rescan, and returns the ID of the session.
func (s *station) started(r reply) string {
	s.t.Helper()
	s.want(http.StatusAccepted, r)
	id, _ := r.json["sessionId"].(string)
	if !isUUID.MatchString(id) {
		s.t.Fatalf("sessionId %q is no UUID", id)
	}
	return id
}

// results gives one field of every result of a list.
func (r reply) results(field string) []string {
	var values []string
	list, _ := r.json["results"].([]any)
	for _, item := range list {
		value, _ := item.(map[string]any)[field].(string)
		values = append(values, value)
	}
	return values
}
