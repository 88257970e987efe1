// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"maps"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

const (
	proxyType       = "veeam_vb365_proxy"
	proxyRescanType = "veeam_vb365_proxy_rescan"
	fleetType       = "veeam_vb365_proxies_rescan"
	syncType        = "veeam_vb365_repository_sync"

	host       = "proxy-1.example.com"
	poolID     = "99990000-0000-4000-8000-000000000001"
	proxyPath  = "/v8/Proxies/*"
	repository = "/v8/BackupRepositories"
)

// limits are timeouts that a disturbed wait may use up.
var limits = arguments{"create": "10s", "update": "10s"}

func oneProxy(w *world) {
	w.ids["proxy"] = w.m365.AddProxy(vb365.Proxy{HostName: host, Description: "old", ProxyPoolID: poolID})
}

func ownProxy(w *world) {
	oneProxy(w)
	mustSucceed(w.adopt(proxyType, w.id("proxy")))
}

// limitedProxy has its time limits in state, where a removal finds them.
func limitedProxy(w *world) {
	ownProxy(w)
	mustSucceed(w.run(proxyType, proxy(nil)(w)))
}

func twoProxies(w *world) {
	oneProxy(w)
	w.ids["proxies"] = []any{w.ids["proxy"], w.m365.AddProxy(vb365.Proxy{HostName: "proxy-2.example.com"})}
}

func staleRepository(w *world) {
	w.ids["repository"] = w.m365.AddRepository(vb365.Repository{
		Name: "archive", OutOfSync: true, ObjectStorage: vb365.ObjectStorage{ID: poolID, Type: "AmazonS3"},
	})
}

func rescannedProxy(w *world) {
	oneProxy(w)
	mustSucceed(w.run(proxyRescanType, with("proxy_id", "proxy", arguments{"triggers": arguments{"v": "1"}})(w)))
}

func syncedRepository(w *world) {
	staleRepository(w)
	mustSucceed(w.run(syncType, with("repository_id", "repository", arguments{"triggers": arguments{"v": "1"}})(w)))
	w.m365.SetRepository(w.id("repository"), func(r *vb365.Repository) { r.OutOfSync = true })
}

// slowly lets the next synchronization be seen running.
func slowly(setup func(*world)) func(*world) {
	return func(w *world) {
		setup(w)
		w.m365.PlanSync(vb365.SyncPlan{Polls: 4})
	}
}

// What the operations do to the appliance, counted.
func registered(w *world) (n int) {
	for _, p := range w.m365.Proxies() {
		if p.HostName == host {
			n++
		}
	}
	return n
}

func removed(w *world) int { return 1 - registered(w) }

func edited(w *world) (n int) {
	if p, _ := w.m365.Proxy(w.id("proxy")); p.Description == "new" {
		n = 1
	}
	return n
}

func maintained(w *world) (n int) {
	if p, _ := w.m365.Proxy(w.id("proxy")); p.MaintenanceModeState == vb365.MaintenanceEnabled {
		n = 1
	}
	return n
}

func served(w *world) int { return 1 - maintained(w) }

func rescans(w *world) int {
	p, _ := w.m365.Proxy(w.id("proxy"))
	return p.Rescans
}

func syncs(w *world) int {
	r, _ := w.m365.Repository(w.id("repository"))
	return r.Syncs
}

func idle(w *world) {
	oneProxy(w)
	w.m365.SetProxy(w.id("proxy"), func(p *vb365.Proxy) { p.MaintenanceModeState = vb365.MaintenanceEnabled })
	mustSucceed(w.adopt(proxyType, w.id("proxy")))
}

func proxy(more arguments) func(*world) arguments {
	return func(*world) arguments {
		config := arguments{"host_name": host, "timeouts": arguments{"create": "30s", "update": "10s", "delete": "10s"}}
		maps.Copy(config, more)
		return config
	}
}

var (
	again   = arguments{"triggers": arguments{"v": "2"}, "timeouts": limits}
	limited = arguments{"timeouts": limits}

	described = arguments{"description": "A proxy"} // by which a creation whose response was lost is recognized
)

var vb365Operations = []operation{
	{name: "365 version probe", refused: true, class: probe, method: http.MethodGet, path: "/v8/ServiceInstance", version: "auto", setup: oneProxy, scenario: read("veeam_vb365_proxies", nothing)},
	{name: "365 login", class: login, method: http.MethodPost, path: "/v8/token", setup: oneProxy, scenario: read("veeam_vb365_proxies", nothing)},
	{name: "365 token refresh", class: refresh, method: http.MethodPost, path: "/v8/token", setup: staleRepository, scenario: reread("veeam_vb365_repositories")},
	{name: "365 service instance", class: get, method: http.MethodGet, path: "/v8/ServiceInstance", skip: 1, setup: oneProxy, scenario: read("veeam_vb365_service", nothing)},
	{name: "365 proxies list", class: list, method: http.MethodGet, path: "/v8/Proxies", setup: oneProxy, scenario: read("veeam_vb365_proxies", nothing)},
	{name: "365 proxies query", class: list, method: http.MethodGet, path: "/v8/Proxies", setup: oneProxy, scenario: queried(proxyType)},
	{name: "365 proxy get", class: get, method: http.MethodGet, path: proxyPath, setup: oneProxy, scenario: read(proxyType, with("id", "proxy", nil))},
	{name: "365 proxy refresh", class: get, method: http.MethodGet, path: proxyPath, setup: ownProxy, scenario: planned(proxyType, proxy(nil))},
	{name: "365 repositories list", class: list, method: http.MethodGet, path: repository, setup: staleRepository, scenario: read("veeam_vb365_repositories", nothing)},
	{name: "365 list before add", class: list, method: http.MethodGet, path: "/v8/Proxies", effects: registered, scenario: applied(proxyType, proxy(described))},
	{name: "365 proxy add", class: change, method: http.MethodPost, path: "/v8/Proxies", effects: registered, lookedUp: true, scenario: applied(proxyType, proxy(described))},
	{name: "365 proxy edit", class: change, silent: true, lookedUp: true, method: http.MethodPut, path: proxyPath, effects: edited, setup: ownProxy, scenario: applied(proxyType, proxy(arguments{"description": "new"}))},
	{name: "365 maintenance on", class: change, silent: true, method: http.MethodPost, path: proxyPath + "/maintenance/enable", effects: maintained, lookedUp: true, setup: ownProxy, scenario: applied(proxyType, proxy(arguments{"maintenance_mode": true}))},
	{name: "365 maintenance off", class: change, silent: true, method: http.MethodPost, path: proxyPath + "/maintenance/disable", effects: served, lookedUp: true, setup: idle, scenario: applied(proxyType, proxy(arguments{"maintenance_mode": false}))},
	{name: "365 maintenance wait", class: get, late: true, waits: true, method: http.MethodGet, path: proxyPath, effects: maintained, setup: ownProxy, scenario: applied(proxyType, proxy(arguments{"maintenance_mode": true}))},
	{name: "365 maintenance action", class: change, silent: true, method: http.MethodPost, path: proxyPath + "/maintenance/enable", effects: maintained, lookedUp: true, setup: oneProxy, scenario: invoked("veeam_vb365_proxy_maintenance", with("proxy_id", "proxy", arguments{"enabled": true}))},
	{name: "365 proxy remove", class: change, silent: true, method: http.MethodPost, path: proxyPath + "/Remove", effects: removed, lookedUp: true, setup: limitedProxy, scenario: destroyed(proxyType)},
	{name: "365 read after remove", skip: 1, refused: true, class: get, late: true, waits: true, method: http.MethodGet, path: proxyPath, effects: removed, setup: limitedProxy, scenario: destroyed(proxyType)},
	{name: "365 proxy rescan", class: change, silent: true, method: http.MethodPost, path: proxyPath + "/Rescan", effects: rescans, fires: true, setup: oneProxy, scenario: applied(proxyRescanType, with("proxy_id", "proxy", limited))},
	{name: "365 proxy rescan again", class: change, silent: true, method: http.MethodPost, path: proxyPath + "/Rescan", effects: rescans, fires: true, setup: rescannedProxy, scenario: applied(proxyRescanType, with("proxy_id", "proxy", again))},
	{name: "365 proxy rescan wait", skip: 1, class: get, late: true, waits: true, method: http.MethodGet, path: proxyPath, effects: rescans, fires: true, setup: oneProxy, scenario: applied(proxyRescanType, with("proxy_id", "proxy", limited))},
	{name: "365 proxy check", courtesy: true, class: get, method: http.MethodGet, path: proxyPath, effects: rescans, fires: true, setup: oneProxy, scenario: planned(proxyRescanType, with("proxy_id", "proxy", limited))},
	{name: "365 fleet check", courtesy: true, class: list, method: http.MethodGet, path: "/v8/Proxies", effects: rescans, fires: true, setup: twoProxies, scenario: planned(fleetType, with("proxy_ids", "proxies", limited))},
	{name: "365 proxy rescan action", class: change, silent: true, method: http.MethodPost, path: proxyPath + "/Rescan", effects: rescans, fires: true, setup: oneProxy, scenario: invoked(proxyRescanType, with("proxy_id", "proxy", nil))},
	{name: "365 fleet rescan", class: change, silent: true, method: http.MethodPost, path: "/v8/Proxies/Rescan", effects: rescans, fires: true, setup: twoProxies, scenario: applied(fleetType, with("proxy_ids", "proxies", limited))},
	{name: "365 fleet wait", skip: 1, class: list, late: true, waits: true, method: http.MethodGet, path: "/v8/Proxies", effects: rescans, fires: true, setup: twoProxies, scenario: applied(fleetType, with("proxy_ids", "proxies", limited))},
	{name: "365 repository check", courtesy: true, class: get, method: http.MethodGet, path: repository + "/*", effects: syncs, fires: true, setup: staleRepository, scenario: planned(syncType, with("repository_id", "repository", limited))},
	{name: "365 sync", class: change, method: http.MethodPost, path: repository + "/*/Sync", effects: syncs, fires: true, setup: staleRepository, scenario: applied(syncType, with("repository_id", "repository", limited))},
	{name: "365 sync again", class: change, method: http.MethodPost, path: repository + "/*/Sync", effects: syncs, fires: true, setup: syncedRepository, scenario: applied(syncType, with("repository_id", "repository", again))},
	{name: "365 sync wait", class: get, late: true, waits: true, method: http.MethodGet, path: "/v8/RepositorySynchronizeSessions/*", effects: syncs, fires: true, setup: slowly(staleRepository), scenario: applied(syncType, with("repository_id", "repository", limited))},
	{name: "365 sync wait again", class: get, late: true, waits: true, method: http.MethodGet, path: "/v8/RepositorySynchronizeSessions/*", effects: syncs, fires: true, setup: slowly(syncedRepository), scenario: applied(syncType, with("repository_id", "repository", again))},
}
