// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const proxyType = "veeam_vb365_proxy"

func (w *wire) identityType() tftypes.Type {
	return w.identities.IdentitySchemas[proxyType].ValueType()
}

func (w *wire) identity(id string) *tfprotov6.ResourceIdentityData {
	w.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: w.dynamic(w.identityType(), value(w.identityType(), block{"id": id}))}
}

func (w *wire) hasIdentity(have *tfprotov6.ResourceIdentityData, id string) {
	w.Helper()
	if have == nil {
		w.Fatal("there is no identity")
	}
	if diff := cmp.Diff(map[string]any{"id": id}, w.decode(w.identityType(), have.IdentityData)); diff != "" {
		w.Errorf("another identity (-want +have):\n%s", diff)
	}
}

// apply plans and applies a proxy the way a CLI does; one that knows no identities keeps and sends none.
func (w *wire) apply(prior *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, config block) *tfprotov6.ApplyResourceChangeResponse {
	w.Helper()
	schema := w.schemas.ResourceSchemas[proxyType]
	if prior == nil {
		prior = w.dynamic(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))
	}
	proposed := block{}
	maps.Copy(proposed, w.decode(schema.ValueType(), prior))
	for _, a := range schema.Block.Attributes {
		if config[a.Name] != nil {
			proposed[a.Name] = config[a.Name]
		} else if a.Computed && proposed[a.Name] == nil {
			proposed[a.Name] = unknown{}
		}
	}
	plan, err := w.PlanResourceChange(w.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: proxyType, PriorState: prior, PriorIdentity: identity, ProposedNewState: w.encode(schema, proposed), Config: w.encode(schema, config),
	})
	if err != nil {
		w.Fatal(err)
	}
	w.succeeded(plan.Diagnostics)
	applied, err := w.ApplyResourceChange(w.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: proxyType, PriorState: prior, PlannedState: plan.PlannedState, PlannedIdentity: plan.PlannedIdentity, PlannedPrivate: plan.PlannedPrivate, Config: w.encode(schema, config),
	})
	if err != nil {
		w.Fatal(err)
	}
	w.succeeded(applied.Diagnostics)
	return applied
}

// A CLI that stores identities gets the same one from every operation; one that stores none sends none, and finds each
// operation working all the same, also when the proxy is gone.
func TestProxyKeepsItsIdentity(t *testing.T) {
	for name, stored := range map[string]bool{"a CLI with identities": true, "a CLI without identities": false} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, vb365.Config{}, vbaws.Config{})
			kept := func(identity *tfprotov6.ResourceIdentityData) *tfprotov6.ResourceIdentityData {
				if stored {
					return identity
				}
				return nil
			}
			created := w.apply(nil, nil, block{"host_name": "proxy-1.example.com"})
			id := w.vb365.Proxies()[0].ID
			w.hasIdentity(created.NewIdentity, id)

			updated := w.apply(created.NewState, kept(created.NewIdentity), block{"host_name": "proxy-1.example.com", "port": 9200})
			w.hasIdentity(updated.NewIdentity, id)
			if p, _ := w.vb365.Proxy(id); p.Port != 9200 {
				w.Errorf("nothing was updated: %+v", p)
			}

			for range 2 { // the second time the proxy is gone
				read, err := w.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
					TypeName: proxyType, CurrentState: updated.NewState, CurrentIdentity: kept(updated.NewIdentity),
				})
				if err != nil {
					t.Fatal(err)
				}
				w.succeeded(read.Diagnostics)
				w.hasIdentity(read.NewIdentity, id)
				w.vb365.DeleteProxy(id)
			}
		})
	}
}

// All three ways to name a proxy import the same one.
func TestProxyImports(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com"})
	w.vb365.AddProxy(vb365.Proxy{HostName: "twin.example.com"})
	w.vb365.AddProxy(vb365.Proxy{HostName: "TWIN.example.com"})
	schema := w.schemas.ResourceSchemas[proxyType]
	for name, c := range map[string]struct {
		req  tfprotov6.ImportResourceStateRequest
		fail []string
	}{
		"ID":                     {req: tfprotov6.ImportResourceStateRequest{ID: id}},
		"ID in upper case":       {req: tfprotov6.ImportResourceStateRequest{ID: strings.ToUpper(id)}},
		"host name":              {req: tfprotov6.ImportResourceStateRequest{ID: "PROXY-1.example.com"}},
		"identity":               {req: tfprotov6.ImportResourceStateRequest{Identity: w.identity(id)}},
		"host name as identity":  {tfprotov6.ImportResourceStateRequest{Identity: w.identity("proxy-1.example.com")}, []string{"is not the ID of a proxy", "use id instead of identity"}},
		"host name mistyped":     {tfprotov6.ImportResourceStateRequest{ID: "proxy-l.example.com"}, []string{`no proxy has the host name "proxy-l.example.com"`, `"proxy-1.example.com" (ID ` + id + `)`}},
		"host name of two":       {tfprotov6.ImportResourceStateRequest{ID: "twin.example.com"}, []string{`2 proxies have the host name`, `"twin.example.com" (ID `, `"TWIN.example.com" (ID `}},
		"text that is too short": {tfprotov6.ImportResourceStateRequest{ID: id[1:]}, []string{"no proxy has the host name"}},
	} {
		c.req.TypeName = proxyType
		imported, err := w.ImportResourceState(t.Context(), &c.req)
		if err != nil {
			t.Fatal(err)
		}
		if c.fail != nil {
			texts := strings.Join(failures(imported.Diagnostics), "\n")
			for _, text := range c.fail {
				if !strings.Contains(texts, text) {
					t.Errorf("%s: the error does not say %q: %s", name, text, texts)
				}
			}
			continue
		}
		w.succeeded(imported.Diagnostics)
		if have := w.decode(schema.ValueType(), imported.ImportedResources[0].State)["id"]; have != id {
			t.Errorf("%s: imported %v", name, have)
		}
		w.hasIdentity(imported.ImportedResources[0].Identity, id)
	}
}
