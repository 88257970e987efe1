// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// dataModel is all that the server tells of a proxy, as the data sources show it. Unlike the resource they also show
// what changes by itself: a data source plans nothing that could drift.
type dataModel struct {
	ID                   types.String       `tfsdk:"id"`
	HostName             types.String       `tfsdk:"host_name"`
	FQDN                 types.String       `tfsdk:"fqdn"`
	Description          types.String       `tfsdk:"description"`
	Port                 types.Int64        `tfsdk:"port"`
	Type                 types.String       `tfsdk:"type"`
	Status               types.String       `tfsdk:"status"`
	OperatingSystem      types.String       `tfsdk:"operating_system"`
	ProxyPoolID          types.String       `tfsdk:"proxy_pool_id"`
	Version              types.String       `tfsdk:"version"`
	ServiceAccount       types.String       `tfsdk:"service_account"`
	MaintenanceModeState types.String       `tfsdk:"maintenance_mode_state"`
	ThreadsNumber        types.Int64        `tfsdk:"threads_number"`
	NetworkThrottling    *throttlingData    `tfsdk:"network_throttling"`
	InternetProxy        *internetProxyData `tfsdk:"internet_proxy"`
	CPUUsagePercent      types.Float64      `tfsdk:"cpu_usage_percent"`
	MemoryUsagePercent   types.Float64      `tfsdk:"memory_usage_percent"`
	Roles                []string           `tfsdk:"roles"`
}

type throttlingData struct {
	Value types.Int64  `tfsdk:"value"`
	Unit  types.String `tfsdk:"unit"`
}

type internetProxyData struct {
	Type     types.String `tfsdk:"type"`
	HostName types.String `tfsdk:"host_name"`
	Port     types.Int64  `tfsdk:"port"`
	Username types.String `tfsdk:"username"`
}

func flatten(p api.Proxy) dataModel {
	facts := dataModel{
		ID: types.StringValue(strings.ToLower(p.ID)), HostName: types.StringValue(p.HostName), FQDN: values.Optional(p.FQDN),
		Description: values.Optional(valueOf(p.Description)), Port: types.Int64PointerValue(p.Port), Type: values.Optional(p.Type), Status: values.Optional(p.Status),
		OperatingSystem: values.Optional(p.OperatingSystem), ProxyPoolID: values.Optional(strings.ToLower(valueOf(p.ProxyPoolID))),
		Version: values.Optional(p.Version), ServiceAccount: values.Optional(p.ServiceAccount),
		MaintenanceModeState: values.Optional(p.MaintenanceModeState), ThreadsNumber: types.Int64PointerValue(p.ThreadsNumber),
		CPUUsagePercent: types.Float64PointerValue(p.CPUUsagePercent), MemoryUsagePercent: types.Float64PointerValue(p.MemoryUsagePercent),
		Roles: p.Roles,
	}
	if valueOf(p.EnableNetworkThrottling) {
		facts.NetworkThrottling = &throttlingData{types.Int64PointerValue(p.ThrottlingValue), values.Optional(p.ThrottlingUnit)}
	}
	if valueOf(p.UseInternetProxy) {
		facts.InternetProxy = &internetProxyData{Type: values.Optional(p.InternetProxyType)}
		if custom := p.InternetProxy; custom != nil && p.InternetProxyType != proxyOfServer {
			facts.InternetProxy.HostName, facts.InternetProxy.Port = values.Optional(custom.HostName), types.Int64PointerValue(custom.Port)
			if custom.UseAuthentication == nil || *custom.UseAuthentication {
				facts.InternetProxy.Username = values.Optional(custom.Username)
			}
		}
	}
	return facts
}

// valueOf is zero for what a response does not contain.
func valueOf[T any](returned *T) T {
	var value T
	if returned != nil {
		value = *returned
	}
	return value
}

// dataAttributes are the computed attributes of dataModel.
func dataAttributes() map[string]schema.Attribute {
	percent := func(description string) schema.Attribute {
		return computed.Float64(description + " Changes with every read. API versions: v8.")
	}
	return map[string]schema.Attribute{
		"id":                     computed.String("ID of the proxy."),
		"host_name":              computed.String("DNS name or IP address of the machine."),
		"fqdn":                   computed.String("Fully qualified name of the machine, as the server found it. " + conn.FeatureNote("fqdn")),
		"description":            computed.String("Description of the proxy."),
		"port":                   computed.Int64("TCP port of the proxy service."),
		"type":                   computed.String("`Local` (the proxy on the server itself), `Domain` or `Workgroup`. Before API version v6 only `Local` is returned."),
		"status":                 computed.String("`Online` or `Offline`."),
		"operating_system":       computed.String("`Windows` or `Linux`. " + conn.FeatureNote("operating_system")),
		"proxy_pool_id":          computed.String("ID of the proxy pool that the proxy belongs to, null if there is none. " + conn.FeatureNote("proxy_pool_id")),
		"version":                computed.String("Build of the proxy service. " + conn.FeatureNote("version")),
		"service_account":        computed.String("Account that the proxy service runs as. " + conn.FeatureNote("service_account")),
		"maintenance_mode_state": computed.String("`Disabled`, `Enabling` or `Enabled`. " + conn.FeatureNote("maintenance_mode")),
		"threads_number":         computed.Int64("Number of threads that the proxy works with; may be missing for an offline proxy. " + conn.FeatureNote("threads_number")),
		"cpu_usage_percent":      percent("CPU load of the machine."),
		"memory_usage_percent":   percent("Memory usage of the machine."),
		"roles":                  computed.Strings("Current roles of the proxy in its pool: `Orchestrator`, `Scheduler`, `ApplianceProcessor`, `Processor`, `Unknown`. API versions: v8."),
		"network_throttling": computed.Object("Limit of the proxy's network use, null if there is none.", map[string]schema.Attribute{
			"value": computed.Int64("The limit, in `unit`; may be missing for an offline proxy."),
			"unit":  computed.String("`Mbps` (megabits per second), `MBs` (megabytes per second) or `KBs` (kilobytes per second)."),
		}),
		"internet_proxy": computed.Object("Internet proxy that the backup proxy goes through, null if there is none.", map[string]schema.Attribute{
			"type":      computed.String("`FromManagementServer` (the settings of the server) or `Custom` (those below)."),
			"host_name": computed.String("Host name of the internet proxy."),
			"port":      computed.Int64("Port of the internet proxy."),
			"username":  computed.String("Account at the internet proxy, null if none is used."),
		}),
	}
}
