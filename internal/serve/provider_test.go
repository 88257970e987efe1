// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

const (
	proxyID   = "0f0e0d0c-0000-4000-8000-000000000001"
	proxyHost = "proxy-1.example.com"
)

// veeamServer is this provider as the CLI reaches it, configured for a simulated server with one proxy.
type veeamServer struct {
	server
	t     testing.TB
	types map[string]tftypes.Object // of resources
	proxy tftypes.Type              // of the identity of a proxy
}

func newVeeamServer(ctx context.Context, t testing.TB) *veeamServer {
	t.Helper()
	simulator, err := vb365.Start(vb365.Config{Users: map[string]string{"user": "user-password"}}, appliance.Options{Name: "vb365"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(simulator.Close)
	simulator.AddProxy(vb365.Proxy{ID: proxyID, HostName: proxyHost})
	s := &veeamServer{server: serverOf(t, provider.New("test")()), t: t, types: map[string]tftypes.Object{}}
	schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	s.ok(err, schemas.Diagnostics)
	for kind, schema := range schemas.ResourceSchemas {
		s.types[kind], _ = schema.ValueType().(tftypes.Object)
	}
	identities, err := s.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.ok(err, identities.Diagnostics)
	s.proxy = identities.IdentitySchemas["veeam_vb365_proxy"].ValueType()
	access := map[string]any{"endpoint": simulator.URL(), "username": "user", "password": "user-password", "ca_certificate": string(simulator.CAPEM())}
	config := s.encode(schemas.Provider.ValueType(), map[string]any{"vb365": access, "vbaws": access})
	configured, err := s.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: config})
	s.ok(err, configured.Diagnostics)
	return s
}

// encode gives an object on the wire; nil is null, and what is left out.
func (s *veeamServer) encode(kind tftypes.Type, object map[string]any) *tfprotov6.DynamicValue {
	s.t.Helper()
	value, err := stored(s.t, kind, object).Unmarshal(kind)
	s.ok(err, nil)
	encoded, err := tfprotov6.NewDynamicValue(kind, value)
	s.ok(err, nil)
	return &encoded
}

// stored is an object as the CLI keeps it in its state.
func stored(t testing.TB, kind tftypes.Type, object map[string]any) *tfprotov6.RawState {
	t.Helper()
	text, err := json.Marshal(filled(kind, object))
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov6.RawState{JSON: text}
}

func filled(kind tftypes.Type, value any) any {
	attributes, isObject := kind.(tftypes.Object)
	given, ok := value.(map[string]any)
	if !isObject || !ok || given == nil {
		return value
	}
	all := map[string]any{}
	for name, kind := range attributes.AttributeTypes {
		all[name] = filled(kind, given[name])
	}
	return all
}

func (s *veeamServer) ok(err error, diagnostics []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			s.t.Fatal(d.Summary, d.Detail)
		}
	}
}
