// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestPlanWarnsOfMissingCredentials: the plan of a new proxy warns if there is no complete account of its machine.
func TestPlanWarnsOfMissingCredentials(t *testing.T) {
	t.Parallel()
	const warning = "Backup Proxy Will Be Created Without Credentials"
	for name, c := range map[string]struct {
		provider  string // entries of proxy_credentials; "-": the environment's account instead
		arguments string
		warns     bool
	}{
		"nothing":                  {"", "", true},
		"another host's entry":     {`other = { username = "u" }`, "", true},
		"default of environment":   {"-", "", false},
		"default":                  {`default = { username = "u", password = "p" }`, "", false},
		"the host's entry":         {`"PROXY-1.example.com" = { username = "u", password = "p" }`, "", false},
		"a named entry":            {`dmz = { username = "u", password = "p" }`, `credentials_name = "dmz"`, false},
		"the resource's arguments": {"", "username = \"u\"\npassword_wo = \"p\"\npassword_wo_version = 1", false},
		"an entry that is null":    {`default = null`, "", true},
		"a user name alone":        {`default = { username = "u" }`, "", true},
		"a password alone":         {`default = { password = "p" }`, "", true},
		"a key for Windows":        {`default = { username = "u", ssh_private_key = "k" }`, "", true},
		"a Linux account alone":    {"", "operating_system = \"Linux\"\nssh = { account = \"u\" }", true},
		"a Linux machine":          {"", "operating_system = \"Linux\"\nssh = { account = \"u\", private_key_wo = \"k\", secrets_wo_version = 1 }", false},
		"a Linux entry":            {`default = { username = "u", ssh_private_key = "k" }`, "operating_system = \"Linux\"", false},
		"a Linux key alone":        {`default = { ssh_private_key = "k" }`, "operating_system = \"Linux\"", true},
		"a key and an account":     {`default = { ssh_private_key = "k" }`, "operating_system = \"Linux\"\nssh = { account = \"u\" }", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{})
			provider := ""
			if c.provider != "-" {
				delete(w.env, "VEEAM_VB365_PROXY_USERNAME")
				delete(w.env, "VEEAM_VB365_PROXY_PASSWORD")
				provider = "provider \"veeam\" {\n  vb365 = {\n    proxy_credentials = {\n" + c.provider + "\n    }\n  }\n}\n"
			}
			w.config(provider + "resource \"veeam_vb365_proxy\" \"this\" {\n  host_name = \"proxy-1.example.com\"\n" + c.arguments + "\n}\n")
			if r := w.planChanges("1 to add"); strings.Contains(r.output, warning) != c.warns {
				t.Errorf("warned is %t: %s", !c.warns, r.output)
			}
		})
	}
}

// TestInternetProxyArgumentsExclude: what the server would ignore is refused before anything is asked.
func TestInternetProxyArgumentsExclude(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(`
resource "veeam_vb365_proxy" "this" {
  host_name      = "proxy-1.example.com"
  internet_proxy = { type = "FromManagementServer", host_name = "web.example.com", port = 8080 }
}`)
	r := w.fail(planArgs, "Settings That Have No Effect", "host_name is for an internet proxy of type Custom", "port is for an internet proxy of type Custom")
	made(t, r.vb365)
}
