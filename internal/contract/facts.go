// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// facts is what the vendor's pages say about the versions that have no OpenAPI document. An OpenAPI document is made of
// it, so that one validator serves all versions.
//
// Shapes of objects are written as words "name:type". A type is string, uuid, int, bool, time, null, any, links, the
// values of an enumeration as =a|b, the name of a shape, or []type. A ! behind it marks a property that must be there, a ?
// one that may be null.
type facts struct {
	operations []operation
	shapes     []shape
	media      []string // types of JSON bodies in answers
	failure    string   // type of the body of failures
	failures   []int    // statuses of failures; none: any
}

// span is the first and the last version of a fact; empty: of those in the table.
type span struct{ first, last string }

// operation is one row of the API.
type operation struct {
	call    string // verb and path
	span    span
	query   string   // as in a shape
	form    string   // type of the body, when it is a form
	body    []string // types of the JSON body, one of which it is; none: there must be no body
	success []int
	answer  string // type; with a ? the body may be missing; empty: there must be no body
	failure string // type of the body of a failure, when it is another one than that of the table
	source  string
}

// shape is properties of an object. Rows of one name add up, so that each can have its own versions and source.
type shape struct {
	name       string
	span       span
	properties string
	source     string
}

const (
	formType   = "application/x-www-form-urlencoded"
	jsonType   = "application/json"
	mayBeEmpty = "x-may-be-empty"
)

// router makes the document of a version from the facts.
func (p *Product) router(version string) (routers.Router, error) {
	document := &openapi3.T{
		OpenAPI: "3.0.3", Info: &openapi3.Info{Title: p.name, Version: version}, Paths: openapi3.NewPaths(),
	}
	for _, o := range p.facts.operations {
		if p.within(o.span, version) {
			verb, path, _ := strings.Cut(o.call, " ")
			path = strings.ReplaceAll(p.prefix, "{version}", version) + path
			document.AddOperation(path, verb, p.operation(o, version))
		}
	}
	return gorillamux.NewRouter(document)
}

func (p *Product) within(s span, version string) bool {
	at := slices.Index(p.versions, version)
	return (s.first == "" || slices.Index(p.versions, s.first) <= at) && (s.last == "" || at <= slices.Index(p.versions, s.last))
}

func (p *Product) operation(o operation, version string) *openapi3.Operation {
	made := openapi3.NewOperation()
	if strings.Contains(o.call, "{id}") {
		made.AddParameter(openapi3.NewPathParameter("id").WithSchema(openapi3.NewStringSchema()))
	}
	if p.header != "" {
		made.AddParameter(openapi3.NewHeaderParameter(p.header).WithRequired(true).WithSchema(openapi3.NewStringSchema()))
	}
	for name, property := range p.properties(o.query, version).Properties {
		made.AddParameter(openapi3.NewQueryParameter(name).WithSchema(property.Value))
	}
	made.RequestBody = p.requestBody(o, version)
	made.Responses = p.responses(o, version)
	return made
}

func (p *Product) requestBody(o operation, version string) *openapi3.RequestBodyRef {
	body := openapi3.NewRequestBody().WithRequired(true)
	switch {
	case o.form != "":
		body.Content = openapi3.NewContentWithSchema(p.schema(o.form, version), []string{formType})
	case len(o.body) == 1:
		body.Content = openapi3.NewContentWithSchema(p.schema(o.body[0], version), []string{jsonType})
	case len(o.body) > 1:
		var kinds []*openapi3.Schema
		for _, kind := range o.body {
			kinds = append(kinds, p.schema(kind, version))
		}
		body.Content = openapi3.NewContentWithSchema(openapi3.NewOneOfSchema(kinds...), []string{jsonType})
	default:
		return nil
	}
	return &openapi3.RequestBodyRef{Value: body}
}

func (p *Product) responses(o operation, version string) *openapi3.Responses {
	responses := openapi3.NewResponsesWithCapacity(len(o.success) + len(p.facts.failures))
	for _, status := range o.success {
		responses.Set(strconv.Itoa(status), p.response(o.answer, version))
	}
	failure := p.response(cmp.Or(o.failure, p.facts.failure), version)
	for _, status := range p.facts.failures {
		responses.Set(strconv.Itoa(status), failure)
	}
	if len(p.facts.failures) == 0 {
		responses.Set("default", failure)
	}
	return responses
}

func (p *Product) response(kind, version string) *openapi3.ResponseRef {
	response := openapi3.NewResponse()
	kind, optional := strings.CutSuffix(kind, "?")
	if optional {
		response.Extensions = map[string]any{mayBeEmpty: true}
	}
	if kind != "" {
		response.Content = openapi3.NewContentWithSchema(p.schema(kind, version), p.facts.media)
	}
	return &openapi3.ResponseRef{Value: response}
}

// schema reads a type. Objects have no properties but those of their shapes.
func (p *Product) schema(kind, version string) *openapi3.Schema {
	if element, ok := strings.CutPrefix(kind, "[]"); ok {
		return openapi3.NewArraySchema().WithItems(p.schema(element, version))
	}
	if values, ok := strings.CutPrefix(kind, "="); ok {
		schema := openapi3.NewStringSchema()
		for value := range strings.SplitSeq(values, "|") {
			schema.Enum = append(schema.Enum, value)
		}
		return schema
	}
	switch kind {
	case "any":
		return openapi3.NewSchema()
	case "null":
		return &openapi3.Schema{Nullable: true, Enum: []any{nil}}
	case "bool":
		return openapi3.NewBoolSchema()
	case "int":
		return openapi3.NewIntegerSchema()
	case "string":
		return openapi3.NewStringSchema()
	case "uuid":
		return openapi3.NewStringSchema().WithPattern("^" + anyID.String() + "$")
	case "time": // the vendor's examples have no zone
		return openapi3.NewStringSchema().WithPattern(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$`)
	case "links":
		return openapi3.NewObjectSchema().WithAdditionalProperties(p.properties("href:string!", version))
	}
	var words []string
	for _, s := range p.facts.shapes {
		if s.name == kind && p.within(s.span, version) {
			words = append(words, s.properties)
		}
	}
	if words == nil {
		panic(fmt.Sprintf("%s %s has no shape %q", p.name, version, kind))
	}
	return p.properties(strings.Join(words, " "), version)
}

// properties reads the properties of an object.
func (p *Product) properties(words, version string) *openapi3.Schema {
	object := openapi3.NewObjectSchema().WithoutAdditionalProperties()
	for word := range strings.FieldsSeq(words) {
		name, kind, _ := strings.Cut(word, ":")
		kind, required := strings.CutSuffix(kind, "!")
		kind, nullable := strings.CutSuffix(kind, "?")
		schema := p.schema(kind, version)
		schema.Nullable = schema.Nullable || nullable
		if nullable && schema.Enum != nil {
			schema.Enum = append(schema.Enum, nil)
		}
		object.WithProperty(name, schema)
		if required {
			object.Required = append(object.Required, name)
		}
	}
	return object
}
