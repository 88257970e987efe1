// SPDX-License-Identifier: MPL-2.0

package contract

// vbawsFacts are the facts of 1.1-rev0 to 1.9-rev0. Sources: SPEC10 is the vendor's document of 1.0-rev0, of which what no
// changelog takes back still holds; CLnn is the changelog of the product nn (60 is 6.0); D20 and D80 are pages of the
// products 2.0 and 8.x, R17 of the revision 1.7-rev0; "clients" are published programs that work with later revisions.
var vbawsFacts = facts{
	media:   []string{jsonType, "application/problem+json"},
	failure: "Error",
	// SPEC10 as a whole, not one by one: a later revision may list others of them than 1.0-rev0. R17 adds the last two.
	failures: []int{400, 401, 403, 404, 409, 500, 503, 504},
	operations: []operation{
		{call: "POST /token", form: "Login", success: []int{200}, answer: "Token", source: "SPEC10, R17:Token"},
		{call: "GET /system/time", success: []int{200}, answer: "Time", source: "SPEC10"},
		{call: "GET /system/version", success: []int{200}, answer: "Version", source: "SPEC10, clients of 1.2-rev0 and 1.7-rev0"},
		{call: "GET /repositories", query: page, success: []int{200}, answer: "RepositoriesPage", source: "SPEC10, R17:Repositories"},
		{call: "GET /repositories/{id}", success: []int{200}, answer: "Repository", source: "SPEC10, R17:Repositories"},
		{
			call: "POST /repositories/{id}/rescan", span: span{"", "1.3-rev0"}, success: []int{202}, answer: "SessionLink",
			source: "SPEC10, D20:rescan_repository; CL60 deletes it",
		},
		{call: "GET /accounts/amazon", query: page, success: []int{200}, answer: "IAMRolesPage", source: "SPEC10"},
		{call: "GET /accounts/amazon/{id}", success: []int{200}, answer: "IAMRole", source: "SPEC10, CL40"},
		{
			call: "POST /accounts/amazon/{id}/rescan", body: []string{"Regions"}, success: []int{202}, answer: "SessionLink",
			source: "SPEC10, D20:rescan_iam_role",
		},
		{call: "POST /cloudInfrastructure/buckets/rescan/{id}", success: []int{202}, answer: "SessionLink", source: "SPEC10, D20:rescan_bucket"},
		{call: "POST /virtualMachines/rescan", success: []int{202}, answer: "SessionLink", source: "clients of 1.1-rev0 and 1.5-rev0"},
		{call: "GET /cloudInfrastructure/regions", query: page, success: []int{200}, answer: "RegionsPage", source: "SPEC10"},
		{
			call: "GET /sessions", span: span{"", "1.6-rev0"}, query: sessionFilters, success: []int{200}, answer: "SessionsPage",
			source: "SPEC10",
		},
		{
			call: "GET /sessions", span: span{"1.7-rev0", ""}, query: sessionFilters + " ParentSessionId:uuid", success: []int{200},
			answer: "SessionsPage", source: "R17:Sessions",
		},
		{call: "GET /sessions/{id}", success: []int{200}, answer: "Session", source: "SPEC10, R17:Sessions"},
		{call: "GET /sessions/{id}/log", success: []int{200}, answer: "SessionLog", source: "SPEC10"},
	},
	shapes: []shape{
		{
			name: "Error", source: "SPEC10; the values of errorCode are taken for open",
			properties: "type:string! title:string! status:int! errorCode:string! details:string instance:string data:any",
		},
		{
			name: "Login", source: "SPEC10, R17:Token",
			properties: "grant_type:=password|refresh_token|authorization_code|mfa! username:string password:string refresh_token:string " +
				"code:string mfa_token:string mfa_code:string",
		},
		{
			name: "Token", source: "SPEC10 RESTLogin",
			properties: "access_token:string? token_type:string refresh_token:string? expires_in:int .issued:time .expires:time username:string " +
				"roleName:string mfa_enabled:bool mfa_token:string?",
		},
		{name: "Time", properties: "utcDateTime:time!", source: "SPEC10 DateTimeInfo"},
		{name: "Version", properties: "about:string! version:string!", source: "SPEC10 ProductVersion"},
		{name: "Link", properties: "rel:string! href:string! method:=GET|POST|PUT|DELETE!", source: "SPEC10 Link"},
		{name: "SessionLink", properties: "sessionId:uuid! _links:[]Link", source: "SPEC10 SessionLink, clients of 1.4-rev0 and 1.5-rev0"},
		{name: "RepositoriesPage", properties: "totalCount:int! results:[]Repository! _links:[]Link", source: "SPEC10"},
		{
			name: "Repository", source: "SPEC10 Repository",
			properties: "id:uuid! name:string! description:string! amazonStorageFolder:string! amazonBucketId:uuid hint:string enableEncryption:bool! " +
				"_embedded:RepositoryNames _links:[]Link",
		},
		{name: "Repository", span: span{"", "1.1-rev0"}, properties: "amazonAccountId:uuid!", source: "SPEC10 Repository"},
		{name: "Repository", span: span{"1.2-rev0", "1.7-rev0"}, properties: "IAMRoleId:uuid!", source: "CL40, clients of 1.2-rev0"},
		{name: "Repository", span: span{"1.2-rev0", ""}, properties: "storageClass:string", source: "clients of 1.2-rev0; CL60"},
		{name: "Repository", span: span{"1.4-rev0", ""}, properties: "immutabilitySettings:any", source: "CL60"},
		{name: "Repository", span: span{"1.8-rev0", ""}, properties: "identity:Identity!", source: "clients of 1.8-rev0"},
		{name: "Identity", properties: "id:uuid! type:string awsId:string name:string regionType:string", source: "clients of 1.8-rev0"},
		{
			name: "RepositoryNames", source: "SPEC10 RepositoryEmbedded",
			properties: "amazonAccount:string amazonAccountLink:Link region:string regionLink:Link bucket:string bucketLink:Link",
		},
		{name: "IAMRolesPage", properties: "totalCount:int! results:[]IAMRole! _links:[]Link", source: "SPEC10"},
		{
			name: "IAMRole", source: "SPEC10 AmazonAccount",
			properties: "id:uuid! name:string! description:string! regionType:=Global|Emulator|Government|China accessKeys:AccessKeys " +
				"IAMRole:OwnRole IAMRoleFromAnotherAccount:OtherRole _links:[]Link",
		},
		// Which revision renamed it is not known: one of 1.1-rev0 to 1.5-rev0.
		{name: "IAMRole", span: span{"", "1.4-rev0"}, properties: "awsid:string", source: "SPEC10 AmazonAccount"},
		{name: "IAMRole", properties: "awsAccountId:string", source: "clients of 1.5-rev0 and 1.8-rev0"},
		{name: "IAMRole", span: span{"1.5-rev0", ""}, properties: "accountPermissions:[]string", source: "CL70, clients of 1.8-rev0"},
		{name: "AccessKeys", properties: "accessKey:string! defaultRegion:string", source: "SPEC10 AmazonAccountAccessKeys"},
		{name: "OwnRole", properties: "parentAmazonAccountId:uuid roleName:string! isDefault:bool!", source: "SPEC10 AmazonAccountIAMRole"},
		{
			name: "OtherRole", properties: "parentAmazonAccountId:uuid! accountId:string! roleName:string!",
			source: "SPEC10 AmazonAccountIAMRoleFromAnotherAccount",
		},
		{name: "Regions", properties: "regionIds:[]uuid", source: "SPEC10 RescanCloudAccountSpec"},
		{name: "RegionsPage", properties: "totalCount:int! results:[]Region! _links:[]Link", source: "SPEC10"},
		{name: "Region", properties: "id:uuid! name:string! _links:[]Link", source: "SPEC10 Region"},
		{name: "SessionsPage", properties: "totalCount:int! results:[]Session! _links:[]Link", source: "SPEC10"},
		{
			name: "Session", source: "SPEC10 Session, D20:sessions; which type a rescan has is not documented",
			properties: "id:uuid! type:string! status:" + sessionStatus + "! result:=Running|Success|Warning|Failed|Cancelled executionStartTime:time " +
				"executionStopTime:time executionDuration:int reason:string usn:int! _links:[]Link _embedded:SessionJobs",
		},
		{name: "Session", span: span{"1.7-rev0", ""}, properties: "name:string extendedSessionType:string", source: "clients of 1.7-rev0"},
		{name: "SessionJobs", properties: "backupJobInfo:Link restoreJobInfo:Link retentionJobDeletedRestorePoints:Link", source: "SPEC10"},
		{name: "SessionLog", properties: "sessionId:uuid! log:[]LogItem", source: "SPEC10 SessionLog"},
		{
			name: "LogItem", source: "SPEC10 LogItem",
			properties: "logTime:time! status:=NeverExecuted|Success|Warning|Error|Pending|Canceling|Canceled|Running|RunningWithWarning|RunningWithError! " +
				"message:string executionStartTime:time executionDuration:int",
		},
	},
}

const (
	page           = "SearchPattern:string Offset:int Limit:int Sort:string"
	sessionStatus  = "=Running|NeverExecuted|Succeeded|Warning|Failed|Canceled"
	sessionFilters = "Offset:int Limit:int PolicyId:uuid Status:[]" + sessionStatus + " Types:[]string FromUtc:time ToUtc:time Usn:int Sort:[]string VmId:string"
)
