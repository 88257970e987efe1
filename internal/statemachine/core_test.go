// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"pgregory.net/rapid"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

// core does what Terraform's core does with a provider.
type core struct {
	rapid.TB
	trouble
	schemas  *tfprotov6.GetProviderSchemaResponse
	provider func() block // configuration of the provider, evaluated anew for each walk
	log      *logbook
	said     string // by the provider's last answer
}

// object is an instance in the state; a null state is none.
type object struct {
	typeName string
	state    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
}

type action string

const (
	nothing action = "nothing"
	create  action = "create"
	update  action = "update"
	replace action = "replace"
)

// planned is a change as a plan shows it.
type planned struct {
	action
	state   tftypes.Value
	private []byte
	failed  bool
}

func newCore(t rapid.TB, ctx context.Context) *core {
	log := &logbook{}
	c := &core{TB: t, log: log}
	c.calm = tflogtest.RootLogger(ctx, log)
	c.ctx = c.calm
	var err error
	if c.schemas, err = providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	return c
}

// login is a product's block without what only one product has.
func (c *core) login() block {
	return block{"endpoint": c.server.URL(), "username": user, "password": loginPassword, "certificate_sha256": c.server.Fingerprint()}
}

func (c *core) object(typeName string) *object {
	return &object{typeName: typeName, state: tftypes.NewValue(c.kind(typeName), nil)}
}

func (o *object) exists() bool { return !o.state.IsNull() }

func (c *core) kind(typeName string) tftypes.Type {
	return c.schemas.ResourceSchemas[typeName].ValueType()
}

// walk is one pass over the objects: each has a provider of its own, which remembers nothing of earlier ones.
type walk struct {
	*core
	server tfprotov6.ProviderServer
}

func (c *core) walk() *walk {
	w := &walk{c, providerserver.NewProtocol6(provider.New("test")())()}
	resp, err := w.server.ConfigureProvider(c.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0", Config: c.encode(c.schemas.Provider.ValueType(), value(c.schemas.Provider.ValueType(), c.provider())),
	})
	if err != nil || c.inspect("configure", resp.Diagnostics, nil) {
		c.Fatalf("the provider cannot be configured: %v, %v", err, resp)
	}
	return w
}

func (c *core) encode(kind tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	encoded, err := tfprotov6.NewDynamicValue(kind, v)
	if err != nil {
		c.Fatal(err)
	}
	return &encoded
}

func (c *core) decode(kind tftypes.Type, encoded *tfprotov6.DynamicValue) tftypes.Value {
	if encoded == nil {
		return tftypes.NewValue(kind, nil)
	}
	v, err := encoded.Unmarshal(kind)
	if err != nil {
		c.Fatal(err)
	}
	return v
}

// refresh reads an object. One that is gone is gone from the state; one that could not be read stays as it was.
func (w *walk) refresh(o *object) (ok bool) {
	if !o.exists() {
		return true
	}
	kind := w.kind(o.typeName)
	resp, err := w.server.ReadResource(w.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: o.typeName, CurrentState: w.encode(kind, o.state), Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		w.Fatal(err)
	}
	if w.inspect("refresh", resp.Diagnostics, resp.Private, resp.NewState) {
		return false
	}
	o.state, o.private, o.identity = w.decode(kind, resp.NewState), resp.Private, resp.NewIdentity
	if !o.exists() {
		o.tainted = false
	}
	return true
}

// plan plans an object for a configuration, and checks that the plan is one the core would accept.
func (w *walk) plan(o *object, config block) planned {
	kind, schema := w.kind(o.typeName), w.schemas.ResourceSchemas[o.typeName]
	wanted := value(kind, config)
	valid, err := w.server.ValidateResourceConfig(w.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: o.typeName, Config: w.encode(kind, wanted),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil || w.inspect("validate", valid.Diagnostics, nil) {
		w.Fatalf("the configuration %v is refused: %v", config, err)
	}
	prior := o.state
	if o.tainted {
		prior = tftypes.NewValue(kind, nil)
	}
	ask := func(prior tftypes.Value, private []byte) *tfprotov6.PlanResourceChangeResponse {
		resp, err := w.server.PlanResourceChange(w.ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: o.typeName, PriorState: w.encode(kind, prior), PriorPrivate: private, PriorIdentity: o.identity,
			ProposedNewState: w.encode(kind, proposed(kind, schema.Block.Attributes, prior, wanted)), Config: w.encode(kind, wanted),
		})
		if err != nil {
			w.Fatal(err)
		}
		return resp
	}
	resp := ask(prior, o.private)
	p := planned{update, w.decode(kind, resp.PlannedState), resp.PlannedPrivate, w.inspect("plan", resp.Diagnostics, resp.PlannedPrivate, resp.PlannedState)}
	switch {
	case p.failed:
		return p
	case prior.IsNull() && o.tainted:
		p.action = replace
	case prior.IsNull():
		p.action = create
	case p.state.Equal(prior):
		p.action = nothing
	case len(resp.RequiresReplace) > 0:
		resp = ask(tftypes.NewValue(kind, nil), nil)
		p = planned{replace, w.decode(kind, resp.PlannedState), resp.PlannedPrivate, w.inspect("plan", resp.Diagnostics, resp.PlannedPrivate, resp.PlannedState)}
	}
	for _, a := range schema.Block.Attributes {
		want, have := children(wanted)[a.Name], children(p.state)[a.Name]
		before := children(prior)[a.Name]
		if !a.WriteOnly && !want.IsNull() && !have.Equal(before) && a.NestedType == nil && differs(want, have, "") != "" {
			w.Fatalf("%s: planned %s for the configured %s", a.Name, have, want)
		}
	}
	return p
}

// apply makes a planned change, and checks that the provider keeps to the plan and loses nothing. It tells whether it
// succeeded.
func (w *walk) apply(o *object, p planned, config block) bool {
	kind := w.kind(o.typeName)
	if p.action == replace && !w.destroy(o) {
		return false
	}
	resp, err := w.server.ApplyResourceChange(w.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: o.typeName, PriorState: w.encode(kind, o.state), PlannedState: w.encode(kind, p.state), PlannedPrivate: p.private,
		PlannedIdentity: o.identity, Config: w.encode(kind, value(kind, config)),
	})
	if err != nil {
		w.Fatal(err)
	}
	failed := w.inspect("apply", resp.Diagnostics, resp.Private, resp.NewState)
	result := w.decode(kind, resp.NewState)
	switch {
	case !result.IsFullyKnown():
		w.Fatalf("values are unknown after apply: %s", result)
	case result.IsNull() && !failed:
		w.Fatal("a success without a state")
	case result.IsNull() && p.action == update:
		w.Fatal("a failed update lost the state")
	case !failed:
		if d := differs(p.state, result, o.typeName); d != "" {
			w.Fatalf("not what was planned: %s", d)
		}
	}
	o.state, o.private, o.identity = result, resp.Private, resp.NewIdentity
	o.tainted = failed && o.exists() && p.action != update
	return !failed
}

// destroy plans the end of an object and applies that.
func (w *walk) destroy(o *object) bool {
	if !o.exists() {
		return true
	}
	kind := w.kind(o.typeName)
	none := w.encode(kind, tftypes.NewValue(kind, nil))
	plan, err := w.server.PlanResourceChange(w.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.typeName, PriorState: w.encode(kind, o.state), PriorPrivate: o.private, PriorIdentity: o.identity, ProposedNewState: none, Config: none,
	})
	if err != nil || w.inspect("plan of the destruction", plan.Diagnostics, plan.PlannedPrivate) {
		w.Fatalf("the destruction cannot be planned: %v", err)
	}
	resp, err := w.server.ApplyResourceChange(w.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: o.typeName, PriorState: w.encode(kind, o.state), PlannedState: none, PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: o.identity, Config: none,
	})
	if err != nil {
		w.Fatal(err)
	}
	failed := w.inspect("destruction", resp.Diagnostics, resp.Private, resp.NewState)
	result := w.decode(kind, resp.NewState)
	if failed == result.IsNull() {
		w.Fatalf("the destruction failed: %t; left in state: %s", failed, result)
	}
	if !failed {
		*o = *w.object(o.typeName)
	}
	return !failed
}

// rawBody is in each page of HTML that a fault answers; nobody wants to read it in a diagnostic.
const rawBody = "raw-body-of-a-proxy"

// knownSummaries are those of errors that do not say what was unable to be done.
var knownSummaries = []string{"Attribute Not Supported By The Server", "Missing Configuration", "Invalid Configuration"}

// inspect reads what the provider gave back. It tells whether there are errors among the diagnostics.
func (c *core) inspect(during string, diags []*tfprotov6.Diagnostic, private []byte, states ...*tfprotov6.DynamicValue) (failed bool) {
	places := map[string][]byte{"the private state": private, "the log": c.log.take()}
	for _, s := range states {
		if s != nil {
			places["the state"] = append(s.MsgPack, s.JSON...)
		}
	}
	c.said = ""
	for _, d := range diags {
		c.said += d.Summary + ": " + d.Detail + "\n"
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		failed = true
		known := strings.HasPrefix(d.Summary, "Unable to ")
		for _, summary := range knownSummaries {
			known = known || d.Summary == summary
		}
		if !known || strings.Contains(d.Detail, rawBody) || !utf8.ValidString(d.Detail) || len(d.Detail) > 10_000 {
			c.Fatalf("%s ended with a poor diagnostic: %s: %s", during, d.Summary, d.Detail)
		}
	}
	if c.said != "" {
		c.Logf("%s: %s", during, strings.TrimSpace(c.said))
	}
	places["a diagnostic"] = []byte(c.said)
	for _, secret := range c.secrets() {
		for place, content := range places {
			if bytes.Contains(content, []byte(secret)) {
				c.Fatalf("%s: the secret %.12q… stands in %s", during, secret, place)
			}
		}
	}
	return failed
}
