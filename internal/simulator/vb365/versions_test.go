// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/http"
	"slices"
	"testing"
)

func TestServedVersions(t *testing.T) {
	t.Parallel()
	for product, want := range map[string][]string{
		"3.0": {"v3"}, "4.0": {"v3", "v4"}, "5.0": {"v3", "v4", "v5"}, "6.0": {"v3", "v4", "v5", "v6"},
		"7": {"v4", "v5", "v6", "v7"}, "8": {"v5", "v6", "v7", "v8"},
	} {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			a := serve(t, Config{Product: product})
			for _, version := range []string{"v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "", "x"} {
				b := a.at(version)
				served := slices.Contains(want, version)
				probe, login, instance, list := 404, 404, 404, 404
				if served {
					probe, login, list = 401, 200, 200
					if version >= "v6" {
						instance = 200
					}
				}
				b.wantFor("list without token", b.as("").get("/Proxies"), probe)
				b.wantFor("login", b.login(passwordGrant(user, password)), login)
				b.wantFor("list", b.get("/Proxies"), list)
				b.wantFor("instance", b.get("/ServiceInstance"), instance)
			}
		})
	}
}

func TestServesIsSelectable(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Product: "8", Serves: []string{"v6"}})
	for version, want := range map[string]int{"v5": 404, "v6": 200, "V6": 200, "v7": 404, "v8": 404} {
		a.at(version).wantFor(version, a.at(version).get("/Proxies"), want)
	}
}

func TestServiceInstance(t *testing.T) {
	t.Parallel()
	builds := map[string]string{"v6": "6.0.0.367", "v7": "7.0.0.2911", "v8": "8.0.2.159"}
	forAll(t, Config{}, func(t *testing.T, a *api) {
		a.wantFor("anonymous", a.as("").get("/ServiceInstance"), byVersion(a, 404, 404, 404, 401, 401, 401))
		if a.version < "v6" {
			return
		}
		body := a.want(a.get("/ServiceInstance"), 200).object()
		if body["version"] != builds[a.version] || len(body["installationId"].(string)) != 36 {
			t.Errorf("instance %v", body)
		}
	})
	a := serve(t, Config{Product: "5.0", Version: "5.0.1.0", Behaviour: Behaviour{ServiceInstanceInAll: true}}).at("v5")
	if got := a.get("/ServiceInstance").object()["version"]; got != "5.0.1.0" {
		t.Errorf("version %v", got)
	}
}

func TestUnknownConfigurationPanics(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{{Product: "9"}, {Serves: []string{"v2"}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v went unnoticed", c)
				}
			}()
			New(c)
		}()
	}
}

func TestVerbs(t *testing.T) {
	t.Parallel()
	resources := []struct {
		path, allow string
		first, last string
	}{
		{"/token", "POST", "v3", "v8"},
		{"/token/logout", "POST", "v7", "v8"},
		{"/ServiceInstance", "GET", "v6", "v8"},
		{"/Proxies", "GET, POST", "v3", "v8"},
		{"/proxies/" + nobody, "GET, PUT", "v3", "v8"},
		{"/Proxies/" + nobody + "/Action", "POST", "v3", "v5"},
		{"/Proxies/" + nobody + "/rescan", "POST", "v6", "v8"},
		{"/Proxies/" + nobody + "/Remove", "POST", "v6", "v8"},
		{"/Proxies/" + nobody + "/maintenance/enable", "POST", "v8", "v8"},
		{"/Proxies/" + nobody + "/Maintenance/Disable", "POST", "v8", "v8"},
		{"/Proxies/" + nobody + "/Repositories", "", "", ""},
		{"/Proxies/", "", "", ""},
		{"/ProxyPools", "GET, POST", "v8", "v8"},
		{"/ProxyPools/" + nobody, "DELETE, GET, PUT", "v8", "v8"},
		{"/ProxyPools/" + nobody + "/proxies", "DELETE, GET, POST", "v8", "v8"},
		{"/BackupRepositories", "GET", "v3", "v8"},
		{"/BackupRepositories/" + nobody, "GET", "v3", "v8"},
		{"/BackupRepositories/" + nobody + "/Action", "POST", "v4", "v5"},
		{"/BackupRepositories/" + nobody + "/sync", "POST", "v6", "v8"},
		{"/RepositorySynchronizeSessions", "GET", "v4", "v8"},
		{"/RepositorySynchronizeSessions/" + nobody, "GET", "v4", "v8"},
		{"/RepositorySynchronizeSessions/" + nobody + "/action", "POST", "v4", "v5"},
		{"/RepositorySynchronizeSessions/" + nobody + "/stopSynchronize", "POST", "v6", "v8"},
		{"", "", "", ""},
	}
	forAll(t, Config{}, func(t *testing.T, a *api) {
		for _, resource := range resources {
			there := resource.first != "" && resource.first <= a.version && a.version <= resource.last
			r := a.call(http.MethodPatch, resource.path)
			if !there {
				a.wantFor(resource.path, r, 404)
				a.empty(r)
				continue
			}
			a.wantFor(resource.path, r, 405)
			if got := r.header.Get("Allow"); got != resource.allow {
				t.Errorf("%s allows %q, want %q", resource.path, got, resource.allow)
			}
		}
		// The action of the collection is a path of its own in v5, then Rescan.
		a.wantFor("collection action", a.post("/Proxies/action", `{"rescan":null}`), byVersion(a, 405, 405, 200, 405, 405, 405))
		a.wantFor("collection rescan", a.post("/Proxies/Rescan", `{"proxies":[]}`), byVersion(a, 405, 405, 405, 200, 200, 204))
	})
}
