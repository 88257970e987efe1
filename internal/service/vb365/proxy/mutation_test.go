// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// mutations are what the vendor's documents allow a response to be like, and what servers make of it.
var mutations = map[string]func(object map[string]any, name string){
	"missing": func(o map[string]any, name string) { delete(o, name) },
	"null":    func(o map[string]any, name string) { o[name] = nil },
	"empty":   func(o map[string]any, name string) { o[name] = "" },
	"unknown": func(o map[string]any, name string) { o[name] = "Unheard" },
	"quoted":  func(o map[string]any, name string) { o[name] = fmt.Sprint(o[name]) },
}

func fullProxy() map[string]any {
	return map[string]any{
		"id": "0f0e0d0c-1111-4222-8333-444455556666", "hostName": "PROXY-1.example.com", "fqdn": "proxy-1.example.com", "description": "branch", "port": 9200,
		"threadsNumber": 32, "enableNetworkThrottling": true, "throttlingValue": 100, "throttlingUnit": "KBs", "status": "Online", "type": "Domain",
		"useInternetProxy": true, "internetProxyType": "Custom", "operatingSystem": "Windows", "maintenanceModeState": "Enabled",
		"proxyPoolId": "99990000-0000-4000-8000-000000000001", "version": "8.0.0.1", "serviceAccount": "LocalSystem",
		"internetProxySettings": map[string]any{"hostName": "web.example.com", "port": 8080, "useAuthentication": true, "username": "web"},
	}
}

// TestSparseAndUnknownPropertiesChangeNothing: a response that lacks a property, or holds one that means nothing, either cannot be
// read or leaves nothing to edit and nothing to replace.
func TestSparseAndUnknownPropertiesChangeNothing(t *testing.T) {
	t.Parallel()
	for _, version := range []api.Version{api.V6, api.V7, api.V8} {
		var body map[string]any
		server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(body) }))
		defer server.Close()
		endpoint, _ := url.Parse(server.URL)
		client, err := api.New(api.Config{
			Rest: rest.Options{Endpoint: endpoint, TLS: rest.TLSOptions{InsecureSkipVerify: true}, AccessToken: "t"}, Version: version,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer client.CloseIdleConnections()
		read := func(m proxyModel) (proxyModel, error) {
			proxy, err := client.Proxy(t.Context(), "0f0e0d0c-1111-4222-8333-444455556666")
			var diags diag.Diagnostics
			if err == nil {
				m.fromAPI(t.Context(), version, proxy, &diags)
			}
			return m, err
		}
		body = fullProxy()
		known, err := read(proxyModel{
			HostName: types.StringValue("proxy-1.example.com"), NetworkThrottling: types.ObjectNull(throttlingTypes), InternetProxy: types.ObjectNull(internetProxyTypes),
		})
		if err != nil {
			t.Fatal(err)
		}
		try := func(name, kind string, target func(map[string]any) map[string]any) {
			body = fullProxy()
			mutations[kind](target(body), name)
			refreshed, err := read(known)
			if err != nil {
				return
			}
			var diags diag.Diagnostics
			if edit := known.toEdit(t.Context(), &refreshed, &known, &diags); !reflect.ValueOf(edit).IsZero() {
				t.Errorf("%s: %s %s leads to the edit %+v", version, name, kind, edit)
			}
			if names := known.replacing(t.Context(), &refreshed, false, &diags); len(names) > 0 || !refreshed.ID.Equal(known.ID) || !refreshed.HostName.Equal(known.HostName) ||
				!refreshed.MaintenanceMode.Equal(known.MaintenanceMode) || diags.HasError() {
				t.Errorf("%s: %s %s changes %v, host_name %s, maintenance_mode %s: %v", version, name, kind, names, refreshed.HostName, refreshed.MaintenanceMode, diags)
			}
		}
		root := func(o map[string]any) map[string]any { return o }
		settings := func(o map[string]any) map[string]any { return o["internetProxySettings"].(map[string]any) }
		for kind := range mutations {
			for name := range fullProxy() {
				if !meansSomething(name, kind) {
					try(name, kind, root)
				}
			}
			for name := range settings(fullProxy()) {
				if !meansSomething(name, kind) {
					try(name, kind, settings)
				}
			}
		}
	}
}

// meansSomething excludes the mutations that are another value: texts are free, and an empty description is one that was cleared.
func meansSomething(name, kind string) bool {
	switch kind {
	case "unknown":
		return slices.Contains([]string{"id", "hostName", "description", "fqdn", "username"}, name)
	case "empty":
		return name == "description"
	}
	return kind == "quoted" && name == "internetProxySettings"
}
