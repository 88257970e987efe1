// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// canaries are one secret for each argument that takes one, by the name of its variable.
func canaries(w *world) map[string]string {
	secrets := map[string]string{}
	for i, name := range []string{
		"aws_token", "machine", "key", "passphrase", "root", "own", "web", "service", "ssh", "own_key", "own_passphrase", "own_root",
	} {
		secrets[name] = fmt.Sprintf("canary-%s-%02d-\"<&\\", name, i)
	}
	secrets["aws_token"] = w.vbaws.Tokens().Issue(user).Access // must be one that works
	return secrets
}

// everySecret has a secret in each argument that takes one.
const everySecret = `
provider "veeam" {
  vb365 = {
    proxy_credentials = {
      default = { username = "EXAMPLE\\proxy-admin", password = var.machine }
      linux = {
        username                   = "veeam"
        password                   = var.machine
        ssh_private_key            = var.key
        ssh_private_key_passphrase = var.passphrase
        ssh_root_password          = var.root
      }
    }
  }
  vbaws = { access_token = var.aws_token }
}
resource "veeam_vb365_proxy" "windows" {
  host_name           = "proxy-1.example.com"
  username            = "EXAMPLE\\installer"
  password_wo         = var.own
  password_wo_version = %[1]d
  internet_proxy = {
    type                = "Custom"
    host_name           = "web.example.com"
    username            = "web"
    password_wo         = var.web
    password_wo_version = %[1]d
  }
  service_account = {
    name                = "EXAMPLE\\svc-proxy"
    password_wo         = var.service
    password_wo_version = %[1]d
  }
}
resource "veeam_vb365_proxy" "linux" {
  host_name        = "proxy-2.example.com"
  operating_system = "Linux"
  ssh = {
    account                   = "veeam"
    account_password_wo       = var.ssh
    private_key_wo            = var.own_key
    private_key_passphrase_wo = var.own_passphrase
    root_password_wo          = var.own_root
    secrets_wo_version        = %[1]d
    ignore_fingerprint_check  = true
  }
}
resource "veeam_vb365_proxy" "inventory" {
  host_name        = "proxy-3.example.com"
  operating_system = "Linux"
  credentials_name = "linux"
}
resource "veeam_vbaws_repository_rescan" "this" {
  repository_id = %[2]q
  triggers      = { generation = %[1]d }
}
output "everything" {
  sensitive = true
  value     = [veeam_vb365_proxy.windows, veeam_vb365_proxy.linux, veeam_vb365_proxy.inventory, veeam_vbaws_repository_rescan.this]
}
`

// TestNoSecretIsWrittenAnywhere sets every argument that takes a secret, and looks for the secrets in all that the CLI
// and the provider write: output, state and its backup, saved plan, both as JSON, outputs, and the log of level TRACE.
func TestNoSecretIsWrittenAnywhere(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "7.0"})
	w.unset("VEEAM_VB365_PROXY_")
	w.unset("VEEAM_VBAWS_USERNAME")
	w.unset("VEEAM_VBAWS_PASSWORD")
	secrets := canaries(w)
	variables := ""
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		variables += fmt.Sprintf("variable %q {\n  type      = string\n  sensitive = true\n  ephemeral = true\n}\n", name)
		w.env["TF_VAR_"+name] = secrets[name]
		escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secrets[name])
		for _, form := range []string{secrets[name], escaped, base64.StdEncoding.EncodeToString([]byte(secrets[name]))} {
			// The first part is common to all ways in which the end could be escaped.
			form, _, _ = strings.Cut(form, `\`)
			form, _, _ = strings.Cut(form, `"`)
			w.secrets = append(w.secrets, form)
		}
	}
	repository := w.vbaws.AddRepository(vbaws.Repository{Name: "daily"})
	for generation := 1; generation <= 2; generation++ {
		w.config(variables + fmt.Sprintf(everySecret, generation, repository))
		w.succeed("plan", "-input=false", "-no-color", "-out=saved.tfplan")
		w.succeed("show", "-json", "saved.tfplan")
		w.succeed("apply", "-input=false", "-no-color", "saved.tfplan")
		w.secretsArrived(secrets)
		w.succeed("show", "-json")
		w.succeed("output", "-json")
	}
	w.destroy()
}

// secretsArrived checks that the last command sent each secret, where it belongs: a test that looks for what was never
// there would prove nothing.
func (w *world) secretsArrived(secrets map[string]string) {
	w.Helper()
	text := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	have := map[string]string{}
	windows, _ := w.vb365.LastCredentials("proxy-1.example.com")
	have["own"], have["web"], have["service"] = text(windows.Password), text(windows.InternetProxyPassword), text(windows.ServiceAccountPassword)
	for host, names := range map[string][]string{
		"proxy-2.example.com": {"ssh", "own_key", "own_passphrase", "own_root"}, "proxy-3.example.com": {"machine", "key", "passphrase", "root"},
	} {
		c, _ := w.vb365.LastCredentials(host)
		if c.SSH == nil {
			w.Errorf("no SSH settings were sent for %s", host)
			continue
		}
		key, _ := base64.StdEncoding.DecodeString(text(c.SSH.PrivateKeyBase64))
		have[names[0]], have[names[1]] = text(c.SSH.AccountPassword), string(key)
		have[names[2]], have[names[3]] = text(c.SSH.PrivateKeyPassphrase), text(c.SSH.RootPassword)
	}
	for name, secret := range secrets {
		if name != "aws_token" && have[name] != secret {
			w.Errorf("the secret %q did not arrive", name)
		}
	}
}

// TestServerRepeatsSecrets: servers put what they were sent into their messages; the user sees the message, not the secret.
func TestServerRepeatsSecrets(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	says := func(method, path string, status int, body string) {
		w.vb365.ClearFaults()
		w.vb365.Inject(appliance.Fault{Method: method, Path: path, Status: status, ContentType: "application/json", Body: body})
	}
	says("POST", "/v8/token", 400, `{"message":"The password `+loginPassword+` is wrong."}`)
	w.fail(applyArgs, "The password *** is wrong.")
	says("POST", "/v8/token", 400, `{"error":"invalid_grant","error_description":"`+loginPassword+`"}`)
	w.fail(applyArgs, "*** [invalid_grant]")
	says("POST", "/v8/Proxies", 500, `{"message":"Logging in as EXAMPLE\\proxy-admin with `+proxyPassword+` failed.","errorCode":"`+proxyPassword+`"}`)
	w.fail(applyArgs, `Logging in as EXAMPLE\proxy-admin with *** failed. [***]`)

	w.vb365.ClearFaults()
	w.apply()
	says("POST", "/v8/Proxies/*/Remove", 500, `{"message":"`+proxyPassword+`, really?"}`)
	w.fail(destroyArgs, "***, really?")
	says("GET", "/v8/Proxies/*", 500, `{"message":"Who sent `+loginPassword+`?"}`)
	w.fail(planArgs, "Who sent ***?")
	w.vb365.ClearFaults()

	token := w.vb365.Tokens().Issue(user).Access
	w.unset("VEEAM_VB365_USERNAME")
	w.unset("VEEAM_VB365_PASSWORD")
	w.env["VEEAM_VB365_ACCESS_TOKEN"] = token
	w.secrets = append(w.secrets, token)
	says("GET", "/v8/Proxies/*", 401, `{"message":"Bearer `+token+` has ended."}`)
	w.fail(planArgs, "Bearer *** has ended.")
}

// TestLogIsUseful: the log names each request with its outcome, so that a report of a problem can be made from it.
func TestLogIsUseful(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.env["TF_LOG"], w.env["TF_LOG_PATH"] = "", "" // the search for secrets empties the log
	w.env["TF_LOG_PROVIDER"] = "DEBUG"
	w.env["VEEAM_VB365_MAX_RETRIES"] = "1"
	w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/v8/Proxies", Times: 1, Status: http.StatusServiceUnavailable})
	r := w.apply()
	r.wants(w, "method=POST", "path=/v8/Proxies", "status=201", "attempt=2", "duration_ms=", "request_id=", "request failed")
	if _, err := os.Stat(filepath.Join(w.dir, "crash.log")); err == nil {
		t.Error("there is a crash log")
	}
}
