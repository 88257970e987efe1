// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"maps"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

const ephemeralPassword = "variable \"pw\" {\n  type      = string\n  ephemeral = true\n  default   = null\n}\n"

// lacks checks that the output does not contain the texts.
func (r result) lacks(w *world, texts ...string) {
	w.Helper()
	for _, text := range texts {
		if strings.Contains(r.output, text) {
			w.Errorf("the output says %q: %s", text, r.output)
		}
	}
}

// TestHalfAnAccountIsNoAccount: a user name without a password, or the reverse, is reported at plan, is not sent, and the error says
// so. It does not stop a command.
func TestHalfAnAccountIsNoAccount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		entry, lacks string
		env          map[string]string // without the password of the machine
	}{
		"an ephemeral password": {
			entry: `default = { username = "EXAMPLE\\proxy-admin", password = var.pw }`,
			lacks: `entry "default" of proxy_credentials has a user name (EXAMPLE\proxy-admin) but no password. Complete it.`,
		},
		"a user name of the environment": {
			env:   map[string]string{"VEEAM_VB365_PROXY_USERNAME": proxyUser},
			lacks: `entry "default" of proxy_credentials (from VEEAM_VB365_PROXY_USERNAME and VEEAM_VB365_PROXY_PASSWORD) has a user name (EXAMPLE\proxy-admin) but no password.`,
		},
		"a password of the environment": {
			env:   map[string]string{"VEEAM_VB365_PROXY_PASSWORD": proxyPassword},
			lacks: `entry "default" of proxy_credentials (from VEEAM_VB365_PROXY_USERNAME and VEEAM_VB365_PROXY_PASSWORD) has a password but no user name.`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newProxyWorld(t, "v8", vb365.Config{})
			provider := ephemeralPassword
			if c.entry != "" {
				provider += credentialsConfig(c.entry)
			}
			w.config(provider + proxyConfig())
			w.env["TF_VAR_pw"] = proxyPassword
			w.apply().lacks(w, "Warning: Backup Proxy")
			w.planIsEmpty()

			w.unset("VEEAM_VB365_PROXY_")
			w.unset("TF_VAR_pw")
			maps.Copy(w.env, c.env)
			w.planIsEmpty()
			w.succeed("plan", "-destroy", "-input=false", "-no-color").wants(w, "Backup Proxy Will Be Removed Without Credentials", c.lacks)
			missing := "no password was sent"
			if strings.Contains(c.lacks, "no user name") {
				missing = "no user name was sent"
			}
			w.fail(destroyArgs, "The user name or password is incorrect", missing, c.lacks)
			w.removedWith("", "", false)

			w.config(provider + proxyConfig(`port = 9200`))
			w.apply().wants(w, "Backup Proxy Will Be Edited Without Credentials", c.lacks)
			w.carried(vb365.Credentials{Operation: "edit"})
			w.config(provider + strings.ReplaceAll(proxyConfig(), "proxy-1", "proxy-2"))
			w.planChanges("must be replaced", "Backup Proxy Will Be Removed Without Credentials", "Backup Proxy Will Be Created Without Credentials", c.lacks)
		})
	}
}

// TestNoCredentialsForTheRemoval: write-only credentials serve the creation, and the plan says at once that the removal has none.
func TestNoCredentialsForTheRemoval(t *testing.T) {
	const warning = "Backup Proxy Has No Credentials For Its Removal"
	w := newProxyWorld(t, "v8", vb365.Config{})
	proxy := proxyConfig(`username = "EXAMPLE\\proxy-admin"`, `password_wo = var.pw`, `password_wo_version = 1`)
	w.config(ephemeralPassword + proxy)
	w.env["TF_VAR_pw"] = proxyPassword
	w.planChanges().lacks(w, warning)
	w.unset("VEEAM_VB365_PROXY_")
	w.planChanges(warning, `No entry of proxy_credentials in block "vb365" matches the machine of proxy "proxy-1.example.com"`)
	w.apply().wants(w, warning)

	// A destroy needs no write-only value: that there is none is no error.
	w.unset("TF_VAR_pw")
	w.env["VEEAM_VB365_PROXY_USERNAME"], w.env["VEEAM_VB365_PROXY_PASSWORD"] = proxyUser, proxyPassword
	w.planIsEmpty()
	w.config(ephemeralPassword + proxy + strings.ReplaceAll(strings.ReplaceAll(proxy, "proxy-1", "proxy-2"), `"this"`, `"not_created"`))
	w.destroy()
	w.stateLacks(proxyAddress)
}

// TestMissingPasswords: a password that has to be sent and is null is a warning of the plan and an error of the apply, before
// anything is sent.
func TestMissingPasswords(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	proxy := func(version string) string {
		return ephemeralPassword + proxyConfig(`username = "EXAMPLE\\proxy-admin"`, `password_wo = var.pw`, `password_wo_version = `+version,
			`internet_proxy = { type = "Custom", host_name = "web.example.com", username = "web", password_wo = var.pw, password_wo_version = `+version+` }`,
			`service_account = { name = "EXAMPLE\\svc", password_wo = var.pw, password_wo_version = `+version+` }`)
	}
	w.config(proxy("1"))
	for range 2 { // of the creation, and of the edit
		w.planChanges("Warning: Missing Password")
		r := w.fail(applyArgs, "Error: Missing Password", "set the variable for this command")
		for _, at := range []string{"password_wo = var.pw", "internet_proxy = {", "service_account = {"} {
			r.wants(w, at)
		}
		for _, call := range r.vb365 {
			if !strings.HasPrefix(call, "GET ") {
				t.Errorf("%s was sent", call)
			}
		}
		w.env["TF_VAR_pw"] = proxyPassword
		w.apply()
		w.unset("TF_VAR_pw")
		w.planIsEmpty()
		w.config(proxy("2"))
	}
}

// TestEntriesThatDifferInCase: the entry with exactly the right name counts; which of several others would be a guess.
func TestEntriesThatDifferInCase(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	names := []string{"dmz", "DMZ", "PROXY-1.example.com", "proxy-1.example.com"}
	for _, name := range names {
		var entries []string
		for _, other := range names {
			password := wrongPassword
			if other == name {
				password = proxyPassword
			}
			entries = append(entries, entry(other, password))
		}
		w.config(credentialsConfig(entries...) + proxyConfig(`credentials_name = "`+name+`"`))
		w.apply()
		w.destroy()
		w.removedWith(proxyUser, proxyPassword, false)
	}
	w.config(credentialsConfig(entry("dmz", wrongPassword), entry("DMZ", wrongPassword)) + proxyConfig(`credentials_name = "Dmz"`))
	made(t, w.fail(planArgs, "Ambiguous Credentials", `several entries for "Dmz": "DMZ", "dmz"`).vb365)
	w.config(credentialsConfig(entry("Default", wrongPassword), entry("DEFAULT", wrongPassword)) + proxyConfig())
	made(t, w.fail(planArgs, "Ambiguous Credentials", `several entries for "default": "DEFAULT", "Default"`).vb365)
	w.config(credentialsConfig(entry("PROXY-1", proxyPassword)) + proxyConfig())
	w.apply()
	w.config(credentialsConfig(entry("PROXY-1", proxyPassword), entry("proxy-1", proxyPassword)) + proxyConfig())
	made(t, w.fail(destroyArgs, "Ambiguous Credentials", `several entries for the host "proxy-1.example.com": "PROXY-1", "proxy-1"`).vb365, calls("v8", "read")...)
	w.config(credentialsConfig(entry("proxy-1.EXAMPLE.com", proxyPassword)) + proxyConfig())
	w.destroy()
}
