// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// maxBody is the largest request body the server takes, in bytes.
const maxBody = 1 << 20

// call is a request on its way through a handler.
type call struct {
	*http.Request
	dialect *dialect
	route   *route
	id      string // from the path
	body    []byte
}

// answer is what a handler says; a nil body is none.
type answer struct {
	status int
	header http.Header
	body   any
}

type handler func(*Simulator, *call) answer

// route is a resource of the versions first to last. Segments of paths are
// matched without case, {id} matches anything.
type route struct {
	path        string
	first, last int
	verbs       map[string]handler
	anonymous   bool
	when        func(Behaviour) bool // nil: always
}

// routes: of two that match, the first is taken.
var routes = slices.Concat(proxyPools.routes(), []route{
	{"token", 3, 8, map[string]handler{"POST": (*Simulator).token}, true, nil},
	{"token/logout", 7, 8, map[string]handler{"POST": (*Simulator).logout}, false, nil},
	{"ServiceInstance", 6, 8, map[string]handler{"GET": (*Simulator).serviceInstance}, false, nil},
	{"ServiceInstance", 3, 5, map[string]handler{"GET": (*Simulator).serviceInstance}, false, func(b Behaviour) bool { return b.ServiceInstanceInAll }},
	{"Proxies", 3, 8, map[string]handler{"GET": (*Simulator).listProxies, "POST": (*Simulator).addProxy}, false, nil},
	{"Proxies/action", 5, 5, map[string]handler{"POST": (*Simulator).rescanAll}, false, nil},
	{"Proxies/Rescan", 6, 8, map[string]handler{"POST": (*Simulator).rescanMany}, false, nil},
	{"Proxies/CheckSshConnectionConfig", 8, 8, map[string]handler{"POST": (*Simulator).checkSSH}, false, nil},
	{"Proxies/{id}", 3, 8, map[string]handler{
		"GET": (*Simulator).getProxy, "PUT": (*Simulator).editProxy, "DELETE": (*Simulator).deleteProxy,
	}, false, nil},
	{"Proxies/{id}/action", 3, 5, map[string]handler{"POST": (*Simulator).act}, false, nil},
	{"Proxies/{id}/Rescan", 6, 8, map[string]handler{"POST": (*Simulator).rescanOne}, false, nil},
	{"Proxies/{id}/Remove", 6, 8, map[string]handler{"POST": (*Simulator).remove}, false, nil},
	{"Proxies/{id}/maintenance/enable", 8, 8, map[string]handler{"POST": (*Simulator).enableMaintenance}, false, nil},
	{"Proxies/{id}/maintenance/disable", 8, 8, map[string]handler{"POST": (*Simulator).disableMaintenance}, false, nil},
	{"BackupRepositories", 3, 8, map[string]handler{"GET": (*Simulator).listRepositories}, false, nil},
	{"BackupRepositories/{id}", 3, 8, map[string]handler{"GET": (*Simulator).getRepository}, false, nil},
	{"BackupRepositories/{id}/action", 4, 5, map[string]handler{"POST": (*Simulator).actOnRepository}, false, nil},
	{"BackupRepositories/{id}/Sync", 6, 8, map[string]handler{"POST": (*Simulator).syncRepository}, false, nil},
	{"RepositorySynchronizeSessions", 4, 8, map[string]handler{"GET": (*Simulator).listSyncs}, false, nil},
	{"RepositorySynchronizeSessions/{id}", 4, 8, map[string]handler{"GET": (*Simulator).getSync}, false, nil},
	{"RepositorySynchronizeSessions/{id}/action", 4, 5, map[string]handler{"POST": (*Simulator).actOnSync}, false, nil},
	{"RepositorySynchronizeSessions/{id}/StopSynchronize", 6, 8, map[string]handler{"POST": (*Simulator).stopSync}, false, nil},
})

// ServeHTTP answers a request of any served version. What is not there is a
// 404 without a body, whoever asks; a missing or dead token is a 401 without.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	reply := s.dispatch(w, r)
	maps.Copy(w.Header(), reply.header)
	if reply.body == nil {
		w.WriteHeader(reply.status)
		return
	}
	appliance.WriteJSON(w, reply.status, reply.body)
}

func (s *Simulator) dispatch(w http.ResponseWriter, r *http.Request) answer {
	version, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	d := dialectOf(version)
	if d == nil || !slices.Contains(s.config.Serves, d.name) {
		return answer{status: http.StatusNotFound}
	}
	found, id := s.lookUp(path, d.number)
	if found == nil {
		return answer{status: http.StatusNotFound}
	}
	handle, ok := found.verbs[r.Method]
	if !ok {
		return methodNotAllowed(found)
	}
	if !found.anonymous {
		if _, ok := s.tokens.Bearer(r); !ok {
			return answer{status: http.StatusUnauthorized, header: http.Header{"Www-Authenticate": {"Bearer"}}}
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return answer{status: http.StatusRequestEntityTooLarge}
	}
	c := &call{Request: r, dialect: d, route: found, id: id, body: body}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !found.anonymous && r.Method != http.MethodGet && s.lacksAntiforgery(d, appliance.BearerToken(r)) {
		return s.fail(c, antiforgery, "The antiforgery token is missing.")
	}
	s.settle()
	return handle(s, c)
}

func (s *Simulator) lookUp(path string, version int) (*route, string) {
	segments := strings.Split(path, "/")
next:
	for i := range routes {
		r := &routes[i]
		pattern := strings.Split(r.path, "/")
		if version < r.first || version > r.last || len(pattern) != len(segments) || (r.when != nil && !r.when(s.config.Behaviour)) {
			continue
		}
		id := ""
		for j, want := range pattern {
			switch {
			case want == "{id}" && segments[j] != "":
				id = segments[j]
			case !strings.EqualFold(want, segments[j]):
				continue next
			}
		}
		return r, id
	}
	return nil, ""
}

func methodNotAllowed(r *route) answer {
	var allowed []string
	for verb := range r.verbs {
		if verb != http.MethodDelete || r.path != "Proxies/{id}" { // where only a switch serves it
			allowed = append(allowed, verb)
		}
	}
	slices.Sort(allowed)
	return answer{status: http.StatusMethodNotAllowed, header: http.Header{"Allow": {strings.Join(allowed, ", ")}}}
}

// fail is the error object of the version: RESTExceptionInfo from v6 on.
func (s *Simulator) fail(c *call, f failure, message string) answer {
	body := map[string]any{"message": message}
	if code, known := errorCodes[f]; c.dialect.errorCode != noCode {
		body["errorCode"] = nil
		if known && (c.dialect.errorCode == allCodes || f == offline) {
			body["errorCode"] = code
		}
	}
	if c.dialect.stackTrace {
		body["stackTrace"] = nil
	}
	return answer{status: s.config.Behaviour.status(c.dialect, f), body: body}
}

func dialectOf(name string) *dialect {
	i := slices.IndexFunc(dialects, func(d *dialect) bool { return strings.EqualFold(d.name, name) })
	if i < 0 {
		return nil
	}
	return dialects[i]
}
