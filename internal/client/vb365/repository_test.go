// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// repositoriesLine is the request for the list.
func repositoriesLine(v Version) string {
	line := "GET /" + string(v) + "/BackupRepositories"
	if v == V8 {
		line += "?limit=1000&offset=0"
	}
	return line
}

func TestRepositoriesAskInTheDialect(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		one := `{"id":"` + id + `","name":"Default Backup Repository"}`
		a := scripted(t, listOf(v, one, `{"id":"7365636f-1111-4222-8333-444455556666"}`), answer{200, one})
		c := client(t, a, v)
		repositories, err := c.Repositories(t.Context())
		if err != nil || len(repositories) != 2 || repositories[0].ID != id || repositories[1].ID != "7365636f-1111-4222-8333-444455556666" {
			t.Errorf("Repositories: %+v, %v", repositories, err)
		}
		r, err := c.Repository(t.Context(), id)
		if err != nil || r.Name != "Default Backup Repository" {
			t.Errorf("Repository: %+v, %v", r, err)
		}
		a.wantLines(t, repositoriesLine(v), "GET /"+string(v)+"/BackupRepositories/"+id)
		for _, sent := range a.requests() {
			checkHeader(t, sent.line, sent.header, false)
			if sent.body != "" {
				t.Errorf("%s carries %s", sent.line, sent.body)
			}
		}
	})
}

// The answers have the properties of S6 to S8 RESTBackupRepository, with what appliances quote and null.
func TestRepositoryDecoding(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		version Version
		answer  string
		want    Repository
	}{
		"v3": {
			V3,
			`{"id":"72000000-1111-4222-8333-444455556666","name":"Default","description":"d","path":"C:\\VeeamRepository","capacityBytes":"53317988352","freeSpaceBytes":"24733335552","retentionPeriodType":"Yearly","_links":{"self":{"href":"https://vb365.example.com:4443/v3/BackupRepositories/r"}}}`,
			Repository{ID: "72000000-1111-4222-8333-444455556666", Name: "Default", Description: "d", Path: `C:\VeeamRepository`, CapacityBytes: new(int64(53317988352)), FreeSpaceBytes: new(int64(24733335552))},
		},
		"v6, on object storage": {
			V6,
			`{"objectStorageId":"6f000000-1111-4222-8333-444455556666","objectStorageCachePath":"C:\\Cache","objectStorageEncryptionEnabled":true,"encryptionKeyId":"k","isOutOfSync":true,"capacityBytes":0,"freeSpaceBytes":0,"id":"72000000-1111-4222-8333-444455556666","name":"S3","retentionType":"SnapshotBased","dailyTime":"08:00:00","monthlyDaynumber":"First","proxyId":"70000000-1111-4222-8333-444455556666","isLongTerm":"true"}`,
			Repository{ID: "72000000-1111-4222-8333-444455556666", Name: "S3", ProxyID: "70000000-1111-4222-8333-444455556666", RetentionType: "SnapshotBased", CapacityBytes: new(int64(0)), FreeSpaceBytes: new(int64(0)), LongTerm: true, OutOfSync: true, ObjectStorageID: "6f000000-1111-4222-8333-444455556666"},
		},
		"v7, on the proxy": {
			V7,
			`{"objectStorageId":null,"objectStorageCachePath":"","isOutOfSync":false,"id":"72000000-1111-4222-8333-444455556666","name":"JET","retentionType":"ItemLevel","proxyId":"70000000-1111-4222-8333-444455556666","isLongTerm":null}`,
			Repository{ID: "72000000-1111-4222-8333-444455556666", Name: "JET", RetentionType: "ItemLevel", ProxyID: "70000000-1111-4222-8333-444455556666"},
		},
		"v8, on object storage of a pool": {
			V8,
			`{"id":"72000000-1111-4222-8333-444455556666","name":"S3","proxyId":null,"proxyPoolId":"706f6f6c-1111-4222-8333-444455556666","organizationId":"6f726700-1111-4222-8333-444455556666","capacityBytes":null,"freeSpaceBytes":null,"isLongTerm":true,"isOutdated":true,"isOutOfSync":"true","isIndexed":true,"isMigrationLocked":false,"isOutOfOrder":false,"outOfOrderReason":null,"objectStorage":{"id":"6f000000-1111-4222-8333-444455556666","type":"AmazonS3Glacier","accountId":"a","s3Folder":"f","usedSpaceBytes":7,"freeSpaceBytes":8,"amazonBucketS3Aws":{"name":"b"}},"_links":{}}`,
			Repository{ID: "72000000-1111-4222-8333-444455556666", Name: "S3", ProxyPoolID: "706f6f6c-1111-4222-8333-444455556666", OrganizationID: "6f726700-1111-4222-8333-444455556666", LongTerm: true, Outdated: true, OutOfSync: true, ObjectStorageID: "6f000000-1111-4222-8333-444455556666", ObjectStorage: "AmazonS3Glacier"},
		},
		"v8 of nulls": {
			V8,
			`{"id":"72000000-1111-4222-8333-444455556666","name":null,"description":null,"path":null,"retentionType":null,"proxyId":null,"proxyPoolId":null,"organizationId":null,"isLongTerm":null,"isOutdated":null,"isOutOfSync":null,"objectStorage":null}`,
			Repository{ID: "72000000-1111-4222-8333-444455556666"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := scripted(t, answer{200, test.answer}, listOf(test.version, test.answer))
			c := client(t, a, test.version)
			got, err := c.Repository(t.Context(), "72000000-1111-4222-8333-444455556666")
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("%v\n%+v\nwant\n%+v", err, got, test.want)
			}
			if list, err := c.Repositories(t.Context()); err != nil || !reflect.DeepEqual(list, []Repository{test.want}) {
				t.Errorf("in a list: %v\n%+v", err, list)
			}
		})
	}
}

func TestNoListOfRepositoriesIsAnError(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		otherShape := `{"results":[]}`
		if v == V8 {
			otherShape = `[]`
		}
		for _, body := range []string{"", "null", `{}`, `{"results":null}`, `"no"`, "<html></html>", otherShape} {
			if list, err := client(t, scripted(t, answer{200, body}), v).Repositories(t.Context()); err == nil {
				t.Errorf("%q: %+v without an error", body, list)
			}
		}
		if list, err := client(t, scripted(t, listOf(v)), v).Repositories(t.Context()); err != nil || list == nil || len(list) != 0 {
			t.Errorf("an empty list: %#v, %v", list, err)
		}
		_, err := client(t, scripted(t, answer{404, ""}), v).Repositories(t.Context())
		if _, ok := errors.AsType[*NotServedError](err); !ok || errors.Is(err, rest.ErrNotFound) {
			t.Errorf("%v, want a NotServedError that does not say gone", err)
		}
	})
}

// Only the list, or the code of v8, says that a repository is gone; a failed read that the list contradicts is answered
// from the list.
func TestRepositoryGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		unclear := []int{400, 404, 500}
		if v == V8 {
			unclear = []int{404}
		}
		for _, status := range unclear {
			failure := answer{status, `{"message":"what repository?"}`}
			a := scripted(t, failure, listOf(v, `{"id":"616e6f74-1111-4222-8333-444455556666"}`))
			if r, err := client(t, a, v).Repository(t.Context(), id); !errors.Is(err, rest.ErrNotFound) || r != (Repository{}) {
				t.Errorf("%d: %+v, %v, want not found", status, r, err)
			}
			a.wantLines(t, "GET /"+string(v)+"/BackupRepositories/"+id, repositoriesLine(v))

			listed := listOf(v, `{"id":"616e6f74-1111-4222-8333-444455556666"}`, `{"id":"`+strings.ToUpper(id)+`","name":"here"}`)
			if r, err := client(t, scripted(t, failure, listed), v).Repository(t.Context(), id); err != nil || r.Name != "here" {
				t.Errorf("%d: %+v, %v, want the one of the list", status, r, err)
			}
			for _, list := range []answer{{404, ""}, {500, `{"message":"down"}`}, {200, "null"}, {404, `{"errorCode":"ResourceNotFound"}`}} {
				_, err := client(t, scripted(t, failure, list), v).Repository(t.Context(), id)
				if err == nil || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), "what repository?") {
					t.Errorf("%d, list %v: %v, want an error that does not say gone", status, list, err)
				}
			}
		}
	})
	a := scripted(t, answer{404, `{"message":"gone","errorCode":"ResourceNotFound"}`})
	if _, err := client(t, a, V8).Repository(t.Context(), id); !errors.Is(err, rest.ErrNotFound) {
		t.Errorf("by code: %v", err)
	}
}

func TestRepositoryReadFails(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for _, status := range []int{403, 409, 429, 503} {
			_, err := client(t, scripted(t, answer{status, `{"message":"no"}`}), v).Repository(t.Context(), id)
			if api, ok := errors.AsType[*rest.APIError](err); !ok || api.Status != status {
				t.Errorf("%v, want the error with %d", err, status)
			}
		}
		for _, body := range []string{"", "null", `{}`} {
			if _, err := client(t, scripted(t, answer{200, body}), v).Repository(t.Context(), id); err == nil || errors.Is(err, rest.ErrNotFound) {
				t.Errorf("%q: %v, want an error that does not say gone", body, err)
			}
		}
		for _, bad := range []string{"", ".", ".."} {
			if _, err := client(t, scripted(t), v).Repository(t.Context(), bad); err == nil {
				t.Errorf("Repository(%q) succeeded", bad)
			}
		}
	})
}
