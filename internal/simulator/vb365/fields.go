// SPDX-License-Identifier: MPL-2.0

package vb365

// kind is the JSON type of a field.
type kind int

const (
	text kind = iota
	boolean
	int32Number
	int64Number
	object
	list     // of objects
	textBool // a boolean, or "true" or "false": H50 types it as a string
	nothing  // null
)

// field is a property of a request body.
type field struct {
	name        string
	kind        kind
	first, last int      // API versions that have it
	values      []string // of an enumeration
	fields      []field  // of an object or the elements of a list
	required    bool
	notNull     bool
	as          string // canonical name, when it differs

	// Of collections.
	readOnly    bool   // only in responses
	requestOnly bool   // not kept: what it says is found elsewhere
	secret      bool   // kept as a hash, and in no response
	refers      string // path of the collection that has the object with this ID
}

// proxyFields are the fields of RESTProxyFromClient, the body of POST and PUT
// (H20:proxies_id, H30:post_proxies, H30:put_proxies_id, S6 to S8). Whether v5
// has useDomainNetwork is inferred: its product knows domain proxies.
var proxyFields = []field{
	{name: "hostName", kind: text, first: 3, last: 8},
	{name: "description", kind: text, first: 3, last: 8},
	{name: "port", kind: int32Number, first: 3, last: 8},
	{name: "username", kind: text, first: 3, last: 8},
	{name: "password", kind: text, first: 3, last: 8},
	{name: "attachUsedProxy", kind: boolean, first: 3, last: 8},
	{name: "threadsNumber", kind: int32Number, first: 3, last: 7},
	{name: "enableNetworkThrottling", kind: boolean, first: 3, last: 8},
	{name: "throttlingValue", kind: int64Number, first: 3, last: 8},
	{name: "throttlingUnit", kind: text, first: 3, last: 8, values: []string{"Mbps", "MBs", "KBs"}},
	{name: "useInternetProxy", kind: boolean, first: 3, last: 8},
	{name: "internetProxyType", kind: text, first: 3, last: 8, values: []string{"FromManagementServer", "Custom"}},
	{name: "internetProxySettings", kind: object, first: 3, last: 8, fields: internetProxyFields},
	{name: "useDomainNetwork", kind: boolean, first: 5, last: 8},
	{name: "id", kind: text, first: 6, last: 8},
	{name: "operatingSystem", kind: text, first: 8, last: 8, values: []string{"Windows", "Linux"}},
	{name: "sshSettings", kind: object, first: 8, last: 8, fields: sshFields},
	{name: "serviceAccountName", kind: text, first: 8, last: 8},
	{name: "serviceAccountPassword", kind: text, first: 8, last: 8},
	{name: "createServiceAccount", kind: boolean, first: 8, last: 8, notNull: true},
}

// internetProxyFields: S6 to S8 RESTInternetProxySettingsFromClient.
var internetProxyFields = []field{
	{name: "hostName", kind: text, first: 3, last: 8},
	{name: "port", kind: int32Number, first: 3, last: 8},
	{name: "useAuthentication", kind: boolean, first: 3, last: 8},
	{name: "username", kind: text, first: 3, last: 8},
	{name: "userPassword", kind: text, first: 3, last: 8},
}

// sshFields: S8 RESTSshSettingsFromClient.
var sshFields = []field{
	{name: "account", kind: text, first: 8, last: 8},
	{name: "accountPassword", kind: text, first: 8, last: 8},
	{name: "port", kind: int32Number, first: 8, last: 8},
	{name: "connectionTimeout", kind: int32Number, first: 8, last: 8},
	{name: "privateKeyBase64", kind: text, first: 8, last: 8},
	{name: "privateKeyPassphrase", kind: text, first: 8, last: 8},
	{name: "elevateAccountToRoot", kind: boolean, first: 8, last: 8},
	{name: "addToSudoers", kind: boolean, first: 8, last: 8},
	{name: "UseSuIfSudoUnavailable", kind: boolean, first: 8, last: 8},
	{name: "rootPassword", kind: text, first: 8, last: 8},
	{name: "fingerprint", kind: text, first: 8, last: 8},
	{name: "publicBase64Key", kind: text, first: 8, last: 8},
	{name: "ignoreFingerprintCheck", kind: boolean, first: 8, last: 8},
}

// removeFields are the credentials of a removal: inside "remove" up to v5,
// RESTRemoveProxyOptions from v6. The v5 page prints the names in Pascal case
// (H50:post_proxies_id_action), its neighbours in camel case; both are taken.
var removeFields = []field{
	{name: "username", kind: text, first: 3, last: 4, as: "userName"},
	{name: "userName", kind: text, first: 5, last: 8},
	{name: "UserName", kind: text, first: 5, last: 5, as: "userName"},
	{name: "userPassword", kind: text, first: 3, last: 8},
	{name: "UserPassword", kind: text, first: 5, last: 5, as: "userPassword"},
	{name: "force", kind: textBool, first: 5, last: 5},
	{name: "Force", kind: textBool, first: 5, last: 5, as: "force"},
	{name: "force", kind: boolean, first: 6, last: 8, notNull: true},
	{name: "sshSettings", kind: object, first: 8, last: 8, fields: sshFields},
}

// actionFields: H20 to H50:post_proxies_id_action.
var actionFields = []field{
	{name: "rescan", kind: nothing, first: 3, last: 5},
	{name: "remove", kind: object, first: 3, last: 5, fields: removeFields, notNull: true},
}

// rescanAllFields: H50:post_proxies_action.
var rescanAllFields = []field{{name: "rescan", kind: nothing, first: 5, last: 5, required: true}}

// repositoryActionFields: H40 and H50:synchronizing_repositories.
var repositoryActionFields = []field{{name: "sync", kind: nothing, first: 4, last: 5, required: true}}

// syncActionFields: H40 and H50:stopping_synchronizations_session.
var syncActionFields = []field{{name: "stop", kind: object, first: 4, last: 5, required: true, notNull: true}}

// rescanManyFields: S6 to S8 RESTRescanOptions.
var rescanManyFields = []field{{
	name: "proxies", kind: list, first: 6, last: 8, required: true, notNull: true,
	fields: []field{{name: "id", kind: text, first: 6, last: 8, required: true, notNull: true}},
}}

// maintenanceFields: S8 RESTProxyCredentialsFromClient.
var maintenanceFields = []field{
	{name: "username", kind: text, first: 8, last: 8},
	{name: "password", kind: text, first: 8, last: 8},
	{name: "sshSettings", kind: object, first: 8, last: 8, fields: sshFields},
}

// answerField is a property of RESTProxy.
type answerField struct {
	name        string
	first, last int
	detail      bool // only in the extended view
	value       func(*entry) any
}

// answerFields: H20:proxies, H30:get_proxies, H40:get_proxies_id, S6 to S8
// RESTProxy.
var answerFields = []answerField{
	{"id", 3, 8, false, func(e *entry) any { return e.ID }},
	{"hostName", 3, 8, false, func(e *entry) any { return e.HostName }},
	{"fqdn", 7, 8, false, func(e *entry) any { return e.FQDN }},
	{"description", 3, 8, false, func(e *entry) any { return e.Description }},
	{"port", 3, 8, false, func(e *entry) any { return e.Port }},
	{"threadsNumber", 3, 7, true, func(e *entry) any { return e.ThreadsNumber }},
	{"enableNetworkThrottling", 3, 8, false, func(e *entry) any { return e.EnableNetworkThrottling }},
	{"throttlingValue", 3, 8, true, func(e *entry) any { return e.ThrottlingValue }},
	{"throttlingUnit", 3, 8, true, func(e *entry) any { return e.ThrottlingUnit }},
	{"isDefault", 3, 5, false, func(e *entry) any { return e.Type == Local }},
	{"type", 6, 8, false, func(e *entry) any { return e.Type }},
	{"useInternetProxy", 3, 8, false, func(e *entry) any { return e.UseInternetProxy }},
	{"internetProxyType", 3, 8, false, func(e *entry) any { return e.InternetProxyType }},
	{"operatingSystem", 8, 8, false, func(e *entry) any { return e.OperatingSystem }},
	{"proxyPoolId", 8, 8, false, func(e *entry) any { return orNull(e.ProxyPoolID) }},
	{"maintenanceModeState", 8, 8, false, func(e *entry) any { return e.MaintenanceModeState }},
	// The load changes with every read, as on a living machine.
	{"cpuUsagePercent", 8, 8, false, func(e *entry) any { return float64(e.reads%89) + 0.5 }},
	{"memoryUsagePercent", 8, 8, false, func(e *entry) any { return float64(e.reads%53) + 20.25 }},
	{"version", 8, 8, false, func(e *entry) any { return orNull(e.Version) }},
	{"serviceAccount", 8, 8, false, func(e *entry) any { return orNull(e.ServiceAccount) }},
	{"role", 8, 8, false, func(e *entry) any { return e.Role }},
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
