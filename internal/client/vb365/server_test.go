// SPDX-License-Identifier: MPL-2.0

package vb365

import (
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

// wire is an exchange as the other side sees it: "METHOD path?query" and the body's bytes.
type wire struct {
	line   string
	header http.Header
	body   string
}

// appliance is an HTTPS server that records what arrives and answers by a function of the test.
type appliance struct {
	*httptest.Server
	mu  sync.Mutex
	got []wire
}

// answer writes a status and, when there is one, a JSON body.
type answer struct {
	status int
	body   string
}

func newAppliance(t *testing.T, reply func(line string, n int) answer) *appliance {
	t.Helper()
	a := &appliance{}
	a.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading the body of %s %s: %v", r.Method, r.URL, err)
		}
		line := r.Method + " " + r.URL.RequestURI()
		a.mu.Lock()
		n := len(a.got)
		a.got = append(a.got, wire{line, r.Header, string(body)})
		a.mu.Unlock()
		answer := reply(line, n)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body)
	}))
	t.Cleanup(a.Close)
	return a
}

// scripted answers the requests in order with the given answers, and fails the test on any further request.
func scripted(t *testing.T, answers ...answer) *appliance {
	t.Helper()
	return newAppliance(t, func(line string, n int) answer {
		if n >= len(answers) {
			t.Errorf("request %d is one too many: %s", n+1, line)
			return answer{status: 418}
		}
		return answers[n]
	})
}

func (a *appliance) requests() []wire {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.got)
}

// wantLines compares the request lines.
func (a *appliance) wantLines(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, r := range a.requests() {
		got = append(got, r.line)
	}
	if !slices.Equal(got, want) {
		t.Errorf("requests:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// options trust the server and carry an access token, so that no login mixes with the calls under test.
func (a *appliance) options() rest.Options {
	endpoint, err := url.Parse(a.URL)
	if err != nil {
		panic(err)
	}
	return rest.Options{
		Endpoint: endpoint, TLS: rest.TLSOptions{InsecureSkipVerify: true}, AccessToken: "access-token", UserAgent: "test/1",
	}
}

// client speaks version v to a; "" finds the version.
func client(t *testing.T, a *appliance, v Version) *Client {
	t.Helper()
	return newClient(t, Config{Rest: a.options(), Version: v})
}

func newClient(t *testing.T, config Config) *Client {
	t.Helper()
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// each runs a test for every version.
func each(t *testing.T, test func(t *testing.T, v Version)) {
	t.Helper()
	for _, v := range []Version{V3, V4, V5, V6, V7, V8} {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			test(t, v)
		})
	}
}

// listOf is a list of proxies in the shape of the version.
func listOf(v Version, proxies ...string) answer {
	array := "[" + strings.Join(proxies, ",") + "]"
	if v == V8 {
		return answer{200, `{"offset":0,"limit":1000,"results":` + array + `}`}
	}
	return answer{200, array}
}

// listLine is the request for the list; extended only matters where the version knows it.
func listLine(v Version, extended bool) string {
	switch v {
	case V5, V6, V7:
		return fmt.Sprintf("GET /%s/Proxies?extendedView=%t", v, extended)
	case V8:
		return "GET /v8/Proxies?limit=1000&offset=0"
	}
	return fmt.Sprintf("GET /%s/Proxies", v)
}
