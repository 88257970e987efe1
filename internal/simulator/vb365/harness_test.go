// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

const (
	user     = `EXAMPLE\joe`
	password = "right"
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
	nobody   = "00000000-0000-4000-8000-000000000000" // an ID nobody has
)

// all lists the versions in ascending order with a product that serves each.
var all = []struct{ version, product string }{
	{"v3", "3.0"}, {"v4", "4.0"}, {"v5", "5.0"}, {"v6", "6.0"}, {"v7", "7"}, {"v8", "8"},
}

// forAll runs a test for every version on a product of its own.
func forAll(t *testing.T, c Config, test func(t *testing.T, a *api)) {
	t.Helper()
	for _, row := range all {
		t.Run(row.version, func(t *testing.T) {
			t.Parallel()
			c := c
			c.Product = row.product
			test(t, serve(t, c).at(row.version))
		})
	}
}

// byVersion gives a value for v3, v4, v5, v6, v7 and v8.
func byVersion[T any](a *api, values ...T) T {
	return values[slices.IndexFunc(all, func(row struct{ version, product string }) bool { return row.version == a.version })]
}

var testCA = sync.OnceValues(appliance.NewCA)

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

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

// api speaks to a running simulator in one API version, as a logged-in user.
type api struct {
	*Running
	t       *testing.T
	client  *http.Client
	version string
	token   string
}

func serve(t *testing.T, c Config) *api {
	t.Helper()
	return serveWith(t, c, appliance.Options{})
}

func serveWith(t *testing.T, c Config, o appliance.Options) *api {
	t.Helper()
	ca, err := testCA()
	if err != nil {
		t.Fatal(err)
	}
	if c.Users == nil {
		c.Users = map[string]string{user: password}
	}
	o.CA = ca
	running, err := Start(c, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(running.Close)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(running.CAPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(transport.CloseIdleConnections)
	return &api{
		Running: running, t: t, version: "v8", token: running.Tokens().Issue(user).Access,
		client: &http.Client{Transport: transport, Timeout: 2 * time.Minute},
	}
}

func (a *api) at(version string) *api {
	b := *a
	b.version = version
	return &b
}

func (a *api) as(token string) *api {
	b := *a
	b.token = token
	return &b
}

type reply struct {
	status int
	header http.Header
	text   string
}

// object is the body as a JSON object, nil when it is none.
func (r reply) object() map[string]any {
	var value map[string]any
	_ = json.Unmarshal([]byte(r.text), &value)
	return value
}

func (r reply) list() []map[string]any {
	var value []map[string]any
	_ = json.Unmarshal([]byte(r.text), &value)
	return value
}

// send makes a request of the version; an empty content type sends none.
func (a *api) send(method, path, contentType, body string) reply {
	a.t.Helper()
	request, err := http.NewRequest(method, a.URL()+"/"+a.version+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := a.client.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(text)}
}

func (a *api) get(path string) reply { a.t.Helper(); return a.send("GET", path, "", "") }
func (a *api) post(path, body string) reply {
	a.t.Helper()
	return a.send("POST", path, jsonType, body)
}

func (a *api) put(path, body string) reply    { a.t.Helper(); return a.send("PUT", path, jsonType, body) }
func (a *api) call(method, path string) reply { a.t.Helper(); return a.send(method, path, "", "") }
func (a *api) login(fields string) reply {
	a.t.Helper()
	return a.as("").send("POST", "/token", formType, fields)
}

func (a *api) status(id string) string {
	a.t.Helper()
	s, _ := a.get("/Proxies/" + id).object()["status"].(string)
	return s
}
func (a *api) want(r reply, status int) reply { a.t.Helper(); return a.wantFor("", r, status) }
func (a *api) wantEmpty(r reply, status int)  { a.t.Helper(); a.empty(a.want(r, status)) }

func (a *api) wantFor(what string, r reply, status int) reply {
	a.t.Helper()
	if r.status != status {
		a.t.Fatalf("%s %s: status %d %s, want %d", a.version, what, r.status, r.text, status)
	}
	return r
}

func (a *api) empty(r reply) {
	a.t.Helper()
	if r.text != "" {
		a.t.Errorf("the body is %q, want none", r.text)
	}
}

// wantError checks the error object of the version. code is that of v8; in v7
// only ProxyOffline shows.
func (a *api) wantError(r reply, status int, code any) {
	a.t.Helper()
	a.want(r, status)
	body := r.object()
	if text, _ := body["message"].(string); text == "" {
		a.t.Errorf("no message in %s", r.text)
	}
	v7code := any(nil)
	if code == "ProxyOffline" {
		v7code = code
	}
	wantKeys := byVersion(a, []string{"message"}, []string{"message"}, []string{"message"}, []string{"message"},
		[]string{"errorCode", "message"}, []string{"errorCode", "message", "stackTrace"})
	if keys := slices.Sorted(maps.Keys(body)); !slices.Equal(keys, wantKeys) {
		a.t.Errorf("%s: error has %v, want %v", a.version, keys, wantKeys)
	}
	if want := byVersion(a, nil, nil, nil, nil, v7code, code); body["errorCode"] != want {
		a.t.Errorf("%s: errorCode %v, want %v", a.version, body["errorCode"], want)
	}
}

// rescan fires the rescan of the version.
func (a *api) rescan(id string) reply {
	a.t.Helper()
	if a.version >= "v6" {
		return a.call("POST", "/Proxies/"+id+"/Rescan")
	}
	return a.post("/Proxies/"+id+"/Action", `{"rescan":null}`)
}

// remove fires the removal of the version; force is left out of v3 and v4.
func (a *api) remove(id, username, password string, force bool) reply {
	a.t.Helper()
	fields := map[string]any{"userName": username, "userPassword": password}
	if a.version >= "v5" {
		fields["force"] = force
	} else {
		delete(fields, "userName")
		fields["username"] = username
	}
	body, path := any(fields), "/Remove"
	if a.version < "v6" {
		body, path = map[string]any{"remove": fields}, "/Action"
	}
	text, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.post("/Proxies/"+id+path, string(text))
}

// newJSONRequest is a request for a handler that is called without the API.
func newJSONRequest(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://vb365.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", jsonType)
	return r
}
