// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// invoke runs an action as a CLI does: it is validated, planned and invoked. It gives the progress and the diagnostics.
func (w *wire) invoke(ctx context.Context, name string, config block) (said []string, diags []*tfprotov6.Diagnostic) {
	w.Helper()
	schema := w.schemas.ActionSchemas[name]
	if schema == nil {
		w.Fatalf("there is no action %s", name)
	}
	encoded := w.encode(schema.Schema, config)
	validated, err := w.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: encoded})
	if err != nil {
		w.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return nil, validated.Diagnostics
	}
	planned, err := w.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: encoded})
	if err != nil {
		w.Fatal(err)
	}
	if len(planned.Diagnostics) > 0 {
		return nil, planned.Diagnostics
	}
	stream, err := w.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: name, Config: encoded})
	if err != nil {
		w.Fatal(err)
	}
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			said = append(said, e.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = e.Diagnostics
		}
	}
	return said, diags
}

func TestProxyRescanAction(t *testing.T) {
	w := newWire(t, vb365.Config{RescanPolls: 1}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "px.example.com", Status: vb365.Offline})
	said, diags := w.invoke(t.Context(), "veeam_vb365_proxy_rescan", block{"proxy_id": id})
	w.succeeded(diags)
	want := []string{
		"Rescanning proxy " + id, "The server accepted the rescan of proxy " + id, `Proxy "px.example.com" is Offline`, `Proxy "px.example.com" is Online`,
	}
	if !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
	if n := w.vb365.Count("POST", "/v8/Proxies/*/Rescan"); n != 1 {
		t.Errorf("%d rescans", n)
	}
}

// A cancelled action stops waiting at once and says so.
func TestProxyRescanActionCancelled(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{})
	w.vb365.AddMachine(vb365.Machine{HostName: "px.example.com", Unreachable: true})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "px.example.com", Status: vb365.Offline})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	schema := w.schemas.ActionSchemas["veeam_vb365_proxy_rescan"]
	stream, err := w.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{
		ActionType: "veeam_vb365_proxy_rescan", Config: w.encode(schema.Schema, block{"proxy_id": id}),
	})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			if strings.HasSuffix(e.Message, "is Offline") {
				cancel()
			}
		case tfprotov6.CompletedInvokeActionEventType:
			texts = failures(e.Diagnostics)
		}
	}
	if len(texts) != 1 || !strings.Contains(texts[0], "last status: Offline") || !strings.Contains(texts[0], "cancelled") {
		t.Errorf("said in the end: %q", texts)
	}
}

// What is wrong with an action is said before it is invoked.
func TestProxyActionsBeforeInvocation(t *testing.T) {
	w := newWire(t, vb365.Config{Product: "7"}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "px.example.com"})
	for _, c := range []struct {
		action string
		config block
		says   string
	}{
		{"veeam_vb365_proxy_rescan", block{"proxy_id": "px.example.com"}, "must be an ID"},
		{"veeam_vb365_proxy_maintenance", block{"proxy_id": id, "enabled": true}, "maintenance mode exists in v8 only"},
		{"veeam_vb365_proxy_maintenance", block{"proxy_id": id, "enabled": true, "credentials_name": "dmz"}, `no entry "dmz"`},
	} {
		said, diags := w.invoke(t.Context(), c.action, c.config)
		if texts := failures(diags); len(said) > 0 || !strings.Contains(strings.Join(texts, " "), c.says) {
			t.Errorf("%s %v: %q after %q", c.action, c.config, texts, said)
		}
	}
}

func TestProxyMaintenanceAction(t *testing.T) {
	w := newWire(t, vb365.Config{MaintenancePolls: 1}, vbaws.Config{})
	id := w.vb365.AddProxy(vb365.Proxy{HostName: "px.example.com", ProxyPoolID: "99990000-0000-4000-8000-000000000001"})
	for _, on := range []bool{true, true, false} {
		_, diags := w.invoke(t.Context(), "veeam_vb365_proxy_maintenance", block{"proxy_id": id, "enabled": on})
		w.succeeded(diags)
		proxy, _ := w.vb365.Proxy(id)
		if (proxy.MaintenanceModeState == vb365.MaintenanceEnabled) != on {
			t.Errorf("after enabled = %t the proxy is %s", on, proxy.MaintenanceModeState)
		}
	}
	if n := w.vb365.Count("POST", "/v8/Proxies/*/maintenance/enable"); n != 1 {
		t.Errorf("enabled %d times", n)
	}
}
