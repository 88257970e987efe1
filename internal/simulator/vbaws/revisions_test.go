// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// accepted is what the appliances take, written down apart from the table of the simulator.
var accepted = map[string]string{
	"2.0": "1.0-rev0",
	"3.0": "1.1-rev0 1.0-rev0",
	"4.0": "1.2-rev0 1.1-rev0 1.0-rev0",
	"5.0": "1.3-rev0 1.2-rev0 1.1-rev0 1.0-rev0",
	"6.0": "1.4-rev0 1.3-rev0 1.2-rev0 1.1-rev0",
	"7.0": "1.5-rev1 1.5-rev0 1.4-rev0 1.3-rev0",
	"8.0": "1.6-rev0 1.5-rev1 1.5-rev0 1.4-rev0",
	"9":   "1.7-rev0 1.6-rev0 1.5-rev1 1.5-rev0",
	"10":  "1.8-rev0 1.7-rev0 1.6-rev0 1.5-rev1",
	"11":  "1.9-rev0 1.8-rev0 1.7-rev0 1.6-rev0",
}

var allRevisions = []string{
	"1.0-rev0", "1.1-rev0", "1.2-rev0", "1.3-rev0", "1.4-rev0", "1.5-rev0", "1.5-rev1", "1.6-rev0", "1.7-rev0",
	"1.8-rev0", "1.9-rev0",
}

var revisionsWithRescan = []string{"1.0-rev0", "1.1-rev0", "1.2-rev0", "1.3-rev0"}

func TestProducts(t *testing.T) {
	t.Parallel()
	if got := Products(); len(got) != len(accepted) {
		t.Errorf("got products %v", got)
	}
	for _, name := range Products() {
		if got := strings.Join(Revisions(name), " "); got != accepted[name] {
			t.Errorf("product %s accepts %s, want %s", name, got, accepted[name])
		}
	}
	if got := Revisions("1.0"); got != nil {
		t.Errorf("an unknown product accepts %v", got)
	}
}

func TestEveryProductWithEveryRevision(t *testing.T) {
	t.Parallel()
	for name, list := range accepted {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, Config{Product: name})
			id := s.AddRepository(Repository{Name: "r"})
			for _, s.revision = range allRevisions {
				if !slices.Contains(strings.Fields(list), s.revision) {
					s.wantProblem(http.StatusBadRequest, "InvalidURI", "unsupportedApiVersion", s.get("/system/time"))
					s.wantProblem(http.StatusBadRequest, "InvalidURI", "unsupportedApiVersion", s.post("/repositories/"+id+"/rescan"))
					continue
				}
				s.want(http.StatusOK, s.get("/system/time"))
				if slices.Contains(revisionsWithRescan, s.revision) {
					s.rescan(id)
				} else {
					s.wantProblem(http.StatusNotFound, "InvalidURI", "unsupportedApiVersion", s.post("/repositories/"+id+"/rescan"))
				}
			}
		})
	}
}

func TestSystemVersion(t *testing.T) {
	t.Parallel()
	for product, major := range map[string]string{"2.0": "2.", "8.0": "8.", "10": "10.", "11": "11."} {
		s := start(t, Config{Product: product})
		r := s.want(http.StatusOK, s.get("/system/version"))
		version, _ := r.json["version"].(string)
		if !strings.HasPrefix(version, major) || strings.Count(version, ".") != 3 || r.json["about"] == "" {
			t.Errorf("product %s: got %s", product, r.text)
		}
		s.token = s.login("operator", operatorPassword)
		s.wantProblem(http.StatusForbidden, "AccessDenied", "accessDenied", s.get("/system/version"))
		s.want(http.StatusOK, s.get("/system/time"))
	}
}

func TestRevisionHeader(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Product: "7.0"})
	for page, values := range map[string][]string{
		"apiVersionUnspecified": {""},
		"invalidApiVersion":     {"1.3"},
		"ambiguousApiVersion":   {"1.3-rev0", "1.4-rev0"},
		"unsupportedApiVersion": {"2.0-rev0"},
	} {
		for _, path := range []string{"/system/time", "/repositories", "/token"} {
			r := s.send("GET", path, nil, http.Header{"X-Api-Version": values})
			s.wantProblem(http.StatusBadRequest, "InvalidURI", page, r)
		}
	}
	s.revision = ""
	s.wantProblem(http.StatusBadRequest, "InvalidURI", "apiVersionUnspecified", s.get("/system/time"))
	for _, wrong := range []string{"1.3-Rev0", "v1.3-rev0", "1.3-rev0 ", "1.3-rev0, 1.4-rev0", "latest"} {
		r := s.send("GET", "/system/time", nil, http.Header{"X-Api-Version": {wrong}})
		if strings.TrimSpace(wrong) == "1.3-rev0" { // blanks around a header's value belong to nobody
			s.want(http.StatusOK, r)
			continue
		}
		s.wantProblem(http.StatusBadRequest, "InvalidURI", "invalidApiVersion", r)
	}
	same := s.send("GET", "/system/time", nil, http.Header{"X-Api-Version": {"1.3-rev0", "1.3-rev0"}})
	s.want(http.StatusOK, same)
}

func TestRevisionSwitches(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 405} {
		s := start(t, Config{Product: "7.0", Behaviour: Behaviour{UnsupportedRevision: status, DeletedRoute: status}})
		id := s.AddRepository(Repository{Name: "r"})
		s.wantProblem(status, "InvalidURI", "unsupportedApiVersion", s.post("/repositories/"+id+"/rescan"))
		s.revision = "1.0-rev0"
		s.wantProblem(status, "InvalidURI", "unsupportedApiVersion", s.get("/system/time"))
	}
	s := start(t, Config{Behaviour: Behaviour{TokenWithoutRevision: true}})
	s.revision = ""
	s.login("admin", adminPassword)
	s.wantProblem(http.StatusBadRequest, "InvalidURI", "apiVersionUnspecified", s.get("/system/time"))
}

func TestAcceptsOverridesProduct(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Product: "8.0", Accepts: []string{"1.6-rev0", "1.2-rev0"}})
	s.revision = "1.2-rev0"
	s.want(http.StatusOK, s.get("/system/time"))
	s.revision = "1.4-rev0"
	s.wantProblem(http.StatusBadRequest, "InvalidURI", "unsupportedApiVersion", s.get("/system/time"))
}

func TestUnknownProductOrRevision(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{{Product: "1.0"}, {Accepts: []string{"1.0"}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("New(%+v) did not panic", c)
				}
			}()
			New(c)
		}()
	}
}

func TestPathsAndMethods(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	id := s.AddRepository(Repository{Name: "r"})
	for _, path := range []string{"", "/", "/nothing", "/Repositories", "/repositories/", "/repositories/" + id + "/rescan/now", "/session/" + id + "/log", "/sessions/" + id + "/logs"} {
		s.wantProblem(http.StatusNotFound, "InvalidURI", "resourceNotFound", s.get(path))
	}
	for _, c := range []struct{ method, path, allow string }{
		{"GET", "/token", "POST, DELETE"},
		{"PUT", "/token", "POST, DELETE"},
		{"POST", "/system/time", "GET"},
		{"PATCH", "/repositories/" + id, "GET, PUT, DELETE"},
		{"GET", "/repositories/" + id + "/rescan", "POST"},
		{"PUT", "/repositories/" + id + "/rescan", "POST"},
		{"DELETE", "/sessions/" + id, "GET"},
		{"GET", "/sessions/" + id + "/stop", "POST"},
	} {
		r := s.send(c.method, c.path, nil, nil)
		s.wantProblem(http.StatusMethodNotAllowed, "MethodNotAllowed", "unknownError", r)
		if got := r.header.Get("Allow"); got != c.allow {
			t.Errorf("%s %s allows %q, want %q", c.method, c.path, got, c.allow)
		}
	}
	for _, r := range []reply{s.post("/repositories"), s.send("PUT", "/repositories/"+id, nil, nil)} {
		s.wantProblem(http.StatusNotImplemented, "NotImplemented", "notImplemented", r)
	}
	if r, err := s.http.Get(s.URL() + "/"); err != nil || r.StatusCode != http.StatusNotFound {
		t.Errorf("a path outside of the API: %v, %v", r, err)
	} else {
		r.Body.Close()
	}
}

func TestEndlessBody(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	r := s.send("POST", "/token", strings.NewReader(strings.Repeat("x", 1<<20+1)), nil)
	s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", r)
}

func TestProblemPages(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	s.revision, s.token = "", ""
	for _, name := range problemPages {
		r := s.want(http.StatusOK, s.get("/problems/"+name))
		if !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") || !strings.Contains(r.text, name) {
			t.Errorf("%s: got %s %s", name, r.header.Get("Content-Type"), r.text)
		}
	}
	s.wantProblem(http.StatusNotFound, "InvalidURI", "resourceNotFound", s.get("/problems/other"))
}

func TestMediaTypeOfSuccess(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	for accept, want := range map[string]string{
		"":                         "application/json",
		"application/json":         "application/json",
		"application/xml":          "application/json",
		"application/problem+json": "application/problem+json",
	} {
		r := s.want(http.StatusOK, s.send("GET", "/system/time", nil, http.Header{"Accept": {accept}}))
		if got, _, _ := strings.Cut(r.header.Get("Content-Type"), ";"); got != want {
			t.Errorf("Accept %q: got %s, want %s", accept, got, want)
		}
	}
}
