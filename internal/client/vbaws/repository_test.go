// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const rescanRoute = "POST /api/v1/repositories/" + repositoryID + "/rescan"

// d20Repository is the documented example (D20:repositories), shortened.
const d20Repository = `{
	"id": "a7bcabe6-91f7-40ca-ad73-915d43a8e86b", "name": "Repository 01", "description": "Repository for Dept-01",
	"amazonAccountId": "757efdd7-128e-470c-90b6-1b274dbf502f", "amazonStorageFolder": "dept-1-rs",
	"amazonBucketId": "0dab1d93-ac17-482b-88a7-a56bebbb2b2e", "hint": "775", "enableEncryption": true,
	"_embedded": {
		"amazonAccount": "S3 Access Role", "amazonAccountLink": {"method": "GET", "rel": "AmazonAccount", "href": "https://vbaws.example.com:11005/x"},
		"region": "us-east-1", "bucket": "dept-1-1"
	},
	"_links": [{"method": "GET", "rel": "self", "href": "https://vbaws.example.com:11005/x"}]
}`

var d20 = Repository{
	ID: repositoryID, Name: "Repository 01", Description: "Repository for Dept-01", Folder: "dept-1-rs",
	BucketID: "0dab1d93-ac17-482b-88a7-a56bebbb2b2e", Bucket: "dept-1-1", Region: "us-east-1",
	AccountID: "757efdd7-128e-470c-90b6-1b274dbf502f", Account: "S3 Access Role", Encrypted: new(true),
}

func TestRepositoryOfEveryRevision(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want Repository
	}{
		"1.0-rev0": {d20Repository, d20},
		"1.2-rev0": {
			`{"id":"r","name":"n","IAMRoleId":"` + roleID + `","storageClass":"STANDARD","enableEncryption":"false"}`,
			Repository{ID: "r", Name: "n", AccountID: roleID, StorageClass: "STANDARD", Encrypted: new(false)},
		},
		"1.4-rev0": {
			`{"id":"r","IAMRoleId":"` + roleID + `","immutabilitySettings":{"enabled":true},"description":null}`,
			Repository{ID: "r", AccountID: roleID},
		},
		"1.8-rev0": {
			`{"id":"r","identity":{"id":"` + roleID + `","type":"IAMRole","awsId":"123456789012","name":"Role","regionType":"Global"},"_embedded":{"bucket":"b"}}`,
			Repository{ID: "r", AccountID: roleID, Account: "Role", Bucket: "b"},
		},
		"odd shapes": {`{"id":"r","IAMRoleId":"` + roleID + `","identity":"who","_embedded":["x"]}`, Repository{ID: "r", AccountID: roleID}},
		"no UUIDs":   {`{"id":"r","IAMRoleId":"role","amazonBucketId":"../x","identity":{"id":"\u001b[2J"}}`, Repository{ID: "r"}},
		"odd values": {
			`{"id":"r","identity":null,"storageClass":{"name":"x"},"_embedded":{"region":{"name":"eu"},"bucket":null},"enableEncryption":null,"unknown":[1]}`,
			Repository{ID: "r"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got Repository
			if err := json.Unmarshal([]byte(c.body), &got); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestRepository(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.7-rev0")
	f.on("GET /api/v1/repositories/"+repositoryID, 200, d20Repository)
	c := f.client()
	if got, err := c.Repository(t.Context(), repositoryID); err != nil || !reflect.DeepEqual(got, d20) {
		t.Fatalf("got %+v, %v", got, err)
	}
	e := f.last()
	if e.String() != "GET /api/v1/repositories/"+repositoryID+" 1.7-rev0" || e.header.Get("Authorization") != "Bearer "+accessToken || e.body != "" {
		t.Errorf("sent %v %v %q", e, e.header, e.body)
	}
	if _, err := c.Repository(t.Context(), "a b/c"); !errors.Is(err, rest.ErrNotFound) || f.last().uri != "/api/v1/repositories/a%20b%2Fc" {
		t.Errorf("%v from %s", err, f.last().uri)
	}
	if _, err := c.Repository(t.Context(), "unknown"); !errors.Is(err, rest.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
}

func TestRepositoriesError(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.7-rev0")
	f.on("GET "+repositoryPath, 403, problem(403, "accessDenied", "Access denied", "AccessDenied", "Your role is not sufficient."))
	_, err := f.client().Repositories(t.Context())
	if !errors.Is(err, rest.ErrForbidden) || !strings.Contains(err.Error(), "Your role is not sufficient.") {
		t.Errorf("err = %v", err)
	}
}

func TestRescanOfEveryProduct(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, p.accepts...)
			f.routes[rescanRoute] = func(w http.ResponseWriter, r *http.Request) {
				if !Revision(r.Header.Get("x-api-version")).HasRescan() {
					w.WriteHeader(404)
					return
				}
				reply(w, 202, `{"sessionId":"`+sessionID+`","_links":[{"method":"GET","rel":"x","href":"https://vbaws.example.com/x"}]}`)
			}
			c := f.client()
			got, err := c.RescanRepository(t.Context(), repositoryID)
			if p.rescan == "" {
				var unsupported *RescanUnsupportedError
				if !errors.As(err, &unsupported) || f.count(rescanRoute) != 0 {
					t.Fatalf("err = %v after %v", err, f.requests())
				}
				return
			}
			if err != nil || got != sessionID {
				t.Fatalf("got %q, %v", got, err)
			}
			if want := rescanRoute + " " + string(p.rescan); f.count(want) != 1 || f.count(rescanRoute) != 1 {
				t.Errorf("requests %v", f.requests())
			}
		})
	}
}

func TestRescanOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.3-rev0")
	f.on(rescanRoute, 202, `{"sessionId":"`+sessionID+`"}`)
	if _, err := f.client(withToken).RescanRepository(t.Context(), repositoryID); err != nil {
		t.Fatal(err)
	}
	e := f.last()
	if e.method != "POST" || e.uri != "/api/v1/repositories/"+repositoryID+"/rescan" || e.body != "" {
		t.Errorf("sent %v %q", e, e.body)
	}
	for name, want := range map[string]string{
		"X-Api-Version": "1.3-rev0", "Authorization": "Bearer " + userToken, "Accept": "application/json", "Content-Type": "", "Content-Length": "0",
	} {
		if got := e.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestRescanWithoutASession(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "{}", `{"sessionId":null}`, `{"sessionId":""}`, `{"sessionId":7}`} {
		f := newFake(t, "1.0-rev0")
		f.on(rescanRoute, 202, body)
		got, err := f.client(pinned("1.0-rev0")).RescanRepository(t.Context(), repositoryID)
		if !errors.Is(err, ErrNoSession) || got != "" || f.count(rescanRoute) != 1 {
			t.Errorf("%q: %q, %v", body, got, err)
		}
	}
	f := newFake(t, "1.0-rev0")
	f.on(rescanRoute, 202, "<html>")
	if _, err := f.client(pinned("1.0-rev0")).RescanRepository(t.Context(), repositoryID); !rest.OutcomeUnknown(err) {
		t.Errorf("err = %v", err)
	}
}

// A rescan whose answer is lost is not sent again.
func TestRescanIsSentOnce(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.0-rev0")
	f.routes[rescanRoute] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	c := f.client(pinned("1.0-rev0"), func(config *Config) { config.Rest.MaxRetries = 3 })
	_, err := c.RescanRepository(t.Context(), repositoryID)
	if !rest.OutcomeUnknown(err) || f.count(rescanRoute) != 1 {
		t.Errorf("err = %v after %v", err, f.requests())
	}
}

// Nobody has published whether appliances 6 and 7 still carry the rescan itself in the revisions that they accept.
func TestRescanRouteMissing(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"problem 400": func(w http.ResponseWriter, _ *http.Request) { refuseRevision(400)(w, "") },
		"problem 404": func(w http.ResponseWriter, _ *http.Request) { refuseRevision(404)(w, "") },
		"405":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(405) },
		"bare 404":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.5-rev0", "1.4-rev0", "1.3-rev0")
			f.routes[rescanRoute] = answer
			f.on("GET /api/v1/repositories/"+repositoryID, 200, d20Repository)
			f.on("GET "+versionPath, 403, "")
			_, err := f.client().RescanRepository(t.Context(), repositoryID)
			var unsupported *RescanUnsupportedError
			if !errors.As(err, &unsupported) || unsupported.Newest != "1.3-rev0" || f.count(rescanRoute) != 1 {
				t.Errorf("err = %v after %v", err, f.requests())
			}
		})
	}
}

func TestRescanOfAnUnknownRepository(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.3-rev0")
	_, err := f.client().RescanRepository(t.Context(), repositoryID)
	if !errors.Is(err, rest.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
	if got := f.requests(); slices.Contains(got, "GET "+versionPath+" 1.3-rev0") {
		t.Errorf("requests %v", got)
	}
}

func TestRescanRefused(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.3-rev0")
	f.on(rescanRoute, 409, problem(409, "conflict", "Conflict", "UnknownError", "A rescan is running."))
	_, err := f.client().RescanRepository(t.Context(), repositoryID)
	if !errors.Is(err, rest.ErrConflict) || !strings.Contains(err.Error(), "A rescan is running.") || f.count(rescanRoute) != 1 {
		t.Errorf("err = %v", err)
	}
}
