// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// The states of Proxy.Status; there are no others (S6 to S8 RESTProxy).
const (
	StatusOnline  = "Online"
	StatusOffline = "Offline"
)

// Proxy is a backup proxy as the server describes it. No property of a response is required (S6 to S8 RESTProxy), so
// empty text and nil mean "not returned", never "none" or zero.
type Proxy struct {
	ID          string
	HostName    string
	FQDN        string // v7 and later
	Description *string
	Port        *int64
	Status      string // StatusOnline, StatusOffline
	Type        string // "Local", "Domain", "Workgroup"; v3 to v5: "Local" of the default proxy, otherwise empty

	ThreadsNumber           *int64 // v3 to v7
	EnableNetworkThrottling *bool
	ThrottlingValue         *int64 // in ThrottlingUnit
	ThrottlingUnit          string // "Mbps", "MBs", "KBs"

	UseInternetProxy  *bool
	InternetProxyType string         // "FromManagementServer", "Custom"
	InternetProxy     *InternetProxy // never with a password

	// v8
	OperatingSystem      string  // "Windows", "Linux"
	ProxyPoolID          *string // empty: in no pool
	MaintenanceModeState string  // "Disabled", "Enabling", "Enabled"
	Version              string  // build of the proxy's component
	ServiceAccount       string

	// What changes from one read to the next (v8). Never worth an error: what cannot be read is nil.
	CPUUsagePercent    *float64
	MemoryUsagePercent *float64
	Roles              []string // "Unknown", "Orchestrator", "Scheduler", "ApplianceProcessor", "Processor"
}

// InternetProxy is the web proxy by which a backup proxy reaches the internet. Empty and nil fields are not sent.
type InternetProxy struct {
	HostName          string
	Port              *int64
	UseAuthentication *bool
	Username          string
	Password          rest.Secret // sent, never returned
}

// proxyResponse is RESTProxy of all versions in one. Fields of v1 and v2 spelling (enableNetworkthrottling, H20:proxies)
// decode too, because encoding/json matches names case-insensitively. Missing fields, nulls and quoted numbers are accepted.
type proxyResponse struct {
	ID                      string                 `json:"id"`
	HostName                string                 `json:"hostName"`
	FQDN                    string                 `json:"fqdn"`
	Description             *string                `json:"description"`
	Port                    optional[rest.Int]     `json:"port"`
	Status                  string                 `json:"status"`
	Type                    string                 `json:"type"`
	IsDefault               rest.Bool              `json:"isDefault"` // v3 to v5, in place of type (H60:global_changes)
	ThreadsNumber           optional[rest.Int]     `json:"threadsNumber"`
	EnableNetworkThrottling optional[rest.Bool]    `json:"enableNetworkThrottling"`
	ThrottlingValue         optional[rest.Int]     `json:"throttlingValue"`
	ThrottlingUnit          string                 `json:"throttlingUnit"`
	UseInternetProxy        optional[rest.Bool]    `json:"useInternetProxy"`
	InternetProxyType       string                 `json:"internetProxyType"`
	InternetProxySettings   *internetProxyResponse `json:"internetProxySettings"`
	OperatingSystem         string                 `json:"operatingSystem"`
	ProxyPoolID             nullable               `json:"proxyPoolId"`
	MaintenanceModeState    string                 `json:"maintenanceModeState"`
	Version                 string                 `json:"version"`
	ServiceAccount          string                 `json:"serviceAccount"`
	CPUUsagePercent         optionalFloat          `json:"cpuUsagePercent"`
	MemoryUsagePercent      optionalFloat          `json:"memoryUsagePercent"`
	Role                    roles                  `json:"role"`
}

// optional is a number or boolean of which null and empty text mean "not returned".
type optional[T any] struct{ value *T }

func (o *optional[T]) UnmarshalJSON(data []byte) error {
	if text := strings.Trim(string(data), `" `); text == "" || text == "null" {
		o.value = nil
		return nil
	}
	o.value = new(T)
	return json.Unmarshal(data, o.value)
}

// nullable is text of which null means "none", unlike a property that is missing.
type nullable struct{ value *string }

func (n *nullable) UnmarshalJSON(data []byte) error {
	n.value = new(string)
	return json.Unmarshal(data, n.value)
}

// optionalFloat is a number that is nice to know: JSON that holds none leaves it nil.
type optionalFloat struct{ value *float64 }

func (f *optionalFloat) UnmarshalJSON(data []byte) error {
	value, err := strconv.ParseFloat(strings.Trim(string(data), `" `), 64)
	if err == nil && !math.IsNaN(value) && !math.IsInf(value, 0) {
		f.value = &value
	}
	return nil
}

// roles are an array of names (S8 RESTProxy); anything else leaves them empty.
type roles []string

func (r *roles) UnmarshalJSON(data []byte) error {
	var names rest.List[string]
	if json.Unmarshal(data, &names) == nil {
		*r = roles(names)
	}
	return nil
}

// internetProxyResponse is S6 to S8 RESTInternetProxySettings.
type internetProxyResponse struct {
	HostName          string              `json:"hostName"`
	Port              optional[rest.Int]  `json:"port"`
	UseAuthentication optional[rest.Bool] `json:"useAuthentication"`
	Username          string              `json:"username"`
}

func (a proxyResponse) key() string { return a.ID }

func (a proxyResponse) proxy() Proxy {
	p := Proxy{
		ID: a.ID, HostName: a.HostName, FQDN: a.FQDN, Description: a.Description, Port: (*int64)(a.Port.value), Status: rest.OneLine(a.Status), Type: a.Type,
		ThreadsNumber: (*int64)(a.ThreadsNumber.value), EnableNetworkThrottling: (*bool)(a.EnableNetworkThrottling.value),
		ThrottlingValue: (*int64)(a.ThrottlingValue.value), ThrottlingUnit: a.ThrottlingUnit,
		UseInternetProxy: (*bool)(a.UseInternetProxy.value), InternetProxyType: a.InternetProxyType,
		OperatingSystem: a.OperatingSystem, ProxyPoolID: a.ProxyPoolID.value, MaintenanceModeState: a.MaintenanceModeState,
		Version: a.Version, ServiceAccount: a.ServiceAccount,
		CPUUsagePercent: a.CPUUsagePercent.value, MemoryUsagePercent: a.MemoryUsagePercent.value, Roles: a.Role,
	}
	if p.Type == "" && bool(a.IsDefault) {
		p.Type = "Local"
	}
	if s := a.InternetProxySettings; s != nil {
		p.InternetProxy = &InternetProxy{
			HostName: s.HostName, Port: (*int64)(s.Port.value), UseAuthentication: (*bool)(s.UseAuthentication.value), Username: s.Username,
		}
	}
	return p
}
