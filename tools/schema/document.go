// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is a JSON object of the document; what is empty is left out of it, as the CLI does.
type object = map[string]any

// document gives the schemas in the shape of terraform-json's ProviderSchemas. The provider goes under its bare name: that is
// where the generator of the documentation looks for it.
func document(p *tfprotov6.GetProviderSchemaResponse, i *tfprotov6.GetResourceIdentitySchemasResponse) (object, error) {
	var w writer
	actions, identities := object{}, object{}
	for name, a := range p.ActionSchemas {
		actions[name] = object{"block": w.block(a.Schema.Block)}
	}
	for name, s := range i.IdentitySchemas {
		identities[name] = object{"version": s.Version, "attributes": w.identity(s)}
	}
	veeam := object{
		"provider":                  w.schema(p.Provider),
		"resource_schemas":          w.schemas(p.ResourceSchemas),
		"data_source_schemas":       w.schemas(p.DataSourceSchemas),
		"list_resource_schemas":     w.schemas(p.ListResourceSchemas),
		"action_schemas":            actions,
		"resource_identity_schemas": identities,
	}
	return object{"format_version": "1.0", "provider_schemas": object{"veeam": prune(veeam)}}, w.err
}

// writer remembers the first type that could not be written.
type writer struct{ err error }

func (w *writer) schemas(all map[string]*tfprotov6.Schema) object {
	o := object{}
	for name, s := range all {
		o[name] = w.schema(s)
	}
	return o
}

func (w *writer) schema(s *tfprotov6.Schema) object {
	return object{"version": s.Version, "block": w.block(s.Block)}
}

func (w *writer) block(b *tfprotov6.SchemaBlock) object {
	nested := object{}
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = prune(object{
			"nesting_mode": strings.ToLower(n.Nesting.String()),
			"min_items":    n.MinItems,
			"max_items":    n.MaxItems,
			"block":        w.block(n.Block),
		})
	}
	return prune(object{
		"attributes":       w.attributes(b.Attributes),
		"block_types":      nested,
		"description":      b.Description,
		"description_kind": kind(b.DescriptionKind),
		"deprecated":       b.Deprecated,
	})
}

func (w *writer) attributes(all []*tfprotov6.SchemaAttribute) object {
	o := object{}
	for _, a := range all {
		attribute := object{
			"description":      a.Description,
			"description_kind": kind(a.DescriptionKind),
			"deprecated":       a.Deprecated,
			"required":         a.Required,
			"optional":         a.Optional,
			"computed":         a.Computed,
			"sensitive":        a.Sensitive,
			"write_only":       a.WriteOnly,
		}
		if n := a.NestedType; n != nil {
			attribute["nested_type"] = object{
				"attributes":   w.attributes(n.Attributes),
				"nesting_mode": strings.ToLower(n.Nesting.String()),
			}
		} else {
			attribute["type"] = w.valueType(a.Type)
		}
		o[a.Name] = prune(attribute)
	}
	return o
}

func (w *writer) identity(s *tfprotov6.ResourceIdentitySchema) object {
	o := object{}
	for _, a := range s.IdentityAttributes {
		o[a.Name] = prune(object{
			"type":                w.valueType(a.Type),
			"description":         a.Description,
			"required_for_import": a.RequiredForImport,
			"optional_for_import": a.OptionalForImport,
		})
	}
	return o
}

// valueType writes a type as the protocol does, which is also how the document has it: "string", ["list","string"].
func (w *writer) valueType(t tftypes.Type) json.RawMessage {
	raw, err := t.MarshalJSON() //nolint:staticcheck // deprecated for other uses than the protocol's own encoding
	if err != nil && w.err == nil {
		w.err = err
	}
	return raw
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

// prune takes away what is empty, false or 0.
func prune(o object) object {
	for key, value := range o {
		switch v := value.(type) {
		case object:
			if len(v) == 0 {
				delete(o, key)
			}
		case string, bool, int64:
			if v == "" || v == false || v == int64(0) {
				delete(o, key)
			}
		}
	}
	return o
}
