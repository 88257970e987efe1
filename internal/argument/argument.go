// SPDX-License-Identifier: MPL-2.0

// Package argument holds the checks that the arguments of the provider and those of its objects share.
package argument

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var characterNames = map[rune]string{'\t': "tab", '\n': "line feed", '\r': "carriage return", '\uFEFF': "byte order mark"}

// Invisible describes the first control or formatting character in text; empty if there is none.
func Invisible(text string) string {
	position := 0
	for _, r := range text {
		position++
		if !unicode.In(r, unicode.Cc, unicode.Cf) {
			continue
		}
		name := characterNames[r]
		if name == "" {
			name = fmt.Sprintf("%U", r)
		}
		problem := fmt.Sprintf("must not contain a control character (%s at position %d)", name, position)
		if position == len([]rune(text)) && strings.ContainsRune("\r\n", r) || strings.HasSuffix(text, "\r\n") && position == len([]rune(text))-1 {
			return problem + "; trimspace() removes the line end of a file"
		}
		return problem + `; in HCL, write \\ for a backslash`
	}
	return ""
}

// Rule makes a validator of a function that returns what is wrong with a value, in words that follow "Attribute x", or nothing. The
// value itself, which may be a secret, is not in the message.
func Rule(description string, problem func(text string) string) validator.String {
	return rule{description, problem}
}

type rule struct {
	description string
	problem     func(string) string
}

func (r rule) Description(context.Context) string { return r.description }

func (r rule) MarkdownDescription(context.Context) string { return r.description }

func (r rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := r.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Attribute Value", fmt.Sprintf("Attribute %s %s.", req.Path, problem))
	}
}

// NotEmpty refuses an object all of whose arguments are null. The CLI ignores arguments of nested attributes that the schema
// does not have, so such an object is often one whose argument is misspelt.
func NotEmpty() validator.Object { return &notEmpty{} }

// WarnEmpty warns of what NotEmpty refuses, and says what follows from it.
func WarnEmpty(consequence string) validator.Object {
	return &notEmpty{warn: true, consequence: consequence}
}

type notEmpty struct {
	warn        bool
	consequence string
}

func (*notEmpty) Description(context.Context) string { return "must have an argument" }

func (v *notEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v *notEmpty) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	attributes := req.ConfigValue.Attributes()
	for _, value := range attributes {
		if !value.IsNull() {
			return
		}
	}
	report := resp.Diagnostics.AddAttributeError
	if v.warn {
		report = resp.Diagnostics.AddAttributeWarning
	}
	report(req.Path, "Empty Block", fmt.Sprintf("%s has no valid argument; is one misspelt? Valid arguments: %s. "+
		"If all of its values may be null, set %[1]s itself to null.", req.Path, strings.Join(slices.Sorted(maps.Keys(attributes)), ", "))+v.consequence)
}
