// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"testing"
	"time"
)

func TestRescanBringsAProxyBack(t *testing.T) {
	t.Parallel()
	for _, polls := range []int{0, 1, 3} {
		forAll(t, Config{RescanPolls: polls}, func(t *testing.T, a *api) {
			id := a.AddProxy(Proxy{HostName: "px1", Status: Offline})
			if got := a.status(id); got != Offline {
				t.Fatalf("status %s before the rescan", got)
			}
			a.wantEmpty(a.rescan(id), acted(a))
			for i := range polls {
				if got := a.status(id); got != Offline {
					t.Errorf("status %s at read %d of %d", got, i+1, polls)
				}
				if p, _ := a.Proxy(id); i < polls-1 && p.Status != Offline {
					t.Error("a look from inside counts as a read")
				}
			}
			if got := a.status(id); got != Online {
				t.Errorf("status %s after %d reads", got, polls)
			}
			if p, _ := a.Proxy(id); p.Rescans != 1 || p.Status != Online {
				t.Errorf("%d rescans, %s", p.Rescans, p.Status)
			}
		})
	}
}

func TestListCountsAsARead(t *testing.T) {
	t.Parallel()
	forAll(t, Config{RescanPolls: 2}, func(t *testing.T, a *api) {
		id := a.AddProxy(Proxy{HostName: "px1", Status: Offline})
		a.rescan(id)
		a.get("/Proxies")
		a.get("/Proxies")
		if p, _ := a.Proxy(id); p.Status != Online {
			t.Errorf("status %s", p.Status)
		}
	})
}

func TestRescanDelay(t *testing.T) {
	t.Parallel()
	c := newClock()
	forAll(t, Config{RescanDelay: time.Minute, Now: newClock().Now}, func(t *testing.T, a *api) {
		id := a.AddProxy(Proxy{HostName: "px1", Status: Offline})
		a.rescan(id)
		if got := a.status(id); got != Offline {
			t.Errorf("status %s although no time passes", got)
		}
	})
	a := serve(t, Config{RescanDelay: time.Minute, Now: c.Now})
	id := a.AddProxy(Proxy{HostName: "px1", Status: Offline})
	a.rescan(id)
	c.advance(time.Minute - 1)
	if got := a.status(id); got != Offline {
		t.Errorf("status %s too early", got)
	}
	c.advance(1)
	if got := a.status(id); got != Online {
		t.Errorf("status %s after the delay", got)
	}
}

func TestRescanOfAnUnreachableMachine(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		a.AddMachine(Machine{HostName: "px1", Unreachable: true})
		id := a.AddProxy(Proxy{HostName: "px1"}) // the server has not noticed
		if got := a.status(id); got != Online {
			t.Errorf("status %s before", got)
		}
		a.wantEmpty(a.rescan(id), acted(a))
		if got := a.status(id); got != Offline {
			t.Errorf("status %s after", got)
		}
		a.SetMachine("px1", func(m *Machine) { m.Unreachable = false })
		if got := a.status(id); got != Offline {
			t.Errorf("status %s without a rescan", got)
		}
		a.rescan(id)
		if got := a.status(id); got != Online {
			t.Errorf("status %s after the second rescan", got)
		}
	})
}

func TestRescanBodies(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		id := a.AddProxy(Proxy{HostName: "px1"})
		if a.version >= "v6" {
			for _, body := range []string{`{}`, `{"rescan":null}`, `null`} {
				a.wantError(a.post("/Proxies/"+id+"/Rescan", body), 400, "ParameterValidationFailure")
			}
			a.want(a.post("/Proxies/"+id+"/Action", `{"rescan":null}`), 404)
		} else {
			for _, body := range []string{
				``, `{}`, `{"rescan":{}}`, `{"rescan":true}`, `{"Rescan":null}`, `{"sync":null}`, `{"remove":null}`,
				`{"rescan":null,"remove":{}}`,
			} {
				a.wantError(a.post("/Proxies/"+id+"/action", body), 400, nil)
			}
			a.want(a.send("POST", "/Proxies/"+id+"/action", "", `{"rescan":null}`), 415)
			a.want(a.call("POST", "/Proxies/"+id+"/Rescan"), 404)
		}
		if p, _ := a.Proxy(id); p.Rescans != 0 {
			t.Error("a refused rescan was carried out")
		}
	})
}

func TestRescanAll(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Product: "5.0"}).at("v5")
	seed(a, 3)
	for _, body := range []string{``, `{}`, `{"rescan":{}}`, `{"rescan":null,"proxies":[]}`} {
		a.want(a.post("/Proxies/action", body), 400)
	}
	a.wantEmpty(a.post("/Proxies/Action", `{"rescan":null}`), 200)
	for _, p := range a.Proxies() {
		if p.Rescans != 1 {
			t.Errorf("%s: %d rescans", p.HostName, p.Rescans)
		}
	}
}

func TestRescanMany(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		if a.version < "v6" {
			return
		}
		seed(a, 3)
		ids := a.Proxies()
		rescans := func() (counts [3]int) {
			for i, p := range a.Proxies() {
				counts[i] = p.Rescans
			}
			return counts
		}
		for _, body := range []string{
			``, `{}`, `[]`, `{"proxies":null}`, `{"proxies":{}}`, `{"proxies":["` + nobody + `"]}`, `{"proxies":[{}]}`,
			`{"proxies":[{"id":null}]}`, `{"proxies":[{"id":1}]}`, `{"proxies":[{"proxyId":"x"}]}`, `{"rescan":null}`,
		} {
			a.wantError(a.post("/Proxies/Rescan", body), 400, "ParameterValidationFailure")
		}
		a.wantError(a.post("/Proxies/Rescan", fmt.Sprintf(`{"proxies":[{"id":%q},{"id":%q}]}`, ids[0].ID, nobody)), 404, "ResourceNotFound")
		a.wantEmpty(a.post("/Proxies/Rescan", `{"proxies":[]}`), acted(a))
		if got := rescans(); got != [3]int{} {
			t.Errorf("rescans %v, want none", got)
		}
		a.wantEmpty(a.post("/Proxies/Rescan", fmt.Sprintf(`{"proxies":[{"id":%q},{"id":%q}]}`, ids[0].ID, ids[2].ID)), acted(a))
		if got := rescans(); got != [3]int{1, 0, 1} {
			t.Errorf("rescans %v", got)
		}
	})
}

func TestMaintenance(t *testing.T) {
	t.Parallel()
	for _, hidden := range []bool{false, true} {
		a := serve(t, Config{MaintenancePolls: 1, Behaviour: Behaviour{OfflineInMaintenance: hidden}})
		a.AddMachine(Machine{HostName: "px1", Username: "u", Password: "p"})
		id := a.AddProxy(Proxy{HostName: "px1", ProxyPoolID: nobody})
		want := func(state, status string) {
			t.Helper()
			body := a.get("/Proxies/" + id).object()
			if body["maintenanceModeState"] != state || body["status"] != status || body["proxyPoolId"] != nobody {
				t.Errorf("state %v, status %v, want %s, %s", body["maintenanceModeState"], body["status"], state, status)
			}
		}
		path := "/Proxies/" + id + "/maintenance/"
		a.wantError(a.post(path+"enable", `{"username":"u","password":"x"}`), 500, nil)
		want("Disabled", Online)
		a.wantEmpty(a.post(path+"enable", `{"username":"u","password":"p"}`), 204)
		want("Enabling", Online)
		if hidden {
			want("Enabled", Offline)
		} else {
			want("Enabled", Online)
		}
		a.wantEmpty(a.post(path+"disable", `{"username":"u","password":"p"}`), 204)
		want("Disabled", Online)
		if c, _ := a.LastCredentials("px1"); c.Operation != "maintenance" {
			t.Errorf("last operation %s", c.Operation)
		}
		for _, body := range []string{``, `{"userName":"u"}`, `null`} {
			a.wantError(a.post(path+"enable", body), 400, "ParameterValidationFailure")
		}
		a.wantError(a.post("/Proxies/"+nobody+"/maintenance/enable", `{}`), 404, "ResourceNotFound")
	}
}

func TestMaintenanceOfAStandaloneProxy(t *testing.T) {
	t.Parallel()
	for _, accepted := range []bool{false, true} {
		a := serve(t, Config{Behaviour: Behaviour{StandaloneMaintenance: accepted}})
		id := a.AddProxy(Proxy{HostName: "px1"})
		for _, verb := range []string{"enable", "disable"} {
			r := a.post("/Proxies/"+id+"/maintenance/"+verb, `{}`)
			if accepted {
				a.wantEmpty(r, 204)
			} else {
				a.wantError(r, 400, "ParameterValidationFailure")
			}
		}
		if p, _ := a.Proxy(id); p.MaintenanceModeState != MaintenanceDisabled {
			t.Errorf("state %s", p.MaintenanceModeState)
		}
	}
}
