// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"strings"
	"testing"
)

func poolBody(name string, proxies ...string) string {
	return fmt.Sprintf(`{"name":%q,"description":"","proxyIds":%s}`, name, proxyRefs(proxies...))
}

func proxyRefs(ids ...string) string {
	refs := make([]string, len(ids))
	for i, id := range ids {
		refs[i] = fmt.Sprintf(`{"proxyId":%q}`, id)
	}
	return "[" + strings.Join(refs, ",") + "]"
}

func TestProxyPools(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{SeedDefault: true})
	var ids []string
	for i := range 4 {
		ids = append(ids, a.AddProxy(Proxy{HostName: fmt.Sprintf("px%d", i)}))
	}
	members := func(id string) (hosts string) {
		for _, p := range a.want(a.get("/ProxyPools/"+id+"/proxies"), 200).object()["results"].([]any) {
			hosts += p.(map[string]any)["hostName"].(string) + " "
		}
		return hosts
	}
	wantMembers := func(id, want string) {
		t.Helper()
		if have := members(id); have != want {
			t.Errorf("the members are %q instead of %q", have, want)
		}
	}
	created := a.want(a.post("/ProxyPools", poolBody("main", ids[0], ids[1])), 201).object()
	id := created["id"].(string)
	if created["name"] != "main" || created["description"] != "" || created["proxyIds"] != nil {
		t.Errorf("created %v", created)
	}
	wantMembers(id, "px0 px1 ")
	a.wantEmpty(a.post("/ProxyPools/"+id+"/proxies", proxyRefs(ids[2])), 204)
	wantMembers(id, "px0 px1 px2 ")
	a.wantEmpty(a.put("/ProxyPools/"+id, poolBody("other", ids[1], ids[2])), 204)
	wantMembers(id, "px1 px2 ")
	a.wantEmpty(a.send("DELETE", "/ProxyPools/"+id+"/proxies", jsonType, proxyRefs(ids[1])), 204)
	wantMembers(id, "px2 ")
	if page := a.want(a.get("/ProxyPools?limit=1"), 200).object(); len(page["results"].([]any)) != 1 || a.get("/ProxyPools/" + id).object()["name"] != "other" {
		t.Errorf("the page is %v", page)
	}

	second := a.want(a.post("/ProxyPools", poolBody("second", ids[3])), 201).object()["id"].(string)
	a.wantError(a.post("/ProxyPools", poolBody("OTHER", ids[0])), 409, "OperationConflict")
	a.wantError(a.post("/ProxyPools", poolBody("third", ids[3])), 409, "OperationConflict")
	a.wantError(a.post("/ProxyPools", poolBody("third", a.Proxies()[0].ID)), 409, "OperationConflict") // the default proxy
	a.wantError(a.post("/ProxyPools", poolBody("third")), 400, "ParameterValidationFailure")
	a.wantError(a.post("/ProxyPools", `{"name":"third","description":""}`), 400, "ParameterValidationFailure")
	a.wantError(a.post("/ProxyPools", strings.Replace(poolBody("third", ids[0]), "{", `{"id":"x",`, 1)), 400, "ParameterValidationFailure")
	a.wantError(a.post("/ProxyPools/"+id+"/proxies", proxyRefs(ids[3])), 409, "OperationConflict")
	a.wantError(a.post("/ProxyPools/"+id+"/proxies", proxyRefs(nobody)), 404, "ResourceNotFound")
	a.wantError(a.send("DELETE", "/ProxyPools/"+id+"/proxies", jsonType, proxyRefs(ids[0])), 404, "ResourceNotFound")
	a.wantError(a.send("DELETE", "/ProxyPools/"+id+"/proxies", jsonType, proxyRefs(ids[2])), 409, "OperationConflict") // the last
	a.wantError(a.call("DELETE", "/ProxyPools/"+id+"/proxies"), 400, "ParameterValidationFailure")
	a.wantError(a.get("/ProxyPools/"+nobody), 404, "ResourceNotFound")
	a.wantEmpty(a.post("/ProxyPools/"+id+"/proxies", proxyRefs(ids[0])), 204)
	a.SetProxy(ids[0], func(p *Proxy) { p.MaintenanceModeState = MaintenanceEnabled })
	a.wantError(a.send("DELETE", "/ProxyPools/"+id+"/proxies", jsonType, proxyRefs(ids[0])), 409, "OperationConflict")

	repository := a.AddRepository(Repository{Name: "cloud", ProxyPoolID: second, ObjectStorage: ObjectStorage{Type: AmazonS3}})
	a.wantError(a.call("DELETE", "/ProxyPools/"+second), 409, "OperationConflict")
	a.DeleteRepository(repository)
	a.wantEmpty(a.call("DELETE", "/ProxyPools/"+second), 204)
	if p, _ := a.Proxy(ids[3]); p.ProxyPoolID != "" {
		t.Errorf("the pool of %s is still %s", p.HostName, p.ProxyPoolID)
	}
	a.want(a.at("v7").get("/ProxyPools"), 404)
}

func TestProxyPoolSwitches(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Behaviour: Behaviour{PoolPutAppends: true, PoolDeleteKeepsOwners: true, Sparse: true}})
	one, two := a.AddProxy(Proxy{HostName: "px1", ProxyPoolID: pool}), a.AddProxy(Proxy{HostName: "px2"})
	a.wantEmpty(a.put("/ProxyPools/"+pool, poolBody("main", two)), 204)
	if p, _ := a.Proxy(one); p.ProxyPoolID != pool {
		t.Error("PUT has replaced the members")
	}
	a.AddRepository(Repository{Name: "cloud", ProxyPoolID: pool, ObjectStorage: ObjectStorage{Type: AmazonS3}})
	if body := a.get("/ProxyPools/" + pool).object(); len(body) != 2 {
		t.Errorf("%v is not sparse", body)
	}
	a.wantEmpty(a.call("DELETE", "/ProxyPools/"+pool), 204)
}

// TestCollection covers what no kind of object has yet: secrets, and references between collections.
func TestCollection(t *testing.T) {
	t.Parallel()
	keys := &collection{path: "Keys", noun: "Key", fields: []field{
		{name: "text", first: 3, last: 8},
		{name: "password", first: 3, last: 8, secret: true},
		{name: "owner", first: 3, last: 8, refers: "Keys"},
		{name: "changed", first: 3, last: 8, readOnly: true},
	}}
	s := New(Config{})
	s.collections = append(s.collections, keys)
	c := &call{dialect: dialectOf("v8"), body: []byte(`{"text":"a","password":"hidden"}`)}
	c.Request = newJSONRequest(t)
	id := keys.create(s, c).body.(map[string]any)["id"].(string)
	if kept := fmt.Sprint(s.Objects("Keys")); strings.Contains(kept, "hidden") || !strings.Contains(kept, "password") {
		t.Errorf("it keeps %s", kept)
	}
	second := s.AddObject("Keys", map[string]any{"owner": id})
	for body, want := range map[string]int{`{"owner":"` + id + `"}`: 201, `{"owner":"` + nobody + `"}`: 400, `{"changed":"x"}`: 400} {
		c.body = []byte(body)
		reply := keys.create(s, c)
		if reply.status != want {
			t.Errorf("%s is answered with %d instead of %d", body, reply.status, want)
		}
	}
	c.id, c.body = id, nil
	if reply := keys.remove(s, c); reply.status != 409 {
		t.Errorf("an object in use is deleted with %d", reply.status)
	}
	s.SetObject("Keys", second, map[string]any{"owner": ""})
	for _, o := range s.Objects("Keys")[2:] {
		s.DeleteObject("Keys", o["id"].(string))
	}
	if reply := keys.remove(s, c); reply.status != 204 || len(s.Objects("Keys")) != 1 {
		t.Errorf("answered %d, and there are %v", reply.status, s.Objects("Keys"))
	}
}
