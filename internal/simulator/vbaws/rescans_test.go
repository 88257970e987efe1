// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// rescans are the rescans of the inventory, each with the fields of its session.
func (s *station) rescans(role string) map[string]func() reply {
	return map[string]func() reply{
		"Rescan of IAM role r":       func() reply { return s.postJSON("/accounts/amazon/"+role+"/rescan", "{}") },
		"Rescan of buckets of r":     func() reply { return s.post("/cloudInfrastructure/buckets/rescan/" + role) },
		"Rescan of virtual machines": func() reply { return s.post("/virtualMachines/rescan") },
	}
}

func TestInventoryRescans(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Accepts: allRevisions, Session: SessionPlan{Polls: 1, Outcome: StatusWarning}})
	role := s.AddIAMRole(IAMRole{Name: "r"})
	for name, send := range s.rescans(strings.ToUpper(role)) {
		for _, s.revision = range allRevisions {
			r := send()
			if s.revision == "1.0-rev0" && strings.HasSuffix(name, "machines") {
				s.wantProblem(http.StatusNotFound, "InvalidURI", "unsupportedApiVersion", r)
				continue
			}
			session := s.started(r)
			if got := s.statuses(session, 2); got != "Running Warning" {
				t.Errorf("%s, %s: got %s", s.revision, name, got)
			}
			x, _ := s.Session(session)
			if x.Name != name || x.RepositoryID != "" || x.RoleID != role && !strings.HasSuffix(name, "machines") {
				t.Errorf("%s: got session %+v, want %s", s.revision, x, name)
			}
		}
	}
}

func TestVirtualMachinesOfAnOldAppliance(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 400, 405} {
		s := start(t, Config{Product: "2.0", Behaviour: Behaviour{DeletedRoute: status}})
		s.wantProblem(status, "InvalidURI", "unsupportedApiVersion", s.post("/virtualMachines/rescan"))
	}
}

func TestRescansOfOneKindAndObject(t *testing.T) {
	t.Parallel()
	for _, mode := range []SecondRescan{NewSession, SameSession, Conflict} {
		s := start(t, Config{Behaviour: Behaviour{SecondRescan: mode}, Session: SessionPlan{Polls: 1}})
		role := s.AddIAMRole(IAMRole{Name: "r"})
		first := map[string]string{}
		for name, send := range s.rescans(role) {
			first[name] = s.started(send()) // none is in the way of another
		}
		for name, send := range s.rescans(role) {
			r := send()
			if mode == Conflict {
				s.wantProblem(http.StatusConflict, "UnknownError", "unknownError", r)
			} else if same := s.started(r) == first[name]; same != (mode == SameSession) {
				t.Errorf("%s: same session %t", name, same)
			}
		}
		for _, send := range s.rescans(s.AddIAMRole(IAMRole{Name: "another"})) {
			if r := send(); r.status == http.StatusConflict && !strings.Contains(r.text, first["Rescan of virtual machines"]) {
				t.Errorf("another role: %s", r.text)
			}
		}
	}
}

func TestRegionsOfARescan(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Accepts: allRevisions})
	role := s.AddIAMRole(IAMRole{Name: "r"})
	one, two := s.Regions()[0].ID, s.Regions()[1].ID
	for body, want := range map[string][]string{
		`{}`:                            nil,
		`{"regionIds":[]}`:              {},
		`{"regionIds":["` + one + `"]}`: {one},
		` {"regionIds":["` + two + `","` + one + `"]} `: {two, one},
	} {
		x, _ := s.Session(s.started(s.postJSON("/accounts/amazon/"+role+"/rescan", body)))
		if !slices.Equal(x.RegionIDs, want) {
			t.Errorf("%s: the session is for %v, want %v", body, x.RegionIDs, want)
		}
	}
}

func TestRescanOfAnIAMRoleIsStrict(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Accepts: allRevisions})
	role := s.AddIAMRole(IAMRole{Name: "r"})
	path := "/accounts/amazon/" + role + "/rescan"
	for _, body := range []string{
		``, ` `, `null`, `[]`, `"x"`, `{`, `{} {}`, `{"regionIds":null}`, `{"regionIds":"` + s.Regions()[0].ID + `"}`, `{"regionIds":[1]}`,
		`{"regionIds":["us-east-1"]}`, `{"regionIds":["` + unknownID + `"]}`, `{"RegionIds":[]}`, `{"regions":[]}`, `{"rescanType":"Some"}`,
	} {
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", s.postJSON(path, body))
	}
	s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", s.post(path))
	for _, mediaType := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
		r := s.send("POST", path, strings.NewReader("{}"), http.Header{"Content-Type": {mediaType}})
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", r)
	}
	if len(s.Sessions()) != 0 {
		t.Error("a refused rescan has a session")
	}
	s.want(http.StatusAccepted, s.send("POST", path, strings.NewReader("{}"), http.Header{"Content-Type": {"application/json; charset=utf-8"}}))
	for _, s.revision = range allRevisions {
		want := http.StatusAccepted
		if s.revision == "1.0-rev0" {
			want = http.StatusBadRequest
		}
		s.want(want, s.postJSON(path, `{"rescanType":"All"}`))
	}
}

func TestUnknownRegionOfARescan(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Behaviour: Behaviour{UnknownRegion: http.StatusNotFound}})
	role := s.AddIAMRole(IAMRole{Name: "r"})
	r := s.postJSON("/accounts/amazon/"+role+"/rescan", `{"regionIds":["`+unknownID+`"]}`)
	s.wantProblem(http.StatusNotFound, "NotFound", "resourceNotFound", r)
}

func TestRescansThatTakeNoBody(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	role := s.AddIAMRole(IAMRole{Name: "r"})
	for _, path := range []string{"/cloudInfrastructure/buckets/rescan/" + role, "/virtualMachines/rescan"} {
		for _, body := range []string{"{}", "null"} {
			s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", s.postJSON(path, body))
		}
	}
	if len(s.Sessions()) != 0 {
		t.Error("a refused rescan has a session")
	}
}

func TestPlansOfInventoryRescans(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	role := s.AddIAMRole(IAMRole{Name: "r"})
	s.PlanFor(strings.ToUpper(role), SessionPlan{Outcome: StatusFailed}, SessionPlan{Outcome: StatusCanceled})
	s.PlanNext(SessionPlan{Outcome: StatusWarning})
	for _, c := range []struct {
		send func() reply
		want string
	}{
		{func() reply { return s.post("/virtualMachines/rescan") }, StatusWarning},
		{func() reply { return s.postJSON("/accounts/amazon/"+role+"/rescan", "{}") }, StatusFailed},
		{func() reply { return s.post("/cloudInfrastructure/buckets/rescan/" + role) }, StatusCanceled},
		{func() reply { return s.post("/cloudInfrastructure/buckets/rescan/" + role) }, StatusSucceeded},
	} {
		if got := s.statuses(s.started(c.send()), 1); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
