// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const otherID = "88888888-8888-4888-8888-888888888888"

func TestIAMRoleSpellingPerRevision(t *testing.T) {
	t.Parallel()
	spelling := map[string][]string{
		"1.0-rev0": {"awsid"}, "1.1-rev0": {"awsid"}, "1.2-rev0": {"awsid"}, "1.3-rev0": {"awsid"}, "1.4-rev0": {"awsid"},
		"1.5-rev0": {"awsAccountId"}, "1.5-rev1": {"awsAccountId"}, "1.6-rev0": {"awsAccountId"}, "1.7-rev0": {"awsAccountId"},
		"1.8-rev0": {"awsAccountId", "accountPermissions"}, "1.9-rev0": {"awsAccountId", "accountPermissions"},
	}
	kinds := map[string]map[string]any{
		RoleOfAppliance:    {"parentAmazonAccountId": otherID, "roleName": "the-role", "isDefault": true},
		RoleOfOtherAccount: {"parentAmazonAccountId": otherID, "accountId": "210987654321", "roleName": "the-role"},
		AccessKeys:         {"accessKey": "AKIA1", "defaultRegionType": "China", "defaultRegion": "China"},
	}
	s := start(t, Config{Accepts: allRevisions})
	for kind, details := range kinds {
		id := s.AddIAMRole(IAMRole{
			Name: kind, Description: "d", AWSAccountID: "210987654321", RegionType: RegionsChina, Kind: kind, RoleName: "the-role",
			Default: true, ParentID: otherID, AccessKey: "AKIA1", Permissions: []string{"EC2Restore"},
		})
		for _, s.revision = range allRevisions {
			r := s.want(http.StatusOK, s.get("/accounts/amazon/"+strings.ToUpper(id)))
			want := append([]string{"_links", "description", "id", "name", "regionType", kind}, spelling[s.revision]...)
			slices.Sort(want)
			if got := slices.Sorted(maps.Keys(r.json)); !slices.Equal(got, want) {
				t.Errorf("%s, %s: got fields %v, want %v", s.revision, kind, got, want)
			}
			if r.json[spelling[s.revision][0]] != "210987654321" || r.json["regionType"] != "China" || r.json["id"] != id {
				t.Errorf("%s, %s: got %s", s.revision, kind, r.text)
			}
			if got, _ := r.json[kind].(map[string]any); !maps.Equal(got, details) {
				t.Errorf("%s, %s: got %v, want %v", s.revision, kind, got, details)
			}
		}
	}
}

func TestInventoryLists(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Regions: []Region{{Name: "us-east-1"}, {Name: "eu-west-1"}, {Name: "us-west-2"}}})
	role := s.AddIAMRole(IAMRole{Name: "us-role"})
	other := s.AddIAMRole(IAMRole{Name: "eu-role"})
	s.AddIAMRole(IAMRole{Name: "us-role 2"})
	s.AddBucket(Bucket{Name: "us-bucket", RoleID: role})
	s.AddBucket(Bucket{Name: "eu-bucket", Region: "eu-west-1", RoleID: other})
	s.AddBucket(Bucket{Name: "us-bucket-2", RoleID: role})
	roles, regions, buckets := "/accounts/amazon?", "/cloudInfrastructure/regions?", "/cloudInfrastructure/buckets?"
	for path, want := range map[string]string{
		roles:                           "us-role,eu-role,us-role 2",
		roles + "SearchPattern=us*":     "us-role,us-role 2",
		roles + "Sort=nameAsc":          "eu-role,us-role,us-role 2",
		roles + "Sort=nameDesc&Limit=1": "us-role 2",
		roles + "Offset=1&Limit=1":      "eu-role",
		roles + "Limit=-1":              "us-role,eu-role,us-role 2",

		regions:                             "us-east-1,eu-west-1,us-west-2",
		regions + "SearchPattern=us-east-1": "us-east-1",
		regions + "Sort=nameDesk":           "us-west-2,us-east-1,eu-west-1",
		regions + "Sort=nameAsc&Limit=2":    "eu-west-1,us-east-1",

		buckets:                                "us-bucket,eu-bucket,us-bucket-2",
		buckets + "AmazonAccountId=" + role:    "us-bucket,us-bucket-2",
		buckets + "IAMRoleId=" + other:         "eu-bucket",
		buckets + "AmazonAccountId=" + otherID: "",
		buckets + "Sort=nameDesc":              "us-bucket-2,us-bucket,eu-bucket",
	} {
		r := s.want(http.StatusOK, s.get(path))
		if got := strings.Join(r.results("name"), ","); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if r := s.get(roles + "SearchPattern=us*&Limit=1"); r.json["totalCount"] != 2.0 {
		t.Errorf("totalCount of a cut list: %s", r.text)
	}
	for _, path := range []string{
		roles + "Limit=-2", roles + "Sort=descriptionAsc", roles + "Sort=nameDesk", regions + "Sort=nameDesc", regions + "Offset=-1",
		buckets + "AmazonAccountId=us-role", buckets + "Sort=name",
	} {
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", s.get(path))
	}
}

func TestRegionsOfAnAppliance(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	found := s.want(http.StatusOK, s.get("/cloudInfrastructure/regions?SearchPattern=us-east-1"))
	ids := found.results("id")
	if len(ids) != 1 || ids[0] != stableID("region", "us-east-1") {
		t.Fatalf("got %s", found.text)
	}
	if r := s.want(http.StatusOK, s.get("/cloudInfrastructure/regions/"+ids[0])); r.json["name"] != "us-east-1" {
		t.Errorf("got %s", r.text)
	}
	if added := s.AddRegion(Region{ID: strings.ToUpper(otherID), Name: "mx-central-1"}); added != otherID {
		t.Errorf("added as %s", added)
	}
	if all := s.Regions(); all[len(all)-1] != (Region{ID: otherID, Name: "mx-central-1"}) {
		t.Errorf("got %v", all)
	}
}

func TestBucketsPerRevision(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Accepts: allRevisions})
	id := s.AddBucket(Bucket{Name: "b", Region: "eu-west-3"})
	for _, s.revision = range allRevisions {
		r := s.want(http.StatusOK, s.get("/cloudInfrastructure/buckets/"+id))
		location, _ := r.json["location"].(map[string]any)
		if r.json["name"] != "b" || location["name"] != "eu-west-3" || location["id"] != stableID("region", "eu-west-3") {
			t.Errorf("%s: got %s", s.revision, r.text)
		}
		if _, ok := r.json["immutabilityConfig"]; ok != (s.revision >= "1.4-rev0") {
			t.Errorf("%s: got %s", s.revision, r.text)
		}
	}
}

// TestRepositoriesHaveAPlace: whatever a repository names can be looked up.
func TestRepositoriesHaveAPlace(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Product: "2.0"})
	known := s.AddIAMRole(IAMRole{ID: otherID, Name: "known", AWSAccountID: "210987654321"})
	for name, r := range map[string]Repository{
		"nothing said":   {},
		"a known role":   {RoleName: "known"},
		"by its ID":      {RoleID: strings.ToUpper(known)},
		"a new role":     {RoleName: "new"},
		"new by its ID":  {RoleID: unknownID},
		"a new region":   {Region: "moon-1", Bucket: "on the moon"},
		"the same again": {Region: "moon-1", Bucket: "on the moon"},
	} {
		r.Name = name
		body := s.want(http.StatusOK, s.get("/repositories/"+s.AddRepository(r))).json
		embedded := body["_embedded"].(map[string]any)
		for what, field := range map[string]string{"amazonAccount": "amazonAccountLink", "region": "regionLink", "bucket": "bucketLink"} {
			href := embedded[field].(map[string]any)["href"].(string)
			linked := s.want(http.StatusOK, s.get(strings.TrimPrefix(href, s.URL()+"/api/v1")))
			if linked.json["name"] != embedded[what] {
				t.Errorf("%s: %s is %v, its link leads to %v", name, what, embedded[what], linked.json["name"])
			}
		}
		if strings.HasPrefix(name, "a known") && body["amazonAccountId"] != known {
			t.Errorf("%s: got role %v", name, body["amazonAccountId"])
		}
	}
	if n := len(s.IAMRoles()); n != 4 { // known, the default one, new, and the unknown one
		t.Errorf("%d roles", n)
	}
	if n := len(s.Buckets()); n != 2 {
		t.Errorf("%d buckets", n)
	}
}

func TestUnknownInventory(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Product: "3.0"})
	for _, send := range []func(id string) reply{
		func(id string) reply { return s.get("/accounts/amazon/" + id) },
		func(id string) reply { return s.postJSON("/accounts/amazon/"+id+"/rescan", "{}") },
		func(id string) reply { return s.get("/cloudInfrastructure/regions/" + id) },
		func(id string) reply { return s.get("/cloudInfrastructure/buckets/" + id) },
		func(id string) reply { return s.post("/cloudInfrastructure/buckets/rescan/" + id) },
	} {
		s.wantProblem(http.StatusNotFound, "NotFound", "resourceNotFound", send(unknownID))
		s.wantProblem(http.StatusNotFound, "UnexpectedContent", "validationError", send("us-east-1"))
	}
}

func TestRolesOfTheInventory(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Product: "3.0", Session: SessionPlan{Polls: 1}})
	role, bucket := s.AddIAMRole(IAMRole{Name: "r"}), s.AddBucket(Bucket{Name: "b"})
	requests := map[string]func() reply{
		"GET roles":      func() reply { return s.get("/accounts/amazon") },
		"GET role":       func() reply { return s.get("/accounts/amazon/" + role) },
		"rescan role":    func() reply { return s.postJSON("/accounts/amazon/"+role+"/rescan", "{}") },
		"GET regions":    func() reply { return s.get("/cloudInfrastructure/regions") },
		"GET region":     func() reply { return s.get("/cloudInfrastructure/regions/" + s.Regions()[0].ID) },
		"rescan VMs":     func() reply { return s.post("/virtualMachines/rescan") },
		"GET buckets":    func() reply { return s.get("/cloudInfrastructure/buckets") },
		"GET bucket":     func() reply { return s.get("/cloudInfrastructure/buckets/" + bucket) },
		"rescan buckets": func() reply { return s.post("/cloudInfrastructure/buckets/rescan/" + role) },
	}
	onlyAdministrators := []string{"GET buckets", "GET bucket", "rescan buckets"}
	for user, allowed := range map[string]func(string) bool{
		"admin":    func(string) bool { return true },
		"operator": func(request string) bool { return !slices.Contains(onlyAdministrators, request) },
		"restorer": func(string) bool { return false },
	} {
		password := operatorPassword
		if user == "admin" {
			password = adminPassword
		}
		s.token = s.login(user, password)
		for name, send := range requests {
			r := send()
			if allowed(name) {
				if r.status/100 != 2 {
					t.Errorf("%s, %s: %d %s", user, name, r.status, r.text)
				}
				continue
			}
			s.wantProblem(http.StatusForbidden, "AccessDenied", "accessDenied", r)
		}
	}
}

func TestInventoryBehindTheBackOfClients(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	id := s.AddIAMRole(IAMRole{})
	if !s.SetIAMRole(id, func(r *IAMRole) { r.Name = "renamed" }) || s.SetIAMRole(unknownID, func(*IAMRole) { t.Error("called") }) {
		t.Error("SetIAMRole tells the wrong thing")
	}
	if got := s.get("/accounts/amazon/" + id).json["name"]; got != "renamed" || s.IAMRoles()[0].Name != got {
		t.Errorf("got %v", got)
	}
	s.RemoveIAMRole(unknownID)
	s.RemoveIAMRole(id)
	s.want(http.StatusNotFound, s.get("/accounts/amazon/"+id))
	s.wantProblem(http.StatusNotImplemented, "NotImplemented", "notImplemented", s.postJSON("/accounts/amazon", "{}"))
}
