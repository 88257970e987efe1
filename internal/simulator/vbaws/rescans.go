// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
)

// rescan is what the session of a rescan works on.
type rescan struct {
	kind    string // with object: a second rescan of the same meets Behaviour.SecondRescan
	object  string // ID of the repository or IAM role; "": there is none
	session Session
}

// rescanRepository is POST /repositories/{id}/rescan: no body, 202 with a SessionLink (SPEC10, 1.0-rev0; no later
// changelog up to its deletion in 1.4-rev0 names a change).
func (s *Simulator) rescanRepository(c *call) answer {
	if refusal, ok := noBody(c); !ok {
		return refusal
	}
	i := s.repositoryIndex(c.id)
	if i < 0 {
		return repositoryNotFound(c.id)
	}
	r := s.repositories[i]
	return s.rescan(c, rescan{
		kind: "repository", object: r.ID, session: Session{Name: "Rescan of " + r.Name, RepositoryID: r.ID},
	})
}

// rescanIAMRole is POST /accounts/amazon/{id}/rescan: a body is required, {} means all regions (SPEC10
// RescanCloudAccountSpec).
func (s *Simulator) rescanIAMRole(c *call) answer {
	regions, err := s.regionsOf(c)
	if err != nil {
		return invalidRequest.answer(err.Error(), c.id)
	}
	i := s.roleIndex(c.id)
	if i < 0 {
		return roleNotFound(c.id)
	}
	for _, id := range regions {
		if s.regionIndex(id) >= 0 {
			continue
		}
		if s.config.Behaviour.UnknownRegion == http.StatusNotFound {
			return regionNotFound(id)
		}
		return invalidRequest.answer(fmt.Sprintf("The region '%s' does not exist.", id), c.id)
	}
	r := s.roles[i]
	return s.rescan(c, rescan{
		kind: "IAM role", object: r.ID,
		session: Session{Name: "Rescan of IAM role " + r.Name, RoleID: r.ID, RegionIDs: regions},
	})
}

// regionsOf reads the body of a rescan of an IAM role; nil is all regions. The vendor lists no media type but JSON.
func (s *Simulator) regionsOf(c *call) ([]string, error) {
	if mediaType, _, _ := mime.ParseMediaType(c.request.Header.Get("Content-Type")); mediaType != "application/json" {
		return nil, errors.New("the content type must be application/json")
	}
	var body map[string]json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(c.body))
	if err := decoder.Decode(&body); err != nil || body == nil {
		return nil, errors.New("the body must be a JSON object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("the body goes on after its end")
	}
	var regions []string
	for name, value := range body {
		switch {
		case name == "regionIds":
			if err := json.Unmarshal(value, &regions); err != nil || string(value) == "null" {
				return nil, errors.New("regionIds must be an array of IDs")
			}
			if i := slices.IndexFunc(regions, func(id string) bool { return !isUUID.MatchString(id) }); i >= 0 {
				return nil, fmt.Errorf("'%s' is not a valid ID", regions[i])
			}
		case name == "rescanType" && c.dialect.rescanType:
			if string(value) != `"All"` {
				return nil, errors.New("the value of rescanType is unknown")
			}
		default:
			return nil, fmt.Errorf("the property '%s' is unknown", name)
		}
	}
	return regions, nil
}

// rescanBuckets is POST /cloudInfrastructure/buckets/rescan/{id} with the ID of an IAM role: no body (SPEC10).
func (s *Simulator) rescanBuckets(c *call) answer {
	if refusal, ok := noBody(c); !ok {
		return refusal
	}
	i := s.roleIndex(c.id)
	if i < 0 {
		return roleNotFound(c.id)
	}
	r := s.roles[i]
	return s.rescan(c, rescan{
		kind: "buckets", object: r.ID, session: Session{Name: "Rescan of buckets of " + r.Name, RoleID: r.ID},
	})
}

// rescanVirtualMachines is POST /virtualMachines/rescan. No document has it: clients use it with 1.1-rev0 and 1.5-rev0,
// without a body, and are answered like by the others. Who may is inferred from the rescan of IAM roles.
func (s *Simulator) rescanVirtualMachines(c *call) answer {
	if refusal, ok := noBody(c); !ok {
		return refusal
	}
	return s.rescan(c, rescan{kind: "virtual machines", session: Session{Name: "Rescan of virtual machines"}})
}

func noBody(c *call) (answer, bool) {
	if len(c.body) > 0 {
		return invalidRequest.answer("The operation takes no body.", c.id), false
	}
	return answer{}, true
}

func (s *Simulator) rescan(c *call, r rescan) answer {
	s.settle()
	running := slices.IndexFunc(s.sessions, func(x *session) bool {
		return x.kind == r.kind && x.object == r.object && !ended(x.Status)
	})
	if running >= 0 {
		switch s.config.Behaviour.SecondRescan {
		case SameSession:
			return sessionLink(c, s.sessions[running].ID)
		case Conflict:
			return rescanRunning.answer(fmt.Sprintf("Session '%s' is running.", s.sessions[running].ID), c.id)
		}
	}
	return sessionLink(c, s.startSession(r).ID)
}

func sessionLink(c *call, id string) answer {
	return answer{status: http.StatusAccepted, body: map[string]any{
		"sessionId": id, "_links": []link{c.link("GET", "Session", "/sessions/"+id)},
	}}
}
