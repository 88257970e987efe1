// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	aProxy      = "\nresource \"veeam_vb365_proxy\" \"this\" {\n  host_name = \"proxy-1.example.com\"\n}\n"
	someID      = "0f0e0d0c-1111-4222-8333-444455556666"
	nothingSent = "Nothing was sent."
)

// unset takes the variables away that begin so.
func (w *world) unset(prefix string) {
	for name := range w.env {
		if strings.HasPrefix(name, prefix) {
			delete(w.env, name)
		}
	}
}

// untouched checks that the last command sent nothing to either appliance.
func (w *world) untouched() {
	w.Helper()
	for _, e := range append(w.vb365.Requests(), w.vbaws.Requests()...) {
		w.Errorf("%s %s was sent", e.Method, e.Path)
	}
}

// refused counts the logins of the last command that were refused.
func (w *world) refused() (n int) {
	for _, e := range append(w.vb365.Requests(), w.vbaws.Requests()...) {
		if strings.HasSuffix(e.Path, "/token") && (e.Status == http.StatusUnauthorized || e.Status == http.StatusBadRequest && strings.HasPrefix(e.Path, "/v")) {
			n++
		}
	}
	return n
}

// TestMistakesInTheProviderBlock: a user is told which argument is wrong, and how, before anything is sent.
func TestMistakesInTheProviderBlock(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.unset("VEEAM_VB365_")
	vb365Block := func(lines string) string { return "provider \"veeam\" {\n  vb365 = {\n" + lines + "  }\n}\n" }
	const login = "    username = \"user\"\n    password = \"canary-block-77aa\"\n"
	w.secrets = append(w.secrets, "canary-url-19ce")
	tests := []struct {
		name, block string
		env         map[string]string
		wants       []string
	}{
		{"no URL", vb365Block(login), nil, []string{
			`Missing Configuration`, `Block "vb365" needs endpoint. Set it there, or set the environment variable VEEAM_VB365_ENDPOINT.`,
		}},
		{"no account", vb365Block(`endpoint = "https://vb365.example.com"` + "\n"), nil, []string{
			`needs username. Set it there, or set the environment variable VEEAM_VB365_USERNAME.`,
			`needs password. Set it there, or set the environment variable VEEAM_VB365_PASSWORD.`,
		}},
		{"no encryption", vb365Block(login + `endpoint = "http://vb365.example.com"` + "\n"), nil, []string{
			`provider "veeam"`, `endpoint of block "vb365" must begin with https://: credentials are never sent unencrypted.`,
		}},
		{"a path", vb365Block(login + `endpoint = "https://vb365.example.com/v8"` + "\n"), nil, []string{`must end after host and port`}},
		{"a query", vb365Block(login + `endpoint = "https://vb365.example.com?a=b"` + "\n"), nil, []string{`must end after host and port`}},
		{
			"credentials", "variable \"url\" {\n  sensitive = true\n}\n" + vb365Block(login+"endpoint = var.url\n"),
			map[string]string{"TF_VAR_url": "https://user:canary-url-19ce@vb365.example.com"},
			[]string{`must not contain credentials; use username and password.`},
		},
		{"no URL at all", vb365Block(login + `endpoint = "vb365 example com"` + "\n"), nil, []string{
			`must be a URL such as https://vb365.example.com:4443.`,
		}},
		{"empty", vb365Block("    endpoint = \"\"\n    username = \"\"\n    password = \"\"\n    api_version = \"\"\n"), nil, []string{
			`vb365.endpoint string length must be at least 1`, `vb365.username string length must be at least 1`,
			`vb365.password string length must be at least 1`, `vb365.api_version string length must be at least 1`,
		}},
		{"an unknown version", vb365Block(login + "endpoint = \"https://vb365.example.com\"\napi_version = \"v9\"\n"), nil, []string{
			`api_version of block "vb365" must be "auto" or one of "v8", "v7", "v6", "v5", "v4", "v3".`,
		}},
		{"a version of the environment", vb365Block(login + "endpoint = \"https://vb365.example.com\"\n"), map[string]string{"VEEAM_VB365_API_VERSION": "9"}, []string{
			`api_version of block "vb365" (from the environment variable VEEAM_VB365_API_VERSION) must be "auto" or one of`,
		}},
		{
			"a number of the environment", "",
			map[string]string{
				"VEEAM_VB365_ENDPOINT": "https://vb365.example.com", "VEEAM_VB365_ACCESS_TOKEN": "canary-token-aa01", "VEEAM_VB365_MAX_RETRIES": "many",
			},
			[]string{`(from the environment variable VEEAM_VB365_MAX_RETRIES) must be a whole number from 0 to 20.`},
		},
	}
	w.secrets = append(w.secrets, "canary-token-aa01")
	for _, test := range tests {
		w.unset("VEEAM_VB365_")
		maps.Copy(w.env, test.env)
		w.config(test.block + aProxy)
		w.fail(planArgs, test.wants...)
		w.untouched()
		if w.Failed() {
			w.Fatalf("this was %q", test.name)
		}
	}
}

// TestMissingBlock: an object of a product that is not configured says so once, with what to add.
func TestMissingBlock(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.unset("VEEAM_")
	w.config(aProxy + "resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  repository_id = \"" + someID + "\"\n}\n")
	r := w.fail(planArgs,
		`The object belongs to Veeam Backup for Microsoft 365, for which the provider is not configured.`, `vb365 = {`,
		`or set VEEAM_VB365_ENDPOINT, VEEAM_VB365_USERNAME and VEEAM_VB365_PASSWORD.`,
		`The object belongs to Veeam Backup for AWS, for which the provider is not configured.`, `vbaws = {`,
		`or set VEEAM_VBAWS_ENDPOINT, VEEAM_VBAWS_USERNAME and VEEAM_VBAWS_PASSWORD.`)
	if n := strings.Count(r.output, "Error:"); n != 2 {
		w.Errorf("%d errors instead of one for each object: %s", n, r.output)
	}
	w.untouched()
}

// TestMistakesInObjects: malformed IDs and empty texts are found without a server.
func TestMistakesInObjects(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(`
resource "veeam_vb365_proxy" "empty" {
  host_name        = ""
  credentials_name = " "
}
resource "veeam_vb365_proxy" "unversioned" {
  host_name   = "proxy-2.example.com"
  username    = "user"
  password_wo = "hidden"
}
resource "veeam_vb365_proxy" "nameless" {
  host_name           = "proxy-3.example.com"
  password_wo         = "hidden"
  password_wo_version = 1
}
resource "veeam_vb365_proxy" "timeless" {
  host_name = "proxy-4.example.com"
  timeouts  = { create = "soon" }
}
resource "veeam_vb365_proxy_rescan" "this" {
  proxy_id = "proxy-1.example.com"
}
resource "veeam_vbaws_repository_rescan" "this" {
  repository_id = "my-bucket"
}`)
	r := w.fail([]string{"validate", "-no-color"},
		`Attribute host_name must not be empty`,
		`Attribute credentials_name must not be empty`,
		`Attribute "password_wo_version" must be specified when "password_wo" is specified`,
		`Attribute "username" must be specified when "password_wo" is specified`,
		`must be a duration greater than zero`,
		`Attribute proxy_id must be an ID such as 0f0e0d0c-1111-4222-8333-444455556666, got: proxy-1.example.com`,
		`Attribute repository_id must be an ID such as 0f0e0d0c-1111-4222-8333-444455556666, got: my-bucket`)
	if n := strings.Count(r.output, "Error:"); n != 7 {
		w.Errorf("%d errors instead of 7: %s", n, r.output)
	}
	w.untouched()
}

// TestArgumentsThatTheCLIDoesNotSee: the CLI accepts unknown arguments of nested attributes, and null in collections. What is empty or
// null is reported on its argument.
func TestArgumentsThatTheCLIDoesNotSee(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(`
resource "veeam_vb365_proxy" "misspelt" {
  host_name          = "https://proxy-1.example.com"
  username           = "EXAMPLE\terraform"
  removal            = { forced = true }
  timeouts           = { delet = "1h" }
  ssh                = { acount = "veeam" }
}
resource "veeam_vb365_proxies_rescan" "null" {
  proxy_ids = [null]
}
resource "veeam_vbaws_repositories_rescan" "null" {
  repository_ids = ["` + someID + `", null]
}
resource "veeam_vbaws_iam_role_rescan" "null" {
  iam_role_id  = "` + someID + `"
  region_names = [null]
}
resource "veeam_vb365_proxy_rescan" "null" {
  proxy_id = "` + someID + `"
  triggers = { a = null }
}`)
	r := w.fail([]string{"validate", "-no-color"},
		`Attribute host_name must be a DNS name or an IP address`,
		`Attribute username must not contain a control character (tab at position 8); in HCL, write \\ for a backslash.`,
		`removal has no valid argument; is one misspelt? Valid arguments: force.`,
		`timeouts has no valid argument; is one misspelt? Valid arguments: create, delete, read, update.`,
		`ssh has no valid argument`,
		`Null Set Value`)
	if n := strings.Count(r.output, "Null Set Value"); n != 3 {
		w.Errorf("%d sets with null are reported instead of 3: %s", n, r.output)
	}
	r.lacks(w, "error in the provider", "Value Conversion Error")
	w.untouched()
	w.unset("VEEAM_")
	w.config("provider \"veeam\" {\n  vb365 = { endpont = \"https://vb365.example.com\" }\n  vbaws = { request_timeout = \"90\" }\n}\n" + aProxy)
	w.fail([]string{"validate", "-no-color"}, `vb365 has no valid argument`, `request_timeout of block "vbaws" must be a positive duration`)
}

// TestUnreachableAppliance: a wrong host name or port is said to be one, and the state is as before.
func TestUnreachableAppliance(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.env["VEEAM_VB365_MAX_RETRIES"] = "0"
	w.env["VEEAM_VB365_REQUEST_TIMEOUT"] = "20s"
	for endpoint, reason := range map[string]string{
		"https://127.0.0.1:1":      "connection refused",
		"https://nowhere.invalid/": `host name "nowhere.invalid" cannot be resolved`,
	} {
		w.env["VEEAM_VB365_ENDPOINT"] = endpoint
		w.fail(applyArgs, "Unable to Create Backup Proxy", reason, nothingSent+` Check endpoint in block "vb365" (VEEAM_VB365_ENDPOINT).`)
		w.stateLacks(proxyAddress)
		w.untouched()
	}
}

// TestWrongPassword: the account is named, and asked for once only, since repeated refusals may lock it.
func TestWrongPassword(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	repository := w.vbaws.AddRepository(vbaws.Repository{Name: "daily"})
	w.env["VEEAM_VB365_PASSWORD"], w.env["VEEAM_VBAWS_PASSWORD"] = "canary-wrong-5d20", "canary-wrong-5d20"
	w.secrets = append(w.secrets, "canary-wrong-5d20")

	w.config("resource \"veeam_vb365_proxy\" \"this\" {\n  count     = 20\n  host_name = \"proxy-${count.index}.example.com\"\n}\n")
	w.fail(applyArgs, `Veeam Backup for Microsoft 365 refused the account EXAMPLE\svc-terraform:`, "The user name or password is incorrect.",
		`Check username and password of block "vb365" (VEEAM_VB365_USERNAME, VEEAM_VB365_PASSWORD).`)
	if n := w.refused(); n != 1 {
		w.Errorf("the account was asked for %d times", n)
	}
	w.stateLacks(proxyAddress + "[0]")

	w.config("resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  count         = 20\n  repository_id = \"" + repository + "\"\n}\n")
	w.fail(applyArgs, `Veeam Backup for AWS refused the account EXAMPLE\svc-terraform:`, "The user name or password is incorrect.",
		`Check username and password of block "vbaws" (VEEAM_VBAWS_USERNAME, VEEAM_VBAWS_PASSWORD).`)
	if n := w.refused(); n != 1 {
		w.Errorf("the account was asked for %d times", n)
	}
}

// TestAnotherServiceAnswers: a page of a web server, at any step, is named as such and never taken for an answer.
func TestAnotherServiceAnswers(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.env["VEEAM_VB365_MAX_RETRIES"] = "0"
	page := appliance.Fault{ContentType: "text/html", Body: "<!DOCTYPE html><title>Welcome</title>"}
	for _, at := range []struct {
		path   string
		status int
	}{{"/v8/ServiceInstance", 200}, {"/v8/token", 200}, {"/v8/token", 403}, {"/v8/Proxies", 200}, {"/v8/Proxies", 502}} {
		page.Path, page.Status = at.path, at.status
		w.vb365.Inject(page)
		w.fail(applyArgs, "Unable to Create Backup Proxy", "an HTML page")
		w.stateLacks(proxyAddress)
		w.vb365.ClearFaults()
	}
	if len(w.vb365.Proxies()) > 0 {
		w.Error("a proxy was created")
	}
}

// TestConfigurationWinsOverTheEnvironment: what stands in the block is used, what does not comes from the variables.
func TestConfigurationWinsOverTheEnvironment(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	endpoint := w.env["VEEAM_VB365_ENDPOINT"]
	for name, v := range map[string]string{"ENDPOINT": "https://127.0.0.1:1", "API_VERSION": "v3", "REQUEST_TIMEOUT": "1ns", "MAX_RETRIES": "0", "ACCESS_TOKEN": "canary-none-0001"} {
		w.env["VEEAM_VB365_"+name] = v
	}
	w.config("provider \"veeam\" {\n  vb365 = {\n    endpoint        = \"" + endpoint + "\"\n    username        = \"EXAMPLE\\\\svc-terraform\"\n" +
		"    api_version     = \"v7\"\n    request_timeout = \"30s\"\n    max_retries     = 1\n  }\n}\n" + aProxy)
	made(t, w.apply().vb365, "GET /v7/Proxies", "POST /v7/Proxies")
	w.env["VEEAM_VB365_REQUEST_TIMEOUT"] = "1h"
	made(t, w.destroy().vb365, "GET /v7/Proxies/{id}", "POST /v7/Proxies/{id}/Remove", "GET /v7/Proxies/{id}", "GET /v7/Proxies")
}

// TestVersionThatIsNotServed: a pinned version that the appliance does not have is said to be the reason.
func TestVersionThatIsNotServed(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{Product: "5.0"}, vbaws.Config{Product: "2.0"})
	w.env["VEEAM_VB365_API_VERSION"], w.env["VEEAM_VBAWS_API_VERSION"] = "v8", "1.2-rev0"
	repository := w.vbaws.AddRepository(vbaws.Repository{Name: "daily"})
	w.config(aProxy)
	w.fail(applyArgs, "Unable to Create Backup Proxy", `the server does not serve version v8 of the REST API`, `(it serves v5, v4, v3)`,
		`Set api_version in block "vb365" (VEEAM_VB365_API_VERSION) to a version that the server serves, or to "auto".`)
	w.config("resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  repository_id = \"" + repository + "\"\n}\n")
	w.fail(applyArgs, "Unable to Rescan Repository", `does not accept the API revision 1.2-rev0`, `Set api_version in block "vbaws" (VEEAM_VBAWS_API_VERSION) to a revision that the appliance accepts, or to "auto".`)
}
