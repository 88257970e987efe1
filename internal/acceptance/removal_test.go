// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const wrongPassword = "canary-wrong-3e77"

// removalVersions are those whose remove actions differ.
var removalVersions = []string{"v3", "v5", "v7", "v8"}

// newProxyWorld is a world whose appliance knows one machine, proxy-1.example.com.
func newProxyWorld(t *testing.T, version string, c vb365.Config) *world {
	t.Helper()
	c.Product = products[version]
	w := newWorld(t, c, vbaws.Config{})
	w.secrets = append(w.secrets, wrongPassword)
	w.vb365.AddMachine(vb365.Machine{HostName: "proxy-1.example.com", Username: proxyUser, Password: proxyPassword})
	return w
}

// proxyConfig is a proxy on that machine with more arguments.
func proxyConfig(arguments ...string) string {
	return "resource \"veeam_vb365_proxy\" \"this\" {\n  host_name = \"proxy-1.example.com\"\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

// credentialsConfig is a provider block whose proxy_credentials have these entries.
func credentialsConfig(entries ...string) string {
	return "provider \"veeam\" {\n  vb365 = {\n    proxy_credentials = {\n      " + strings.Join(entries, "\n      ") + "\n    }\n  }\n}\n"
}

func entry(name, password string) string {
	return fmt.Sprintf("%q = { username = %q, password = %q }", name, proxyUser, password)
}

// calls spells out the calls of a version.
func calls(version string, words ...string) (calls []string) {
	all := "/" + version + "/Proxies"
	one := all + "/{id}"
	remove := map[string]string{"v3": "/Action", "v4": "/Action", "v5": "/action"}[version]
	if remove == "" {
		remove = "/Remove"
	}
	for _, word := range words {
		switch word {
		case "read":
			calls = append(calls, "GET "+one)
		case "list":
			calls = append(calls, "GET "+all)
		case "add":
			calls = append(calls, "POST "+all)
		case "edit":
			calls = append(calls, "PUT "+one)
		case "remove":
			if version == "v8" { // is it in a pool, which it leaves first?
				calls = append(calls, "GET "+one)
			}
			calls = append(calls, "POST "+one+remove)
		case "again": // the same request
			calls = append(calls, "POST "+one+remove)
		case "gone": // only v8 says unmistakably that a proxy is not there
			calls = append(calls, "GET "+one)
			if version != "v8" {
				calls = append(calls, "GET "+all)
			}
		default:
			panic(word)
		}
	}
	return calls
}

// removedWith checks the credentials that the last removal carried; empty ones are none.
func (w *world) removedWith(username, password string, force bool) {
	w.Helper()
	have, _ := w.vb365.LastCredentials("proxy-1.example.com")
	want := vb365.Credentials{Operation: "remove", Force: force}
	if username != "" {
		want.Username, want.Password = &username, &password
	}
	if diff := cmp.Diff(want, have); diff != "" {
		w.Errorf("the removal carried other credentials (-want +have):\n%s", diff)
	}
}

// TestRemovalFindsCredentials destroys with credentials from each of their places, in the order in which they count.
func TestRemovalFindsCredentials(t *testing.T) {
	t.Parallel()
	variable := "variable \"machine\" {\n  type      = object({ username = string, password = string })\n  ephemeral = true\n  sensitive = true\n}\n"
	wrongEnvironment := map[string]string{"VEEAM_VB365_PROXY_PASSWORD": wrongPassword}
	for _, row := range []struct {
		name, provider, proxy string
		env                   map[string]string
	}{
		{name: "credentials_name", proxy: `credentials_name = "lab"`, provider: credentialsConfig(
			entry("default", wrongPassword), entry("proxy-1.example.com", wrongPassword), entry("lab", proxyPassword))},
		{name: "the host's own entry", provider: credentialsConfig(entry("default", wrongPassword), entry("PROXY-1.Example.COM", proxyPassword))},
		{name: "default", provider: credentialsConfig(entry("other.example.com", wrongPassword), entry("default", proxyPassword)), env: wrongEnvironment},
		{name: "the environment", provider: credentialsConfig(entry("other.example.com", wrongPassword))},
		{name: "an ephemeral variable", provider: variable + credentialsConfig(`default = var.machine`), env: map[string]string{
			"VEEAM_VB365_PROXY_PASSWORD": wrongPassword, "TF_VAR_machine": fmt.Sprintf("{ username = %q, password = %q }", proxyUser, proxyPassword),
		}},
	} {
		for _, version := range []string{"v3", "v8"} {
			t.Run(row.name+" "+version, func(t *testing.T) {
				w := newProxyWorld(t, version, vb365.Config{})
				maps.Copy(w.env, row.env)
				w.config(row.provider + proxyConfig(row.proxy))
				w.apply()
				r := w.destroy()
				made(t, r.vb365, calls(version, "read", "remove", "gone")...)
				w.removedWith(proxyUser, proxyPassword, false)
				w.stateLacks(proxyAddress)
				if strings.Contains(r.output, "Warning: Backup Proxy") {
					t.Errorf("there is a warning: %s", r.output)
				}
			})
		}
	}
}

// TestRemovalWithoutCredentials warns in the plan, tries, explains the refusal, and succeeds once there are some.
func TestRemovalWithoutCredentials(t *testing.T) {
	t.Parallel()
	for _, version := range removalVersions {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			delete(w.env, "VEEAM_VB365_PROXY_USERNAME")
			delete(w.env, "VEEAM_VB365_PROXY_PASSWORD")
			// An ephemeral variable that is not given at destroy leaves an entry without values.
			w.config("variable \"machine\" {\n  type      = string\n  ephemeral = true\n  default   = null\n}\n" +
				credentialsConfig(`default = { password = var.machine }`) +
				proxyConfig(`username = "EXAMPLE\\proxy-admin"`, `password_wo = "`+proxyPassword+`"`, `password_wo_version = 1`))
			w.apply()

			const warning = "Backup Proxy Will Be Removed Without Credentials"
			advice := `Add an entry "default" or "proxy-1.example.com" to proxy_credentials, or set VEEAM_VB365_PROXY_USERNAME and VEEAM_VB365_PROXY_PASSWORD.`
			w.run("plan", "-destroy", "-input=false", "-no-color").wants(w, warning, "it has no entries", advice)
			r := w.fail(destroyArgs, warning, "The user name or password is incorrect", "No credentials for the proxy's machine were sent", advice, "The proxy stays in state")
			made(t, r.vb365, calls(version, "read", "remove", "read")...)
			w.removedWith("", "", false)
			w.stateHas(proxyAddress, map[string]any{"host_name": "proxy-1.example.com"})

			// A replacement that can be foreseen warns, too, as does a block that is gone.
			w.config(strings.ReplaceAll(proxyConfig(), "proxy-1", "proxy-2"))
			w.planChanges("must be replaced", warning)
			w.config("")
			w.planChanges("1 to destroy", warning)

			w.env["VEEAM_VB365_PROXY_USERNAME"], w.env["VEEAM_VB365_PROXY_PASSWORD"] = proxyUser, proxyPassword
			made(t, w.destroy().vb365, calls(version, "read", "remove", "gone")...)
			w.removedWith(proxyUser, proxyPassword, false)
			w.stateLacks(proxyAddress)
		})
	}
}

// TestRemovalIsSentWithoutCredentials lets the server decide: it may be content with none.
func TestRemovalIsSentWithoutCredentials(t *testing.T) {
	t.Parallel()
	for version, body := range map[string]string{
		"v3": `{"remove":{}}`, "v4": `{"remove":{}}`, "v5": `{"remove":{"force":false}}`,
		"v6": `{"force":false}`, "v7": `{"force":false}`, "v8": `{"force":false}`,
	} {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: products[version]}, vbaws.Config{})
			delete(w.env, "VEEAM_VB365_PROXY_USERNAME")
			delete(w.env, "VEEAM_VB365_PROXY_PASSWORD")
			w.config(proxyConfig())
			w.apply()
			made(t, w.destroy().vb365, calls(version, "read", "remove", "gone")...)
			for _, e := range w.vb365.Requests() {
				if e.Method == "POST" && uuids.MatchString(e.Path) && string(e.Body) != body {
					t.Errorf("the body is %s instead of %s", e.Body, body)
				}
			}
			w.stateLacks(proxyAddress)
		})
	}
}

// TestRemovalWithWrongCredentials names the place where the wrong ones came from, and keeps the proxy in state.
func TestRemovalWithWrongCredentials(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, version := range removalVersions {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.config(credentialsConfig(entry("lab", proxyPassword)) + proxyConfig(`credentials_name = "lab"`))
			w.apply()
			w.config(credentialsConfig(entry("lab", wrongPassword)) + proxyConfig(`credentials_name = "lab"`))
			r := w.fail(destroyArgs, "The user name or password is incorrect",
				`came from entry "lab" of proxy_credentials (account EXAMPLE\proxy-admin)`, "The proxy stays in state; the next destroy tries again")
			made(t, r.vb365, calls(version, "read", "remove", "read")...)
			w.removedWith(proxyUser, wrongPassword, false)
			w.stateHas(proxyAddress, map[string]any{"host_name": "proxy-1.example.com", "credentials_name": "lab"})

			// The entry is renamed: the plan says which one is used instead.
			w.config(credentialsConfig(entry("default", proxyPassword)) + proxyConfig(`credentials_name = "lab"`))
			w.destroy().wants(w, "Backup Proxy Will Be Removed With Other Credentials", `no such entry (it has "default")`)
			w.removedWith(proxyUser, proxyPassword, false)
			w.stateLacks(proxyAddress)
		})
	}
}

// TestRemovalOfLinuxProxy sends what opens a Linux machine, out of proxy_credentials and the settings in state.
func TestRemovalOfLinuxProxy(t *testing.T) {
	const key, passphrase, root = "canary-key\nline two\n", "canary-passphrase-aa", "canary-root-bb"
	encoded := base64.StdEncoding.EncodeToString([]byte(key))
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.secrets = append(w.secrets, "canary-key", encoded, passphrase, root)
	access := vb365.SSHAccess{Account: "veeam", PrivateKeyBase64: encoded, PrivateKeyPassphrase: passphrase, Port: 2222, Fingerprint: "SHA256:abc", PublicBase64Key: "aG9zdA=="}
	w.vb365.AddMachine(vb365.Machine{HostName: "proxy-1.example.com", OperatingSystem: vb365.Linux, SSH: access})
	w.config(credentialsConfig(fmt.Sprintf("default = { username = \"veeam\", ssh_private_key = %q, ssh_private_key_passphrase = %q, ssh_root_password = %q }", key, passphrase, root)) +
		proxyConfig(`operating_system = "Linux"`, `ssh = { port = 2222, connection_timeout = 5000, fingerprint = "SHA256:abc", host_public_key = "aG9zdA==", elevate_account_to_root = true, use_su_if_sudo_unavailable = true }`))
	w.apply()
	made(t, w.destroy().vb365, calls("v8", "read", "remove", "gone")...)
	want := `{"force":false,"sshSettings":{"account":"veeam","port":2222,"connectionTimeout":5000,"privateKeyBase64":"` + encoded + `","privateKeyPassphrase":"` + passphrase +
		`","elevateAccountToRoot":true,"UseSuIfSudoUnavailable":true,"rootPassword":"` + root + `","fingerprint":"SHA256:abc","publicBase64Key":"aG9zdA=="}}`
	for _, e := range w.vb365.Requests() {
		if strings.HasSuffix(e.Path, "/Remove") && string(e.Body) != want {
			t.Errorf("the body is\n%s instead of\n%s", e.Body, want)
		}
	}
	w.stateLacks(proxyAddress)
}
