// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// keysOf is the documented property list of RESTProxy per version.
func keysOf(version string) []string {
	keys := strings.Fields("id hostName description port enableNetworkThrottling throttlingValue throttlingUnit status " +
		"useInternetProxy internetProxyType _links")
	more := map[string]string{
		"v3": "threadsNumber isDefault", "v4": "threadsNumber isDefault", "v5": "threadsNumber isDefault",
		"v6": "threadsNumber type", "v7": "threadsNumber type fqdn",
		"v8": "type fqdn operatingSystem proxyPoolId maintenanceModeState cpuUsagePercent memoryUsagePercent version serviceAccount role",
	}
	keys = append(keys, strings.Fields(more[version])...)
	slices.Sort(keys)
	return keys
}

func TestGetProxy(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		id := a.AddProxy(Proxy{HostName: "px1", Description: "lab"})
		body := a.want(a.get("/Proxies/"+strings.ToUpper(id)+"?extendedView=true"), 200).object()
		if keys := slices.Sorted(maps.Keys(body)); !slices.Equal(keys, keysOf(a.version)) {
			t.Errorf("%s: properties %v, want %v", a.version, keys, keysOf(a.version))
		}
		for name, want := range map[string]any{
			"id": id, "hostName": "px1", "description": "lab", "port": 9193.0, "threadsNumber": 64.0, "status": "Online",
			"enableNetworkThrottling": false, "throttlingValue": 0.0, "throttlingUnit": "Mbps", "useInternetProxy": false,
			"internetProxyType": "FromManagementServer", "isDefault": false, "type": "Workgroup", "fqdn": "px1.example.com",
			"operatingSystem": "Windows", "proxyPoolId": nil, "maintenanceModeState": "Disabled", "version": "8.0.2.159",
			"serviceAccount": "LocalSystem",
		} {
			if got, present := body[name]; present && got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		self := body["_links"].(map[string]any)["self"].(map[string]any)["href"].(string)
		want := "/" + a.version + "/Proxies/" + id
		if a.version < "v6" {
			want = a.URL() + want
		}
		if self != want {
			t.Errorf("self link %s, want %s", self, want)
		}
	})
}

func TestDefaultProxy(t *testing.T) {
	t.Parallel()
	forAll(t, Config{SeedDefault: true, StrictMachines: true}, func(t *testing.T, a *api) {
		id := a.Proxies()[0].ID
		body := a.get("/Proxies/" + id).object()
		if a.version < "v6" && body["isDefault"] != true || a.version >= "v6" && body["type"] != "Local" {
			t.Errorf("default proxy %v", body)
		}
		a.want(a.rescan(id), byVersion(a, 200, 200, 200, 200, 200, 204))
		if got := a.status(id); got != Online {
			t.Errorf("status %s", got)
		}
	})
}

func TestExtendedView(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		online := a.AddProxy(Proxy{HostName: "px1"})
		away := a.AddProxy(Proxy{HostName: "px2", Status: Offline})
		for query, wants := range map[string]bool{
			"":                    byVersion(a, true, true, true, true, false, true),
			"?extendedView=true":  true,
			"?extendedView=false": byVersion(a, true, true, false, false, false, true),
		} {
			extended := byVersion(a, false, false, true, true, true, false)
			list := a.get("/Proxies" + query)
			listed := list.list()
			if a.version == "v8" {
				for _, r := range list.object()["results"].([]any) {
					listed = append(listed, r.(map[string]any))
				}
			}
			for i, id := range []string{online, away} {
				want := wants && (id == online || !extended)
				for _, body := range []map[string]any{a.get("/Proxies/" + id + query).object(), listed[i]} {
					_, threads := body["threadsNumber"]
					_, value := body["throttlingValue"]
					_, unit := body["throttlingUnit"]
					if value != want || unit != want || threads != (want && a.version != "v8") {
						t.Errorf("%q: threads %t, value %t, unit %t, want %t", query, threads, value, unit, want)
					}
				}
			}
		}
		odd := byVersion(a, 200, 200, 400, 400, 400, 200)
		a.want(a.get("/Proxies?extendedView=2"), odd)
		a.want(a.get("/Proxies/"+online+"?extendedView=2"), odd)
	})
}

func TestExtendedViewOfOfflineProxyMayFail(t *testing.T) {
	t.Parallel()
	forAll(t, Config{Behaviour: Behaviour{OfflineViewFails: true}}, func(t *testing.T, a *api) {
		away := a.AddProxy(Proxy{HostName: "px2", Status: Offline})
		r := a.get("/Proxies/" + away + "?extendedView=true")
		if a.version >= "v5" && a.version <= "v7" {
			a.wantError(r, 500, "ProxyOffline")
			a.want(a.get("/Proxies/"+away+"?extendedView=false"), 200)
		} else {
			a.want(r, 200)
		}
	})
}

func TestUnknownID(t *testing.T) {
	t.Parallel()
	for _, option := range []int{0, 404, 400, 500} {
		forAll(t, Config{Behaviour: Behaviour{UnknownID: option}}, func(t *testing.T, a *api) {
			want := 404
			if option != 0 && a.version != "v8" {
				want = option
			}
			a.wantError(a.get("/Proxies/"+nobody), want, "ResourceNotFound")
			a.wantError(a.get("/Proxies/no-uuid"), want, "ResourceNotFound")
			a.wantError(a.put("/Proxies/"+nobody, `{}`), want, "ResourceNotFound")
			a.wantError(a.rescan(nobody), want, "ResourceNotFound")
			a.wantError(a.remove(nobody, "x", "y", false), want, "ResourceNotFound")
		})
	}
}

func TestGetTakesNoBody(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		id := a.AddProxy(Proxy{HostName: "px1"})
		for _, path := range []string{"/Proxies", "/Proxies/" + id} {
			a.wantError(a.send("GET", path, jsonType, "{}"), 400, "ParameterValidationFailure")
		}
	})
}

func seed(a *api, n int) {
	for i := range n {
		a.AddProxy(Proxy{HostName: fmt.Sprintf("px%03d", i)})
	}
}

func TestListIsArrayUntilV7(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		if a.version == "v8" {
			return
		}
		if r := a.want(a.get("/Proxies"), 200); strings.TrimSpace(r.text) != "[]" {
			t.Errorf("empty list is %q", r.text)
		}
		seed(a, 40)
		list := a.get("/Proxies?limit=1&offset=5&extendedView=true").list() // arrays are not paged
		if len(list) != 40 || list[7]["hostName"] != "px007" {
			t.Errorf("%d proxies", len(list))
		}
		if keys := slices.Sorted(maps.Keys(list[0])); !slices.Equal(keys, keysOf(a.version)) {
			t.Errorf("properties %v", keys)
		}
	})
}

func TestPages(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	seed(a, 65)
	for query, want := range map[string]struct {
		offset, limit, n  float64
		first, prev, next string
	}{
		"":                    {0, 30, 30, "px000", "", "/v8/Proxies?offset=30&limit=30"},
		"?offset=30":          {30, 30, 30, "px030", "/v8/Proxies?offset=0&limit=30", "/v8/Proxies?offset=60&limit=30"},
		"?offset=60":          {60, 30, 5, "px060", "/v8/Proxies?offset=30&limit=30", ""},
		"?offset=60&limit=5":  {60, 5, 5, "px060", "/v8/Proxies?offset=55&limit=5", ""},
		"?limit=10000":        {0, 10000, 65, "px000", "", ""},
		"?offset=10&limit=20": {10, 20, 20, "px010", "/v8/Proxies?offset=0&limit=20", "/v8/Proxies?offset=30&limit=20"},
		"?offset=100":         {100, 30, 0, "", "/v8/Proxies?offset=70&limit=30", ""},
	} {
		page := a.want(a.get("/Proxies"+query), 200).object()
		results := page["results"].([]any)
		if page["offset"] != want.offset || page["limit"] != want.limit || float64(len(results)) != want.n {
			t.Errorf("%q: offset %v, limit %v, %d results", query, page["offset"], page["limit"], len(results))
		}
		if want.first != "" && results[0].(map[string]any)["hostName"] != want.first {
			t.Errorf("%q starts with %v", query, results[0])
		}
		for rel, wantHref := range map[string]string{"prev": want.prev, "next": want.next} {
			href := ""
			if link, ok := page["_links"].(map[string]any)[rel].(map[string]any); ok {
				href = link["href"].(string)
			}
			if href != wantHref {
				t.Errorf("%q: %s link %q, want %q", query, rel, href, wantHref)
			}
		}
		if keys := slices.Sorted(maps.Keys(page)); !slices.Equal(keys, []string{"_links", "limit", "offset", "results"}) {
			t.Errorf("page has %v", keys)
		}
	}
	for _, query := range []string{"?limit=0", "?limit=-1", "?offset=-1", "?limit=x", "?offset=1.5", "?limit=10001", "?limit="} {
		a.wantError(a.get("/Proxies"+query), 400, "ParameterValidationFailure")
	}
}

func TestPageSwitches(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Behaviour: Behaviour{ClampLimit: true, NextLinksOfV7: true}})
	seed(a, 3)
	if got := a.want(a.get("/Proxies?limit=20000"), 200).object()["limit"]; got != float64(10000) {
		t.Errorf("clamped to %v", got)
	}
	links := a.get("/Proxies?limit=1&offset=1").object()["_links"].(map[string]any)
	href := func(rel string) string { return links[rel].(map[string]any)["href"].(string) }
	if href("next") != "/v7/Proxies?offset=2&limit=1" || href("prev") != "/v8/Proxies?offset=0&limit=1" {
		t.Errorf("links %v", links)
	}
}

func TestQuotedNumbers(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Behaviour: Behaviour{QuotedNumbers: true}})
	id := a.AddProxy(Proxy{HostName: "px1", UseInternetProxy: true, InternetProxyType: Custom, InternetProxy: InternetProxy{HostName: "web"}})
	body := a.get("/Proxies/" + id).object()
	inner := body["internetProxySettings"].(map[string]any)
	if body["port"] != "9193" || body["enableNetworkThrottling"] != "false" || inner["port"] != "3128" || body["proxyPoolId"] != nil {
		t.Errorf("proxy %v", body)
	}
}

// TestSparse: what remains of an object, and what is null.
func TestSparse(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Behaviour: Behaviour{Sparse: true}})
	id := a.AddProxy(Proxy{HostName: "px1", Description: "d", ProxyPoolID: "99990000-0000-4000-8000-000000000001"})
	body := a.get("/Proxies/" + id).object()
	if body["id"] != id || body["hostName"] != "px1" || body["port"] != nil {
		t.Errorf("proxy %v", body)
	}
	if _, null := body["port"]; !null {
		t.Error("port is missing")
	}
	for _, name := range []string{"description", "status", "_links"} {
		if value, there := body[name]; there {
			t.Errorf("%s is %v", name, value)
		}
	}
}

// TestOneStoreForAllVersions: what one version writes the others read.
func TestOneStoreForAllVersions(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Product: "8"})
	created := a.at("v5").want(a.at("v5").post("/Proxies", `{"hostName":"px1","threadsNumber":7}`), 201).object()
	id := created["id"].(string)
	a.at("v8").want(a.at("v8").put("/Proxies/"+id, `{"description":"by v8"}`), 204)
	body := a.at("v7").get("/Proxies/" + id + "?extendedView=true").object()
	if body["threadsNumber"] != float64(7) || body["description"] != "by v8" {
		t.Errorf("proxy %v", body)
	}
	a.at("v6").want(a.at("v6").remove(id, "x", "y", false), 200)
	a.at("v8").want(a.at("v8").get("/Proxies/"+id), 404)
}

func TestBehindTheBack(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	id := a.AddProxy(Proxy{HostName: "px1"})
	a.SetProxy(id, func(p *Proxy) { p.Description = "drifted" })
	a.SetProxy(nobody, func(*Proxy) { t.Error("an unknown proxy was changed") })
	if got := a.get("/Proxies/" + id).object()["description"]; got != "drifted" {
		t.Errorf("description %v", got)
	}
	copied, _ := a.Proxy(id)
	copied.Role[0] = "changed"
	if again, _ := a.Proxy(id); again.Role[0] != "Processor" {
		t.Error("the store hands out its own memory")
	}
	a.DeleteProxy(id)
	a.DeleteProxy(id)
	if _, ok := a.Proxy(id); ok || len(a.Proxies()) != 0 {
		t.Error("the proxy is still there")
	}
	a.want(a.get("/Proxies/"+id), 404)
}

func TestDelete(t *testing.T) {
	t.Parallel()
	for product, p := range products {
		for _, option := range []int{0, 405, 404, 200} {
			a := serve(t, Config{Product: product, Behaviour: Behaviour{Delete: option}})
			for _, version := range p.serves {
				id := a.AddProxy(Proxy{HostName: "px-" + version})
				want := 405
				switch {
				case option == 404:
					want = 404
				case option == 200 && (product == "3.0" || product == "4.0"):
					want = 200
				}
				b := a.at(version)
				b.wantFor("DELETE on "+product, b.call("DELETE", "/Proxies/"+id), want)
				if _, there := a.Proxy(id); there != (want != 200) {
					t.Errorf("%s %s: there %t after %d", product, version, there, want)
				}
				if want == 200 {
					b.want(b.call("DELETE", "/Proxies/"+id), 404)
				}
			}
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{RescanPolls: 1})
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			host := fmt.Sprintf(`{"hostName":"px%d"}`, i/2) // every host twice
			if r := a.post("/Proxies", host); r.status == 201 {
				id := r.object()["id"].(string)
				a.rescan(id)
				a.get("/Proxies/" + id)
			} else if r.status != 409 {
				t.Errorf("status %d", r.status)
			}
			a.Proxies()
		})
	}
	group.Wait()
	if n := len(a.Proxies()); n != 8 {
		t.Errorf("%d proxies, want 8", n)
	}
}
