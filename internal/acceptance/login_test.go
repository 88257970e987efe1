// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// grants lists how the tokens of the last command were asked for.
func grants(exchanges []appliance.Exchange) (types []string) {
	for _, e := range exchanges {
		if strings.HasSuffix(e.Path, "/token") {
			form, _ := url.ParseQuery(string(e.Body))
			types = append(types, form.Get("grant_type"))
		}
	}
	return types
}

// TestTokenEndsMidRun: a token that ends while a run goes on is renewed without a second login, and the call that met
// it is made once.
func TestTokenEndsMidRun(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	t.Parallel()
	ended := func(method, path string, times int) appliance.Fault {
		return appliance.Fault{Method: method, Path: path, Times: times, Status: http.StatusUnauthorized}
	}
	tests := []struct {
		name   string
		fault  appliance.Fault
		grants []string
		calls  []string
	}{
		{
			"before a read", ended("GET", "/v8/Proxies", 1),
			[]string{"password", "refresh_token"},
			[]string{"GET /v8/Proxies", "GET /v8/Proxies", "POST /v8/Proxies"},
		},
		{
			"before a change", ended("POST", "/v8/Proxies", 1),
			[]string{"password", "refresh_token"},
			[]string{"GET /v8/Proxies", "POST /v8/Proxies", "POST /v8/Proxies"},
		},
		{
			"and the renewed one too", ended("POST", "/v8/Proxies", 2),
			[]string{"password", "refresh_token", "password"},
			[]string{"GET /v8/Proxies", "POST /v8/Proxies", "POST /v8/Proxies", "POST /v8/Proxies"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{})
			w.vb365.Inject(test.fault)
			w.config(aProxy)
			r := w.apply()
			if have := grants(w.vb365.Requests()); !slices.Equal(have, test.grants) {
				t.Errorf("the tokens were asked for by %v instead of %v", have, test.grants)
			}
			made(t, r.vb365, test.calls...)
			if n := len(w.vb365.Proxies()); n != 1 {
				t.Errorf("%d proxies were created", n)
			}
		})
	}
}

// TestTokenIsRefusedForGood: after one renewal and one login the account is said to be refused, and asked for no more.
func TestTokenIsRefusedForGood(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.vb365.Inject(appliance.Fault{Path: "/v8/Proxies", Status: http.StatusUnauthorized})
	w.config(aProxy)
	w.fail(applyArgs, `refused the account EXAMPLE\svc-terraform`, `Check username and password of block "vb365"`)
	if have := grants(w.vb365.Requests()); !slices.Equal(have, []string{"password", "refresh_token", "password"}) {
		t.Errorf("the tokens were asked for by %v", have)
	}
	if n := w.vb365.Count("GET", "/v8/Proxies"); n != 3 {
		t.Errorf("the list was asked for %d times", n)
	}
}

// TestAccessToken: a token works in place of an account, costs no login, and its end is explained.
func TestAccessToken(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "7.0"})
	repository := w.vbaws.AddRepository(vbaws.Repository{Name: "daily"})
	for product, token := range map[string]string{"VB365": w.vb365.Tokens().Issue(user).Access, "VBAWS": w.vbaws.Tokens().Issue(user).Access} {
		w.unset("VEEAM_" + product + "_USERNAME")
		w.unset("VEEAM_" + product + "_PASSWORD")
		w.env["VEEAM_"+product+"_ACCESS_TOKEN"] = token
		w.secrets = append(w.secrets, token)
	}
	w.config(aProxy + "resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  repository_id = \"" + repository + "\"\n}\n")
	if r := w.apply(); r.logins != 0 {
		t.Errorf("%d logins in spite of the tokens", r.logins)
	}
	w.planIsEmpty()

	w.vb365.Tokens().RevokeAll()
	w.vbaws.Tokens().RevokeAll()
	r := w.fail(planArgs, "Unable to Read Backup Proxy", "Veeam Backup for Microsoft 365 refused the configured access token",
		`Set a new access_token in block "vb365" (VEEAM_VB365_ACCESS_TOKEN)`)
	if r.logins != 0 || len(r.vb365) != 1 {
		t.Errorf("%d logins, calls %v", r.logins, r.vb365)
	}
	w.config("resource \"veeam_vbaws_repository_rescan\" \"another\" {\n  repository_id = \"" + repository + "\"\n}\n")
	r = w.fail(append([]string{"apply", "-refresh=false"}, applyArgs[1:]...), "Veeam Backup for AWS refused the configured access token")
	if r.logins != 0 {
		t.Errorf("%d logins", r.logins)
	}
}

// TestAccountWithSecondFactor: an unattended run cannot give a code, so the error says what to use instead.
func TestAccountWithSecondFactor(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "7.0", Users: map[string]vbaws.User{user: {Password: loginPassword, MFA: "123456"}}})
	w.config("resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  repository_id = \"" + w.vbaws.AddRepository(vbaws.Repository{Name: "daily"}) + "\"\n}\n")
	w.fail(applyArgs, `Veeam Backup for AWS refused the account EXAMPLE\svc-terraform: the account asks for a one-time code (multi-factor authentication)`,
		`Use a service account without multi-factor authentication, or set access_token in block "vbaws" (VEEAM_VBAWS_ACCESS_TOKEN).`)
	if n := len(w.vbaws.Sessions()); n != 0 {
		t.Errorf("%d sessions", n)
	}
}

// TestConcurrentRequests: no more requests are under way than the configuration allows, and no fewer either.
func TestConcurrentRequests(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	const limit, latency = 2, 150 * time.Millisecond
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies", Latency: latency})
	w.env["VEEAM_VB365_MAX_CONCURRENT_REQUESTS"] = fmt.Sprint(limit)
	w.config("resource \"veeam_vb365_proxy\" \"this\" {\n  count     = 8\n  host_name = \"proxy-${count.index}.example.com\"\n}\n")
	w.apply()
	var begun []time.Time
	for _, e := range w.vb365.Requests() {
		if e.Method == http.MethodPost && e.Path == "/v8/Proxies" {
			begun = append(begun, e.Time)
		}
	}
	if len(begun) != 8 {
		t.Fatalf("%d proxies were created", len(begun))
	}
	together := false
	for i := limit; i < len(begun); i++ {
		// The request that is `limit` places ahead must have been answered before this one began.
		if begun[i].Sub(begun[i-limit]) < latency {
			t.Errorf("request %d began %s after request %d", i, begun[i].Sub(begun[i-limit]), i-limit)
		}
		together = together || begun[i].Sub(begun[i-1]) < latency
	}
	if !together {
		t.Error("the requests were sent one after the other")
	}
}

// TestRetries: a call is repeated as often as the configuration allows, and a change only when the server has refused it.
func TestRetries(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	tests := []struct {
		name, retries string
		fault         appliance.Fault
		calls         []string
		works         bool
	}{
		{
			"a read, thrice", "2",
			appliance.Fault{Method: "GET", Path: "/v8/Proxies", Status: 503},
			[]string{"GET /v8/Proxies", "GET /v8/Proxies", "GET /v8/Proxies"},
			false,
		},
		{"a read, once", "0", appliance.Fault{Method: "GET", Path: "/v8/Proxies", Status: 503}, []string{"GET /v8/Proxies"}, false},
		{
			"a read that recovers", "2",
			appliance.Fault{Method: "GET", Path: "/v8/Proxies", Times: 2, DropBefore: true},
			[]string{"GET /v8/Proxies", "GET /v8/Proxies", "GET /v8/Proxies", "POST /v8/Proxies"},
			true,
		},
		{
			"a change that is put off", "1",
			appliance.Fault{Method: "POST", Path: "/v8/Proxies", Times: 1, Status: 429, Header: http.Header{"Retry-After": {"1"}}},
			[]string{"GET /v8/Proxies", "POST /v8/Proxies", "POST /v8/Proxies"},
			true,
		},
		{
			"a change that may have been made", "5",
			appliance.Fault{Method: "POST", Path: "/v8/Proxies", Status: 500},
			[]string{"GET /v8/Proxies", "POST /v8/Proxies", "GET /v8/Proxies"}, // the list tells whether the host is taken
			false,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{})
			w.env["VEEAM_VB365_MAX_RETRIES"] = test.retries
			w.vb365.Inject(test.fault)
			w.config(aProxy)
			r := w.run(applyArgs...)
			if works := r.code == 0; works != test.works {
				t.Errorf("the exit code is %d: %s", r.code, r.output)
			}
			made(t, r.vb365, test.calls...)
		})
	}
}
