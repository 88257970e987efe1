// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

// arguments are a configuration as plain Go values; what is left out is null.
type arguments = map[string]any

// cli is Terraform without Terraform: it plans, applies, destroys, reads and invokes through the plugin protocol, and
// keeps the state of one object of each type. As in the real one every walk, a plan or an apply, has a provider of its own.
type cli struct {
	ctx      context.Context
	provider arguments
	objects  map[string]object
}

// object is what a state file holds of a resource.
type object struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
}

// process is a provider that was started and configured.
type process interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

func serve() process {
	server, _ := providerserver.NewProtocol6(provider.New("test")())().(process)
	return server
}

// schemas are the same in every process.
var schemas = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return serve().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

func (c *cli) start() process {
	p := serve()
	known := must(schemas())
	configured := must(p.ConfigureProvider(c.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.15.0", Config: encode(decode(known.Provider, c.provider)),
	}))
	mustSucceed(configured.Diagnostics)
	return p
}

// must panics where the protocol or the table of operations is broken; the cell reports it.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func mustSucceed(said diagnostics) {
	if texts := said.errors(); len(texts) > 0 {
		panic(errors.New(texts[0]))
	}
}

type diagnostics []*tfprotov6.Diagnostic

// errors are the errors as "summary\n\ndetail".
func (d diagnostics) errors() (texts []string) {
	for _, one := range d {
		if one.Severity == tfprotov6.DiagnosticSeverityError {
			texts = append(texts, one.Summary+"\n\n"+one.Detail)
		}
	}
	return texts
}

func decode(schema *tfprotov6.Schema, v arguments) tftypes.Value {
	return must(tftypes.ValueFromJSON(must(json.Marshal(v)), schema.ValueType())) //nolint:staticcheck // deprecated for programs, handy for tests
}

func encode(v tftypes.Value) *tfprotov6.DynamicValue {
	return new(must(tfprotov6.NewDynamicValue(v.Type(), v)))
}

// attributes takes an object value apart; it has none where it is null.
func attributes(v tftypes.Value) map[string]tftypes.Value {
	var all map[string]tftypes.Value
	if v.IsKnown() && !v.IsNull() {
		_ = must(0, v.As(&all))
	}
	return all
}

// plan is what a plan file holds of one resource.
type plan struct {
	kind     string
	config   tftypes.Value // null: it is to be destroyed
	replaces bool
	changes  bool
}

// plan refreshes the object and finds out what is to be done; nil arguments destroy.
func (c *cli) plan(kind string, config arguments) (plan, diagnostics) {
	p, schema := c.start(), must(schemas()).ResourceSchemas[kind]
	pl := plan{kind: kind, config: tftypes.NewValue(schema.ValueType(), nil)}
	if config != nil {
		pl.config = decode(schema, config)
	}
	said := c.refresh(p, kind)
	if len(said.errors()) > 0 {
		return pl, said
	}
	object, exists := c.objects[kind]
	if object.tainted && config != nil {
		pl.replaces, pl.changes = true, true
		object.value, object.private, object.identity = tftypes.NewValue(schema.ValueType(), nil), nil, nil
	}
	planned, more := c.change(p, pl, object)
	said = append(said, more...)
	if len(said.errors()) > 0 {
		return pl, said
	}
	if len(planned.RequiresReplace) > 0 && exists {
		pl.replaces = true
	}
	after := must(planned.PlannedState.Unmarshal(schema.ValueType()))
	pl.changes = pl.changes || exists != (config != nil) || exists && !after.Equal(object.value)
	return pl, said
}

func (c *cli) refresh(p process, kind string) diagnostics {
	o, exists := c.objects[kind]
	if !exists {
		return nil
	}
	read := must(p.ReadResource(c.ctx, &tfprotov6.ReadResourceRequest{
		TypeName: kind, CurrentState: encode(o.value), Private: o.private, CurrentIdentity: o.identity,
	}))
	said := diagnostics(read.Diagnostics)
	if len(said.errors()) == 0 {
		c.keep(kind, read.NewState, read.Private, read.NewIdentity, o.tainted)
	}
	return said
}

// keep stores what a provider gave back; null is an object that is no more.
func (c *cli) keep(kind string, state *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData, tainted bool) {
	value := must(state.Unmarshal(must(schemas()).ResourceSchemas[kind].ValueType()))
	if value.IsNull() {
		delete(c.objects, kind)
		return
	}
	c.objects[kind] = object{value, private, identity, tainted}
}

// change asks the provider to plan the way from the object to the configuration.
func (c *cli) change(p process, pl plan, from object) (*tfprotov6.PlanResourceChangeResponse, diagnostics) {
	schema := must(schemas()).ResourceSchemas[pl.kind]
	if from.value.Type() == nil {
		from.value = tftypes.NewValue(schema.ValueType(), nil)
	}
	resp := must(p.PlanResourceChange(c.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: pl.kind, PriorState: encode(from.value), PriorPrivate: from.private, PriorIdentity: from.identity,
		Config: encode(pl.config), ProposedNewState: encode(proposed(schema, from.value, pl.config)),
	}))
	return resp, resp.Diagnostics
}

// proposed is what the configuration says, and where it says nothing of a computed attribute, what the state says.
func proposed(schema *tfprotov6.Schema, prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() {
		return config
	}
	before, all := attributes(prior), attributes(config)
	for _, a := range schema.Block.Attributes {
		if known, ok := before[a.Name]; ok && a.Computed && all[a.Name].IsNull() {
			all[a.Name] = known
		}
	}
	return tftypes.NewValue(schema.ValueType(), all)
}

// apply carries a plan out.
func (c *cli) apply(pl plan) diagnostics {
	p := c.start()
	destroy := plan{kind: pl.kind, config: tftypes.NewValue(pl.config.Type(), nil)}
	switch {
	case pl.config.IsNull():
		return c.step(p, destroy)
	case pl.replaces:
		if said := c.step(p, destroy); len(said.errors()) > 0 {
			return said
		}
	}
	return c.step(p, pl)
}

// step makes one change. Terraform plans it again when it comes to it, because other objects may have changed meanwhile.
func (c *cli) step(p process, pl plan) diagnostics {
	from, exists := c.objects[pl.kind]
	if !exists {
		from.value = tftypes.NewValue(pl.config.Type(), nil)
	}
	planned, said := &tfprotov6.PlanResourceChangeResponse{PlannedState: encode(pl.config), PlannedPrivate: from.private}, diagnostics(nil)
	if !pl.config.IsNull() {
		if planned, said = c.change(p, pl, from); len(said.errors()) > 0 {
			return said
		}
	}
	resp := must(p.ApplyResourceChange(c.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: pl.kind, PriorState: encode(from.value), PlannedState: planned.PlannedState, Config: encode(pl.config),
		PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	}))
	said = append(said, resp.Diagnostics...)
	c.keep(pl.kind, resp.NewState, resp.Private, resp.NewIdentity, from.tainted || !exists && len(said.errors()) > 0)
	return said
}

// run is "terraform apply": a plan, and its application where there is something to do.
func (c *cli) run(kind string, config arguments) diagnostics {
	pl, said := c.plan(kind, config)
	if !pl.changes || len(said.errors()) > 0 {
		return said
	}
	return append(said, c.apply(pl)...)
}

// adopt imports an object.
func (c *cli) adopt(kind, id string) diagnostics {
	resp := must(c.start().ImportResourceState(c.ctx, &tfprotov6.ImportResourceStateRequest{TypeName: kind, ID: id}))
	for _, one := range resp.ImportedResources {
		c.keep(kind, one.State, one.Private, one.Identity, false)
	}
	return append(resp.Diagnostics, c.refresh(c.start(), kind)...)
}

// read reads a data source in the given process.
func (c *cli) read(p process, kind string, config arguments) diagnostics {
	value := decode(must(schemas()).DataSourceSchemas[kind], config)
	return must(p.ReadDataSource(c.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: kind, Config: encode(value)})).Diagnostics
}

// invoke plans an action, lets arm do its work, and invokes the action.
func (c *cli) invoke(kind string, config arguments, arm func()) (said diagnostics) {
	value := encode(decode(must(schemas()).ActionSchemas[kind].Schema, config))
	planned := must(c.start().PlanAction(c.ctx, &tfprotov6.PlanActionRequest{ActionType: kind, Config: value}))
	mustSucceed(planned.Diagnostics)
	arm()
	stream := must(c.start().InvokeAction(c.ctx, &tfprotov6.InvokeActionRequest{ActionType: kind, Config: value}))
	for event := range stream.Events {
		if end, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
			said = append(said, end.Diagnostics...)
		}
	}
	return said
}

// query runs a list resource.
func (c *cli) query(kind string) (said diagnostics) {
	value := encode(decode(must(schemas()).ListResourceSchemas[kind], arguments{}))
	stream := must(c.start().ListResource(c.ctx, &tfprotov6.ListResourceRequest{TypeName: kind, Config: value}))
	for result := range stream.Results {
		said = append(said, result.Diagnostics...)
	}
	return said
}

// standing says in one word what the state holds of an object.
func (c *cli) standing(kind string) string {
	o, exists := c.objects[kind]
	return []string{"none", "tainted", "full"}[slices.Index([]bool{!exists, o.tainted, true}, true)]
}
