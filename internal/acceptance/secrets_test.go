// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// secretArguments are all arguments that take a secret, with the variables that everySecret gives them.
var secretArguments = map[string]string{
	"provider.vb365.password":                                     "vb365_password",
	"provider.vb365.access_token":                                 "vb365_token",
	"provider.vb365.proxy_credentials.password":                   "machine",
	"provider.vb365.proxy_credentials.ssh_private_key":            "key",
	"provider.vb365.proxy_credentials.ssh_private_key_passphrase": "passphrase",
	"provider.vb365.proxy_credentials.ssh_root_password":          "root",
	"provider.vbaws.password":                                     "vbaws_password",
	"provider.vbaws.access_token":                                 "vbaws_token",
	"resource.veeam_vb365_proxy.password_wo":                      "own",
	"resource.veeam_vb365_proxy.internet_proxy.password_wo":       "web",
	"resource.veeam_vb365_proxy.service_account.password_wo":      "service",
	"resource.veeam_vb365_proxy.ssh.account_password_wo":          "ssh",
	"resource.veeam_vb365_proxy.ssh.private_key_wo":               "own_key",
	"resource.veeam_vb365_proxy.ssh.private_key_passphrase_wo":    "own_passphrase",
	"resource.veeam_vb365_proxy.ssh.root_password_wo":             "own_root",
}

// TestEverySecretArgumentHasACanary: an argument that the schema calls sensitive or write-only is in everySecret.
func TestEverySecretArgumentHasACanary(t *testing.T) {
	t.Parallel()
	schema, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(path string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(path string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			if a.Sensitive || a.WriteOnly {
				found = append(found, path+"."+a.Name)
			}
			if a.NestedType != nil {
				walk(path+"."+a.Name, a.NestedType.Attributes)
			}
		}
	}
	walk("provider", schema.Provider.Block.Attributes)
	for kind, all := range map[string]map[string]*tfprotov6.Schema{
		"resource": schema.ResourceSchemas, "data": schema.DataSourceSchemas, "list": schema.ListResourceSchemas, "ephemeral": schema.EphemeralResourceSchemas,
	} {
		for name, s := range all {
			walk(kind+"."+name, s.Block.Attributes)
		}
	}
	for name, action := range schema.ActionSchemas {
		walk("action."+name, action.Schema.Block.Attributes)
	}
	slices.Sort(found)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(secretArguments)), found); diff != "" {
		t.Errorf("the canaries are for other arguments than the schema has (-canaries +schema):\n%s", diff)
	}
	for path, variable := range secretArguments {
		name := path[strings.LastIndex(path, ".")+1:]
		if !regexp.MustCompile(name + `\s*= var\.` + variable + `\b`).MatchString(everySecret) {
			t.Errorf("everySecret has no %s = var.%s", name, variable)
		}
	}
}

// everySecret has a secret in each argument that takes one.
const everySecret = `
provider "veeam" {
  vb365 = {
    username = "EXAMPLE\\svc-terraform"
    password = var.vb365_password
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
  vbaws = {
    username = "EXAMPLE\\svc-terraform"
    password = var.vbaws_password
  }
}
provider "veeam" {
  alias = "token"
  vb365 = { access_token = var.vb365_token }
  vbaws = { access_token = var.vbaws_token }
}
data "veeam_vb365_service" "token" {
  provider   = veeam.token
  depends_on = [veeam_vb365_proxy.windows]
}
data "veeam_vbaws_regions" "token" {
  provider   = veeam.token
  depends_on = [veeam_vb365_proxy.windows]
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

// canaries gives each argument a secret with what is escaped in one place or another, and the configuration its variables.
func (w *world) canaries(logins map[string]string) (secrets map[string]string, variables string) {
	secrets = maps.Clone(logins)
	for i, name := range slices.Sorted(maps.Values(secretArguments)) {
		if secrets[name] == "" {
			secrets[name] = fmt.Sprintf(`canary-%02d-%s-"<&\%%+ü/`, i, name)
		}
		variables += fmt.Sprintf("variable %q {\n  type      = string\n  sensitive = true\n  ephemeral = true\n}\n", name)
		w.env["TF_VAR_"+name] = secrets[name]
		w.secrets = append(w.secrets, secrets[name])
	}
	return secrets, variables
}

// TestNoSecretIsWrittenAnywhere sets every argument that takes a secret, and looks for the secrets in all that the CLI
// and the provider write: output, state and its backup, saved plan, both as JSON, outputs, and the logs in all their forms.
func TestNoSecretIsWrittenAnywhere(t *testing.T) {
	acctest.LifeCycle(t)
	const password = `canary-vb365-"<&\%+ü/`
	w := newWorld(t, vb365.Config{Users: map[string]string{user: password}}, vbaws.Config{
		Product: "7.0", Users: map[string]vbaws.User{user: {Password: password + "aws", Role: vbaws.Administrator}},
	})
	for _, prefix := range []string{"VEEAM_VB365_PROXY_", "VEEAM_VB365_USERNAME", "VEEAM_VB365_PASSWORD", "VEEAM_VBAWS_USERNAME", "VEEAM_VBAWS_PASSWORD"} {
		w.unset(prefix)
	}
	secrets, variables := w.canaries(map[string]string{
		"vb365_password": password, "vbaws_password": password + "aws",
		"vb365_token": w.vb365.Tokens().Issue(user).Access, "vbaws_token": w.vbaws.Tokens().Issue(user).Access,
	})
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
	w.env["TF_LOG"] = "JSON"
	w.planIsEmpty()
	w.env["TF_LOG"], w.env["TF_LOG_PROVIDER"], w.env["TF_LOG_PATH"] = "", "TRACE", "" // to the output
	w.planIsEmpty().wants(w, "method=GET")
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
	have["vb365_password"], have["vb365_token"] = logins(w.vb365.Requests())
	have["vbaws_password"], have["vbaws_token"] = logins(w.vbaws.Requests())
	for name, secret := range secrets {
		if !strings.Contains(have[name], secret) {
			w.Errorf("the secret %q did not arrive", name)
		}
	}
}

// logins gives the passwords and the access tokens that an appliance was sent.
func logins(exchanges []appliance.Exchange) (passwords, tokens string) {
	for _, e := range exchanges {
		form, _ := url.ParseQuery(string(e.Body))
		passwords += form.Get("password") + " "
		tokens += e.Header.Get("Authorization") + " "
	}
	return passwords, tokens
}
