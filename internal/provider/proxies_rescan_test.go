// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// A fleet of which one member failed is replaced. When the server then refuses even that one, the outcomes of the others
// must not get lost, or the apply after it would rescan them all; and when the answer is lost, nobody says "not accepted".
func TestRefusedReplacementKeepsGoodOutcomes(t *testing.T) {
	for name, c := range map[string]struct {
		fault appliance.Fault
		says  string
	}{
		"refused": {appliance.Fault{Status: 500}, "No rescan was accepted"},
		"lost":    {appliance.Fault{DropAfter: true}, "may have accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, vb365.Config{}, vbaws.Config{})
			schema := w.schemas.ResourceSchemas["veeam_vb365_proxies_rescan"]
			good := w.vb365.AddProxy(vb365.Proxy{HostName: "good.example.com"})
			bad := w.vb365.AddProxy(vb365.Proxy{HostName: "bad.example.com"})
			outcome := func(status any) block { return block{"rescanned_at": "2026-01-02T03:04:05Z", "status": status} }
			state := func(outcomes any) *tfprotov6.DynamicValue {
				return w.encode(schema, block{"proxy_ids": []string{good, bad}, "wait_for_completion": true, "outcomes": outcomes})
			}
			none := w.dynamic(schema.ValueType(), value(schema.ValueType(), nil))
			apply := func(prior, planned, config *tfprotov6.DynamicValue) *tfprotov6.ApplyResourceChangeResponse {
				resp, err := w.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
					TypeName: "veeam_vb365_proxies_rescan", PriorState: prior, PlannedState: planned, Config: config,
				})
				if err != nil {
					t.Fatal(err)
				}
				return resp
			}
			w.succeeded(apply(state(block{good: outcome("Online"), bad: outcome("Offline")}), none, none).Diagnostics)
			c.fault.Method, c.fault.Path = "POST", "/v8/Proxies/Rescan"
			w.vb365.Inject(c.fault)
			created := apply(none, state(unknown{}), w.encode(schema, block{"proxy_ids": []string{good, bad}}))
			if texts := strings.Join(failures(created.Diagnostics), "\n"); !strings.Contains(texts, c.says) || strings.Contains(texts, good) {
				t.Errorf("the error does not say %q of the one member: %s", c.says, texts)
			}
			outcomes, _ := w.decode(schema.ValueType(), created.NewState)["outcomes"].(map[string]any)
			if len(outcomes) != 1 || outcomes[good] == nil {
				t.Errorf("outcomes in state: %v", outcomes)
			}
		})
	}
}
