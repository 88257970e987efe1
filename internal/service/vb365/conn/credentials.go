// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
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
	FromEnvironment         bool // the entry stands for VEEAM_VB365_PROXY_USERNAME and VEEAM_VB365_PROXY_PASSWORD
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

// Find returns the entry for a proxy: the one that credentials_name names, else the one named like its host, else the
// default; an empty name if there is none. Of several entries the one with exactly the right name is meant, otherwise the
// only one whose name differs in case only, or, for hosts, means the same host. Which of several would be arbitrary, and a
// password would go to a machine that it is not for, so that is an error.
func (c Credentials) Find(name, host, fqdn string) (entry string, machine Machine, err error) {
	entry, err = c.Named(name)
	if entry == "" && err == nil {
		entry, err = c.match(fmt.Sprintf("the host %q", host), is(host), is(fqdn), equals(host), equals(fqdn),
			func(entry string) bool { return api.SameHost(entry, api.Proxy{HostName: host, FQDN: fqdn}) })
	}
	if entry == "" && err == nil {
		entry, err = c.Named(DefaultEntry)
	}
	if entry == "" {
		return "", Machine{}, err
	}
	return entry, c.Entries[entry], nil
}

// HasDefault reports whether there is an entry for all proxies that have no other.
func (c Credentials) HasDefault() bool {
	return slices.ContainsFunc(slices.Collect(maps.Keys(c.Entries)), equals(DefaultEntry))
}

// Named returns the entry that name means; an empty one if there is none.
func (c Credentials) Named(name string) (entry string, err error) {
	return c.match(fmt.Sprintf("%q", name), is(name), equals(name))
}

func is(name string) func(string) bool { return func(entry string) bool { return entry == name } }

func equals(name string) func(string) bool {
	return func(entry string) bool { return strings.EqualFold(entry, name) }
}

// match returns the entry that the first of the rules accepts which accepts any.
func (c Credentials) match(what string, rules ...func(entry string) bool) (entry string, err error) {
	for _, accepts := range rules {
		var found []string
		for entry := range c.Entries {
			if entry != "" && accepts(entry) {
				found = append(found, entry)
			}
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0], nil
		}
		return "", fmt.Errorf("proxy_credentials of block \"vb365\" has several entries for %s: %s. Set credentials_name to exactly the name of one of them, or remove the others",
			what, quoted(found))
	}
	return "", nil
}

// Names lists the entries for a message.
func (c Credentials) Names() string {
	if len(c.Entries) == 0 {
		return "it has no entries"
	}
	return "it has " + quoted(slices.Collect(maps.Keys(c.Entries)))
}

func quoted(names []string) string {
	slices.Sort(names)
	for i, name := range names {
		names[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(names, ", ")
}

// Check reports a credentials_name that means no entry of proxy_credentials, or several.
func (c Credentials) Check(name types.String, report func(path.Path, string, string)) {
	if name.IsNull() || name.IsUnknown() || c.Unknown {
		return
	}
	entry, err := c.Named(name.ValueString())
	switch {
	case err != nil:
		report(path.Root("credentials_name"), "Ambiguous Credentials", err.Error()+".")
	case entry == "":
		step := "Add the entry"
		if len(c.Entries) > 0 {
			step = "Use one of these names, or add the entry"
		}
		report(path.Root("credentials_name"), "Unknown Credentials",
			fmt.Sprintf("proxy_credentials of block \"vb365\" has no entry %q; %s. %s.", name.ValueString(), c.Names(), step))
	}
}
