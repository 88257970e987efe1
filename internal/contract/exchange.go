// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// exchange is a request and its answer on their way through a checker.
type exchange struct {
	checker
	request *http.Request
	version string
	call    *openapi3filter.RequestValidationInput // nil: nothing that an answer could be checked against
}

var options = &openapi3filter.Options{
	AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc, // the tests of the login look after it
	RejectWhenRequestBodyNotSpecified: true,
	IncludeResponseStatus:             true,
	SkipSettingDefaults:               true,
}

// checkRequest checks path, verb, query, headers and body. The body stays readable.
func (x *exchange) checkRequest() {
	if !slices.Contains(x.product.versions, x.version) {
		x.violation("request", fmt.Errorf("there is no version %q", x.version))
		return
	}
	load := x.routers[x.version]
	if load == nil {
		x.tally.uncheck(x.version)
		return
	}
	router, err := load()
	if err != nil {
		x.violation("document", err)
		return
	}
	route, params, err := router.FindRoute(x.request)
	if err != nil {
		x.violation("request", err)
		return
	}
	body, err := io.ReadAll(x.request.Body)
	if err != nil {
		return // the client has left
	}
	x.request.Body = io.NopCloser(bytes.NewReader(body))
	clone := x.request.Clone(context.WithoutCancel(x.request.Context()))
	clone.Body = io.NopCloser(bytes.NewReader(body))
	x.call = &openapi3filter.RequestValidationInput{Request: clone, PathParams: params, Route: route, Options: options}
	x.tally.count(x.version, operationName(x.product, route, x.version, body))
	if err := errors.Join(unknownNames(x.call, body), openapi3filter.ValidateRequest(clone.Context(), x.call)); err != nil {
		x.violation("request", err)
	}
}

// unknownNames finds what the validator lets pass: query parameters and fields of a form that no document names.
func unknownNames(call *openapi3filter.RequestValidationInput, body []byte) error {
	for name := range call.Request.URL.Query() {
		if call.Route.Operation.Parameters.GetByInAndName("query", name) == nil {
			return fmt.Errorf("the query parameter %q is not documented", name)
		}
	}
	if request := call.Route.Operation.RequestBody; request != nil && call.Request.Header.Get("Content-Type") == formType {
		form := request.Value.Content[formType]
		fields, err := url.ParseQuery(string(body))
		if err != nil || form == nil {
			return errors.New("a form is not documented, or this is none")
		}
		for name := range fields {
			if form.Schema.Value.Properties[name] == nil {
				return fmt.Errorf("the field %q of the form is not documented", name)
			}
		}
	}
	return nil
}

// recorder keeps what passes through it.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (a *recorder) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *recorder) Write(p []byte) (int, error) {
	if a.body.Len() < 8<<20 { // there are bodies that never end
		a.body.Write(p)
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the writer of net/http.
func (a *recorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// check checks status, content type and body.
func (a *recorder) check(call *openapi3filter.RequestValidationInput) error {
	responses := call.Route.Operation.Responses
	documented := responses.Status(a.status)
	if documented == nil && a.status > 299 { // "default" stands for failures in all the documents
		documented = responses.Default()
	}
	empty := a.body.Len() == 0
	switch {
	case documented == nil:
		return fmt.Errorf("status %d is not documented", a.status)
	case len(documented.Value.Content) == 0 && !empty:
		return fmt.Errorf("status %d is documented without a body", a.status)
	case empty && documented.Value.Extensions[mayBeEmpty] != nil:
		return nil
	case empty && len(documented.Value.Content) > 0:
		return fmt.Errorf("status %d is documented with a body", a.status)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: call, Status: a.status, Header: a.Header(), Options: options,
	}
	input.SetBodyBytes(a.body.Bytes())
	return openapi3filter.ValidateResponse(call.Request.Context(), input)
}

// violation reports an error unless it is one of the slips. The text names the property, never its value.
func (x *exchange) violation(side string, err error) {
	where := x.request.Method + " " + anyID.ReplaceAllString(x.request.URL.Path, "{id}")
	if x.call != nil {
		where = x.request.Method + " " + x.call.Route.Path
	}
	text := err.Error()
	var schema *openapi3.SchemaError
	var request *openapi3filter.RequestError
	var response *openapi3filter.ResponseError
	switch {
	case errors.As(err, &schema):
		text = fmt.Sprintf("%s: %s", strings.Join(schema.JSONPointer(), "."), schema.Reason)
	case errors.As(err, &request):
		text = request.Reason
		if request.Parameter != nil {
			text = request.Parameter.Name + ": " + text
		}
	case errors.As(err, &response):
		text = response.Reason
	}
	if side == "request" && !x.requests || x.tally.slipped(where, text) {
		return
	}
	x.tally.violate(x.version)
	x.report(fmt.Sprintf("%s: %s of %s: %s", x.version, side, where, text))
}
