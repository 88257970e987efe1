// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/netip"
	"strings"
)

// SameHost reports whether host names the machine of p. A full name or an address must be the proxy's hostName or, from v7
// on, its fqdn. A short name may also be the first label of one of them, and where the server returns nothing but a short
// name, that may be the first label of host. Case and a trailing dot make no difference.
func SameHost(host string, p Proxy) bool { return p.Named(host) || sameLabel(host, p) }

// Named reports whether host is a name of p as the server returns it: its hostName or its fqdn.
func (p Proxy) Named(host string) bool {
	host = normalHost(host)
	return host != "" && (normalHost(p.HostName) == host || normalHost(p.FQDN) == host)
}

func sameLabel(host string, p Proxy) bool {
	label := firstLabel(host)
	if isShort(host) {
		return label != "" && (label == firstLabel(p.HostName) || label == firstLabel(p.FQDN))
	}
	return label != "" && label == firstLabel(p.HostName) && isShort(p.HostName) && isShort(p.FQDN)
}

func normalHost(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

func isShort(host string) bool { return !strings.Contains(normalHost(host), ".") }

// firstLabel is empty for an address.
func firstLabel(host string) string {
	host = normalHost(host)
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	label, _, _ := strings.Cut(host, ".")
	return label
}
