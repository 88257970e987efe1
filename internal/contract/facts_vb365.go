// SPDX-License-Identifier: MPL-2.0

package contract

// vb365Facts are the facts of v3 to v5. Sources: Hnn:page is a page of the vendor's archive, "REST API reference" of the
// product nn (30 is 3.0); S6 is the vendor's document of v6, where the old pages are silent; "clients" are published
// programs that work with v4 and v5.
var vb365Facts = facts{
	media:   []string{jsonType},
	failure: "Error",
	operations: []operation{
		{
			call: "POST /token", form: "Login", success: []int{200}, answer: "Token", failure: "LoginError",
			source: "H30, H50:authorization; the failure: clients",
		},
		{
			call: "GET /Proxies", span: span{"", "v4"}, success: []int{200}, answer: "[]Proxy", source: "H30:get_proxies",
		},
		{
			call: "GET /Proxies", query: "extendedView:bool", span: span{"v5", ""}, success: []int{200}, answer: "[]Proxy",
			source: "H50:get_proxies",
		},
		{
			call: "GET /Proxies/{id}", span: span{"", "v4"}, success: []int{200}, answer: "Proxy", source: "H40:get_proxies_id",
		},
		{
			call: "GET /Proxies/{id}", query: "extendedView:bool", span: span{"v5", ""}, success: []int{200}, answer: "Proxy",
			source: "H50:get_proxies_id",
		},
		{
			call: "POST /Proxies", body: []string{"NewProxy"}, success: []int{200, 201}, answer: "Proxy",
			source: "H30:post_proxies; the success: H50:post_method",
		},
		{
			call: "PUT /Proxies/{id}", body: []string{"ProxyEdit"}, success: []int{200}, answer: "Proxy?",
			source: "H30:put_proxies_id; the answer: H40, H50:put_method",
		},
		{
			call: "POST /Proxies/{id}/Action", body: []string{"RescanAction", "RemoveAction"}, span: span{"", "v4"}, success: []int{200},
			source: "H30, H40:post_proxies_id_action",
		},
		{
			call: "POST /Proxies/{id}/action", body: []string{"RescanAction", "RemoveAction"}, span: span{"v5", ""}, success: []int{200},
			source: "H50:post_proxies_id_action",
		},
		{call: "GET /BackupRepositories", span: span{"", "v3"}, success: []int{200}, answer: "[]Repository", source: "H30, repositories"},
		{
			call: "GET /BackupRepositories", query: "proxyId:uuid", span: span{"v4", ""}, success: []int{200}, answer: "[]Repository",
			source: "H40, H50, repositories",
		},
		{call: "GET /BackupRepositories/{id}", success: []int{200}, answer: "Repository", source: "H30, H40, H50, repositories"},
		{
			call: "POST /BackupRepositories/{id}/action", body: []string{"SyncAction"}, span: span{"v4", ""}, success: []int{200},
			answer: "SyncSession", source: "H40, H50:synchronizing_repositories",
		},
		{
			call: "GET /RepositorySynchronizeSessions", span: span{"v4", ""}, success: []int{200}, answer: "[]SyncSession",
			source: "H40, H50:synchronizing_repositories",
		},
		{
			call: "GET /RepositorySynchronizeSessions/{id}", span: span{"v4", ""}, success: []int{200}, answer: "SyncSession",
			source: "H40, H50:synchronizing_repositories",
		},
	},
	shapes: []shape{
		{name: "Error", properties: "message:string!", source: "clients"},
		{name: "LoginError", properties: "error:string! error_description:string", source: "clients"},
		{name: "Login", properties: "grant_type:=password|refresh_token! username:string password:string refresh_token:string", source: "H30:authorization"},
		{name: "Login", properties: "client_id:string assertion:string", span: span{"v4", ""}, source: "H40, H50, swagger"},
		{
			name: "Token", source: "H30:authorization, S6 OAuthTokenResponse",
			properties: "access_token:string! refresh_token:string! token_type:string! expires_in:int! userName:string .issued:string .expires:string",
		},
		{
			name: "Proxy", source: "H30:get_proxies, H40:get_proxies_id, H50:get_proxies_id, clients of v5",
			properties: "id:uuid! hostName:string! description:string! port:int! threadsNumber:int enableNetworkThrottling:bool! " +
				"throttlingValue:int throttlingUnit:=Mbps|MBs|KBs status:=Online|Offline! isDefault:bool useInternetProxy:bool " +
				"internetProxyType:=FromManagementServer|Custom _links:links!",
		},
		// Nothing is said of the details, except that no version tells the password.
		{name: "Proxy", properties: "internetProxySettings:InternetProxy", source: "S6 RESTProxy"},
		{name: "InternetProxy", properties: "hostName:string port:int useAuthentication:bool username:string", source: "S6 RESTInternetProxySettings"},
		// The page of POST has been seen up to enableNetworkThrottling, the rest is on that of PUT.
		{name: "NewProxy", properties: "hostName:string! attachUsedProxy:bool", source: "H30:post_proxies"},
		{name: "NewProxy", properties: editable, source: "H30:post_proxies, H30:put_proxies_id"},
		{name: "ProxyEdit", properties: editable, source: "H30:put_proxies_id, which has neither hostName nor attachUsedProxy"},
		{
			name: "NewInternetProxy", source: "S6 RESTInternetProxySettingsFromClient",
			properties: "hostName:string! port:int useAuthentication:bool username:string userPassword:string",
		},
		{name: "RescanAction", properties: "rescan:null!", source: "H30, H40, H50:post_proxies_id_action"},
		{name: "RemoveAction", properties: "remove:Removal!", source: "H30, H40, H50:post_proxies_id_action"},
		{name: "Removal", properties: "username:string userPassword:string", span: span{"", "v4"}, source: "H30, H40:post_proxies_id_action"},
		// The page prints the names in PascalCase and "force" as a string; case and type are those of v6.
		{
			name: "Removal", properties: "userName:string userPassword:string force:bool", span: span{"v5", ""},
			source: "H50:post_proxies_id_action, S6 RESTRemoveProxyOptions",
		},
		{
			name: "Repository", source: "H30:proxies_id_repositories, H50:post_method, clients of v5",
			properties: "id:uuid! name:string! description:string! proxyId:uuid? path:string " +
				"retentionType:=ItemLevel|SnapshotBased retentionPeriodType:=Monthly|Daily|Yearly dailyRetentionPeriod:int monthlyRetentionPeriod:int " +
				"yearlyRetentionPeriod:=Year1|Years2|Years3|Years5|Years7|Years10|Years25|Keep retentionFrequencyType:=Daily|Monthly " +
				"dailyTime:string dailyType:string monthlyTime:string monthlyDaynumber:=First|Second|Third|Fourth|Last monthlyDayofweek:string " +
				"_links:links!",
		},
		// Object storage, which came with the product that brought v4 and still serves v3, has no capacity.
		{name: "Repository", properties: "capacityBytes:int? freeSpaceBytes:int?", source: "H30:proxies_id_repositories, S6 RESTBackupRepository"},
		{
			name: "Repository", span: span{"v4", ""}, source: "H40, H50, object storage; clients of v5",
			properties: "objectStorageId:uuid? objectStorageCachePath:string? objectStorageEncryptionEnabled:bool encryptionKeyId:uuid?",
		},
		// By which the end of a synchronization shows; the pages of v4 and v5 have not been seen.
		{name: "Repository", span: span{"v4", ""}, properties: "isOutOfSync:bool isLongTerm:bool", source: "S6 RESTBackupRepository"},
		{name: "SyncAction", properties: "sync:null!", source: "H40, H50:synchronizing_repositories"},
		{
			name: "SyncSession", source: "H40, H50:synchronizing_repositories, S6 RESTRepositorySynchronizeSession",
			properties: "id:uuid repositoryId:uuid! state:=None|Synchronizing|Failed? progressPercent:int? error:string _links:links",
		},
	},
}

const editable = "description:string port:int username:string password:string threadsNumber:int enableNetworkThrottling:bool " +
	"throttlingValue:int throttlingUnit:=Mbps|MBs|KBs useInternetProxy:bool internetProxyType:=FromManagementServer|Custom " +
	"internetProxySettings:NewInternetProxy"
