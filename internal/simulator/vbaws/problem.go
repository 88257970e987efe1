// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"html"
	"net/http"
	"slices"
)

// problem is one kind of refusal. page is the last segment of its type, the URI of a page under /api/v1/problems/
// (SPEC10 lists the pages and the Error schema; which errorCode goes with which page is documented only by the names).
type problem struct {
	page, code, title string
	status            int
}

var (
	accessDenied       = problem{"accessDenied", "AccessDenied", "Access denied.", http.StatusForbidden}
	badCredentials     = problem{"accessDenied", "AccessDenied", "The user name or password is incorrect.", http.StatusUnauthorized}
	noAccessToken      = problem{"noAccessToken", "InvalidToken", "The access token is missing.", http.StatusUnauthorized}
	invalidAccessToken = problem{"invalidAccessToken", "InvalidToken", "The access token is invalid.", http.StatusUnauthorized}
	expiredAccessToken = problem{"expiredAccessToken", "ExpiredToken", "The access token has expired.", http.StatusUnauthorized}
	resourceNotFound   = problem{"resourceNotFound", "NotFound", "The resource was not found.", http.StatusNotFound}
	unknownPath        = problem{"resourceNotFound", "InvalidURI", "The requested path does not exist.", http.StatusNotFound}
	wrongMethod        = problem{"unknownError", "MethodNotAllowed", "The method is not allowed here.", http.StatusMethodNotAllowed}
	invalidRequest     = problem{"validationError", "UnexpectedContent", "The request is invalid.", http.StatusBadRequest}
	rescanRunning      = problem{"unknownError", "UnknownError", "A rescan of this kind is already running.", http.StatusConflict}
	repositoryInUse    = problem{"repositoryUsedByPolicy", "UnknownError", "The repository is used by one or more policies.", http.StatusConflict}
	notSimulated       = problem{"notImplemented", "NotImplemented", "The simulator does not serve this operation.", http.StatusNotImplemented}

	revisionMissing     = problem{"apiVersionUnspecified", "InvalidURI", "An API version is required, but was not specified.", http.StatusBadRequest}
	revisionMalformed   = problem{"invalidApiVersion", "InvalidURI", "The API version is malformed.", http.StatusBadRequest}
	revisionAmbiguous   = problem{"ambiguousApiVersion", "InvalidURI", "Several different API versions were requested.", http.StatusBadRequest}
	revisionUnsupported = problem{"unsupportedApiVersion", "InvalidURI", "The API version is not supported.", http.StatusBadRequest}
)

// problemPages are all pages of SPEC10, including those of conditions that are not simulated.
var problemPages = []string{
	"accessDenied", "noAccessToken", "invalidAccessToken", "expiredAccessToken", "resourceNotFound", "validationError",
	"serviceUnavailable", "notImplemented", "unknownError", "repositoryUsedByPolicy", "unsupportedApiVersion",
	"apiVersionUnspecified", "invalidApiVersion", "ambiguousApiVersion", "failedToRemoveUserPolicy",
	"policyAlreadyStarted", "licenseAgreementsIsNotAccepted",
}

// errorBody is the schema Error of SPEC10. The text is in details, not in the detail of RFC 7807.
type errorBody struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	ErrorCode string `json:"errorCode"`
	Details   string `json:"details,omitempty"`
	Instance  string `json:"instance,omitempty"`
}

// as gives the same problem under another status.
func (p problem) as(status int) problem {
	p.status = status
	return p
}

// answer builds the refusal; instance is the ID of the object concerned and may be empty.
func (p problem) answer(details, instance string) answer {
	return answer{status: p.status, body: errorBody{
		Type: p.page, Title: p.title, Status: p.status, ErrorCode: p.code, Details: details, Instance: instance,
	}}
}

func problemPage(c *call) answer {
	if !slices.Contains(problemPages, c.id) {
		return unknownPath.answer("", "")
	}
	return answer{status: http.StatusOK, body: page("<!DOCTYPE html><title>" + html.EscapeString(c.id) + "</title>")}
}

// page is a body sent as text/html.
type page string
