// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
)

// What an APIError can be asked for with errors.Is, whatever the product and the shape of its answer.
var (
	ErrNotFound     = errors.New("not found")
	ErrConflict     = errors.New("conflict")
	ErrUnauthorized = errors.New("unauthorized")
	ErrForbidden    = errors.New("forbidden")
)

// APIError is an answer with a status other than 2xx.
type APIError struct {
	Product   string
	Host      string // of the endpoint, with its port
	Method    string
	Path      string
	Status    int
	Code      string // errorCode of VB365 and VBAWS, error of OAuth; empty when the server sent none
	Kind      error  // what Code means to the product (Options.Codes): one of the errors above or of its own; nil: nothing
	Problem   string // last segment of VBAWS's problem type, for example "unsupportedApiVersion"
	Message   string // what the server said, shortened, on one line; empty when it said nothing readable
	RequestID string
	// RetryAfter tells that the server asked for a later try.
	RetryAfter bool

	safe bool // the call changes nothing, whether processed or not
}

func (e *APIError) Error() string {
	status := strings.TrimSpace(fmt.Sprint(e.Status, " ", http.StatusText(e.Status)))
	said := ""
	if e.Message != "" {
		said = ": " + e.Message
	}
	if e.Code != "" {
		said += " [" + e.Code + "]"
	}
	return fmt.Sprintf("%s answered %s %s with %s%s (request ID %s)", e.Product, e.Method, e.Path, status, said, e.RequestID)
}

// Is implements the sentinels above.
func (e *APIError) Is(target error) bool {
	if e.Kind != nil && target == e.Kind {
		return true
	}
	switch target {
	case ErrNotFound:
		return e.Status == http.StatusNotFound || e.Status == http.StatusGone
	case ErrConflict:
		return e.Status == http.StatusConflict
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Status == http.StatusForbidden
	}
	return false
}

// TransportError is a call without a usable answer: no connection, a connection cut, a time-out, a body that is
// no JSON or too large.
type TransportError struct {
	Product   string
	Host      string // of the endpoint, with its port
	Proxy     string // host of the HTTP proxy on the way; empty: none
	Method    string
	Path      string
	RequestID string
	Sent      bool // the request, or a part of it, left this machine: the server may have processed it
	Err       error

	safe bool // the call changes nothing, whether processed or not
}

func (e *TransportError) Error() string {
	return fmt.Sprintf("no usable response from %s to %s %s: %s (request ID %s)", e.Product, e.Method, e.Path, e.Err, e.RequestID)
}

func (e *TransportError) Unwrap() error { return e.Err }

// OutcomeUnknown tells that the request of err may have been processed although no usable response came back. It is false
// for a call that changes nothing: a read, and the login that goes before the call.
func OutcomeUnknown(err error) bool {
	if transport, ok := errors.AsType[*TransportError](err); ok {
		return transport.Sent && !transport.safe
	}
	api, ok := errors.AsType[*APIError](err)
	return ok && !api.safe && api.ambiguous()
}

// ambiguous reports whether the response leaves open if the server has processed the request: a gateway in front of it gave up
// waiting, or lost its connection to the server. 502, 503 and 504 are what standard gateways answer (Envoy: 503 also after the
// request was passed on), 408 and 499 mean that one side stopped waiting, and statuses from 520 on are vendors' own for the same.
func (e *APIError) ambiguous() bool {
	switch e.Status {
	case http.StatusRequestTimeout, 499, http.StatusBadGateway, http.StatusGatewayTimeout:
		return true
	case http.StatusServiceUnavailable:
		return !e.RetryAfter
	}
	return e.Status >= 520
}

// IgnoreNotFound returns the error unless it is ErrNotFound.
func IgnoreNotFound(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// LostCreationError says that the response to the creation of an object was lost: the object may exist.
type LostCreationError struct {
	Known map[string]bool // IDs, in lower case, of the objects that were there before; nil: it is not known which
	Err   error
}

func (e *LostCreationError) Error() string {
	return fmt.Sprintf("the response to the creation was lost: %v", e.Err)
}

func (e *LostCreationError) Unwrap() error { return e.Err }

// AuthError says that the server refused the account or the access token; asking again would not help.
type AuthError struct {
	Product string
	Account string // as a message names it, for example `the account EXAMPLE\svc`
	Token   bool   // Account is the configured access token
	Err     error  // *APIError of the last refusal; nil when an answer came that is no login
	Reason  string // used instead of Err
}

func (e *AuthError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s refused %s: %s", e.Product, e.Account, e.Reason)
	}
	return fmt.Sprintf("%s refused %s: %v", e.Product, e.Account, e.Err)
}

func (e *AuthError) Unwrap() error { return e.Err }

// errorBody is the union of the error shapes of both products: VB365 (S8 RESTExceptionInfo), VBAWS (SPEC10 Error),
// OAuth errors of the token endpoints, and problem details as ASP.NET writes them.
type errorBody struct {
	Message          text            `json:"message"`
	ErrorCode        text            `json:"errorCode"`
	Error            json.RawMessage `json:"error"` // OAuth: a code; API versioning of ASP.NET: an object
	ErrorDescription text            `json:"error_description"`
	Type             text            `json:"type"`
	Title            text            `json:"title"`
	Details          text            `json:"details"`
	Detail           text            `json:"detail"`
	Errors           json.RawMessage `json:"errors"`
}

// text decodes any JSON value, and keeps it only when it is a string: an odd field must not hide the others.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

// describe fills code, problem and message from an error body of any shape.
func (e *APIError) describe(contentType string, body []byte, v *redactor) {
	if isHTML(contentType, body) {
		e.Message = "an HTML page, not a response of the API; is there an HTTP proxy, or another service on this port?"
		return
	}
	var b errorBody
	if json.Unmarshal(body, &b) != nil {
		return
	}
	var code text
	var nested struct{ Code, Message text }
	_, _ = json.Unmarshal(b.Error, &code), json.Unmarshal(b.Error, &nested)
	e.Code = v.sanitize(string(firstOf(b.ErrorCode, code, nested.Code)))
	if b.Type != "" {
		e.Problem = v.sanitize(path.Base(string(b.Type)))
	}
	said := []string{}
	for _, part := range []text{b.Message, nested.Message, b.ErrorDescription, b.Title, firstOf(b.Details, b.Detail), modelState(b.Errors)} {
		if part != "" && !slices.Contains(said, string(part)) {
			said = append(said, string(part))
		}
	}
	e.Message = v.sanitize(join(said))
}

// join puts a colon between two texts, unless the first ends in punctuation.
func join(texts []string) string {
	var b strings.Builder
	for i, text := range texts {
		text = strings.TrimSpace(text)
		b.WriteString(text)
		switch {
		case i == len(texts)-1:
		case text != "" && strings.ContainsAny(text[len(text)-1:], ".!?:;"):
			b.WriteString(" ")
		default:
			b.WriteString(": ")
		}
	}
	return b.String()
}

func firstOf(texts ...text) text {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// modelState reads {"errors": {"field": ["text"]}} of ASP.NET.
func modelState(raw json.RawMessage) text {
	var fields map[string]List[string]
	if json.Unmarshal(raw, &fields) != nil {
		return ""
	}
	var lines []string
	for field, messages := range fields {
		lines = append(lines, field+": "+strings.Join(messages, ", "))
	}
	slices.Sort(lines)
	return text(strings.Join(lines, "; "))
}

func isHTML(contentType string, body []byte) bool {
	return strings.HasPrefix(contentType, "text/html") || strings.HasPrefix(strings.TrimSpace(string(body[:min(len(body), 64)])), "<")
}
