// SPDX-License-Identifier: MPL-2.0

package vbaws

import "slices"

// product is one generation of the appliance: the build it reports and the API revisions it accepts, newest first.
type product struct {
	name, version string
	accepts       []string
}

// products is the whole knowledge about which appliance accepts which revision (vendor pages "versioning" and
// "changelog" of each product). Versions 10.0.0.232 and 8.1.0.7 are builds named by the user guide; the other build
// numbers only follow their form.
var products = []product{
	{"2.0", "2.0.0.0", []string{"1.0-rev0"}},
	{"3.0", "3.0.0.0", []string{"1.1-rev0", "1.0-rev0"}},
	{"4.0", "4.0.0.0", []string{"1.2-rev0", "1.1-rev0", "1.0-rev0"}},
	{"5.0", "5.0.0.0", []string{"1.3-rev0", "1.2-rev0", "1.1-rev0", "1.0-rev0"}},
	// Documented for 6.0 are 1.4 and, because 7.0 still takes it, 1.3. The rest follows the pattern of its neighbours:
	// the current revision and three older ones.
	{"6.0", "6.0.0.0", []string{"1.4-rev0", "1.3-rev0", "1.2-rev0", "1.1-rev0"}},
	{"7.0", "7.0.0.0", []string{"1.5-rev1", "1.5-rev0", "1.4-rev0", "1.3-rev0"}},
	{"8.0", "8.1.0.7", []string{"1.6-rev0", "1.5-rev1", "1.5-rev0", "1.4-rev0"}},
	// The windows of 9 and later are not public: again the current revision and three older ones.
	{"9", "9.0.0.0", []string{"1.7-rev0", "1.6-rev0", "1.5-rev1", "1.5-rev0"}},
	{"10", "10.0.0.232", []string{"1.8-rev0", "1.7-rev0", "1.6-rev0", "1.5-rev1"}},
	{"11", "11.0.0.0", []string{"1.9-rev0", "1.8-rev0", "1.7-rev0", "1.6-rev0"}},
}

// Products names the product versions that can be simulated, oldest first.
func Products() []string {
	names := make([]string, len(products))
	for i, p := range products {
		names[i] = p.name
	}
	return names
}

// Revisions gives the API revisions a product accepts, newest first; nil for an unknown product.
func Revisions(productName string) []string {
	p, _ := findProduct(productName)
	return slices.Clone(p.accepts)
}

func findProduct(name string) (product, bool) {
	i := slices.IndexFunc(products, func(p product) bool { return p.name == name })
	if i < 0 {
		return product{}, false
	}
	return products[i], true
}

// roleSpelling is how a repository names the IAM role that reaches its bucket.
type roleSpelling int

const (
	amazonAccountID roleSpelling = iota // "amazonAccountId": "<uuid>"
	iamRoleID                           // "IAMRoleId": "<uuid>"
	identityObject                      // "identity": {"id", "type", "awsId", "name", "regionType"}
)

// dialect is what differs between the API revisions, as far as the simulator serves it.
type dialect struct {
	revision      string
	role          roleSpelling
	storageClass  bool     // repositories carry storageClass
	immutability  bool     // repositories carry immutabilitySettings
	rescan        bool     // POST repositories/{id}/rescan exists; the 1.4-rev0 changelog lists it as deleted
	sessionName   bool     // sessions carry name
	sessionFilter []string // accepted values of the Types filter of sessions
	awsID         string   // name of the AWS account number of an IAM role; when it changed is known to lie before 1.5
	permissions   bool     // IAM roles carry accountPermissions
	scanVMs       bool     // POST virtualMachines/rescan exists: not in SPEC10, seen in use with 1.1 and 1.5
	rescanType    bool     // the rescan of an IAM role takes rescanType, seen in use with 1.1
}

var (
	sessionTypes10 = []string{
		"Policy", "Job", "Task", "UserPolicy", "RetentionActivity", "RestoreTask", "FLRTask", "SelfBackupActivity",
	}
	sessionTypes15 = append(slices.Clone(sessionTypes10), "FlrEfsTask")
	sessionTypes17 = []string{
		"Policy", "Job", "Task", "UserPolicy", "RetentionActivity", "RestoreTask", "FLRTask",
		"ConfigurationBackupActivity", "ImportPolicy", "TombstoneRetention", "ArchiveRetrieval",
		"ArchiveRetrievalProlongation", "ManualTask", "FlrEfsTask",
	}
)

var dialects = []dialect{
	{
		revision: "1.0-rev0", role: amazonAccountID, rescan: true, sessionFilter: sessionTypes10,
		awsID: "awsid",
	},
	{
		revision: "1.1-rev0", role: amazonAccountID, rescan: true, sessionFilter: sessionTypes10,
		awsID: "awsid", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.2-rev0", role: iamRoleID, storageClass: true, rescan: true, sessionFilter: sessionTypes10,
		awsID: "awsid", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.3-rev0", role: iamRoleID, storageClass: true, rescan: true, sessionFilter: sessionTypes10,
		awsID: "awsid", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.4-rev0", role: iamRoleID, storageClass: true, immutability: true, sessionFilter: sessionTypes10,
		awsID: "awsid", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.5-rev0", role: iamRoleID, storageClass: true, immutability: true, sessionFilter: sessionTypes15,
		awsID: "awsAccountId", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.5-rev1", role: iamRoleID, storageClass: true, immutability: true, sessionFilter: sessionTypes15,
		awsID: "awsAccountId", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.6-rev0", role: iamRoleID, storageClass: true, immutability: true, sessionFilter: sessionTypes15,
		awsID: "awsAccountId", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.7-rev0", role: iamRoleID, storageClass: true, immutability: true, sessionName: true, sessionFilter: sessionTypes17,
		awsID: "awsAccountId", scanVMs: true, rescanType: true,
	},
	{
		revision: "1.8-rev0", role: identityObject, storageClass: true, immutability: true, sessionName: true, sessionFilter: sessionTypes17,
		awsID: "awsAccountId", permissions: true, scanVMs: true, rescanType: true,
	},
	{
		revision: "1.9-rev0", role: identityObject, storageClass: true, immutability: true, sessionName: true, sessionFilter: sessionTypes17,
		awsID: "awsAccountId", permissions: true, scanVMs: true, rescanType: true,
	},
}

func findDialect(revision string) (dialect, bool) {
	i := slices.IndexFunc(dialects, func(d dialect) bool { return d.revision == revision })
	if i < 0 {
		return dialect{}, false
	}
	return dialects[i], true
}
