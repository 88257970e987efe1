// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// operatingSystems are those that can be configured (S8 RESTProxyOperatingSystem).
var operatingSystems = []string{"Windows", "Linux"}

// The values of internetProxyType (S6 RESTProxy), and the port that a custom internet proxy has by default.
const (
	proxyOfServer     = "FromManagementServer"
	proxyCustom       = "Custom"
	internetProxyPort = 3128
)

// fromAPI overwrites what the response contains. What it lacks stays as it was, and so does what the server only spells
// differently: either would look like a change that nobody made. The ID stays, because it decides which proxy is removed.
func (m *proxyModel) fromAPI(ctx context.Context, version api.Version, p api.Proxy, diags *diag.Diagnostics) {
	if m.ID.ValueString() == "" {
		m.ID = types.StringValue(strings.ToLower(p.ID))
	}
	if p.HostName != "" && !api.SameHost(m.HostName.ValueString(), api.Proxy{HostName: p.HostName, FQDN: cmp.Or(p.FQDN, m.FQDN.ValueString())}) {
		m.HostName = types.StringValue(p.HostName)
	}
	if p.Description != nil && (m.Description.IsNull() || m.Description.IsUnknown() || !sameText(m.Description.ValueString(), *p.Description)) {
		m.Description = types.StringValue(*p.Description)
	}
	updateNumber(&m.Port, p.Port)
	updateText(&m.Type, p.Type)
	updateText(&m.Status, p.Status)
	updateText(&m.FQDN, p.FQDN)
	updateText(&m.Version, p.Version)
	if p.ProxyPoolID != nil {
		m.ProxyPoolID = types.StringNull()
		updateText(&m.ProxyPoolID, strings.ToLower(*p.ProxyPoolID))
	}
	updateNumber(&m.ThreadsNumber, p.ThreadsNumber)
	updateEnum(&m.OperatingSystem, p.OperatingSystem, operatingSystems...)
	if version.Supports(api.FeatureDomainNetwork) {
		updateFlag(&m.UseDomainNetwork, p.Type, map[string]bool{"Domain": true, "Workgroup": false, "Local": false})
	}
	updateFlag(&m.MaintenanceMode, p.MaintenanceModeState, map[string]bool{maintenanceDisabled: false, maintenanceEnabling: true, maintenanceEnabled: true})
	m.dropUnsupported(version)
	m.throttlingFromAPI(ctx, p, diags)
	m.internetProxyFromAPI(ctx, p, diags)
}

// dropUnsupported makes null what the version lacks, whatever a server returns for it. An attribute whose change replaces
// the proxy keeps a known value: another API version is no reason to install the proxy again.
func (m *proxyModel) dropUnsupported(version api.Version) {
	if !version.Supports(api.FeatureThreads) {
		m.ThreadsNumber = types.Int64Null()
	}
	if !version.Supports(api.FeatureMaintenance) {
		m.MaintenanceMode = types.BoolNull()
	}
	if !version.Supports(api.FeatureFQDN) {
		m.FQDN = types.StringNull()
	}
	if !version.Supports(api.FeatureProxyVersion) {
		m.Version = types.StringNull()
	}
	if !version.Supports(api.FeatureProxyPool) {
		m.ProxyPoolID = types.StringNull()
	}
	if !version.Supports(api.FeatureOperatingSystem) && m.OperatingSystem.IsUnknown() {
		m.OperatingSystem = types.StringNull()
	}
	if !version.Supports(api.FeatureDomainNetwork) && m.UseDomainNetwork.IsUnknown() {
		m.UseDomainNetwork = types.BoolNull()
	}
}

// complete takes from another model what is unknown. Everything else stays as planned: after a successful apply the state
// equals the plan, and the next refresh shows how the server differs.
func (m *proxyModel) complete(from proxyModel) {
	complete(&m.ID, from.ID)
	complete(&m.Description, from.Description)
	complete(&m.Port, from.Port)
	complete(&m.UseDomainNetwork, from.UseDomainNetwork)
	complete(&m.ThreadsNumber, from.ThreadsNumber)
	complete(&m.OperatingSystem, from.OperatingSystem)
	complete(&m.MaintenanceMode, from.MaintenanceMode)
	complete(&m.Type, from.Type)
	complete(&m.FQDN, from.FQDN)
	complete(&m.Status, from.Status)
	complete(&m.Version, from.Version)
	complete(&m.ProxyPoolID, from.ProxyPoolID)
}

func complete[T attr.Value](value *T, from T) {
	if (*value).IsUnknown() {
		*value = from
	}
}

func (m *proxyModel) throttlingFromAPI(ctx context.Context, p api.Proxy, diags *diag.Diagnostics) {
	on := !m.NetworkThrottling.IsNull()
	if p.EnableNetworkThrottling != nil {
		on = *p.EnableNetworkThrottling
	}
	if !on {
		m.NetworkThrottling = types.ObjectNull(throttlingTypes)
		return
	}
	throttling := object[throttlingModel](ctx, m.NetworkThrottling, diags)
	updateNumber(&throttling.Value, p.ThrottlingValue)
	updateEnum(&throttling.Unit, p.ThrottlingUnit, "Mbps", "MBs", "KBs")
	if throttling.Value.IsNull() { // not returned, and never known: a limit without a value could not be configured
		return
	}
	m.NetworkThrottling = nested(ctx, throttlingTypes, throttling, diags)
}

func (m *proxyModel) internetProxyFromAPI(ctx context.Context, p api.Proxy, diags *diag.Diagnostics) {
	on := !m.InternetProxy.IsNull()
	if p.UseInternetProxy != nil {
		on = *p.UseInternetProxy
	}
	if !on {
		m.InternetProxy = types.ObjectNull(internetProxyTypes)
		return
	}
	proxy := object[internetProxyModel](ctx, m.InternetProxy, diags)
	proxy.PasswordWO = types.StringNull()
	updateEnum(&proxy.Type, p.InternetProxyType, proxyOfServer, proxyCustom)
	switch {
	case proxy.Type.ValueString() == proxyOfServer:
		proxy.HostName, proxy.Port, proxy.Username = types.StringNull(), types.Int64Null(), types.StringNull()
	case p.InternetProxy != nil:
		proxy.customFromAPI(*p.InternetProxy)
	}
	m.InternetProxy = nested(ctx, internetProxyTypes, proxy, diags)
}

func (m *internetProxyModel) customFromAPI(p api.InternetProxy) {
	if p.HostName != "" && !api.SameHost(m.HostName.ValueString(), api.Proxy{HostName: p.HostName}) {
		m.HostName = types.StringValue(p.HostName)
	}
	if !m.Port.IsNull() || p.Port != nil && *p.Port != internetProxyPort {
		updateNumber(&m.Port, p.Port)
	}
	authentication := !m.Username.IsNull()
	if p.UseAuthentication != nil {
		authentication = *p.UseAuthentication
	}
	if !authentication {
		m.Username = types.StringNull()
		return
	}
	updateText(&m.Username, p.Username)
}

// sameText reports whether two texts are the same but for the white space around them, which servers trim.
func sameText(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }

func updateText(value *types.String, returned string) {
	if strings.TrimSpace(returned) != "" && !sameText(value.ValueString(), returned) {
		*value = types.StringValue(returned)
	}
}

func updateNumber(value *types.Int64, returned *int64) {
	if returned != nil {
		*value = types.Int64Value(*returned)
	}
}

// updateEnum takes over a value that the configuration may have. Another one, of a newer server, cannot be configured: it is
// shown if nothing is known, and otherwise no reason to change or replace anything.
func updateEnum(value *types.String, returned string, configurable ...string) {
	at := slices.IndexFunc(configurable, func(name string) bool { return strings.EqualFold(name, strings.TrimSpace(returned)) })
	switch {
	case at >= 0:
		*value = types.StringValue(configurable[at])
	case value.ValueString() == "":
		updateText(value, returned)
	}
}

// updateFlag takes over what a returned name means; a name that is not known means nothing.
func updateFlag(value *types.Bool, returned string, meanings map[string]bool) {
	for name, on := range meanings {
		if strings.EqualFold(name, strings.TrimSpace(returned)) {
			*value = types.BoolValue(on)
		}
	}
}
