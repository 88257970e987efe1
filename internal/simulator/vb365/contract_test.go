// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"os"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/contract"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// TestAnswersFollowTheVendorsDocuments checks answers about proxies,
// repositories and synchronizations, also those to wrong requests, against what
// the vendor documents; v6 to v8 only where VEEAM_OPENAPI_DIR has the documents,
// which are not part of this repository.
func TestAnswersFollowTheVendorsDocuments(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("VEEAM_OPENAPI_DIR")
	checks := contract.New(folder)
	for at, row := range all {
		t.Run(row.version, func(t *testing.T) {
			t.Parallel()
			if at >= 3 && folder == "" {
				t.Skip("VEEAM_OPENAPI_DIR is not set")
			}
			a := serveWith(t, Config{Product: row.product}, appliance.Options{Wrap: checks.WrapAnswers(t, contract.VB365)}).at(row.version)
			converse(a)
			if n, want := checks.Exchanges(row.version), byVersion(a, 15, 30, 30, 30, 30, 30); n < want {
				t.Errorf("only %d answers were checked", n)
			}
		})
	}
}

// converse makes the simulator give every kind of answer about what it has.
func converse(a *api) {
	a.t.Helper()
	a.AddProxy(Proxy{HostName: "pooled", ProxyPoolID: pool, UseInternetProxy: true, InternetProxyType: Custom})
	proxy := a.AddProxy(Proxy{HostName: "px1"})
	a.get("/ServiceInstance")
	a.get("/Proxies")
	a.get("/Proxies/" + proxy + "?extendedView=true")
	a.rescan(proxy)
	a.get("/Proxies/" + nobody)
	if a.version == "v8" {
		pool := a.post("/ProxyPools", poolBody("main", proxy)).object()["id"].(string)
		a.post("/ProxyPools", poolBody("main"))
		a.get("/ProxyPools?limit=1")
		a.get("/ProxyPools/" + pool)
		a.get("/ProxyPools/" + pool + "/proxies")
		a.put("/ProxyPools/"+pool, poolBody("other", proxy))
		a.post("/ProxyPools/"+pool+"/proxies", proxyRefs(proxy))
		a.send("DELETE", "/ProxyPools/"+pool+"/proxies", jsonType, proxyRefs(proxy))
		a.call("DELETE", "/ProxyPools/"+pool)
	}

	disk := a.AddRepository(Repository{Name: "disk", ProxyID: proxy})
	for _, kind := range []string{AzureBlob, AzureBlobArchive, AmazonS3, AmazonS3Compatible, AmazonS3Glacier} {
		id := a.AddRepository(Repository{
			Name: kind, ProxyPoolID: pool, OrganizationID: organization,
			ObjectStorage: ObjectStorage{Type: kind, SizeLimitGB: 1}, OutOfOrderReason: "Missing",
		})
		a.get("/BackupRepositories/" + id)
	}
	for _, query := range []string{"", "?limit=2&offset=2", "?longTerm=true", "?proxyId=" + proxy, "?proxyId=x"} {
		a.get("/BackupRepositories" + query)
	}
	a.get("/BackupRepositories/" + disk)
	a.get("/BackupRepositories/" + nobody)
	if a.version == "v3" { // has no synchronization
		return
	}
	a.sync(disk)
	for _, end := range []SyncEnd{EndGone, EndNone, EndFailed} {
		a.PlanSync(SyncPlan{Polls: 1, End: end}, SyncPlan{Polls: 9})
		id := a.cloud("cloud")
		session := a.started(id)
		a.get("/RepositorySynchronizeSessions")
		a.get("/RepositorySynchronizeSessions/" + session)
		a.get("/RepositorySynchronizeSessions")
		a.want(a.stop(a.started(id)), byVersion(a, 0, 200, 200, 200, 200, 204))
	}
	a.stop(nobody)
}
