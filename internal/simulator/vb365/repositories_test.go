// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const (
	organization = "11111111-0000-4000-8000-000000000000"
	pool         = "22222222-0000-4000-8000-000000000000"
	proxyOne     = "33333333-0000-4000-8000-000000000000"
)

// repositoryKeys is the documented property list of RESTBackupRepository per
// version; nested is what only repositories with object storage have.
func repositoryKeys(version string, nested bool) []string {
	keys := strings.Fields("id name description path proxyId capacityBytes freeSpaceBytes retentionType retentionPeriodType " +
		"dailyRetentionPeriod retentionFrequencyType dailyTime dailyType _links")
	if version >= "v4" {
		keys = append(keys, "isOutOfSync", "objectStorageEncryptionEnabled", "encryptionKeyId")
	}
	if version >= "v4" && version <= "v7" {
		keys = append(keys, "objectStorageId", "objectStorageCachePath")
	}
	if version >= "v6" {
		keys = append(keys, "isLongTerm")
	}
	if version == "v8" {
		keys = append(keys, strings.Fields("proxyPoolId organizationId isOutdated isIndexed isMigrationLocked isOutOfOrder outOfOrderReason")...)
		if nested {
			keys = append(keys, "objectStorage")
		}
	}
	slices.Sort(keys)
	return keys
}

// wantFields checks those of the fields that the version has.
func wantFields(t *testing.T, body, fields map[string]any) {
	t.Helper()
	for name, want := range fields {
		if got, present := body[name]; present && got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestGetRepository(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		jet := a.AddRepository(Repository{
			Name: "disk", Description: "in the cellar", ProxyID: proxyOne, CapacityBytes: 500, FreeSpaceBytes: 200, RetentionType: "SnapshotBased",
		})
		cloud := a.AddRepository(Repository{
			Name: "cloud", Path: `D:\Cache`, ProxyPoolID: pool, OrganizationID: organization, OutOfSync: true, Outdated: true,
			OutOfOrderReason: "Missing", ObjectStorage: ObjectStorage{Type: AmazonS3Glacier, UsedSpaceBytes: 1 << 30, SizeLimitGB: 3},
		})
		storage := a.Repositories()[1].ObjectStorage.ID

		body := a.want(a.get("/backuprepositories/"+strings.ToUpper(jet)), 200).object()
		if keys := slices.Sorted(maps.Keys(body)); !slices.Equal(keys, repositoryKeys(a.version, false)) {
			t.Errorf("%s: properties %v, want %v", a.version, keys, repositoryKeys(a.version, false))
		}
		wantFields(t, body, map[string]any{
			"id": jet, "name": "disk", "description": "in the cellar", "path": `C:\Backup\disk`, "proxyId": proxyOne,
			"capacityBytes": 500.0, "freeSpaceBytes": 200.0, "retentionType": "SnapshotBased", "dailyRetentionPeriod": 1095.0,
			"isOutOfSync": false, "isLongTerm": false, "objectStorageId": nil, "objectStorageCachePath": "", "proxyPoolId": nil,
			"organizationId": nil, "isOutdated": false, "isIndexed": true, "isOutOfOrder": false, "outOfOrderReason": nil,
		})

		body = a.want(a.get("/BackupRepositories/"+cloud), 200).object()
		if keys := slices.Sorted(maps.Keys(body)); !slices.Equal(keys, repositoryKeys(a.version, true)) {
			t.Errorf("%s: properties %v, want %v", a.version, keys, repositoryKeys(a.version, true))
		}
		wantFields(t, body, map[string]any{
			"proxyId": nil, "capacityBytes": nil, "freeSpaceBytes": nil, "retentionType": "ItemLevel", "isOutOfSync": true,
			"isLongTerm": true, "objectStorageId": storage, "objectStorageCachePath": `D:\Cache`, "proxyPoolId": pool,
			"organizationId": organization, "isOutdated": true, "isOutOfOrder": true, "outOfOrderReason": "Missing",
		})
		if nested, ok := body["objectStorage"].(map[string]any); ok {
			wantFields(t, nested, map[string]any{
				"id": storage, "type": "AmazonS3Glacier", "s3Folder": "cloud", "usedSpaceBytes": float64(1 << 30),
				"freeSpaceBytes": float64(2 << 30), "sizeLimitEnabled": true, "sizeLimitGB": 3.0,
			})
		}
		self := body["_links"].(map[string]any)["self"].(map[string]any)["href"].(string)
		if !strings.HasSuffix(self, "/"+a.version+"/BackupRepositories/"+cloud) || strings.HasPrefix(self, "https://") != (a.version < "v6") {
			t.Errorf("self link %s", self)
		}
		a.wantError(a.get("/BackupRepositories/"+nobody), 404, "ResourceNotFound")
	})
}

func TestObjectStorageOfAzure(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	id := a.AddRepository(Repository{Name: "blob", ObjectStorage: ObjectStorage{Type: AzureBlob, Folder: "f"}})
	nested := a.get("/BackupRepositories/" + id).object()["objectStorage"].(map[string]any)
	if _, limited := nested["freeSpaceBytes"]; limited || nested["azureFolder"] != "f" || nested["sizeLimitEnabled"] != false {
		t.Errorf("object storage %v", nested)
	}
}

func names(list []map[string]any) string {
	var all []string
	for _, item := range list {
		all = append(all, fmt.Sprint(item["name"]))
	}
	return strings.Join(all, " ")
}

// pageOf is the part of a list that is shown, whether the version has pages or
// not.
func (r reply) pageOf(a *api) []map[string]any {
	if a.version < "v8" {
		return r.list()
	}
	var list []map[string]any
	results, _ := r.object()["results"].([]any)
	for _, item := range results {
		list = append(list, item.(map[string]any))
	}
	return list
}

func TestListRepositories(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		if got := a.want(a.get("/BackupRepositories"), 200).text; !strings.Contains(got, "[]") {
			t.Errorf("%s: without repositories %s", a.version, got)
		}
		a.AddRepository(Repository{Name: "one", ProxyID: proxyOne})
		a.AddRepository(Repository{Name: "two", ProxyPoolID: pool, ObjectStorage: ObjectStorage{Type: AmazonS3}})
		a.AddRepository(Repository{Name: "three", ProxyID: proxyOne, OrganizationID: organization, ObjectStorage: ObjectStorage{Type: AzureBlobArchive}})
		every := "one two three"
		for query, want := range map[string]string{
			"":                                      every,
			"?proxyId=":                             every,
			"?nothing=x":                            every,
			"?proxyId=" + strings.ToUpper(proxyOne): byVersion(a, every, "one three", "one three", "one three", "one three", "one three"),
			"?proxyId=" + nobody:                    byVersion(a, every, "", "", "", "", ""),
			"?longTerm=true":                        byVersion(a, every, every, every, "three", "three", "three"),
			"?longTerm=false":                       every,
			"?proxyPoolId=" + pool:                  byVersion(a, every, every, every, every, every, "two"),
			"?organizationId=" + organization:       byVersion(a, every, every, every, every, every, "three"),
			"?longTerm=true&proxyId=" + nobody:      byVersion(a, every, "", "", "", "", ""),
			"?limit=1&offset=1":                     byVersion(a, every, every, every, every, every, "two"),
		} {
			if got := names(a.wantFor(query, a.get("/BackupRepositories"+query), 200).pageOf(a)); got != want {
				t.Errorf("%s %s: got %q, want %q", a.version, query, got, want)
			}
		}
		for query, first := range map[string]string{
			"?proxyId=x": "v4", "?longTerm=maybe": "v6", "?proxyPoolId=x": "v8", "?organizationId=x": "v8", "?limit=0": "v8", "?offset=-1": "v8",
		} {
			r := a.get("/BackupRepositories" + query)
			if a.version >= first {
				a.wantError(r, 400, "ParameterValidationFailure")
			} else {
				a.wantFor(query, r, 200)
			}
		}
		a.wantError(a.send("GET", "/BackupRepositories", jsonType, `{}`), 400, "ParameterValidationFailure")
		a.wantFor("anonymous", a.as("").get("/BackupRepositories"), 401)
	})
}

func TestRepositoryPages(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	for i := range 5 {
		a.AddRepository(Repository{Name: fmt.Sprint(i), ProxyID: proxyOne})
		a.AddRepository(Repository{Name: "other"})
	}
	var got []string
	path := "/v8/BackupRepositories?limit=2&proxyId=" + proxyOne
	for path != "" {
		r := a.want(a.get(strings.TrimPrefix(path, "/v8")), 200)
		got = append(got, names(r.pageOf(a)))
		next, _ := r.object()["_links"].(map[string]any)["next"].(map[string]any)
		path, _ = next["href"].(string)
		if target, err := url.Parse(path); err != nil || path != "" && target.Query().Get("proxyId") != proxyOne {
			t.Fatalf("the next link %s loses the filter", path)
		}
	}
	if want := []string{"0 1", "2 3", "4"}; !slices.Equal(got, want) {
		t.Errorf("pages %q, want %q", got, want)
	}
}

func TestRepositoriesBehindTheBack(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	id := a.AddRepository(Repository{ID: strings.ToUpper(proxyOne), Name: "r"})
	if id != proxyOne {
		t.Errorf("ID %s", id)
	}
	a.SetRepository(id, func(r *Repository) { r.Name = "renamed" })
	a.SetRepository(nobody, func(*Repository) { t.Error("called") })
	if got := a.get("/BackupRepositories/" + id).object()["name"]; got != "renamed" {
		t.Errorf("name %v", got)
	}
	a.Repositories()[0].Name = "a copy"
	if r, ok := a.Repository(id); !ok || r.Name != "renamed" {
		t.Errorf("got %v %t", r, ok)
	}
	a.DeleteRepository(id)
	a.want(a.get("/BackupRepositories/"+id), 404)
	if _, ok := a.Repository(id); ok || len(a.Repositories()) != 0 {
		t.Error("a deleted repository is still there")
	}
}

func TestUnknownRepositoryStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 500} {
		forAll(t, Config{Behaviour: Behaviour{UnknownID: status}}, func(t *testing.T, a *api) {
			a.wantError(a.get("/BackupRepositories/"+nobody), byVersion(a, status, status, status, status, status, 404), "ResourceNotFound")
		})
	}
}

func TestQuotedNumbersOfRepositories(t *testing.T) {
	t.Parallel()
	forAll(t, Config{Behaviour: Behaviour{QuotedNumbers: true}}, func(t *testing.T, a *api) {
		id := a.AddRepository(Repository{Name: "r", CapacityBytes: 5, OutOfSync: true})
		body := a.get("/BackupRepositories/" + id).object()
		wantFields(t, body, map[string]any{"capacityBytes": "5", "isOutOfSync": "true", "dailyRetentionPeriod": "1095"})
	})
}
