// SPDX-License-Identifier: MPL-2.0

package vb365

import "testing"

func TestAppliedTo(t *testing.T) {
	t.Parallel()
	reported := Proxy{
		Description: new("branch"), Port: new(int64(9193)), ThreadsNumber: new(int64(64)), EnableNetworkThrottling: new(true), ThrottlingValue: new(int64(10)), ThrottlingUnit: "Mbps",
		UseInternetProxy: new(true), InternetProxyType: "Custom", InternetProxy: &InternetProxy{HostName: "squid.example.com", Port: new(int64(3128)), Username: "web", UseAuthentication: new(true)},
		ServiceAccount: "svc",
	}
	sent := ProxySpec{
		Description: new("branch\n"), Port: new(int64(9193)), ThreadsNumber: new(int64(64)), EnableNetworkThrottling: new(true), ThrottlingValue: new(int64(10)),
		ThrottlingUnit: new("Mbps"), UseInternetProxy: new(true), InternetProxyType: new("Custom"), ServiceAccountName: new("svc"), Password: "machine-pw",
		InternetProxySettings: &InternetProxy{HostName: "squid.example.com", Port: new(int64(3128)), Username: "web", UseAuthentication: new(true), Password: "web-pw"},
	}
	if !sent.AppliedTo(reported) || !(ProxySpec{}).AppliedTo(reported) {
		t.Error("an edit that was applied is not recognized")
	}
	for name, change := range map[string]func(*Proxy){
		"description":             func(p *Proxy) { p.Description = new("old") },
		"port":                    func(p *Proxy) { p.Port = new(int64(9194)) },
		"threads":                 func(p *Proxy) { p.ThreadsNumber = new(int64(32)) },
		"threads not reported":    func(p *Proxy) { p.ThreadsNumber = nil },
		"throttling off":          func(p *Proxy) { p.EnableNetworkThrottling = new(false) },
		"throttling value":        func(p *Proxy) { p.ThrottlingValue = new(int64(11)) },
		"throttling not reported": func(p *Proxy) { p.ThrottlingValue = nil },
		"throttling unit":         func(p *Proxy) { p.ThrottlingUnit = "" },
		"internet proxy off":      func(p *Proxy) { p.UseInternetProxy = new(false) },
		"type of internet proxy":  func(p *Proxy) { p.InternetProxyType = "FromManagementServer" },
		"no internet proxy":       func(p *Proxy) { p.InternetProxy = nil },
		"another internet proxy": func(p *Proxy) {
			p.InternetProxy = &InternetProxy{HostName: "squid.example.com", Port: new(int64(8080))}
		},
		"account of the service":    func(p *Proxy) { p.ServiceAccount = "" },
		"everything is not applied": func(p *Proxy) { *p = Proxy{} },
	} {
		other := reported
		change(&other)
		if sent.AppliedTo(other) {
			t.Errorf("%s: counts as applied", name)
		}
	}
}
