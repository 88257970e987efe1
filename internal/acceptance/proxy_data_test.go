// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const dataAddress = "veeam_vb365_proxy.found"

// TestProxyLookUp finds one proxy by its ID, and by its host in any spelling, in every API version.
func TestProxyLookUp(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for version, productVersion := range products {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: productVersion}, vbaws.Config{})
			id := w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com", Description: "first", EnableNetworkThrottling: true, ThrottlingValue: 30, UseInternetProxy: true})
			w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-2.example.com"})
			want := map[string]any{
				"id": id, "description": "first", "port": 9193.0, "status": "Online",
				"network_throttling": map[string]any{"value": 30.0, "unit": "Mbps"},
				"internet_proxy":     map[string]any{"type": "FromManagementServer", "host_name": nil, "port": nil, "username": nil},
			}
			for _, told := range []struct {
				name, versions string
				value          any
			}{
				{"threads_number", "v3 v4 v5 v6 v7", 64.0},
				{"type", "v6 v7 v8", "Workgroup"},
				{"fqdn", "v7 v8", "proxy-1.example.com"},
				{"operating_system", "v8", "Windows"},
				{"maintenance_mode_state", "v8", "Disabled"},
				{"service_account", "v8", "LocalSystem"},
				{"roles", "v8", []any{"Processor"}},
			} {
				if want[told.name] = nil; strings.Contains(told.versions, version) {
					want[told.name] = told.value
				}
			}
			w.config(`data "veeam_vb365_proxy" "found" { id = "` + strings.ToUpper(id) + `" }`)
			made(w.T, w.apply().vb365, "GET /"+version+"/Proxies/{id}")
			want["id"], want["host_name"] = strings.ToUpper(id), "proxy-1.example.com"
			w.stateHas(dataAddress, want)

			w.config(`data "veeam_vb365_proxy" "found" { host_name = "PROXY-1.example.com" }`)
			made(w.T, w.apply().vb365, "GET /"+version+"/Proxies")
			want["id"], want["host_name"] = id, "PROXY-1.example.com"
			w.stateHas(dataAddress, want)
			_, hasLoad := w.attributes(dataAddress)["cpu_usage_percent"].(float64)
			if hasLoad != (version == "v8") {
				w.Errorf("cpu_usage_percent is %v", w.attributes(dataAddress)["cpu_usage_percent"])
			}
		})
	}
}

// TestProxyLookUpFails: each mistake is told at plan, with the names that may have been meant.
func TestProxyLookUpFails(t *testing.T) {
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	const id = "0f0e0d0c-1111-4222-8333-444455556666"
	w.vb365.AddProxy(vb365.Proxy{ID: id, HostName: "proxy-1.example.com"})
	w.vb365.AddProxy(vb365.Proxy{HostName: "twin.example.com"})
	w.vb365.AddProxy(vb365.Proxy{HostName: "Twin.example.com"})
	for _, c := range []struct {
		arguments string
		requests  []string
		texts     []string
	}{
		{"", nil, []string{"No attribute specified when one (and only one) of [id,host_name] is required"}},
		{`id = "` + id + "\"\nhost_name = \"proxy-1.example.com\"", nil, []string{"2 attributes specified when one (and only one) of [id,host_name] is required"}},
		{`id = "proxy-1.example.com"`, nil, []string{"must be an ID such as"}},
		{`host_name = ""`, nil, []string{"must not be empty"}},
		{`host_name = "proxy-l.example.com"`, []string{"GET /v8/Proxies"}, []string{
			`no proxy has the host name "proxy-l.example.com"; there are: "proxy-1.example.com" (ID ` + id + `)`, `on main.tf line`, `host_name = "proxy-l.example.com"`,
		}},
		{`host_name = "twin.example.com"`, []string{"GET /v8/Proxies"}, []string{`2 proxies have the host name "twin.example.com": "twin.example.com" (ID`, `"Twin.example.com" (ID`}},
		{`id = "0f0e0d0c-1111-4222-8333-444455556660"`, []string{"GET /v8/Proxies/{id}", "GET /v8/Proxies"}, []string{
			`no proxy has the ID "0f0e0d0c-1111-4222-8333-444455556660"; there are: "proxy-1.example.com" (ID ` + id + `)`,
		}},
	} {
		w.config("data \"veeam_vb365_proxy\" \"found\" {\n" + c.arguments + "\n}\n")
		made(w.T, w.fail(planArgs, c.texts...).vb365, c.requests...)
	}
}

// TestProxies lists what the filters let through; nothing is an empty list.
func TestProxies(t *testing.T) {
	acctest.LifeCycle(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	for _, p := range fleet() {
		w.vb365.AddProxy(p)
	}
	for filter, want := range map[string][]string{
		"":                               hosts(fleet()),
		`status = "Offline"`:             {"gone.example.com"},
		`type = "Domain"`:                {"domain.example.com"},
		`operating_system = "Linux"`:     {"linux.example.com"},
		`proxy_pool_id = "` + pool + `"`: {"pool-1.example.com", "pool-2.example.com"},
		`host_name = "?O*.EXAMPLE.com"`:  {"domain.example.com", "pool-1.example.com", "pool-2.example.com", "login.example.com", "gone.example.com"},
		"host_name = \"pool-*\"\nproxy_pool_id = \"" + pool + "\"\nstatus = \"Offline\"": nil,
	} {
		w.config("data \"veeam_vb365_proxies\" \"found\" {\n" + filter + "\n}\noutput \"hosts\" { value = data.veeam_vb365_proxies.found.proxies[*].host_name }\n")
		made(w.T, w.apply().vb365, "GET /v8/Proxies")
		have := []string{}
		list, isList := w.attributes("veeam_vb365_proxies.found")["proxies"].([]any)
		for _, p := range list {
			have = append(have, p.(map[string]any)["host_name"].(string))
		}
		if diff := cmp.Diff(append([]string{}, want...), have); diff != "" || !isList {
			w.Errorf("%s (-want +have):\n%s", filter, diff)
		}
	}
	w.config("data \"veeam_vb365_proxies\" \"found\" {\n  operating_system = \"Linux\"\n}\n")
	w.env["VEEAM_VB365_API_VERSION"] = "v7"
	w.fail(planArgs, "Filter Not Supported By The Server", "API version v7", "API versions that do: v8", `operating_system = "Linux"`)
}

func hosts(proxies []vb365.Proxy) (names []string) {
	for _, p := range proxies {
		names = append(names, p.HostName)
	}
	return names
}

// TestService tells what answers, also where the API does not say everything, and with a version pinned below the newest.
func TestService(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for name, c := range map[string]struct {
		product, pin string
		want         map[string]any
		requests     []string
	}{
		"newest":  {"8", "", map[string]any{"api_version": "v8", "build": "8.0.2.159"}, []string{"GET /v8/ServiceInstance"}},
		"pinned":  {"8", "v7", map[string]any{"api_version": "v7", "build": "8.0.2.159"}, []string{"GET /v7/ServiceInstance"}},
		"older":   {"6.0", "", map[string]any{"api_version": "v6"}, []string{"GET /v6/ServiceInstance"}},
		"silent":  {"5.0", "", map[string]any{"api_version": "v5", "build": nil, "installation_id": nil}, nil},
		"pin old": {"6.0", "v5", map[string]any{"api_version": "v5", "build": nil}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: c.product}, vbaws.Config{})
			w.env["VEEAM_VB365_API_VERSION"] = c.pin
			w.config(`data "veeam_vb365_service" "this" {}`)
			r := w.apply()
			made(w.T, r.vb365, c.requests...)
			w.stateHas("veeam_vb365_service.this", c.want)
			served, _ := w.attributes("veeam_vb365_service.this")["served_api_versions"].([]any)
			if len(served) == 0 || served[0] != "v"+c.product[:1] {
				w.Errorf("served_api_versions is %v", served)
			}
			if _, told := w.attributes("veeam_vb365_service.this")["installation_id"].(string); told != (c.requests != nil) {
				w.Errorf("installation_id is %v", w.attributes("veeam_vb365_service.this")["installation_id"])
			}
		})
	}
}

// TestLookUpBeforeTheApplianceIsKnown: a data source cannot wait for apply, so the error says how to go about it.
func TestLookUpBeforeTheApplianceIsKnown(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	delete(w.env, "VEEAM_VB365_ENDPOINT")
	w.config(`
resource "terraform_data" "address" {
  input = "` + w.vb365.URL() + `"
}
provider "veeam" {
  vb365 = { endpoint = terraform_data.address.output }
}
data "veeam_vb365_proxies" "found" {}
`)
	w.fail(planArgs, "Unable to List Backup Proxies", `Block "vb365" of the provider configuration depends on values that are known only after apply`, "-target")
	w.succeed("apply", "-auto-approve", "-input=false", "-no-color", "-target=terraform_data.address")
	w.apply()
}
