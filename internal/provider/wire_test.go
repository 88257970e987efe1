// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"math/big"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/contract"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	wireUser     = `EXAMPLE\svc-terraform`
	wirePassword = "canary-login-52d1"
)

// contracts hold every exchange of these tests against what the vendor documents.
var contracts = contract.New(os.Getenv("VEEAM_OPENAPI_DIR"))

// wire is the provider as a CLI sees it: the plugin protocol, in process, with simulated appliances behind it. It tests
// what not every CLI can be asked for.
type wire struct {
	*testing.T
	protocol
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
	vb365      *vb365.Running
	vbaws      *vbaws.Running
}

// protocol is all of the plugin protocol that the provider speaks.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// newWire starts appliances and a provider that is configured for them.
func newWire(t *testing.T, m365 vb365.Config, aws vbaws.Config) *wire {
	t.Helper()
	t.Parallel()
	m365.Users = map[string]string{wireUser: wirePassword}
	aws.Users = map[string]vbaws.User{wireUser: {Password: wirePassword, Role: vbaws.Administrator}}
	server, ok := providerserver.NewProtocol6(New("test")())().(protocol)
	if !ok {
		t.Fatal("the framework does not speak all of the protocol")
	}
	w := &wire{T: t, protocol: server}
	var err error
	if w.vb365, err = vb365.Start(m365, appliance.Options{Wrap: contracts.Wrap(t, contract.VB365, m365.Behaviour == vb365.Behaviour{})}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.vb365.Close)
	if w.vbaws, err = vbaws.Start(aws, appliance.Options{Wrap: contracts.Wrap(t, contract.VBAWS, aws.Behaviour == vbaws.Behaviour{})}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.vbaws.Close)
	if w.schemas, err = w.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	w.succeeded(w.schemas.Diagnostics)
	if w.identities, err = w.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{}); err != nil {
		t.Fatal(err)
	}
	w.succeeded(w.identities.Diagnostics)
	login := func(server *appliance.Server) block {
		return block{"endpoint": server.URL(), "username": wireUser, "password": wirePassword, "certificate_sha256": server.Fingerprint()}
	}
	configuration := block{"vb365": login(w.vb365.Server), "vbaws": login(w.vbaws.Server)}
	configured, err := w.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0", Config: w.encode(w.schemas.Provider, configuration),
	})
	if err != nil {
		t.Fatal(err)
	}
	w.succeeded(configured.Diagnostics)
	return w
}

// encode writes an object of a schema as it goes over the wire; what is left out is null.
func (w *wire) encode(schema *tfprotov6.Schema, v block) *tfprotov6.DynamicValue {
	w.Helper()
	return w.dynamic(schema.ValueType(), value(schema.ValueType(), v))
}

func (w *wire) dynamic(kind tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	w.Helper()
	encoded, err := tfprotov6.NewDynamicValue(kind, v)
	if err != nil {
		w.Fatal(err)
	}
	return &encoded
}

// decode reads what came over the wire as plain Go values: maps, slices, strings, float64, bool, nil, unknown.
func (w *wire) decode(kind tftypes.Type, encoded *tfprotov6.DynamicValue) map[string]any {
	w.Helper()
	if encoded == nil {
		return nil
	}
	v, err := encoded.Unmarshal(kind)
	if err != nil {
		w.Fatal(err)
	}
	object, _ := w.plain(v).(map[string]any)
	return object
}

func (w *wire) plain(v tftypes.Value) any {
	w.Helper()
	if !v.IsKnown() {
		return unknown{}
	}
	if v.IsNull() {
		return nil
	}
	var err error
	var result any
	switch kind := v.Type(); {
	case kind.Is(tftypes.String):
		var text string
		err = v.As(&text)
		result = text
	case kind.Is(tftypes.Bool):
		var flag bool
		err = v.As(&flag)
		result = flag
	case kind.Is(tftypes.Number):
		var number big.Float
		err = v.As(&number)
		result, _ = number.Float64()
	case kind.Is(tftypes.Object{}), kind.Is(tftypes.Map{}):
		var children map[string]tftypes.Value
		err = v.As(&children)
		object := map[string]any{}
		for name, child := range children {
			object[name] = w.plain(child)
		}
		result = object
	default:
		var elements []tftypes.Value
		err = v.As(&elements)
		list := []any{}
		for _, element := range elements {
			list = append(list, w.plain(element))
		}
		result = list
	}
	if err != nil {
		w.Fatal(err)
	}
	return result
}

// succeeded wants no errors; failures gives them as "summary: detail", warnings too.
func (w *wire) succeeded(diags []*tfprotov6.Diagnostic) {
	w.Helper()
	for _, d := range diags {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			w.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

func failures(diags []*tfprotov6.Diagnostic) (texts []string) {
	for _, d := range diags {
		texts = append(texts, d.Summary+": "+d.Detail)
	}
	return texts
}
