// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

func offlineProxy() api.Proxy {
	return api.Proxy{
		ID: "0F0E0D0C-1111-4222-8333-444455556666", HostName: "PROXY-1.example.com", Port: new(int64(9193)), Status: api.StatusOffline,
		EnableNetworkThrottling: new(true), UseInternetProxy: new(true), InternetProxyType: "Custom",
	}
}

// An offline proxy does not tell its threads and limits in v5 to v7. What is known of them must not look like drift.
func TestFromAPIKeepsWhatIsNotTold(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	online := offlineProxy()
	online.Status, online.ThreadsNumber, online.ThrottlingValue, online.ThrottlingUnit = api.StatusOnline, new(int64(32)), new(int64(100)), "KBs"
	online.InternetProxy = &api.InternetProxy{HostName: "web.example.com", Port: new(int64(8080)), UseAuthentication: new(true), Username: "web"}
	var m proxyModel
	m.HostName = types.StringValue("proxy-1.example.com")
	m.fromAPI(t.Context(), api.V7, online, &diags)
	before := m
	m.fromAPI(t.Context(), api.V7, offlineProxy(), &diags)
	if diags.HasError() {
		t.Fatal(diags)
	}
	if m.Status.ValueString() != api.StatusOffline {
		t.Errorf("status = %s", m.Status)
	}
	before.Status = m.Status
	if diff := cmp.Diff(before, m); diff != "" {
		t.Errorf("something else changed (-before +after):\n%s", diff)
	}
	if m.HostName.ValueString() != "proxy-1.example.com" || m.ID.ValueString() != "0f0e0d0c-1111-4222-8333-444455556666" {
		t.Errorf("host_name = %s, id = %s", m.HostName, m.ID)
	}
}

// An upgrade of the server takes attributes away and brings others.
func TestFromAPIFollowsTheVersion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		version   api.Version
		proxy     api.Proxy
		threads   types.Int64
		domain    types.Bool
		operating types.String
		maintain  types.Bool
	}{
		{api.V3, api.Proxy{ThreadsNumber: new(int64(8)), Type: "Local"}, types.Int64Value(8), types.BoolNull(), types.StringNull(), types.BoolNull()},
		{api.V6, api.Proxy{ThreadsNumber: new(int64(8)), Type: "Domain"}, types.Int64Value(8), types.BoolValue(true), types.StringNull(), types.BoolNull()},
		{api.V7, api.Proxy{Type: "Workgroup"}, types.Int64Value(64), types.BoolValue(false), types.StringNull(), types.BoolNull()},
		{api.V8, api.Proxy{Type: "Workgroup", OperatingSystem: "Linux", MaintenanceModeState: "Enabling"}, types.Int64Null(), types.BoolValue(false), types.StringValue("Linux"), types.BoolValue(true)},
	} {
		var diags diag.Diagnostics
		m := proxyModel{ThreadsNumber: types.Int64Value(64)}
		m.fromAPI(t.Context(), c.version, c.proxy, &diags)
		if !m.ThreadsNumber.Equal(c.threads) || !m.UseDomainNetwork.Equal(c.domain) || !m.OperatingSystem.Equal(c.operating) || !m.MaintenanceMode.Equal(c.maintain) {
			t.Errorf("%s: threads %s, domain %s, operating system %s, maintenance %s", c.version, m.ThreadsNumber, m.UseDomainNetwork, m.OperatingSystem, m.MaintenanceMode)
		}
	}
}

// What is left to the server is not sent; a block that is left out is sent as switched off.
func TestToAPI(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	m := proxyModel{
		HostName: types.StringValue("proxy-1.example.com"), Description: types.StringUnknown(), Port: types.Int64Unknown(),
		ThreadsNumber: types.Int64Unknown(), UseDomainNetwork: types.BoolUnknown(), OperatingSystem: types.StringUnknown(),
		NetworkThrottling: types.ObjectNull(throttlingTypes), InternetProxy: types.ObjectNull(internetProxyTypes),
	}
	want := api.ProxySpec{HostName: new("proxy-1.example.com"), EnableNetworkThrottling: new(false), UseInternetProxy: new(false)}
	if diff := cmp.Diff(want, m.toCreate(t.Context(), &m, &diags)); diff != "" || diags.HasError() {
		t.Errorf("%v (-want +have):\n%s", diags, diff)
	}

	m.InternetProxy = nested(t.Context(), internetProxyTypes, internetProxyModel{
		Type: types.StringValue("Custom"), HostName: types.StringValue("web.example.com"), Username: types.StringValue("web"),
	}, &diags)
	secrets := m
	secrets.InternetProxy = nested(t.Context(), internetProxyTypes, internetProxyModel{PasswordWO: types.StringValue("canary")}, &diags)
	have := m.toCreate(t.Context(), &secrets, &diags).InternetProxySettings
	if diff := cmp.Diff(&api.InternetProxy{HostName: "web.example.com", Port: new(int64(3128)), UseAuthentication: new(true), Username: "web", Password: "canary"}, have); diff != "" {
		t.Error(diff)
	}
}

// A Linux machine's secrets come from the configuration where it has them, else from proxy_credentials.
func TestToSSH(t *testing.T) {
	t.Parallel()
	machine := conn.Machine{Username: "shared", Password: "shared-password", SSHPrivateKey: "shared-key", SSHRootPassword: "shared-root"}
	own := sshModel{AccountPasswordWO: types.StringValue("own-password"), PrivateKeyWO: types.StringValue("own-key")}
	encoded := base64.StdEncoding.EncodeToString
	for name, c := range map[string]struct {
		block, secrets         sshModel
		account, password, key string
	}{
		"all shared": {sshModel{}, sshModel{}, "shared", "shared-password", encoded([]byte("shared-key"))},
		"own":        {sshModel{Account: types.StringValue("own")}, own, "own", "own-password", encoded([]byte("own-key"))},
		"at destroy": {sshModel{Account: types.StringValue("own")}, sshModel{}, "own", "shared-password", encoded([]byte("shared-key"))},
	} {
		got := c.block.toSSH(c.secrets, machine)
		if got.Account != c.account || got.AccountPassword.Reveal() != c.password || got.PrivateKeyBase64.Reveal() != c.key || got.RootPassword != "shared-root" {
			t.Errorf("%s: account %s, password %s, key %s", name, got.Account, got.AccountPassword.Reveal(), got.PrivateKeyBase64.Reveal())
		}
	}
}

// An answer without a kind or an operating system must not look like another one, which would replace the proxy.
func TestFromAPIKeepsWhatWouldReplace(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	m := proxyModel{UseDomainNetwork: types.BoolValue(true), OperatingSystem: types.StringValue("Linux")}
	m.fromAPI(t.Context(), api.V8, api.Proxy{HostName: "proxy-1.example.com"}, &diags)
	if !m.UseDomainNetwork.ValueBool() || m.OperatingSystem.ValueString() != "Linux" {
		t.Errorf("domain %s, operating system %s", m.UseDomainNetwork, m.OperatingSystem)
	}
	m = proxyModel{UseDomainNetwork: types.BoolUnknown(), OperatingSystem: types.StringUnknown()}
	m.fromAPI(t.Context(), api.V8, api.Proxy{HostName: "proxy-1.example.com"}, &diags)
	m.complete(proxyModel{})
	if !m.UseDomainNetwork.IsNull() || !m.OperatingSystem.IsNull() {
		t.Errorf("of a new proxy: domain %s, operating system %s", m.UseDomainNetwork, m.OperatingSystem)
	}
}
