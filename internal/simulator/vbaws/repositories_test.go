// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const repositoryID = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"

func TestRepositorySpellingPerRevision(t *testing.T) {
	t.Parallel()
	always := []string{
		"_embedded", "_links", "amazonBucketId", "amazonStorageFolder", "description", "enableEncryption", "hint", "id", "name",
	}
	extra := map[string][]string{
		"1.0-rev0": {"amazonAccountId"},
		"1.1-rev0": {"amazonAccountId"},
		"1.2-rev0": {"IAMRoleId", "storageClass"},
		"1.3-rev0": {"IAMRoleId", "storageClass"},
		"1.8-rev0": {"identity", "storageClass", "immutabilitySettings"},
		"1.9-rev0": {"identity", "storageClass", "immutabilitySettings"},
	}
	s := start(t, Config{Accepts: allRevisions})
	s.AddRepository(Repository{ID: repositoryID, Name: "r", RoleID: unknownID, StorageClass: "Glacier", Immutability: map[string]any{"isEnabled": true}})
	for _, s.revision = range allRevisions {
		r := s.want(http.StatusOK, s.get("/repositories/"+repositoryID))
		want := slices.Clone(extra[s.revision])
		if want == nil {
			want = []string{"IAMRoleId", "storageClass", "immutabilitySettings"}
		}
		want = append(want, always...)
		slices.Sort(want)
		var got []string
		for name := range r.json {
			got = append(got, name)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got fields %v, want %v", s.revision, got, want)
		}
		role := r.json["amazonAccountId"]
		if role == nil {
			role = r.json["IAMRoleId"]
		}
		if identity, ok := r.json["identity"].(map[string]any); ok {
			role = identity["id"]
			if identity["type"] == "" || identity["awsId"] == "" || identity["name"] == "" || identity["regionType"] != "Global" {
				t.Errorf("%s: got identity %v", s.revision, identity)
			}
		}
		if role != unknownID {
			t.Errorf("%s: got role %v", s.revision, role)
		}
	}
}

func TestGetRepository(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Product: "2.0"})
	s.AddRepository(Repository{
		ID: repositoryID, Name: "Repository 01", Description: "Dept-01", RoleName: "S3 Access Role", Bucket: "dept-1-1",
		Folder: "dept-1-rs", Region: "eu-west-1", Hint: "775", Encryption: true,
	})
	r := s.want(http.StatusOK, s.get("/repositories/"+strings.ToUpper(repositoryID)))
	for field, want := range map[string]any{
		"id": repositoryID, "name": "Repository 01", "description": "Dept-01", "amazonStorageFolder": "dept-1-rs",
		"hint": "775", "enableEncryption": true, "amazonAccountId": stableID("role", "S3 Access Role"),
		"amazonBucketId": stableID("bucket", "dept-1-1"),
	} {
		if r.json[field] != want {
			t.Errorf("%s: got %v, want %v", field, r.json[field], want)
		}
	}
	embedded := r.json["_embedded"].(map[string]any)
	if embedded["amazonAccount"] != "S3 Access Role" || embedded["region"] != "eu-west-1" || embedded["bucket"] != "dept-1-1" {
		t.Errorf("got _embedded %v", embedded)
	}
	bucket := embedded["bucketLink"].(map[string]any)
	if bucket["rel"] != "Bucket" || bucket["method"] != "GET" ||
		bucket["href"] != s.URL()+"/api/v1/cloudInfrastructure/buckets/"+stableID("bucket", "dept-1-1") {
		t.Errorf("got bucketLink %v", bucket)
	}
	self := r.json["_links"].([]any)[0].(map[string]any)
	if self["rel"] != "self" || s.want(http.StatusOK, s.get("/repositories/"+repositoryID)).text != r.text ||
		self["href"] != s.URL()+"/api/v1/repositories/"+repositoryID {
		t.Errorf("got _links %v", r.json["_links"])
	}
}

func TestUnknownAndMalformedRepository(t *testing.T) {
	t.Parallel()
	for _, malformed := range []int{404, 400} {
		s := start(t, Config{Behaviour: Behaviour{MalformedID: malformed}})
		for _, send := range []func(id string) reply{
			func(id string) reply { return s.get("/repositories/" + id) },
			func(id string) reply { return s.delete("/repositories/" + id) },
			func(id string) reply { return s.post("/repositories/" + id + "/rescan") },
		} {
			r := send(unknownID)
			s.wantProblem(http.StatusNotFound, "NotFound", "resourceNotFound", r)
			if r.json["instance"] != unknownID || !strings.Contains(r.json["details"].(string), unknownID) {
				t.Errorf("got %s", r.text)
			}
			s.wantProblem(malformed, "UnexpectedContent", "validationError", send("no-uuid"))
		}
	}
}

func TestListRepositories(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Product: "4.0"})
	empty := s.want(http.StatusOK, s.get("/repositories"))
	if list, ok := empty.json["results"].([]any); !ok || len(list) != 0 || empty.json["totalCount"] != 0.0 {
		t.Errorf("without repositories: %s", empty.text)
	}
	for _, r := range []Repository{
		{Name: "beta", Region: "us-east-1", Folder: "2", Encryption: true, StorageClass: "A"},
		{Name: "alpha", Region: "us-east-1", Folder: "3", StorageClass: "C"},
		{Name: "Alpha 2", Region: "eu-west-1", Folder: "1", StorageClass: "B"},
		{Name: "dept.1", Region: "eu-west-1", Folder: "4", StorageClass: "D"},
	} {
		s.AddRepository(r)
	}
	for query, want := range map[string]string{
		"":                                       "beta,alpha,Alpha 2,dept.1",
		"Limit=-1":                               "beta,alpha,Alpha 2,dept.1",
		"Limit=2":                                "beta,alpha",
		"Limit=0":                                "",
		"Offset=3":                               "dept.1",
		"Offset=9":                               "",
		"Offset=1&Limit=2":                       "alpha,Alpha 2",
		"offset=1&limit=1":                       "alpha",
		"SearchPattern=alpha*":                   "alpha,Alpha 2",
		"SearchPattern=*a":                       "beta,alpha",
		"SearchPattern=*":                        "beta,alpha,Alpha 2,dept.1",
		"SearchPattern=alpha":                    "alpha,Alpha 2",
		"SearchPattern=dept.*":                   "dept.1",
		"SearchPattern=d.pt*":                    "",
		"SearchPattern=nothing":                  "",
		"Sort=nameAsc":                           "Alpha 2,alpha,beta,dept.1",
		"Sort=nameDesc":                          "dept.1,beta,alpha,Alpha 2",
		"Sort=amazonStorageFolderAsc":            "Alpha 2,beta,alpha,dept.1",
		"Sort=regionAsc&Sort=nameDesc":           "dept.1,Alpha 2,beta,alpha",
		"Sort=regionAsc,nameAsc":                 "Alpha 2,dept.1,alpha,beta",
		"Sort=encryptionDesc&Limit=1":            "beta",
		"Sort=storageClassAsc&Limit=2":           "beta,Alpha 2",
		"SearchPattern=*a*&Sort=nameAsc&Limit=1": "Alpha 2",
	} {
		r := s.want(http.StatusOK, s.get("/repositories?"+query))
		if got := strings.Join(r.results("name"), ","); got != want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
	}
	if r := s.get("/repositories?SearchPattern=*a*&Limit=1"); r.json["totalCount"] != 3.0 {
		t.Errorf("totalCount of a cut list: %s", r.text)
	}
	for _, query := range []string{
		"Limit=-2", "Limit=x", "Limit=99999999999", "Offset=-1", "Offset=1.5", "Sort=name", "Sort=Asc", "Sort=nameasc",
		"Sort=immutabilityAsc", "Sort=nameAsc&Sort=sizeDesc",
	} {
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", s.get("/repositories?"+query))
	}
	newer := start(t, Config{Product: "8.0"})
	newer.want(http.StatusOK, newer.get("/repositories?Sort=immutabilityAsc"))
	s.token = s.login("operator", operatorPassword)
	s.want(http.StatusOK, s.get("/repositories?"+url.Values{"SearchPattern": {"Alpha 2"}}.Encode()))
}

func TestDefaultLimit(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Behaviour: Behaviour{DefaultLimit: 2}})
	for _, name := range []string{"a", "b", "c"} {
		s.AddRepository(Repository{Name: name})
	}
	r := s.get("/repositories")
	if len(r.results("name")) != 2 || r.json["totalCount"] != 3.0 {
		t.Errorf("without Limit: %s", r.text)
	}
	if got := s.get("/repositories?Limit=-1").results("name"); len(got) != 3 {
		t.Errorf("Limit=-1: %v", got)
	}
}

func TestDeleteRepository(t *testing.T) {
	t.Parallel()
	for answer, want := range map[DeleteAnswer]struct {
		status int
		body   string
	}{
		DeleteNoContent: {204, ""}, DeleteEmpty: {200, ""}, DeleteObject: {200, "{}\n"},
	} {
		s := start(t, Config{Behaviour: Behaviour{Delete: answer}})
		id := s.AddRepository(Repository{Name: "r", InUse: true})
		s.wantProblem(http.StatusConflict, "UnknownError", "repositoryUsedByPolicy", s.delete("/repositories/"+id))
		s.SetRepository(id, func(r *Repository) { r.InUse = false })
		if r := s.want(want.status, s.delete("/repositories/"+id)); r.text != want.body {
			t.Errorf("got body %q, want %q", r.text, want.body)
		}
		s.want(http.StatusNotFound, s.delete("/repositories/"+id))
	}
}

func TestRepositoriesBehindTheBackOfClients(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	id, other := s.AddRepository(Repository{Name: "r"}), s.AddRepository(Repository{Name: "other"})
	if !s.SetRepository(id, func(r *Repository) { r.Name = "renamed" }) || s.SetRepository(unknownID, func(*Repository) { t.Error("called") }) {
		t.Error("SetRepository tells the wrong thing")
	}
	if got := s.Repositories()[0].Name; got != "renamed" || s.get("/repositories/" + id).json["name"] != got {
		t.Errorf("got %s", got)
	}
	s.Repositories()[0].Name = "a copy"
	s.RemoveRepository(id)
	s.RemoveRepository(unknownID)
	s.want(http.StatusNotFound, s.get("/repositories/"+id))
	s.want(http.StatusNotFound, s.post("/repositories/"+id+"/rescan"))
	s.want(http.StatusOK, s.get("/repositories/"+other))
}

func TestRepositoriesNeedARole(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	id := s.AddRepository(Repository{Name: "r"})
	s.token = s.login("restorer", operatorPassword)
	for _, r := range []reply{
		s.get("/repositories"), s.get("/repositories/" + id), s.delete("/repositories/" + id),
		s.post("/repositories/" + id + "/rescan"),
	} {
		s.wantProblem(http.StatusForbidden, "AccessDenied", "accessDenied", r)
	}
	s.want(http.StatusOK, s.get("/sessions"))
}
