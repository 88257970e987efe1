// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"strings"
	"testing"
	"time"
)

func TestRemove(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		a.AddMachine(Machine{HostName: "px1", Username: `EXAMPLE\admin`, Password: "p"})
		id := a.AddProxy(Proxy{HostName: "px1"})
		other := a.AddProxy(Proxy{HostName: "px2"})
		a.wantError(a.remove(id, `EXAMPLE\admin`, "wrong", false), 500, nil)
		a.wantError(a.remove(id, "p", `EXAMPLE\admin`, false), 500, nil) // the swapped values of the v3 page
		a.want(a.get("/Proxies/"+id), 200)
		a.wantEmpty(a.remove(id, `EXAMPLE\admin`, "p", false), acted(a))
		a.want(a.get("/Proxies/"+id), 404)
		a.wantError(a.remove(id, `EXAMPLE\admin`, "p", false), 404, "ResourceNotFound")
		a.wantEmpty(a.remove(other, "", "", false), acted(a)) // nobody declared its machine
		c, _ := a.LastCredentials("px1")
		if c.Operation != "remove" || *c.Username != `EXAMPLE\admin` || *c.Password != "p" || c.Force {
			t.Errorf("last operation %s", c.Operation)
		}
		if len(a.Proxies()) != 0 {
			t.Error("proxies are left")
		}
		a.want(a.post("/Proxies", `{"hostName":"px1","username":"EXAMPLE\\admin","password":"p"}`), added(a))
	})
}

func TestRemoveBodies(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body        string
		first, last string
	}{
		"nothing":            {``, "", ""},
		"unknown field":      {`{"userName":"x","userPassword":"y","colour":1}`, "", ""},
		"password":           {`{"userName":"x","password":"y"}`, "", ""},
		"username":           {`{"username":"x","userPassword":"y"}`, "v3", "v4"},
		"userName":           {`{"userName":"x","userPassword":"y"}`, "v5", "v8"},
		"Pascal case":        {`{"UserName":"x","UserPassword":"y","Force":"true"}`, "v5", "v5"},
		"force":              {`{"userName":"x","userPassword":"y","force":false}`, "v5", "v8"},
		"force as text":      {`{"userName":"x","userPassword":"y","force":"True"}`, "v5", "v5"},
		"force as odd text":  {`{"userName":"x","userPassword":"y","force":"yes"}`, "", ""},
		"null force":         {`{"userName":"x","userPassword":"y","force":null}`, "v5", "v5"},
		"force alone":        {`{"force":true}`, "v5", "v8"},
		"force on old":       {`{"username":"x","userPassword":"y","force":true}`, "", ""},
		"SSH settings":       {`{"sshSettings":{"account":"x"}}`, "v8", "v8"},
		"SSH settings, null": {`{"userName":"x","userPassword":"y","sshSettings":null}`, "v8", "v8"},
		"empty object":       {`{}`, "v3", "v8"},
	}
	forAll(t, Config{}, func(t *testing.T, a *api) {
		for name, row := range cases {
			id := a.AddProxy(Proxy{HostName: "px1"})
			path, body := "/Remove", row.body
			if a.version < "v6" {
				path, body = "/Action", `{"remove":`+row.body+`}`
			}
			r := a.post("/Proxies/"+id+path, body)
			_, there := a.Proxy(id)
			a.DeleteProxy(id)
			if taken := row.first != "" && row.first <= a.version && a.version <= row.last; taken {
				a.wantFor(name, r, acted(a))
			} else if r.status != 400 {
				t.Errorf("%s: status %d %s, want 400", name, r.status, r.text)
			}
			if there != (r.status == 400) {
				t.Errorf("%s: there %t after %d", name, there, r.status)
			}
		}
	})
}

func TestRefusedRemoval(t *testing.T) {
	t.Parallel()
	for _, option := range []int{0, 400, 409} {
		forAll(t, Config{Behaviour: Behaviour{Refused: option}}, func(t *testing.T, a *api) {
			a.AddMachine(Machine{HostName: "away", Unreachable: true})
			status := byVersion(a, 500, 500, 500, 500, 500, 409)
			if option != 0 {
				status = option
			}
			for name, row := range map[string]struct {
				proxy Proxy
				code  string
			}{
				"in use":      {Proxy{HostName: "px1", InUse: true}, "OperationConflict"},
				"default":     {Proxy{HostName: "px1", Type: Local}, "OperationConflict"},
				"offline":     {Proxy{HostName: "px1", Status: Offline}, "ProxyOffline"},
				"unreachable": {Proxy{HostName: "away"}, "ProxyOffline"},
			} {
				id := a.AddProxy(row.proxy)
				a.wantError(a.remove(id, "x", "y", false), status, row.code)
				if _, there := a.Proxy(id); !there {
					t.Fatalf("%s: removed in spite of the refusal", name)
				}
				if a.version >= "v5" {
					a.wantFor(name, a.remove(id, "x", "y", true), acted(a))
					if c, _ := a.LastCredentials(row.proxy.HostName); !c.Force {
						t.Error("force did not arrive")
					}
				}
				a.DeleteProxy(id)
			}
		})
	}
}

func TestForceAndCredentials(t *testing.T) {
	t.Parallel()
	for _, checks := range []bool{false, true} {
		a := serve(t, Config{Behaviour: Behaviour{ForceChecksCredentials: checks}})
		a.AddMachine(Machine{HostName: "px1", Username: "u", Password: "p"})
		id := a.AddProxy(Proxy{HostName: "px1", InUse: true})
		if checks {
			a.want(a.remove(id, "u", "wrong", true), 500)
			// A machine that cannot be reached cannot check anything.
			a.SetMachine("px1", func(m *Machine) { m.Unreachable = true })
		}
		a.want(a.remove(id, "u", "wrong", true), 204)
	}
}

func TestKeptProxies(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		a := serve(t, Config{SeedDefault: true, Behaviour: Behaviour{KeepDefault: keep, KeepPoolMembers: keep}})
		want := 204
		if keep {
			want = 409
		}
		a.want(a.remove(a.Proxies()[0].ID, "", "", true), want)
		a.want(a.remove(a.AddProxy(Proxy{HostName: "px1", ProxyPoolID: nobody}), "", "", true), want)
	}
}

func TestRemovalTakesReads(t *testing.T) {
	t.Parallel()
	forAll(t, Config{RemovalPolls: 2}, func(t *testing.T, a *api) {
		id := a.AddProxy(Proxy{HostName: "px1"})
		a.want(a.remove(id, "", "", false), acted(a))
		a.want(a.get("/Proxies/"+id), 200)
		a.want(a.remove(id, "", "", false), acted(a)) // once more changes nothing
		a.want(a.get("/Proxies"), 200)
		a.want(a.get("/Proxies/"+id), 404)
	})
}

func TestRemovalTakesTime(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a := serve(t, Config{RemovalDelay: time.Minute, Now: func() time.Time { return now }})
	id := a.AddProxy(Proxy{HostName: "px1"})
	a.want(a.remove(id, "", "", false), 204)
	a.want(a.get("/Proxies/"+id), 200)
	now = now.Add(time.Minute)
	a.want(a.get("/Proxies/"+id), 404)
}

func TestRemovalThatIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	for _, hide := range []bool{false, true} {
		forAll(t, Config{Behaviour: Behaviour{HideRemoved: hide}}, func(t *testing.T, a *api) {
			id := a.AddProxy(Proxy{HostName: "px1", Stuck: true})
			a.want(a.remove(id, "", "", false), acted(a))
			a.want(a.get("/Proxies/"+id), 200)
			if list := a.get("/Proxies"); strings.Contains(list.text, id) == hide {
				t.Errorf("hidden %t: %s", hide, list.text)
			}
		})
	}
}
