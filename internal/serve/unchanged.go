// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// Steady is a resource that plans nothing for an object that stays as it is, and of whose root attributes none has a default.
// The plan of such an object is its state. To find that out is the costliest part of a plan for the framework, so it is not asked;
// nor is it for a state that needs no upgrade.
type Steady interface {
	resource.Resource
	Steady()
}

// steadyType is what has to be known of a steady resource.
type steadyType struct {
	version    int64
	attributes map[string]schema.Attribute
	noIdentity *tfprotov6.ResourceIdentityData // that of an object of which none is in state
}

// steadyTypes gives them by the names of their types.
func steadyTypes(p provider.Provider) map[string]steadyType {
	ctx := context.Background()
	var named provider.MetadataResponse
	p.Metadata(ctx, provider.MetadataRequest{}, &named)
	types := map[string]steadyType{}
	for _, newResource := range p.Resources(ctx) {
		r, ok := newResource().(Steady)
		if !ok {
			continue
		}
		var kind resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: named.TypeName}, &kind)
		var of resource.SchemaResponse
		r.Schema(ctx, resource.SchemaRequest{}, &of)
		steady := steadyType{version: of.Schema.Version, attributes: of.Schema.Attributes}
		if _, ok := r.(resource.ResourceWithIdentity); ok {
			steady.noIdentity = &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: []byte{msgpcode.Nil}}}
		}
		types[kind.TypeName] = steady
	}
	return types
}

// isCurrent tells that a state is what an upgrade would make of it: it is of the schema's version, has all attributes and no other,
// and each of them is a simple value. What is nested may lack, or have, what another version of the provider knew.
func (t steadyType) isCurrent(req *tfprotov6.UpgradeResourceStateRequest) bool {
	if req.Version != t.version || req.RawState == nil {
		return false
	}
	var state map[string]json.RawMessage
	if json.Unmarshal(req.RawState.JSON, &state) != nil || len(state) != len(t.attributes) {
		return false
	}
	for name, value := range state {
		if t.attributes[name] == nil || value[0] == '{' || value[0] == '[' {
			return false
		}
	}
	return true
}

// unchanged tells that a plan leaves an object as it is: it is proposed to be what it was, and each attribute is what the
// configuration says or, where that says nothing, a simple value, without any nested default. Whatever else there is, the framework
// has to judge: a write-only value, say, or a default that takes the place of what the configuration no longer has.
func unchanged(req *tfprotov6.PlanResourceChangeRequest) bool {
	if req.PriorState == nil || req.ProposedNewState == nil || req.Config == nil || req.ClientCapabilities != nil && req.ClientCapabilities.DeferralAllowed ||
		!bytes.Equal(req.PriorState.MsgPack, req.ProposedNewState.MsgPack) {
		return false
	}
	var config, state map[string]msgpack.RawMessage // null is empty
	if msgpack.Unmarshal(req.Config.MsgPack, &config) != nil || msgpack.Unmarshal(req.PriorState.MsgPack, &state) != nil || config == nil {
		return false
	}
	for name, value := range state {
		if !bytes.Equal(config[name], value) && (len(config[name]) > 0 || !simple(value)) {
			return false
		}
	}
	return state != nil
}

// simple tells that a value is no object and no collection.
func simple(value msgpack.RawMessage) bool {
	first := value[0]
	fixed := first >= msgpcode.FixedMapLow && first <= msgpcode.FixedArrayHigh
	sized := first >= msgpcode.Array16 && first <= msgpcode.Map32
	return !fixed && !sized
}
