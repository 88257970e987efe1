// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The order is what the guide promises: the named entry, the host's own, the default. Each run of a map's elements has another
// order, so a choice that depends on it shows in one of many repetitions.
func TestCredentialsFind(t *testing.T) {
	t.Parallel()
	of := func(names ...string) Credentials {
		c := Credentials{Entries: map[string]Machine{}}
		for _, name := range names {
			c.Entries[name] = Machine{Username: "user of " + name}
		}
		return c
	}
	mixed := of("dmz", "DMZ", "PX1", "px1", "default", "Default")
	hosts := of("px1.example.com", "px2", "px3.a.example.com", "px3.b.example.com", "PX3.B.example.com", "10.0.0.1", "10")
	for _, c := range []struct {
		credentials      Credentials
		name, host, fqdn string
		entry            string
		several          string // that the error lists
	}{
		{of("dmz", "Proxy-1.example.com", "default"), "dmz", "proxy-1.example.com", "", "dmz", ""},
		{of("dmz", "Proxy-1.example.com", "default"), "DMZ", "proxy-1.example.com", "", "dmz", ""},
		{of("dmz", "Proxy-1.example.com", "default"), "", "proxy-1.example.com", "", "Proxy-1.example.com", ""},
		{of("dmz", "Proxy-1.example.com", "default"), "", "proxy-2.example.com", "", "default", ""},
		{of("dmz", "Proxy-1.example.com", "default"), "missing", "proxy-1.example.com", "", "Proxy-1.example.com", ""},
		{of("dmz", "Default"), "missing", "proxy-2.example.com", "", "Default", ""},
		{of("dmz"), "", "proxy-1.example.com", "", "", ""},
		{of(), "dmz", "proxy-1.example.com", "", "", ""},
		{of(""), "", "", "", "", ""},

		{mixed, "dmz", "", "", "dmz", ""},
		{mixed, "DMZ", "", "", "DMZ", ""},
		{mixed, "Dmz", "px1", "", "", `"DMZ", "dmz"`},
		{mixed, "", "px1", "", "px1", ""},
		{mixed, "", "PX1", "", "PX1", ""},
		{mixed, "", "Px1", "", "", `"PX1", "px1"`},
		{mixed, "", "other", "", "default", ""},
		{of("Default", "DEFAULT"), "", "other", "", "", `"DEFAULT", "Default"`},

		{hosts, "", "px1", "", "px1.example.com", ""},
		{hosts, "", "PX1.example.com.", "", "px1.example.com", ""},
		{hosts, "", "px1.other.example.com", "", "", ""},
		{hosts, "", "px2.example.com", "", "px2", ""},
		{hosts, "", "px3", "", "", `"PX3.B.example.com", "px3.a.example.com", "px3.b.example.com"`},
		{hosts, "", "px3", "px3.a.example.com", "px3.a.example.com", ""},
		{hosts, "", "px3", "px3.b.example.com", "px3.b.example.com", ""},
		{hosts, "", "px3", "Px3.b.example.com", "", `"PX3.B.example.com", "px3.b.example.com"`},
		{hosts, "", "10.0.0.1", "", "10.0.0.1", ""},
		{hosts, "", "10.0.0.2", "", "", ""},
	} {
		for range 20 {
			entry, machine, err := c.credentials.Find(c.name, c.host, c.fqdn)
			if entry != c.entry || (entry != "") != (machine.Username == "user of "+entry) || (err != nil) != (c.several != "") || err != nil && !strings.Contains(err.Error(), ": "+c.several+".") {
				t.Errorf("find(%q, %q, %q) of %s = %q, %q, %v; want %q, error about %q", c.name, c.host, c.fqdn, c.credentials.Names(), entry, machine.Username, err, c.entry, c.several)
				break
			}
		}
	}
}

func TestCredentialsNames(t *testing.T) {
	t.Parallel()
	c := Credentials{Entries: map[string]Machine{"b": {Password: "canary"}, "a": {}}}
	if got := c.Names(); got != `it has "a", "b"` {
		t.Errorf("names() = %s", got)
	}
	if got := (Credentials{}).Names(); got != "it has no entries" {
		t.Errorf("names() = %s", got)
	}
	for _, check := range []struct {
		credentials Credentials
		name, says  string
	}{
		{c, "a", ""},
		{c, "A", ""},
		{c, "c", `has no entry "c"; it has "a", "b"`},
		{Credentials{Unknown: true}, "c", ""},
		{Credentials{Entries: map[string]Machine{"a": {}, "A": {}}}, "a", ""},
		{Credentials{Entries: map[string]Machine{"ab": {}, "AB": {}}}, "Ab", `"AB", "ab"`},
	} {
		said := ""
		check.credentials.Check(types.StringValue(check.name), func(_ path.Path, _, detail string) { said = detail })
		if (said == "") != (check.says == "") || !strings.Contains(said, check.says) {
			t.Errorf("of credentials_name %q it is said: %s", check.name, said)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(text, "canary") {
		t.Error("a password is printed")
	}
}
