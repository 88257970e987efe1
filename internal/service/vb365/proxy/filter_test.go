// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// Each filter looks at its own property; all of them must let a proxy through.
func TestProxyFilter(t *testing.T) {
	t.Parallel()
	proxy := api.Proxy{HostName: "Proxy-1.example.com", Status: "Online", Type: "Domain", OperatingSystem: "Windows", ProxyPoolID: new("ABCD")}
	word := types.StringValue
	for name, c := range map[string]struct {
		filter filter
		want   bool
	}{
		"none":             {filter{}, true},
		"all":              {filter{Status: word("Online"), Type: word("Domain"), OperatingSystem: word("Windows"), ProxyPoolID: word("abcd"), HostName: word("proxy-?.*")}, true},
		"status":           {filter{Status: word("Offline")}, false},
		"type":             {filter{Type: word("Local")}, false},
		"operating system": {filter{OperatingSystem: word("Linux")}, false},
		"pool":             {filter{ProxyPoolID: word("abce")}, false},
		"host name":        {filter{HostName: word("proxy")}, false},
		"one of two":       {filter{Status: word("Online"), HostName: word("other-*")}, false},
	} {
		if c.filter.matcher()(proxy) != c.want {
			t.Errorf("%s: not %t", name, c.want)
		}
	}
	if (filter{ProxyPoolID: word("abcd")}).matcher()(api.Proxy{}) {
		t.Error("a proxy without a pool belongs to one")
	}
}

// Facts show null for what the server does not tell, and hide an account that the internet proxy is not asked with.
func TestFactsFromAPI(t *testing.T) {
	t.Parallel()
	silent := flatten(api.Proxy{ID: "ABCD", HostName: "proxy-1", Port: new(int64(9193))})
	for name, value := range map[string]interface{ IsNull() bool }{
		"fqdn": silent.FQDN, "status": silent.Status, "threads_number": silent.ThreadsNumber, "cpu_usage_percent": silent.CPUUsagePercent, "proxy_pool_id": silent.ProxyPoolID,
	} {
		if !value.IsNull() {
			t.Errorf("%s is %v", name, value)
		}
	}
	if silent.ID.ValueString() != "abcd" || silent.NetworkThrottling != nil || silent.InternetProxy != nil || silent.Roles != nil {
		t.Errorf("%+v", silent)
	}
	offline := flatten(api.Proxy{EnableNetworkThrottling: new(true), UseInternetProxy: new(true), InternetProxyType: "Custom", InternetProxy: &api.InternetProxy{HostName: "web", Port: new(int64(8080)), UseAuthentication: new(false), Username: "left over"}})
	if !offline.NetworkThrottling.Value.IsNull() || !offline.InternetProxy.Username.IsNull() || offline.InternetProxy.Port.ValueInt64() != 8080 {
		t.Errorf("%+v %+v", offline.NetworkThrottling, offline.InternetProxy)
	}
}
