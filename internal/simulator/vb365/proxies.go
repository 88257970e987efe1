// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// proxyBody is RESTProxyFromClient; nil is omitted or null.
type proxyBody struct {
	HostName                *string            `json:"hostName"`
	Description             *string            `json:"description"`
	Port                    *int               `json:"port"`
	Username                *string            `json:"username"`
	Password                *string            `json:"password"`
	AttachUsedProxy         *bool              `json:"attachUsedProxy"`
	ThreadsNumber           *int               `json:"threadsNumber"`
	EnableNetworkThrottling *bool              `json:"enableNetworkThrottling"`
	ThrottlingValue         *int64             `json:"throttlingValue"`
	ThrottlingUnit          *string            `json:"throttlingUnit"`
	UseInternetProxy        *bool              `json:"useInternetProxy"`
	InternetProxyType       *string            `json:"internetProxyType"`
	InternetProxySettings   *internetProxyBody `json:"internetProxySettings"`
	UseDomainNetwork        *bool              `json:"useDomainNetwork"`
	OperatingSystem         *string            `json:"operatingSystem"`
	SSHSettings             *SSHSettings       `json:"sshSettings"`
	ServiceAccountName      *string            `json:"serviceAccountName"`
	ServiceAccountPassword  *string            `json:"serviceAccountPassword"`
	CreateServiceAccount    *bool              `json:"createServiceAccount"`
}

type internetProxyBody struct {
	HostName          *string `json:"hostName"`
	Port              *int    `json:"port"`
	UseAuthentication *bool   `json:"useAuthentication"`
	Username          *string `json:"username"`
	UserPassword      *string `json:"userPassword"`
}

func (b proxyBody) credentials(operation string) Credentials {
	c := Credentials{
		Operation: operation, Username: b.Username, Password: b.Password, SSH: b.SSHSettings,
		ServiceAccountName: b.ServiceAccountName, ServiceAccountPassword: b.ServiceAccountPassword,
		CreateServiceAccount: value(b.CreateServiceAccount),
	}
	if i := b.InternetProxySettings; i != nil {
		c.InternetProxyUsername, c.InternetProxyPassword = i.Username, i.UserPassword
	}
	return c
}

// apply changes what the body names and leaves the rest (H30:put_proxies_id).
func (b proxyBody) apply(p *Proxy) {
	set(&p.Description, b.Description)
	set(&p.Port, b.Port)
	set(&p.ThreadsNumber, b.ThreadsNumber)
	set(&p.EnableNetworkThrottling, b.EnableNetworkThrottling)
	set(&p.ThrottlingValue, b.ThrottlingValue)
	set(&p.ThrottlingUnit, b.ThrottlingUnit)
	set(&p.UseInternetProxy, b.UseInternetProxy)
	set(&p.InternetProxyType, b.InternetProxyType)
	if i := b.InternetProxySettings; i != nil {
		set(&p.InternetProxy.HostName, i.HostName)
		set(&p.InternetProxy.Port, i.Port)
		set(&p.InternetProxy.UseAuthentication, i.UseAuthentication)
		set(&p.InternetProxy.Username, i.Username)
	}
}

func set[T any](target *T, value *T) {
	if value != nil {
		*target = *value
	}
}

func incomplete(p Proxy) bool {
	return p.UseInternetProxy && p.InternetProxyType == Custom && p.InternetProxy.HostName == ""
}

func (s *Simulator) addProxy(c *call) answer {
	var body proxyBody
	if reply, ok := s.decode(c, proxyFields, &body); !ok {
		return reply
	}
	host := value(body.HostName)
	if strings.TrimSpace(host) == "" {
		return s.fail(c, invalidBody, "The host name is not specified.")
	}
	credentials := body.credentials("add")
	s.keep(host, credentials)
	if s.findHost(host) != nil {
		return s.fail(c, duplicateHost, fmt.Sprintf("Proxy %s already exists.", host))
	}
	system := Windows
	set(&system, body.OperatingSystem)
	if reason := s.refusal(host, credentials); reason != "" {
		return s.fail(c, badMachine, reason)
	}
	if m := s.machine(host); m != nil {
		if m.OperatingSystem != system {
			return s.fail(c, badMachine, fmt.Sprintf("The operating system of %s is not %s.", host, system))
		}
		if m.OwnedByOther && !value(body.AttachUsedProxy) {
			return s.fail(c, duplicateHost, fmt.Sprintf("Proxy %s is managed by another server.", host))
		}
	}

	p := Proxy{HostName: host, OperatingSystem: system, ServiceAccount: value(body.ServiceAccountName)}
	if value(body.UseDomainNetwork) {
		p.Type = Domain
	}
	s.fillDefaults(&p)
	user, _ := s.tokens.Bearer(c.Request)
	p.Description = fmt.Sprintf("Created by %s at %s", user, s.config.Now().UTC().Format(time.DateTime))
	body.apply(&p)
	if incomplete(p) {
		return s.fail(c, invalidBody, "The host name of the internet proxy is not specified.")
	}
	e := &entry{Proxy: p}
	s.proxies = append(s.proxies, e)
	if m := s.machine(host); m != nil {
		m.OwnedByOther = false
	}
	return answer{status: c.dialect.add.or(s.config.Behaviour.Add), body: s.render(c, e, true)}
}

func (s *Simulator) editProxy(c *call) answer {
	var body proxyBody
	if reply, ok := s.decode(c, proxyFields, &body); !ok {
		return reply
	}
	e := s.find(c.id)
	if e == nil {
		return s.failUnknown(c, "Proxy", c.id)
	}
	if body.HostName != nil && !strings.EqualFold(*body.HostName, e.HostName) && s.config.Behaviour.RejectOtherHostName {
		return s.fail(c, invalidBody, "The host name cannot be changed.")
	}
	credentials := body.credentials("edit")
	s.keep(e.HostName, credentials)
	if body.Username != nil || body.Password != nil || body.SSHSettings != nil {
		if reason := s.refusal(e.HostName, credentials); reason != "" {
			return s.fail(c, badMachine, reason)
		}
	}
	changed := e.copy()
	body.apply(&changed)
	if incomplete(changed) {
		return s.fail(c, invalidBody, "The host name of the internet proxy is not specified.")
	}
	e.Proxy = changed
	if c.dialect.editAnswers {
		return answer{status: c.dialect.edit.status, body: s.render(c, e, true)}
	}
	return answer{status: c.dialect.edit.status}
}

func (s *Simulator) getProxy(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	extended, ok := c.extended()
	if !ok {
		return s.fail(c, invalidBody, "The value of extendedView is not valid.")
	}
	e := s.find(c.id)
	if e == nil {
		return s.failUnknown(c, "Proxy", c.id)
	}
	defer e.read()
	if c.dialect.view != viewFull && extended && s.shownStatus(e) == Offline && s.config.Behaviour.OfflineViewFails {
		return s.fail(c, offline, fmt.Sprintf("Proxy %s is offline.", e.HostName))
	}
	return answer{status: http.StatusOK, body: s.render(c, e, extended)}
}

func (s *Simulator) listProxies(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	extended, ok := c.extended()
	if !ok {
		return s.fail(c, invalidBody, "The value of extendedView is not valid.")
	}
	listed := slices.DeleteFunc(slices.Clone(s.proxies), func(e *entry) bool {
		return e.Unlisted || e.removal != nil && s.config.Behaviour.HideRemoved
	})
	return answerList(s, c, listed, func(e *entry) any {
		defer e.read()
		return s.render(c, e, extended)
	})
}

// deleteProxy: see Behaviour.Delete.
func (s *Simulator) deleteProxy(c *call) answer {
	option := s.config.Behaviour.Delete
	switch {
	case option == http.StatusNotFound:
		return answer{status: http.StatusNotFound}
	case option != http.StatusOK || !s.product.deletes:
		return methodNotAllowed(c.route)
	}
	e := s.find(c.id)
	if e == nil {
		return s.failUnknown(c, "Proxy", c.id)
	}
	s.drop(e)
	return answer{status: http.StatusOK}
}

func (s *Simulator) failUnknown(c *call, what, id string) answer {
	return s.fail(c, unknownID, fmt.Sprintf("%s %s is not found.", what, id))
}
