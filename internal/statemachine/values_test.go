// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// block is a configuration as a user writes it; what is left out is null. unknown stands for another object's output.
type (
	block   = map[string]any
	unknown struct{}
)

// value writes plain Go values as values of Terraform's types.
func value(want tftypes.Type, v any) tftypes.Value {
	children := map[string]tftypes.Value{}
	switch v := v.(type) {
	case unknown:
		return tftypes.NewValue(want, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(want, big.NewFloat(float64(v)))
	case []string:
		elements := []tftypes.Value{}
		for _, text := range v {
			elements = append(elements, tftypes.NewValue(tftypes.String, text))
		}
		return tftypes.NewValue(want, elements)
	case block:
		if m, ok := want.(tftypes.Map); ok {
			for name := range v {
				children[name] = value(m.ElementType, v[name])
			}
		}
		if o, ok := want.(tftypes.Object); ok {
			for name, kind := range o.AttributeTypes {
				children[name] = value(kind, v[name])
			}
			for name := range v {
				if o.AttributeTypes[name] == nil {
					panic(fmt.Sprintf("the schema has no %q", name))
				}
			}
		}
		return tftypes.NewValue(want, children)
	}
	return tftypes.NewValue(want, v)
}

// children are the attributes of an object or the elements of a map; none of null and unknown.
func children(v tftypes.Value) map[string]tftypes.Value {
	all := map[string]tftypes.Value{}
	if v.IsKnown() && !v.IsNull() {
		_ = v.As(&all) // of another type: none
	}
	return all
}

// text reads a string along a path of names; "" when it is null or unknown.
func text(v tftypes.Value, path ...string) string {
	for _, name := range path {
		v = children(v)[name]
	}
	var s string
	if v.Type() != nil && v.IsKnown() && !v.IsNull() {
		_ = v.As(&s) // of another type: ""
	}
	return s
}

// proposed is the proposed new state as the core computes it: the configuration, and the prior values of what is computed
// and not configured.
func proposed(kind tftypes.Type, attributes []*tfprotov6.SchemaAttribute, prior, config tftypes.Value) tftypes.Value {
	before, wanted := children(prior), children(config)
	result := map[string]tftypes.Value{}
	for _, a := range attributes {
		c := wanted[a.Name]
		p, had := before[a.Name]
		if !had {
			p = tftypes.NewValue(c.Type(), nil)
		}
		switch {
		case a.WriteOnly:
			result[a.Name] = tftypes.NewValue(c.Type(), nil)
		case a.Computed && c.IsNull():
			result[a.Name] = p
		case a.NestedType != nil && a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle && c.IsKnown() && !c.IsNull():
			result[a.Name] = proposed(c.Type(), a.NestedType.Attributes, p, c)
		default:
			result[a.Name] = c
		}
	}
	return tftypes.NewValue(kind, result)
}

// differs names the first place where a value is not what was planned; "" when it keeps to the plan.
func differs(planned, have tftypes.Value, at string) string {
	switch {
	case !planned.IsKnown():
		return ""
	case planned.IsNull() || have.IsNull() || !have.IsKnown():
		if planned.Equal(have) {
			return ""
		}
		return fmt.Sprintf("%s: planned %s, have %s", at, planned, have)
	}
	want, got := children(planned), children(have)
	if len(want) == 0 && !planned.Equal(have) || len(want) != len(got) {
		return fmt.Sprintf("%s: planned %s, have %s", at, planned, have)
	}
	for name := range want {
		if d := differs(want[name], got[name], at+"."+name); d != "" {
			return d
		}
	}
	return ""
}
