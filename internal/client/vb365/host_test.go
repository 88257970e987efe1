// SPDX-License-Identifier: MPL-2.0

package vb365

import "testing"

func TestSameHost(t *testing.T) {
	t.Parallel()
	full := Proxy{HostName: "PX1", FQDN: "px1.example.com"}
	for _, row := range []struct {
		host        string
		proxy       Proxy
		same, named bool
	}{
		{"px1.example.com", Proxy{HostName: "PX1.Example.COM"}, true, true},
		{"px1.example.com.", Proxy{HostName: "px1.example.com"}, true, true},
		{"px1.example.com", Proxy{HostName: "px1.example.com."}, true, true},
		{"PX1.example.com", full, true, true},
		{"px1", full, true, true},
		{"px1", Proxy{HostName: "px1.example.com"}, true, false},
		{"px1", Proxy{HostName: "10.0.0.1", FQDN: "px1.example.com"}, true, false},
		{"px1.example.com", Proxy{HostName: "PX1"}, true, false},
		{"px1.example.com", Proxy{HostName: "PX1", FQDN: "px1"}, true, false},
		{"10.0.0.1", Proxy{HostName: "10.0.0.1", FQDN: "px1.example.com"}, true, true},
		{"fd00::1", Proxy{HostName: "FD00::1"}, true, true},

		{"px1.other.com", full, false, false},
		{"px1.other.com", Proxy{HostName: "px1.example.com"}, false, false},
		{"px10", full, false, false},
		{"px", Proxy{HostName: "px1.example.com"}, false, false},
		{"10", Proxy{HostName: "10.0.0.1"}, false, false},
		{"10.0.0.1", Proxy{HostName: "10"}, false, false},
		{"", Proxy{}, false, false},
		{".", Proxy{HostName: "."}, false, false},
		{"", full, false, false},
	} {
		if same, named := SameHost(row.host, row.proxy), row.proxy.Named(row.host); same != row.same || named != row.named {
			t.Errorf("%q and %+v: same %t, named %t", row.host, row.proxy, same, named)
		}
	}
}
