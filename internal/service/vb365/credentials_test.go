// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"strings"
	"testing"
)

// The order is what the guide promises: the named entry, the host's own, the default.
func TestCredentialsFind(t *testing.T) {
	t.Parallel()
	all := Credentials{Entries: map[string]Machine{
		"dmz": {Username: "dmz"}, "Proxy-1.example.com": {Username: "own"}, "default": {Username: "shared"},
	}}
	for _, c := range []struct {
		credentials Credentials
		name, host  string
		entry, user string
	}{
		{all, "dmz", "proxy-1.example.com", "dmz", "dmz"},
		{all, "", "proxy-1.example.com", "Proxy-1.example.com", "own"},
		{all, "", "proxy-2.example.com", "default", "shared"},
		{all, "missing", "proxy-1.example.com", "Proxy-1.example.com", "own"},
		{all, "missing", "proxy-2.example.com", "default", "shared"},
		{Credentials{Entries: map[string]Machine{"dmz": {Username: "dmz"}}}, "", "proxy-1.example.com", "", ""},
		{Credentials{}, "dmz", "proxy-1.example.com", "", ""},
		{Credentials{Entries: map[string]Machine{"": {Username: "nobody"}}}, "", "", "", ""},
	} {
		entry, machine, found := c.credentials.find(c.name, c.host)
		if entry != c.entry || machine.Username != c.user || found != (c.user != "") {
			t.Errorf("find(%q, %q) = %q, %q, %t; want %q, %q", c.name, c.host, entry, machine.Username, found, c.entry, c.user)
		}
	}
}

func TestCredentialsNames(t *testing.T) {
	t.Parallel()
	c := Credentials{Entries: map[string]Machine{"b": {Password: "canary"}, "a": {}}}
	if got := c.names(); got != `it has "a", "b"` {
		t.Errorf("names() = %s", got)
	}
	if got := (Credentials{}).names(); got != "it has no entries" {
		t.Errorf("names() = %s", got)
	}
	if !c.has("a") || c.has("c") || !(Credentials{Unknown: true}).has("c") {
		t.Error("has() is wrong about a, c, or an unknown map")
	}
	if text := fmt.Sprintf("%v %+v %#v", c, c, c); strings.Contains(text, "canary") {
		t.Error("a password is printed")
	}
}
