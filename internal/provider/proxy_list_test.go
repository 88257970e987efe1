// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// list runs the list resource; stop, where it is not 0, leaves after as many results.
func (w *wire) list(config block, req tfprotov6.ListResourceRequest, stop int) (results []tfprotov6.ListResourceResult) {
	w.Helper()
	req.TypeName, req.Config = proxyType, w.encode(w.schemas.ListResourceSchemas[proxyType], config)
	validated, err := w.ValidateListResourceConfig(w.Context(), &tfprotov6.ValidateListResourceConfigRequest{TypeName: proxyType, Config: req.Config})
	if err != nil {
		w.Fatal(err)
	}
	w.succeeded(validated.Diagnostics)
	stream, err := w.ListResource(w.Context(), &req)
	if err != nil {
		w.Fatal(err)
	}
	for result := range stream.Results {
		if results = append(results, result); len(results) == stop {
			break
		}
	}
	return results
}

// names are the display names, with a line for each diagnostic.
func names(results []tfprotov6.ListResourceResult) []string {
	lines := []string{}
	for _, r := range results {
		if r.DisplayName != "" {
			lines = append(lines, r.DisplayName)
		}
		lines = append(lines, failures(r.Diagnostics)...)
	}
	return lines
}

func (w *wire) crowd(size int) {
	for i := range size {
		w.vb365.AddProxy(vb365.Proxy{HostName: fmt.Sprintf("proxy-%d.example.com", i)})
	}
}

// A query of thousands is answered page by page: with a limit, or when the reader leaves, the pages behind are never asked for.
func TestListStreams(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{})
	w.crowd(2500)
	for name, c := range map[string]struct {
		config   block
		limit    int64
		stop     int
		results  int
		requests int
	}{
		"all":                            {nil, 0, 0, 2500, 3},
		"a limit within the first page":  {nil, 100, 0, 100, 1},
		"a limit of a whole page":        {nil, 1000, 0, 1000, 1},
		"a limit within the second page": {nil, 1001, 0, 1001, 2},
		"a limit above all":              {nil, 5000, 0, 2500, 3},
		"a limit counts what is meant":   {block{"host_name": "*99.example.com"}, 11, 0, 11, 2},
		"a reader who leaves":            {nil, 0, 3, 3, 1},
	} {
		w.vb365.ResetLog()
		results := w.list(c.config, tfprotov6.ListResourceRequest{Limit: c.limit}, c.stop)
		if have := w.vb365.Count(http.MethodGet, "/v8/Proxies"); len(results) != c.results || have != c.requests {
			t.Errorf("%s: %d results of %d requests, want %d of %d", name, len(results), have, c.results, c.requests)
		}
	}
}

// What a result holds: name and identity always, the resource when it is asked for.
func TestListResults(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com", Description: "first", EnableNetworkThrottling: true, ThrottlingValue: 5})
	for _, include := range []bool{false, true} {
		results := w.list(nil, tfprotov6.ListResourceRequest{IncludeResource: include}, 0)
		if diff := cmp.Diff([]string{"proxy-1.example.com"}, names(results)); diff != "" {
			t.Fatal(diff)
		}
		w.hasIdentity(results[0].Identity, id)
		resource := w.decode(w.schemas.ResourceSchemas[proxyType].ValueType(), results[0].Resource)
		if !include {
			if resource != nil {
				t.Errorf("a resource that nobody asked for: %v", resource)
			}
			continue
		}
		want := map[string]any{
			"id": id, "host_name": "proxy-1.example.com", "description": "first", "port": 9193.0, "status": "Online", "type": "Workgroup",
			"network_throttling": map[string]any{"value": 5.0, "unit": "Mbps"}, "timeouts": nil, "ssh": nil, "removal": nil, "operating_system": "Windows", "maintenance_mode": false,
		}
		for attribute, v := range want {
			if diff := cmp.Diff(v, resource[attribute]); diff != "" {
				t.Errorf("%s (-want +have):\n%s", attribute, diff)
			}
		}
	}
}

// The filters of a query mean what those of the data source mean, and refuse what the API version does not tell.
func TestListFilters(t *testing.T) {
	pool := "99990000-0000-4000-8000-000000000001"
	for name, c := range map[string]struct {
		product string
		config  block
		want    []string
	}{
		"nothing given":     {"8", nil, []string{"localhost", "linux", "member", "offline"}},
		"status":            {"8", block{"status": "Offline"}, []string{"offline"}},
		"type":              {"8", block{"type": "Domain"}, []string{"member"}},
		"operating system":  {"8", block{"operating_system": "Linux"}, []string{"linux"}},
		"pool":              {"8", block{"proxy_pool_id": strings.ToUpper(pool)}, []string{"member"}},
		"host name":         {"8", block{"host_name": "L*"}, []string{"localhost", "linux"}},
		"several":           {"8", block{"host_name": "l*", "type": "Local", "status": "Online"}, []string{"localhost"}},
		"nothing found":     {"8", block{"host_name": "l*", "status": "Offline"}, []string{}},
		"type Local of old": {"5.0", block{"type": "Local"}, []string{"localhost"}},
		"type of old":       {"5.0", block{"type": "Domain"}, []string{"Filter Not Supported By The Server: The server is used with API version v5, which does not return this property; API versions that do: v6 to v8."}},
		"pool of old":       {"7", block{"proxy_pool_id": pool}, []string{"Filter Not Supported By The Server: The server is used with API version v7, which does not return this property; API versions that do: v8."}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, vb365.Config{Product: c.product}, vbaws.Config{})
			for _, p := range []vb365.Proxy{
				{HostName: "localhost", Type: vb365.Local},
				{HostName: "linux", OperatingSystem: vb365.Linux},
				{HostName: "member", Type: vb365.Domain, ProxyPoolID: pool},
				{HostName: "offline", Status: vb365.Offline},
			} {
				w.vb365.AddProxy(p)
			}
			have := names(w.list(c.config, tfprotov6.ListResourceRequest{Limit: 100}, 0))
			for i := range have {
				have[i], _, _ = strings.Cut(have[i], " Omit the filter")
			}
			if diff := cmp.Diff(c.want, have); diff != "" {
				t.Errorf("(-want +have):\n%s", diff)
			}
		})
	}
}

// An error in the middle of a list reaches the user, behind the results that came before it.
func TestListFailsLate(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{})
	w.crowd(1500)
	w.vb365.Inject(appliance.Fault{Method: http.MethodGet, Path: "/v8/Proxies", Skip: 1, Status: http.StatusForbidden})
	results := w.list(nil, tfprotov6.ListResourceRequest{}, 0)
	lines := names(results)
	if len(lines) != 1001 || !strings.HasPrefix(lines[1000], "Unable to List Backup Proxies: Proxies: ") {
		t.Errorf("%d results, the last is %q", len(lines), lines[len(lines)-1])
	}
	if slices.ContainsFunc(results[:1000], func(r tfprotov6.ListResourceResult) bool { return len(r.Diagnostics) > 0 }) {
		t.Error("results before the error have diagnostics")
	}
}
