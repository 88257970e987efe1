// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

const basePath = "/api/v1"

// call is one request on its way through the simulator.
type call struct {
	request *http.Request
	body    []byte
	dialect dialect
	user    string
	id      string // the variable segment of the path
}

// answer is a status with a body: nil is none, page is HTML, anything else JSON.
type answer struct {
	status int
	body   any
	header http.Header
}

// route is an operation. Its pattern follows basePath; "{id}" is a UUID and "{name}" any segment.
type route struct {
	method, pattern string
	serve           func(*Simulator, *call) answer
	anonymous       bool               // needs no access token
	unversioned     bool               // needs no x-api-version
	roles           []string           // nil: any user
	in              func(dialect) bool // the revisions that have it; nil: all
	minimal         bool               // Behaviour.Minimal serves it
}

var portalUsers = []string{Administrator, Operator}

// routes follow SPEC10. What is listed with unserved exists on the appliance, but not here.
var routes = []route{
	{method: "POST", pattern: "/token", serve: (*Simulator).login, anonymous: true, minimal: true},
	{method: "DELETE", pattern: "/token", serve: (*Simulator).logout},
	{method: "GET", pattern: "/problems/{name}", serve: func(_ *Simulator, c *call) answer { return problemPage(c) }, anonymous: true, unversioned: true},
	{method: "GET", pattern: "/system/version", serve: (*Simulator).systemVersion, roles: []string{Administrator}},
	{method: "GET", pattern: "/system/time", serve: (*Simulator).systemTime},
	{method: "GET", pattern: "/repositories", serve: (*Simulator).listRepositories, roles: portalUsers, minimal: true},
	{method: "POST", pattern: "/repositories", serve: unserved, roles: portalUsers},
	{method: "GET", pattern: "/repositories/{id}", serve: (*Simulator).getRepository, roles: portalUsers},
	{method: "PUT", pattern: "/repositories/{id}", serve: unserved, roles: portalUsers},
	{method: "DELETE", pattern: "/repositories/{id}", serve: (*Simulator).deleteRepository, roles: portalUsers},
	{
		method: "POST", pattern: "/repositories/{id}/rescan", serve: (*Simulator).rescanRepository, roles: portalUsers,
		in: func(d dialect) bool { return d.rescan }, minimal: true,
	},
	{method: "GET", pattern: "/accounts/amazon", serve: (*Simulator).listIAMRoles, roles: portalUsers},
	{method: "POST", pattern: "/accounts/amazon", serve: unserved, roles: []string{Administrator}},
	{method: "GET", pattern: "/accounts/amazon/{id}", serve: (*Simulator).getIAMRole, roles: portalUsers},
	{method: "PUT", pattern: "/accounts/amazon/{id}", serve: unserved},
	{method: "DELETE", pattern: "/accounts/amazon/{id}", serve: unserved},
	{method: "POST", pattern: "/accounts/amazon/{id}/rescan", serve: (*Simulator).rescanIAMRole, roles: portalUsers},
	{method: "GET", pattern: "/cloudInfrastructure/regions", serve: (*Simulator).listRegions, roles: portalUsers},
	{method: "GET", pattern: "/cloudInfrastructure/regions/{id}", serve: (*Simulator).getRegion, roles: portalUsers},
	{method: "GET", pattern: "/cloudInfrastructure/buckets", serve: (*Simulator).listBuckets, roles: []string{Administrator}},
	{method: "GET", pattern: "/cloudInfrastructure/buckets/{id}", serve: (*Simulator).getBucket, roles: []string{Administrator}},
	{
		method: "POST", pattern: "/cloudInfrastructure/buckets/rescan/{id}", serve: (*Simulator).rescanBuckets,
		roles: []string{Administrator},
	},
	{
		method: "POST", pattern: "/virtualMachines/rescan", serve: (*Simulator).rescanVirtualMachines, roles: portalUsers,
		in: func(d dialect) bool { return d.scanVMs },
	},
	{method: "GET", pattern: "/sessions", serve: (*Simulator).listSessions},
	{method: "GET", pattern: "/sessions/{id}", serve: (*Simulator).getSession, minimal: true},
	{method: "GET", pattern: "/sessions/{id}/log", serve: (*Simulator).getSessionLog},
	{method: "POST", pattern: "/sessions/{id}/stop", serve: (*Simulator).stopSession},
}

func unserved(_ *Simulator, c *call) answer {
	return notSimulated.answer(c.request.Method+" "+c.request.URL.Path, "")
}

// ServeHTTP answers one request of the API.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		s.send(w, r, invalidRequest.answer("The body could not be read.", ""))
		return
	}
	s.mu.Lock()
	a := s.answer(&call{request: r, body: body})
	s.mu.Unlock()
	s.send(w, r, a)
}

// answer goes the way of ASP.NET Core: the path and the revision choose the operation before anybody is asked who they
// are.
func (s *Simulator) answer(c *call) answer {
	candidates, id := match(c.request.URL.Path)
	if s.config.Behaviour.Minimal {
		candidates = slices.DeleteFunc(candidates, func(r route) bool { return !r.minimal })
	}
	if len(candidates) == 0 {
		return unknownPath.answer(c.request.URL.Path, "")
	}
	c.id = id
	if refusal, ok := s.chooseRevision(c, candidates); !ok {
		return refusal
	}
	candidates = slices.DeleteFunc(candidates, func(r route) bool { return r.in != nil && !r.in(c.dialect) })
	if len(candidates) == 0 {
		details := fmt.Sprintf("%s does not exist in API version '%s'.", c.request.URL.Path, c.dialect.revision)
		return revisionUnsupported.as(s.config.Behaviour.DeletedRoute).answer(details, "")
	}
	i := slices.IndexFunc(candidates, func(r route) bool { return r.method == c.request.Method })
	if i < 0 {
		return methodNotAllowed(candidates, c.request.Method)
	}
	chosen := candidates[i]
	if refusal, ok := s.authorize(c, chosen); !ok {
		return refusal
	}
	if strings.Contains(chosen.pattern, "{id}") && !isUUID.MatchString(c.id) {
		return invalidRequest.as(s.config.Behaviour.MalformedID).answer(fmt.Sprintf("The value '%s' is not a valid ID.", c.id), "")
	}
	a := chosen.serve(s, c)
	if s.config.Behaviour.Sparse {
		return sparse(a, chosen.pattern)
	}
	return a
}

// match gives the operations of a path and its variable segment. Paths compare exactly, as they are documented.
func match(path string) ([]route, string) {
	rest, ok := strings.CutPrefix(path, basePath)
	if !ok {
		return nil, ""
	}
	segments := strings.Split(rest, "/")
	var found []route
	var id string
next:
	for _, r := range routes {
		pattern := strings.Split(r.pattern, "/")
		if len(pattern) != len(segments) {
			continue
		}
		for i, want := range pattern {
			variable := strings.HasPrefix(want, "{") && segments[i] != ""
			if !variable && want != segments[i] {
				continue next
			}
			if variable {
				id = segments[i]
			}
		}
		found = append(found, r)
	}
	return found, id
}

var isUUID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

var isRevision = regexp.MustCompile(`^[0-9]+\.[0-9]+-rev[0-9]+$`)

// chooseRevision reads x-api-version, which every operation requires (SPEC10 apiVersionParam).
func (s *Simulator) chooseRevision(c *call, candidates []route) (answer, bool) {
	sent := c.request.Header.Values("x-api-version")
	if len(sent) == 0 || sent[0] == "" {
		tolerated := candidates[0].pattern == "/token" && s.config.Behaviour.TokenWithoutRevision
		if !tolerated && !candidates[0].unversioned {
			return revisionMissing.answer("Send the header x-api-version.", ""), false
		}
		c.dialect, _ = findDialect(s.product.accepts[0])
		return answer{}, true
	}
	if slices.ContainsFunc(sent, func(revision string) bool { return revision != sent[0] }) {
		return revisionAmbiguous.answer(strings.Join(sent, ", "), ""), false
	}
	if !isRevision.MatchString(sent[0]) {
		return revisionMalformed.answer(fmt.Sprintf("'%s' is not of the form 1.0-rev0.", sent[0]), ""), false
	}
	if !slices.Contains(s.product.accepts, sent[0]) {
		details := fmt.Sprintf("The API version '%s' is not supported by this appliance.", sent[0])
		return revisionUnsupported.as(s.config.Behaviour.UnsupportedRevision).answer(details, ""), false
	}
	c.dialect, _ = findDialect(sent[0])
	return answer{}, true
}

func methodNotAllowed(candidates []route, method string) answer {
	var allowed []string
	for _, r := range candidates {
		allowed = append(allowed, r.method)
	}
	a := wrongMethod.answer(method, "")
	a.header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
	return a
}

func (s *Simulator) authorize(c *call, r route) (answer, bool) {
	if r.anonymous {
		return answer{}, true
	}
	token := appliance.BearerToken(c.request)
	if token == "" {
		return noAccessToken.answer("Send the header Authorization: Bearer.", ""), false
	}
	user, ok := s.tokens.Bearer(c.request)
	if !ok {
		expiry, issued := s.expiries[token]
		if issued && !s.now().Before(expiry) {
			expired := expiredAccessToken
			expired.code = s.config.Behaviour.ExpiredTokenCode
			return expired.answer("", ""), false
		}
		return invalidAccessToken.answer("", ""), false
	}
	c.user = user
	if r.roles != nil && !slices.Contains(r.roles, s.role(user)) {
		return accessDenied.answer("The operation needs the role "+strings.Join(r.roles, " or ")+".", ""), false
	}
	return answer{}, true
}

// send writes an answer. An unsupported Accept falls back to application/json (D20), and both media types are listed
// for every status.
func (s *Simulator) send(w http.ResponseWriter, r *http.Request, a answer) {
	maps.Copy(w.Header(), a.header)
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	if html, ok := a.body.(page); ok {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, string(html)) // the client may be gone
		return
	}
	mediaType := "application/json"
	if problem, ok := a.body.(errorBody); ok {
		problem.Type = "https://" + r.Host + basePath + "/problems/" + problem.Type
		a.body, mediaType = problem, "application/problem+json"
	} else if strings.HasPrefix(r.Header.Get("Accept"), "application/problem+json") {
		mediaType = "application/problem+json"
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.body); err != nil {
		panic(fmt.Sprintf("vbaws: encoding an answer: %v", err))
	}
	w.Header().Set("Content-Type", mediaType+"; charset=utf-8")
	w.WriteHeader(a.status)
	_, _ = w.Write(buffer.Bytes()) // the client may be gone
}

// link is the schema Link of SPEC10; href is absolute.
type link struct {
	Rel    string `json:"rel"`
	Href   string `json:"href"`
	Method string `json:"method"`
}

func (c *call) link(method, rel, path string) link {
	return link{Rel: rel, Href: "https://" + c.request.Host + basePath + path, Method: method}
}
