// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// SameHost reports whether host names the machine of p. A full name or an address must be the proxy's hostName or, from v7
// on, its fqdn. A short name may also be the first label of one of them, and where the server returns nothing but a short
// name, that may be the first label of host. Case and a trailing dot make no difference.
func SameHost(host string, p Proxy) bool { return hostRank(host, p) > 0 }

// Named reports whether host is a name of p as the server returns it: its hostName or its fqdn.
func (p Proxy) Named(host string) bool { return hostRank(host, p) > 1 }

// OnHost returns the proxies whose machine host names best: those with that hostName, otherwise those with that fqdn, otherwise
// those that share the first label with it.
func OnHost(host string, proxies []Proxy) (found []Proxy) {
	best := 1
	for _, p := range proxies {
		switch rank := hostRank(host, p); {
		case rank > best:
			best, found = rank, []Proxy{p}
		case rank == best:
			found = append(found, p)
		}
	}
	return found
}

// AmbiguousHostError says that a host names several proxies equally well.
type AmbiguousHostError struct {
	Host    string
	Proxies []Proxy
}

func (e *AmbiguousHostError) Error() string {
	return fmt.Sprintf("host %q matches %d proxies", e.Host, len(e.Proxies))
}

// onlyOnHost returns the one proxy on a host. None: errors.Is(err, rest.ErrNotFound); several: an *AmbiguousHostError.
func onlyOnHost(host string, proxies []Proxy) (Proxy, error) {
	switch found := OnHost(host, proxies); len(found) {
	case 0:
		return Proxy{}, fmt.Errorf("a proxy on host %q: %w", host, rest.ErrNotFound)
	case 1:
		return found[0], nil
	default:
		return Proxy{}, &AmbiguousHostError{Host: host, Proxies: found}
	}
}

func hostRank(host string, p Proxy) int {
	name := normalHost(host)
	switch {
	case name == "":
		return 0
	case name == normalHost(p.HostName):
		return 3
	case name == normalHost(p.FQDN):
		return 2
	case sameLabel(host, p):
		return 1
	}
	return 0
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
