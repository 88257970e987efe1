// SPDX-License-Identifier: MPL-2.0

package vb365

import "slices"

// proxyPools: S8 RESTProxyPoolFromClient, RESTProxyPool. Members are known by the proxyPoolId of proxies.
var proxyPools = collection{
	path: "ProxyPools", noun: "Proxy pool", first: 8, last: 8, unique: []string{"name"}, links: []string{"proxies"},
	sparse: sparsity{keep: []string{"id", "name"}},
	fields: []field{
		{name: "name", first: 8, last: 8, required: true, notNull: true},
		{name: "description", first: 8, last: 8, required: true, notNull: true},
		{name: "proxyIds", kind: list, first: 8, last: 8, required: true, notNull: true, requestOnly: true, fields: proxyIDFields},
	},
	apply: (*Simulator).setPool, users: (*Simulator).poolUser,
	release: func(s *Simulator, id string) { join(s.members(id), "") },
	sublist: &sublist{
		path: "proxies", fields: proxyIDFields, add: (*Simulator).joinPool, remove: (*Simulator).leavePool,
		list: func(s *Simulator, c *call, id string) answer {
			return answerList(s, c, s.members(id), func(e *entry) any { return s.render(c, e, true) })
		},
	},
}

// proxyIDFields: S8 RESTProxyIdFromClient.
var proxyIDFields = []field{{name: "proxyId", first: 8, last: 8, required: true, notNull: true}}

func (s *Simulator) members(pool string) []*entry {
	return slices.DeleteFunc(slices.Clone(s.proxies), func(e *entry) bool { return e.ProxyPoolID != pool })
}

// named finds the proxies of a list of RESTProxyIdFromClient; one that is not there is nil.
func (s *Simulator) named(ids []any) (named []*entry) {
	for _, element := range ids {
		ref, _ := element.(map[string]any)
		id, _ := ref["proxyId"].(string)
		named = append(named, s.find(id))
	}
	return named
}

func join(proxies []*entry, pool string) {
	for _, e := range proxies {
		e.ProxyPoolID = pool
	}
}

func (s *Simulator) setPool(id string, body map[string]any) (failure, string) {
	before := s.members(id)
	ids, _ := body["proxyIds"].([]any)
	if len(ids) == 0 {
		return invalidBody, "A proxy pool must have a proxy."
	}
	f, refusal := s.joinPool(id, ids)
	if refusal == "" && !s.config.Behaviour.PoolPutAppends {
		join(before, "")
		join(s.named(ids), id)
	}
	return f, refusal
}

// joinPool: the default proxy cannot join a pool, and a proxy belongs to one at most (UG:vbo_proxy_pools).
func (s *Simulator) joinPool(id string, ids []any) (failure, string) {
	for _, e := range s.named(ids) {
		switch {
		case e == nil:
			return unknownID, "A proxy is not found."
		case e.Type == Local:
			return refused, "The default proxy cannot be added to a proxy pool."
		case e.ProxyPoolID != "" && e.ProxyPoolID != id:
			return refused, "Proxy " + e.HostName + " belongs to another proxy pool."
		}
	}
	join(s.named(ids), id)
	return 0, ""
}

// leavePool: an active proxy must stay, and one in maintenance mode cannot be removed (UG:vbo_edit_proxy_pool).
func (s *Simulator) leavePool(id string, ids []any) (failure, string) {
	named := s.named(ids)
	for _, e := range named {
		switch {
		case e == nil || e.ProxyPoolID != id:
			return unknownID, "The proxy is not a member of the proxy pool."
		case e.MaintenanceModeState != MaintenanceDisabled:
			return refused, "Proxy " + e.HostName + " is in maintenance mode."
		}
	}
	if len(named) == len(s.members(id)) {
		return refused, "The last proxy cannot be removed from a proxy pool."
	}
	join(named, "")
	return 0, ""
}

// poolUser names a repository that the pool owns.
func (s *Simulator) poolUser(id string) string {
	i := slices.IndexFunc(s.repositories, func(r *Repository) bool { return r.ProxyPoolID == id })
	if i < 0 || s.config.Behaviour.PoolDeleteKeepsOwners {
		return ""
	}
	return "backup repository " + s.repositories[i].Name
}
