// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/http"
	"slices"
)

// proxyPools: S8 RESTProxyPoolFromClient, RESTProxyPool. Members are known by the proxyPoolId of proxies.
var proxyPools = collection{
	path: "ProxyPools", noun: "Proxy pool", first: 8, last: 8, unique: []string{"name"}, links: []string{"proxies"},
	sparse: sparsity{keep: []string{"id", "name"}},
	fields: []field{
		{name: "name", first: 8, last: 8, required: true, notNull: true},
		{name: "description", first: 8, last: 8, required: true, notNull: true},
		{name: "proxyIds", kind: list, first: 8, last: 8, required: true, notNull: true, requestOnly: true, fields: proxyIDFields},
	},
	check: func(s *Simulator, id string, body map[string]any) (failure, string) {
		return s.mayJoin(id, s.named(body["proxyIds"]))
	},
	apply: func(s *Simulator, o *record, body map[string]any) {
		if !s.config.Behaviour.PoolPutAppends {
			s.emptyPool(o.id)
		}
		setPool(s.named(body["proxyIds"]), o.id)
	},
	users: func(s *Simulator, id string) string {
		i := slices.IndexFunc(s.repositories, func(r *Repository) bool { return r.ProxyPoolID == id })
		if i < 0 || s.config.Behaviour.PoolDeleteKeepsOwners {
			return ""
		}
		return "backup repository " + s.repositories[i].Name
	},
	release: (*Simulator).emptyPool,
}

// proxyIDFields: S8 RESTProxyIdFromClient.
var proxyIDFields = []field{{name: "proxyId", first: 8, last: 8, required: true, notNull: true}}

func (s *Simulator) members(pool string) []*entry {
	return slices.DeleteFunc(slices.Clone(s.proxies), func(e *entry) bool { return e.ProxyPoolID != pool })
}

func (s *Simulator) emptyPool(id string) { setPool(s.members(id), "") }

func setPool(proxies []*entry, id string) {
	for _, e := range proxies {
		e.ProxyPoolID = id
	}
}

// named finds the proxies of a list of RESTProxyIdFromClient; one that is not there is nil.
func (s *Simulator) named(ids any) (named []*entry) {
	for _, id := range ids.([]any) {
		named = append(named, s.find(id.(map[string]any)["proxyId"].(string)))
	}
	return named
}

// mayJoin: the default proxy cannot join a pool, and a proxy belongs to one at most (UG:vbo_proxy_pools).
func (s *Simulator) mayJoin(pool string, proxies []*entry) (failure, string) {
	for _, e := range proxies {
		switch {
		case e == nil:
			return unknownID, "A proxy is not found."
		case e.Type == Local:
			return refused, "The default proxy cannot be added to a proxy pool."
		case e.ProxyPoolID != "" && e.ProxyPoolID != pool:
			return refused, "Proxy " + e.HostName + " belongs to another proxy pool."
		}
	}
	if len(proxies) == 0 {
		return invalidBody, "A proxy pool must have a proxy."
	}
	return 0, ""
}

// mayLeave: an active proxy must stay, and one in maintenance mode cannot be removed (UG:vbo_edit_proxy_pool).
func (s *Simulator) mayLeave(pool string, proxies []*entry) (failure, string) {
	for _, e := range proxies {
		switch {
		case e == nil || e.ProxyPoolID != pool:
			return unknownID, "The proxy is not a member of the proxy pool."
		case e.MaintenanceModeState != MaintenanceDisabled:
			return refused, "Proxy " + e.HostName + " is in maintenance mode."
		}
	}
	if len(proxies) == len(s.members(pool)) {
		return refused, "The last proxy cannot be removed from a proxy pool."
	}
	return 0, ""
}

func (s *Simulator) listMembers(c *call) answer {
	return proxyPools.with(s, c, func(o *record) answer {
		return answerList(s, c, s.members(o.id), func(e *entry) any { return s.render(c, e, true) })
	})
}

// changeMembers takes a list of RESTProxyIdFromClient, also of DELETE (S8 ProxyPool_AddProxies, ProxyPool_RemoveProxies).
func (s *Simulator) changeMembers(c *call) answer {
	return proxyPools.with(s, c, func(o *record) answer {
		ids, reply, ok := s.decodeList(c, proxyIDFields)
		if !ok {
			return reply
		}
		check, pool := s.mayJoin, o.id
		if c.Method == http.MethodDelete {
			check, pool = s.mayLeave, ""
		}
		if f, refusal := check(o.id, s.named(ids)); refusal != "" {
			return s.fail(c, f, refusal)
		}
		setPool(s.named(ids), pool)
		return answer{status: c.dialect.act}
	})
}
