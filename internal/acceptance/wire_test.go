// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// dialect is what one API version has on the wire: verb, path, query and body, to the byte.
type dialect struct {
	version        string
	probes         []string // how auto finds the version: newest first, without a token
	login          string
	list, read     string
	rescan, remove string
	gone           []string // how the end of the removal is seen
}

const (
	passwordForm   = "grant_type=password&password=canary-login-7f3a&username=EXAMPLE%5Csvc-terraform"
	antiforgery    = "disable_antiforgery_token=true&"
	createBody     = `{"hostName":"proxy-1.example.com","description":"first","username":"EXAMPLE\\proxy-admin","password":"canary-proxy-91bc","enableNetworkThrottling":false,"useInternetProxy":false}`
	editBody       = `{"description":"second","port":9200,"username":"EXAMPLE\\proxy-admin","password":"canary-proxy-91bc","enableNetworkThrottling":true,"throttlingValue":100,"throttlingUnit":"MBs","useInternetProxy":true,"internetProxyType":"Custom","internetProxySettings":{"hostName":"web.example.com","port":3128,"useAuthentication":true,"username":"web","userPassword":"canary-web-05d1"}}`
	removeOld      = `{"remove":{"username":"EXAMPLE\\proxy-admin","userPassword":"canary-proxy-91bc"}}`
	removeV5       = `{"remove":{"userName":"EXAMPLE\\proxy-admin","userPassword":"canary-proxy-91bc","force":false}}`
	removeNew      = `{"userName":"EXAMPLE\\proxy-admin","userPassword":"canary-proxy-91bc","force":false}`
	probeV8        = "GET /v8/ServiceInstance"
	probeV7        = "GET /v7/ServiceInstance"
	probeV6        = "GET /v6/ServiceInstance"
	probeV5        = "GET /v5/Proxies"
	probeV4        = "GET /v4/Proxies"
	probeV3        = "GET /v3/Proxies"
	frameworkAgent = `^terraform-provider-veeam/dev \(terraform/1\.\d+\.\d+(-\w+)?; plugin-framework/1\.\d+\.\d+\)$`
)

var wire = []dialect{
	{
		version: "v3", probes: []string{probeV8, probeV7, probeV6, probeV5, probeV4, probeV3},
		login: "POST /v3/token " + passwordForm,
		list:  "GET /v3/Proxies", read: "GET /v3/Proxies/{id}",
		rescan: `POST /v3/Proxies/{id}/Action {"rescan":null}`,
		remove: "POST /v3/Proxies/{id}/Action " + removeOld,
		gone:   []string{"GET /v3/Proxies/{id}", "GET /v3/Proxies"},
	},
	{
		version: "v4", probes: []string{probeV8, probeV7, probeV6, probeV5, probeV4},
		login: "POST /v4/token " + passwordForm,
		list:  "GET /v4/Proxies", read: "GET /v4/Proxies/{id}",
		rescan: `POST /v4/Proxies/{id}/Action {"rescan":null}`,
		remove: "POST /v4/Proxies/{id}/Action " + removeOld,
		gone:   []string{"GET /v4/Proxies/{id}", "GET /v4/Proxies"},
	},
	{
		version: "v5", probes: []string{probeV8, probeV7, probeV6, probeV5},
		login: "POST /v5/token " + passwordForm,
		list:  "GET /v5/Proxies?extendedView=true", read: "GET /v5/Proxies/{id}?extendedView=true",
		rescan: `POST /v5/Proxies/{id}/action {"rescan":null}`,
		remove: "POST /v5/Proxies/{id}/action " + removeV5,
		gone:   []string{"GET /v5/Proxies/{id}?extendedView=true", "GET /v5/Proxies?extendedView=false"},
	},
	{
		version: "v6", probes: []string{probeV8, probeV7, probeV6},
		login: "POST /v6/token " + passwordForm,
		list:  "GET /v6/Proxies?extendedView=true", read: "GET /v6/Proxies/{id}?extendedView=true",
		rescan: "POST /v6/Proxies/{id}/Rescan",
		remove: "POST /v6/Proxies/{id}/Remove " + removeNew,
		gone:   []string{"GET /v6/Proxies/{id}?extendedView=true", "GET /v6/Proxies?extendedView=false"},
	},
	{
		version: "v7", probes: []string{probeV8, probeV7},
		login: "POST /v7/token " + antiforgery + passwordForm,
		list:  "GET /v7/Proxies?extendedView=true", read: "GET /v7/Proxies/{id}?extendedView=true",
		rescan: "POST /v7/Proxies/{id}/Rescan",
		remove: "POST /v7/Proxies/{id}/Remove " + removeNew,
		gone:   []string{"GET /v7/Proxies/{id}?extendedView=true", "GET /v7/Proxies?extendedView=false"},
	},
	{
		version: "v8", probes: []string{probeV8},
		login: "POST /v8/token " + antiforgery + passwordForm,
		list:  "GET /v8/Proxies?limit=10000&offset=0", read: "GET /v8/Proxies/{id}",
		rescan: "POST /v8/Proxies/{id}/Rescan",
		remove: "POST /v8/Proxies/{id}/Remove " + removeNew,
		gone:   []string{"GET /v8/Proxies/{id}"},
	},
}

// TestWire holds every request about a proxy, in every API version, against the vendor's pages: create with a rescan,
// edit with the rescan fired again, destroy.
func TestWire(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, d := range wire {
		t.Run(d.version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: products[d.version]}, vbaws.Config{})
			w.secrets = append(w.secrets, "canary-web-05d1")
			w.vb365.AddMachine(vb365.Machine{HostName: "proxy-1.example.com", Username: proxyUser, Password: proxyPassword})
			const rescan = "\nresource \"veeam_vb365_proxy_rescan\" \"this\" {\n  proxy_id = veeam_vb365_proxy.this.id\n"
			w.config(`
resource "veeam_vb365_proxy" "this" {
  host_name   = "proxy-1.example.com"
  description = "first"
}` + rescan + "  triggers = { inventory = \"1\" }\n}")
			w.apply()
			add := "POST /" + d.version + "/Proxies " + createBody
			w.sent("create", slices.Concat(d.probes, []string{d.login, d.list, add, d.rescan, d.read}))

			w.config(`
resource "veeam_vb365_proxy" "this" {
  host_name          = "proxy-1.example.com"
  description        = "second"
  port               = 9200
  network_throttling = { value = 100, unit = "MBs" }
  internet_proxy     = { type = "Custom", host_name = "web.example.com", username = "web", password_wo = "canary-web-05d1", password_wo_version = 1 }
}` + rescan + "  triggers = { inventory = \"2\" }\n}")
			w.env["VEEAM_VB365_API_VERSION"] = d.version // no more probes
			w.apply()
			edit := "PUT /" + d.version + "/Proxies/{id} " + editBody
			w.sent("edit", []string{d.login, d.read, d.login, edit, d.rescan, d.read})

			w.destroy()
			destroy := []string{d.login, d.read, d.login}
			if d.version == "v8" { // is it in a pool, which it leaves first?
				destroy = append(destroy, d.read)
			}
			w.sent("destroy", slices.Concat(destroy, []string{d.remove}, d.gone))
		})
	}
}

// sent checks the exchanges with the VB365 appliance of the last command, and the headers of each.
func (w *world) sent(step string, want []string) {
	w.Helper()
	var have []string
	seen := map[string]bool{}
	for _, e := range w.vb365.Requests() {
		have = append(have, line(e))
		w.headers(e, map[string]string{"Content-Type": `^application/json$`})
		if id := e.Header.Get("X-Request-Id"); seen[id] {
			w.Errorf("%s: two requests have the ID %s", step, id)
		} else {
			seen[id] = true
		}
	}
	if diff := cmp.Diff(want, have); diff != "" {
		w.Errorf("%s sent something else than the vendor documents (-want +have):\n%s", step, diff)
	}
}

// line writes a request as in the tables above.
func line(e appliance.Exchange) string {
	text := e.Method + " " + uuids.ReplaceAllString(e.Path, "{id}")
	if e.RawQuery != "" {
		text += "?" + e.RawQuery
	}
	if len(e.Body) > 0 {
		text += " " + string(e.Body)
	}
	return text
}

// headers checks that a request has the headers that it should have, each in its form, and no other.
func (w *world) headers(e appliance.Exchange, special map[string]string) {
	w.Helper()
	want := map[string]string{
		"Accept": `^application/json$`, "Accept-Encoding": `^gzip$`, "User-Agent": frameworkAgent, "X-Request-Id": `^[0-9a-f]{16}$`,
	}
	maps.Copy(want, special)
	delete(want, "Content-Type")
	if len(e.Body) > 0 {
		want["Content-Type"] = special["Content-Type"]
	}
	if e.Method == http.MethodPost || e.Method == http.MethodPut {
		want["Content-Length"] = `^\d+$`
	}
	switch {
	case strings.HasSuffix(e.Path, "/token"):
		want["Content-Type"] = `^application/x-www-form-urlencoded$`
	case e.Status != http.StatusNotFound && e.Status != http.StatusUnauthorized || uuids.MatchString(e.Path):
		want["Authorization"] = `^Bearer \S{16,}$`
	}
	for name, values := range e.Header {
		pattern, known := want[name]
		switch {
		case !known:
			w.Errorf("%s %s has a header %s", e.Method, e.Path, name)
		case len(values) != 1 || !regexp.MustCompile(pattern).MatchString(values[0]):
			w.Errorf("%s %s has %s: %q instead of %s", e.Method, e.Path, name, values, pattern)
		}
		delete(want, name)
	}
	for name := range want {
		w.Errorf("%s %s lacks the header %s", e.Method, e.Path, name)
	}
}

// TestWireOfRepositoryRescan holds the rescan of a repository of Veeam Backup for AWS against the vendor's page: no
// body, the revision in a header, and the session of the answer in state.
func TestWireOfRepositoryRescan(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for product, revision := range map[string]string{"2.0": "1.0-rev0", "3.0": "1.1-rev0", "4.0": "1.2-rev0", "5.0": "1.3-rev0", "6.0": "1.3-rev0", "7.0": "1.3-rev0"} {
		t.Run(product, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{Product: product})
			const address = "veeam_vbaws_repository_rescan.this"
			id := w.vbaws.AddRepository(vbaws.Repository{Name: "daily"})
			w.config("resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  repository_id = \"" + id + "\"\n}")
			w.apply()
			var calls []string
			for _, e := range w.vbaws.Requests() {
				switch {
				case strings.HasSuffix(e.Path, "/system/time"): // by which the revision is found
				case strings.HasSuffix(e.Path, "/repositories"): // by which the repository is known to exist
				case e.Header.Get("Authorization") != "":
					calls = append(calls, line(e))
					w.headers(e, map[string]string{"X-Api-Version": `^` + regexp.QuoteMeta(revision) + `$`})
				case strings.HasSuffix(e.Path, "/token") && e.Status == http.StatusOK:
					if string(e.Body) != passwordForm {
						w.Errorf("the login is %s", e.Body)
					}
				}
			}
			made(t, calls, "POST /api/v1/repositories/{id}/rescan", "GET /api/v1/sessions/{id}")
			for _, e := range w.vbaws.Requests() {
				if e.Method == http.MethodPost && strings.HasSuffix(e.Path, "/rescan") {
					if e.Path != "/api/v1/repositories/"+id+"/rescan" || e.Status != http.StatusAccepted || e.Header.Get("Content-Length") != "0" {
						w.Errorf("the rescan is %s with %s bytes, answered with %d", e.Path, e.Header.Get("Content-Length"), e.Status)
					}
				}
			}
			sessions := w.vbaws.Sessions()
			if len(sessions) != 1 {
				t.Fatalf("%d sessions instead of one", len(sessions))
			}
			w.stateHas(address, map[string]any{"session_id": sessions[0].ID})
		})
	}
}
