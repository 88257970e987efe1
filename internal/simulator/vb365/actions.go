// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// removeBody is RESTRemoveProxyOptions (S6 to S8), and the credentials of the
// action "remove" before.
type removeBody struct {
	UserName     *string      `json:"userName"`
	UserPassword *string      `json:"userPassword"`
	Force        *bool        `json:"force"`
	SSHSettings  *SSHSettings `json:"sshSettings"`
}

// act is the action form of v3 to v5: exactly one of {"rescan": null} and
// {"remove": {…}}.
func (s *Simulator) act(c *call) answer {
	var body struct {
		Rescan json.RawMessage `json:"rescan"`
		Remove *removeBody     `json:"remove"`
	}
	if reply, ok := s.decode(c, actionFields, &body); !ok {
		return reply
	}
	if (body.Rescan != nil) == (body.Remove != nil) {
		return s.fail(c, invalidBody, "Exactly one action must be specified.")
	}
	e := s.find(c.id)
	if e == nil {
		return s.failUnknown(c, "Proxy", c.id)
	}
	if body.Remove != nil {
		return s.removeProxy(c, e, *body.Remove)
	}
	s.startRescan(e)
	return answer{status: c.dialect.act}
}

// rescanAll is the action of the collection in v5.
func (s *Simulator) rescanAll(c *call) answer {
	var body struct{}
	if reply, ok := s.decode(c, rescanAllFields, &body); !ok {
		return reply
	}
	for _, e := range s.proxies {
		s.startRescan(e)
	}
	return answer{status: c.dialect.act}
}

// rescanOne takes no body (S6 to S8 Proxy_Rescan).
func (s *Simulator) rescanOne(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	e := s.find(c.id)
	if e == nil {
		return s.failUnknown(c, "Proxy", c.id)
	}
	s.startRescan(e)
	return answer{status: c.dialect.act}
}

// rescanMany rescans nothing when one of the proxies is unknown.
func (s *Simulator) rescanMany(c *call) answer {
	var body struct {
		Proxies []struct {
			ID string `json:"id"`
		} `json:"proxies"`
	}
	if reply, ok := s.decode(c, rescanManyFields, &body); !ok {
		return reply
	}
	var chosen []*entry
	for _, item := range body.Proxies {
		e := s.find(item.ID)
		if e == nil {
			return s.failUnknown(c, "Proxy", item.ID)
		}
		chosen = append(chosen, e)
	}
	for _, e := range chosen {
		s.startRescan(e)
	}
	return answer{status: c.dialect.act}
}

// startRescan lets the status follow the machine after a while.
func (s *Simulator) startRescan(e *entry) {
	e.Rescans++
	e.rescan = &progress{polls: s.config.RescanPolls, due: s.config.Now().Add(s.config.RescanDelay)}
}

func (s *Simulator) remove(c *call) answer {
	var body removeBody
	if reply, ok := s.decode(c, removeFields, &body); !ok {
		return reply
	}
	e := s.find(c.id)
	if e == nil {
		return s.failUnknown(c, "Proxy", c.id)
	}
	return s.removeProxy(c, e, body)
}

// removeProxy refuses, without force, what cannot be reached, is in use or is
// the default proxy (H50:delete_proxies_id, S8 RESTRemoveProxyOptions).
func (s *Simulator) removeProxy(c *call, e *entry, body removeBody) answer {
	force := value(body.Force)
	credentials := Credentials{
		Operation: "remove", Username: body.UserName, Password: body.UserPassword, SSH: body.SSHSettings, Force: force,
	}
	s.keep(e.HostName, credentials)
	if e.removal != nil {
		return answer{status: c.dialect.act}
	}
	b := s.config.Behaviour
	away := e.Status == Offline || !s.reachable(e.HostName)
	switch {
	case e.ProxyPoolID != "" && b.KeepPoolMembers:
		return s.fail(c, refused, fmt.Sprintf("Proxy %s is a member of a proxy pool.", e.HostName))
	case e.Type == Local && (!force || b.KeepDefault):
		return s.fail(c, refused, "The default proxy cannot be removed.")
	case e.InUse && !force:
		return s.fail(c, refused, fmt.Sprintf("Proxy %s is in use.", e.HostName))
	case away && !force:
		return s.fail(c, offline, fmt.Sprintf("Proxy %s is offline.", e.HostName))
	case !away && (!force || b.ForceChecksCredentials):
		if reason := s.refusal(e.HostName, credentials); reason != "" {
			return s.fail(c, badMachine, reason)
		}
	}
	e.removal = &progress{polls: s.config.RemovalPolls, due: s.config.Now().Add(s.config.RemovalDelay)}
	s.settle()
	return answer{status: c.dialect.act}
}

func (s *Simulator) enableMaintenance(c *call) answer {
	return s.setMaintenance(c, func(e *entry) {
		e.MaintenanceModeState = MaintenanceEnabling
		e.maintenance = &progress{polls: s.config.MaintenancePolls}
	})
}

func (s *Simulator) disableMaintenance(c *call) answer {
	return s.setMaintenance(c, func(e *entry) {
		e.MaintenanceModeState = MaintenanceDisabled
		e.maintenance = nil
	})
}

// setMaintenance: maintenance is for members of pools (PS:set-vboproxymaintenance).
func (s *Simulator) setMaintenance(c *call, change func(*entry)) answer {
	var body struct {
		Username    *string      `json:"username"`
		Password    *string      `json:"password"`
		SSHSettings *SSHSettings `json:"sshSettings"`
	}
	if reply, ok := s.decode(c, maintenanceFields, &body); !ok {
		return reply
	}
	e := s.find(c.id)
	if e == nil {
		return s.failUnknown(c, "Proxy", c.id)
	}
	credentials := Credentials{Operation: "maintenance", Username: body.Username, Password: body.Password, SSH: body.SSHSettings}
	s.keep(e.HostName, credentials)
	if reason := s.refusal(e.HostName, credentials); reason != "" {
		return s.fail(c, badMachine, reason)
	}
	if e.ProxyPoolID == "" {
		if s.config.Behaviour.StandaloneMaintenance {
			return answer{status: c.dialect.act}
		}
		return s.fail(c, needsPool, fmt.Sprintf("Proxy %s is not a member of a proxy pool.", e.HostName))
	}
	change(e)
	return answer{status: c.dialect.act}
}

// checkSSH reports a failed check with status 200, too (S8
// RESTSshConnectionConfigValidationResult). It checks the host key only when
// the request has one, for it is how a client learns the key.
func (s *Simulator) checkSSH(c *call) answer {
	var body SSHSettings
	if reply, ok := s.decode(c, sshFields, &body); !ok {
		return reply
	}
	host := c.URL.Query().Get("host")
	if host == "" {
		return s.fail(c, invalidBody, "The host is not specified.")
	}
	s.keep(host, Credentials{Operation: "ssh check", SSH: &body})
	result := map[string]any{"status": "Failed"}
	if !s.reachable(host) {
		return answer{status: http.StatusOK, body: result}
	}
	access := SSHAccess{}
	if m := s.machine(host); m != nil {
		access = m.SSH
		result["fingerprint"], result["publicBase64Key"] = access.Fingerprint, access.PublicBase64Key
	} else {
		access.Account, access.Password, access.Port = value(body.Account), value(body.AccountPassword), value(body.Port)
	}
	if body.PublicBase64Key == nil {
		access.PublicBase64Key = ""
	}
	if access.refusal(&body) == "" {
		result["status"] = "Success"
	}
	return answer{status: http.StatusOK, body: result}
}
