// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Credentials are the provider's proxy_credentials: accounts of the machines that proxies run on. They are part of
// the provider's configuration because that, unlike write-only arguments, is there when a proxy is destroyed, and is
// never stored.
type Credentials struct {
	Entries map[string]Machine
	Unknown bool // the map itself is not known yet
}

// Machine is one entry of proxy_credentials.
type Machine struct {
	Username                string
	Password                rest.Secret
	SSHPrivateKey           rest.Secret // Linux: content of the key file
	SSHPrivateKeyPassphrase rest.Secret
	SSHRootPassword         rest.Secret
	Unknown                 bool // the entry is there, its values are not known yet
}

// DefaultEntry is the entry for all proxies that have no other.
const DefaultEntry = "default"

// Secrets are those of all entries.
func (c Credentials) Secrets() []rest.Secret {
	var all []rest.Secret
	for _, m := range c.Entries {
		all = append(all, m.Password, m.SSHPrivateKey, m.SSHPrivateKeyPassphrase, m.SSHRootPassword)
	}
	return all
}

// find gives the entry for a proxy: the named one, else the one named like its host, else the default.
func (c Credentials) find(name, host string) (entry string, machine Machine, found bool) {
	for _, candidate := range []string{name, host, DefaultEntry} {
		for entry, machine := range c.Entries {
			if candidate != "" && strings.EqualFold(entry, candidate) {
				return entry, machine, true
			}
		}
	}
	return "", Machine{}, false
}

// has tells whether the entry is there, or may be there once the map is known.
func (c Credentials) has(name string) bool {
	_, ok := c.Entries[name]
	return ok || c.Unknown
}

// names lists the entries for a message.
func (c Credentials) names() string {
	if len(c.Entries) == 0 {
		return "it has no entries"
	}
	var names []string
	for name := range c.Entries {
		names = append(names, fmt.Sprintf("%q", name))
	}
	slices.Sort(names)
	return "it has " + strings.Join(names, ", ")
}

// checkCredentialsName refuses an entry that proxy_credentials does not have.
func (a *Appliance) checkCredentialsName(ctx context.Context, config tfsdk.Config, diags *diagnostics) {
	var name types.String
	diags.Append(config.GetAttribute(ctx, path.Root("credentials_name"), &name)...)
	if name.IsNull() || name.IsUnknown() || a.Credentials.has(name.ValueString()) {
		return
	}
	diags.AddAttributeError(path.Root("credentials_name"), "Unknown Credentials",
		fmt.Sprintf("proxy_credentials of block \"vb365\" has no entry %q; %s.", name.ValueString(), a.Credentials.names()))
}
