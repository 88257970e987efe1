// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// TestServerSpellsItOtherwise: what a server normalizes is no change of the proxy, in its whole life.
func TestServerSpellsItOtherwise(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for name, spell := range map[string]func(string) string{
		"upper case":   strings.ToUpper,
		"short":        func(host string) string { return strings.ToUpper(strings.Split(host, ".")[0]) },
		"trailing dot": func(host string) string { return host + "." },
	} {
		t.Run(name, func(t *testing.T) {
			w := newProxyWorld(t, "v8", vb365.Config{})
			for _, path := range []string{"/v8/Proxies", "/v8/Proxies/*"} {
				w.vb365.Inject(appliance.Fault{Path: path, Rewrite: rewriteProxies(func(proxy map[string]any) {
					proxy["hostName"] = spell(proxy["hostName"].(string))
					proxy["description"] = strings.TrimSpace(proxy["description"].(string))
				})})
			}
			w.create(proxyConfig("description = \" first\\n\""))
			w.planIsEmpty()
			w.config(proxyConfig("description = \"second\\n\"", "port = 9200"))
			id := w.attributes(proxyAddress)["id"].(string)
			w.apply()
			w.planIsEmpty()
			if n := w.vb365.Count("POST", "/v8/Proxies/*/Remove"); n > 0 {
				t.Errorf("%d removals", n)
			}
			w.succeed("state", "rm", proxyAddress)
			w.succeed("import", "-no-color", proxyAddress, id)
			w.planIsEmpty()
			w.destroy()
			w.stateLacks(proxyAddress)
			if left := w.vb365.Proxies(); len(left) != 0 {
				t.Errorf("still registered: %+v", left)
			}
		})
	}
}

// rewriteProxies changes each proxy of a response, be it one or a list.
func rewriteProxies(change func(map[string]any)) func(int, []byte) (int, []byte) {
	return func(status int, body []byte) (int, []byte) {
		var response map[string]any
		if json.Unmarshal(body, &response) != nil {
			return status, body
		}
		proxies, _ := response["results"].([]any)
		if _, one := response["hostName"]; one {
			proxies = append(proxies, response)
		}
		for _, proxy := range proxies {
			change(proxy.(map[string]any))
		}
		rewritten, _ := json.Marshal(response)
		return status, rewritten
	}
}
