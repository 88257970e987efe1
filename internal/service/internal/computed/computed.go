// SPDX-License-Identifier: MPL-2.0

// Package computed builds the attributes that data sources fill in.
package computed

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// String is a text, or an ID.
func String(description string) schema.Attribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// Strings is a list of texts.
func Strings(description string) schema.Attribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// Int64 is a whole number.
func Int64(description string) schema.Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// Float64 is a number.
func Float64(description string) schema.Attribute {
	return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
}

// Bool is true or false.
func Bool(description string) schema.Attribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

// Object has attributes of its own.
func Object(description string, attributes map[string]schema.Attribute) schema.Attribute {
	return schema.SingleNestedAttribute{Computed: true, MarkdownDescription: description, Attributes: attributes}
}

// Objects is a list of such objects.
func Objects(description string, attributes map[string]schema.Attribute) schema.Attribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}
