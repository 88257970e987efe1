// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestRedirectsAreNotFollowed: a redirect would carry the token, or the password of a machine, to another place.
func TestRedirectsAreNotFollowed(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	other, err := vb365.Start(vb365.Config{Users: map[string]string{user: loginPassword}}, appliance.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	w.unset("VEEAM_VB365_CA_")
	w.env["VEEAM_VB365_INSECURE_SKIP_VERIFY"] = "true" // nothing but the refusal to follow is in the way
	redirect := func(method, path string, status int, target string) {
		w.vb365.ClearFaults()
		w.vb365.Inject(appliance.Fault{Method: method, Path: path, Status: status, Header: http.Header{"Location": {target}}})
	}
	elsewhere := "its target is " + other.URL()
	w.config(aProxy)
	redirect("POST", "/v8/token", http.StatusTemporaryRedirect, other.URL()+"/v8/token")
	w.fail(applyArgs, "a redirect, which is not followed because it would send the credentials to another address", elsewhere)
	redirect("GET", "/v8/Proxies", http.StatusFound, other.URL()+"/v8/Proxies?token=1")
	w.fail(applyArgs, "a redirect, which is not followed", elsewhere)
	redirect("POST", "/v8/Proxies", http.StatusPermanentRedirect, other.URL()+"/v8/Proxies")
	w.fail(applyArgs, "a redirect, which is not followed", elsewhere)
	redirect("GET", "/v8/ServiceInstance", http.StatusMovedPermanently, other.URL()+"/v8/ServiceInstance")
	w.fail(applyArgs, "a redirect, which is not followed", elsewhere)
	// Not even on the same machine: it is not what the API does.
	redirect("GET", "/v8/Proxies", http.StatusFound, "/v7/Proxies")
	w.fail(applyArgs, "a redirect, which is not followed")

	w.vb365.ClearFaults()
	w.apply()
	redirect("POST", "/v8/Proxies/*/Remove", http.StatusTemporaryRedirect, other.URL()+"/v8/Proxies")
	w.fail(destroyArgs, "Unable to Remove Backup Proxy", elsewhere)
	w.stateHas(proxyAddress, map[string]any{"host_name": "proxy-1.example.com"})
	for _, e := range other.Requests() {
		t.Errorf("%s %s was sent to the other server", e.Method, e.Path)
	}
	if n := len(w.vb365.Proxies()); n != 1 {
		t.Errorf("%d proxies are registered", n)
	}
}

// TestAnswersThatAreNone: whatever comes instead of an answer, the command ends soon with an error that says what came,
// the state stays, and the next command works.
func TestAnswersThatAreNone(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.env["VEEAM_VB365_MAX_RETRIES"] = "0"
	w.apply()
	before := w.attributes(proxyAddress)
	var bomb bytes.Buffer
	compressed := gzip.NewWriter(&bomb)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 100 {
		_, _ = compressed.Write(blanks)
	}
	_ = compressed.Close()
	answer := func(body string) appliance.Fault {
		return appliance.Fault{Status: http.StatusOK, ContentType: "application/json", Body: body}
	}
	zipped := answer(bomb.String())
	zipped.Header = http.Header{"Content-Encoding": {"gzip"}}
	tests := []struct {
		name  string
		fault appliance.Fault
		want  string
	}{
		{"an endless body", appliance.Fault{Endless: true, Body: `{"id":`}, "the response is larger than 16 MiB"},
		{"an endless error", appliance.Fault{Endless: true, Status: 500, Body: `{"message":"`}, "500 Internal Server Error"},
		{"a bomb", zipped, "the response is larger than 16 MiB"},
		{"half an answer", appliance.Fault{Truncate: 20}, "response truncated"},
		{"nothing", appliance.Fault{DropAfter: true}, "no usable response from Veeam Backup for Microsoft 365 to GET /v8/Proxies/"},
		{"another shape", answer(`["proxy"]`), "the response is not JSON of the expected form"},
		{"not JSON", answer(`It works!`), "the response is not JSON of the expected form"},
		{"a deep pit", answer(strings.Repeat(`[`, 1<<20)), "the response is not JSON of the expected form"},
		{"an empty object", answer(`{}`), "Unable to Read Backup Proxy"},
		{"no body", answer(""), "Unable to Read Backup Proxy"},
	}
	for _, test := range tests {
		test.fault.Method, test.fault.Path = "GET", "/v8/Proxies/*"
		w.vb365.Inject(test.fault)
		w.fail(planArgs, "Unable to Read Backup Proxy", test.want)
		if after := w.attributes(proxyAddress); after["id"] != before["id"] {
			t.Errorf("%s: the state has %v", test.name, after)
		}
		w.vb365.ClearFaults()
	}
	w.planIsEmpty()
}

// TestSlowAppliance: a request that takes longer than the configuration allows ends then, and the error names the setting.
func TestSlowAppliance(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.apply()
	w.env["VEEAM_VB365_MAX_RETRIES"] = "0"
	w.env["VEEAM_VB365_REQUEST_TIMEOUT"] = "3s"
	w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/v8/Proxies/*", Latency: time.Hour})
	w.fail(planArgs, "the server did not respond in time (3s)", `raise request_timeout in block "vb365"`)
}

// TestTerminalIsNotWrittenTo: what a server says cannot move the cursor, colour the screen or add lines of its own.
func TestTerminalIsNotWrittenTo(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.vb365.Inject(appliance.Fault{
		Path: "/v8/Proxies", Status: http.StatusBadRequest, ContentType: "application/json",
		Body: `{"message":"\u001b[2J\u001b[31mNo.\r\n\u0007Apply complete!` + strings.Repeat("x", 5000) + `"}`,
	})
	r := w.fail(applyArgs, "No. Apply complete!xxx", "xxx…")
	if strings.ContainsAny(r.output, "\x1b\x07") || strings.Contains(r.output, strings.Repeat("x", 1000)) {
		t.Errorf("the output is %q", r.output)
	}
}
