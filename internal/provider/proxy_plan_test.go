// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// A proxy that was offline when the state was read told little of itself. An edit that brings it back must not end in
// values that the plan did not announce, which Terraform takes for a fault of the provider; the next refresh tells them.
func TestProxyEditKeepsToThePlan(t *testing.T) {
	w := newWire(t, vb365.Config{Product: "7"}, vbaws.Config{})
	schema := w.schemas.ResourceSchemas[proxyType]
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com", Status: vb365.Offline})
	imported, err := w.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: proxyType, ID: id})
	if err != nil {
		t.Fatal(err)
	}
	w.succeeded(imported.Diagnostics)
	read := func(state *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, map[string]any) {
		t.Helper()
		resp, err := w.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: proxyType, CurrentState: state})
		if err != nil {
			t.Fatal(err)
		}
		w.succeeded(resp.Diagnostics)
		return resp.NewState, w.decode(schema.ValueType(), resp.NewState)
	}
	offline, before := read(imported.ImportedResources[0].State)
	if before["threads_number"] != nil {
		t.Fatalf("the threads of an offline proxy are known: %v", before["threads_number"])
	}
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status, p.FQDN = "Online", "proxy-1.other.example.com" })
	edited := w.apply(offline, nil, block{"host_name": "proxy-1.example.com", "port": 9200})
	after := w.decode(schema.ValueType(), edited.NewState)
	for _, attribute := range []string{"threads_number", "fqdn", "type"} {
		if after[attribute] != before[attribute] {
			t.Errorf("%s was planned as %v and is %v", attribute, before[attribute], after[attribute])
		}
	}
	if _, refreshed := read(edited.NewState); refreshed["threads_number"] != 64.0 || refreshed["fqdn"] != "proxy-1.other.example.com" {
		t.Errorf("a refresh tells threads %v of %v", refreshed["threads_number"], refreshed["fqdn"])
	}
}

// What is not known yet may turn out to be left out, so no plan fails on it.
func TestProxyPlanWaitsForUnknownValues(t *testing.T) {
	w := newWire(t, vb365.Config{Product: "7"}, vbaws.Config{})
	schema := w.schemas.ResourceSchemas[proxyType]
	for name, config := range map[string]block{
		"ssh":               {"ssh": unknown{}},
		"removal.force":     {"removal": block{"force": unknown{}}},
		"operating_system":  {"operating_system": unknown{}},
		"host of a default": {"internet_proxy": block{"type": "FromManagementServer", "host_name": unknown{}, "port": unknown{}}},
	} {
		config["host_name"] = "proxy-1.example.com"
		validated, err := w.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: proxyType, Config: w.encode(schema, config)})
		if err != nil {
			t.Fatal(err)
		}
		planned, err := w.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: proxyType, PriorState: w.dynamic(schema.ValueType(), value(schema.ValueType(), nil)),
			ProposedNewState: w.encode(schema, config), Config: w.encode(schema, config),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range append(validated.Diagnostics, planned.Diagnostics...) {
			if d.Severity == tfprotov6.DiagnosticSeverityError {
				t.Errorf("%s: %s: %s", name, d.Summary, d.Detail)
			}
		}
	}
}

// A creation whose response holds ID and host alone, and whose proxy then cannot be read: what is in state must do for the
// destroy, the ID and the host by which its credentials are found.
func TestProxyCreatedButUnreadable(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{})
	const id = "0f0e0d0c-1111-4222-8333-444455556666"
	w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies", Status: 201, ContentType: "application/json", Body: `{"id":"` + id + `","hostName":"proxy-1.example.com"}`})
	w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/v8/Proxies/" + id, Status: 500})
	schema := w.schemas.ResourceSchemas[proxyType]
	planned := block{"host_name": "proxy-1.example.com", "port": 9200}
	for _, a := range schema.Block.Attributes {
		if a.Computed && planned[a.Name] == nil {
			planned[a.Name] = unknown{}
		}
	}
	created, err := w.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: proxyType, PriorState: w.dynamic(schema.ValueType(), value(schema.ValueType(), nil)),
		PlannedState: w.encode(schema, planned), Config: w.encode(schema, block{"host_name": "proxy-1.example.com", "port": 9200}),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.succeeded(created.Diagnostics)
	state := w.decode(schema.ValueType(), created.NewState)
	if state["id"] != id || state["host_name"] != "proxy-1.example.com" || state["port"] != 9200.0 {
		t.Errorf("in state: %v", state)
	}
}
