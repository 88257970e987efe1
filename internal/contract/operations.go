// SPDX-License-Identifier: MPL-2.0

package contract

// Operation is something that a client asks of an appliance.
type Operation struct {
	Method string // of the client
	Call   string // verb and path, without the version; behind it the action that the body names
	span   span
}

// operations are all that the two clients ask, written from what they offer: the report is held against them.
var operations = map[*Product][]Operation{
	VB365: {
		{Method: "Version", Call: "POST /token"},
		{Method: "ServiceInstance", Call: "GET /ServiceInstance", span: span{"v6", ""}},
		{Method: "Proxies", Call: "GET /Proxies"},
		{Method: "Proxy", Call: "GET /Proxies/{id}"},
		{Method: "AddProxy", Call: "POST /Proxies"},
		{Method: "EditProxy", Call: "PUT /Proxies/{id}"},
		{Method: "RescanProxy", Call: "POST /Proxies/{id}/Action rescan", span: span{"", "v4"}},
		{Method: "RescanProxy", Call: "POST /Proxies/{id}/action rescan", span: span{"v5", "v5"}},
		{Method: "RescanProxy", Call: "POST /Proxies/{id}/Rescan", span: span{"v6", ""}},
		{Method: "RescanProxies", Call: "POST /Proxies/Rescan", span: span{"v6", ""}},
		{Method: "RemoveProxy", Call: "POST /Proxies/{id}/Action remove", span: span{"", "v4"}},
		{Method: "RemoveProxy", Call: "POST /Proxies/{id}/action remove", span: span{"v5", "v5"}},
		{Method: "RemoveProxy", Call: "POST /Proxies/{id}/Remove", span: span{"v6", ""}},
		{Method: "SetMaintenance", Call: "POST /Proxies/{id}/maintenance/enable", span: span{"v8", ""}},
		{Method: "SetMaintenance", Call: "POST /Proxies/{id}/maintenance/disable", span: span{"v8", ""}},
		{Method: "CheckSSH", Call: "POST /Proxies/CheckSshConnectionConfig", span: span{"v8", ""}},
		{Method: "ProxyPools", Call: "GET /ProxyPools", span: span{"v8", ""}},
		{Method: "ProxyPools", Call: "POST /ProxyPools", span: span{"v8", ""}},
		{Method: "ProxyPool", Call: "GET /ProxyPools/{id}", span: span{"v8", ""}},
		{Method: "ProxyPools", Call: "PUT /ProxyPools/{id}", span: span{"v8", ""}},
		{Method: "ProxyPools", Call: "DELETE /ProxyPools/{id}", span: span{"v8", ""}},
		{Method: "ProxyPoolMembers", Call: "GET /ProxyPools/{id}/proxies", span: span{"v8", ""}},
		{Method: "UpdateProxyPool", Call: "POST /ProxyPools/{id}/proxies", span: span{"v8", ""}},
		{Method: "LeaveProxyPool", Call: "DELETE /ProxyPools/{id}/proxies", span: span{"v8", ""}},
		{Method: "Repositories", Call: "GET /BackupRepositories"},
		{Method: "Repository", Call: "GET /BackupRepositories/{id}"},
		{Method: "SyncRepository", Call: "POST /BackupRepositories/{id}/action sync", span: span{"v4", "v5"}},
		{Method: "SyncRepository", Call: "POST /BackupRepositories/{id}/Sync", span: span{"v6", ""}},
		{Method: "SyncSession", Call: "GET /RepositorySynchronizeSessions/{id}", span: span{"v4", ""}},
		// Only v8 says without it that a session is gone.
		{Method: "SyncSession", Call: "GET /RepositorySynchronizeSessions", span: span{"v4", "v7"}},
	},
	VBAWS: {
		{Method: "Revision", Call: "POST /token"},
		{Method: "AcceptedRevisions", Call: "GET /system/time"},
		{Method: "ApplianceVersion", Call: "GET /system/version"},
		{Method: "Repositories", Call: "GET /repositories"},
		{Method: "Repository", Call: "GET /repositories/{id}"},
		{Method: "RescanRepository", Call: "POST /repositories/{id}/rescan", span: span{"", "1.3-rev0"}},
		{Method: "IAMRoles", Call: "GET /accounts/amazon"},
		{Method: "IAMRole", Call: "GET /accounts/amazon/{id}"},
		{Method: "RescanIAMRole", Call: "POST /accounts/amazon/{id}/rescan"},
		{Method: "RescanIAMRole", Call: "GET /accounts/amazon/{id}"},
		{Method: "RescanBuckets", Call: "POST /cloudInfrastructure/buckets/rescan/{id}"},
		{Method: "RescanVirtualMachines", Call: "POST /virtualMachines/rescan", span: span{"1.1-rev0", ""}},
		{Method: "Regions", Call: "GET /cloudInfrastructure/regions"},
		{Method: "Session", Call: "GET /sessions/{id}"},
		{Method: "SessionLog", Call: "GET /sessions/{id}/log"},
		{Method: "Sessions", Call: "GET /sessions"},
	},
}
