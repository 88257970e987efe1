// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/http"
	"time"
)

// product is what distinguishes the releases of the product apart from the API
// versions they serve.
type product struct {
	build  string
	serves []string
	// deletes: DELETE /Proxies/{id} may still be there. It left with product
	// 5.0, on all paths (H50:delete_proxies_id).
	deletes bool
}

// products lists the releases. That 6.0 serves v3 and 8 serves v5 to v8 is
// documented (H60:deprecated_resources, H8:versioning); that 7 goes back to v4
// follows the pattern, one version further deprecated with every release. The
// builds of 3.0 and 4.0 are not in the API documents.
var products = map[string]product{
	"3.0": {"3.0.0.422", []string{"v3"}, true},
	"4.0": {"4.0.0.1345", []string{"v4", "v3"}, true},
	"5.0": {"5.0.0.1070", []string{"v5", "v4", "v3"}, false},
	"6.0": {"6.0.0.367", []string{"v6", "v5", "v4", "v3"}, false},
	"7":   {"7.0.0.2911", []string{"v7", "v6", "v5", "v4"}, false},
	"8":   {"8.0.2.159", []string{"v8", "v7", "v6", "v5"}, false},
}

// extendedView is what the query parameter of that name means to a version.
type extendedView int

const (
	viewFull       extendedView = iota // no such parameter, everything is returned
	viewDefaultOn                      // H50, H60:get_proxies, S6
	viewDefaultOff                     // S7
)

// rule is a status code; open says that the vendor does not document it, so
// that Behaviour may choose another.
type rule struct {
	status int
	open   bool
}

func (r rule) or(option int) int {
	if r.open && option != 0 {
		return option
	}
	return r.status
}

// dialect is everything in which an API version differs from the others apart
// from its routes and the fields of its objects.
type dialect struct {
	name          string
	number        int
	page          bool   // lists are page objects (S8)
	links         string // format of links: "absolute" (H20:proxies) or "path" (H60:global_changes)
	view          extendedView
	add, edit     rule
	act           int  // success of rescan, removal and maintenance
	settingsOpen  bool // whether internetProxySettings is answered is not documented
	editAnswers   bool // an edit answers the object (H40:put_method)
	jsonToken     bool // the token endpoint takes JSON, too (S6)
	antiforgery   bool // tokens are bound to an antiforgery cookie unless asked not to (S7)
	logout        int
	oauthErrors   bool   // the token endpoint fails in OAuth style
	oneTime       bool   // a refresh token works once
	timeFormat    string // of .issued and .expires
	errorCode     codes
	stackTrace    bool
	failures      map[failure]rule
	ownRepository string // rel "repositories" of a proxy; %s is the id
	nestedStorage bool   // a repository carries its object storage (S8), not only the ID
	syncError     bool   // synchronization sessions have an error (S6; not in H40, H50)
	syncWithoutID bool   // the page of a single session lists no id (H50, H60)
}

// codes says which values the errorCode of an error may have.
type codes int

const (
	noCode      codes = iota // no such field
	offlineOnly              // S7: ProxyOffline or null
	allCodes                 // S8
)

var dialects = []*dialect{
	{
		name: "v3", number: 3, links: "absolute", add: rule{201, true}, edit: rule{200, false}, act: 200, editAnswers: true, settingsOpen: true,
		oauthErrors: true, timeFormat: http.TimeFormat, failures: oldFailures, ownRepository: "/Proxies/%s/Repositories",
	},
	{
		name: "v4", number: 4, links: "absolute", add: rule{201, true}, edit: rule{200, false}, act: 200, editAnswers: true, settingsOpen: true,
		oauthErrors: true, timeFormat: http.TimeFormat, failures: oldFailures, ownRepository: "/BackupRepositories?proxyId=%s",
		syncWithoutID: true,
	},
	{
		name: "v5", number: 5, links: "absolute", view: viewDefaultOn, add: rule{201, true}, edit: rule{200, false}, act: 200, editAnswers: true, settingsOpen: true,
		oauthErrors: true, timeFormat: http.TimeFormat, failures: oldFailures, ownRepository: "/BackupRepositories?proxyId=%s",
		syncWithoutID: true,
	},
	{
		name: "v6", number: 6, links: "path", view: viewDefaultOn, add: rule{200, false}, edit: rule{200, false}, act: 200,
		jsonToken: true, timeFormat: time.RFC3339, failures: oldFailures, ownRepository: "/BackupRepositories?proxyId=%s",
		syncError: true, syncWithoutID: true,
	},
	{
		name: "v7", number: 7, links: "path", view: viewDefaultOff, add: rule{200, false}, edit: rule{200, false}, act: 200,
		jsonToken: true, antiforgery: true, logout: 200, timeFormat: time.RFC3339,
		errorCode: offlineOnly, failures: oldFailures, ownRepository: "/BackupRepositories?proxyId=%s",
		syncError: true,
	},
	{
		name: "v8", number: 8, page: true, links: "path", add: rule{201, false}, edit: rule{204, false}, act: 204,
		jsonToken: true, antiforgery: true, logout: 204, oneTime: true, timeFormat: time.RFC3339,
		errorCode: allCodes, stackTrace: true, failures: newFailures, ownRepository: "/BackupRepositories?proxyId=%s",
		nestedStorage: true, syncError: true,
	},
}

// failure is why a request is refused.
type failure int

const (
	unknownID failure = iota
	invalidBody
	duplicateHost
	refused     // in use, default or owned by another server
	offline     // the proxy does not answer
	badMachine  // the machine cannot be reached or refuses the credentials
	badMedia    // content type
	needsPool   // maintenance of a standalone proxy
	noStorage   // synchronization of a repository without object storage
	antiforgery // the antiforgery cookie is missing
)

// The statuses are not documented in any version: v3 to v7 answer a server
// exception as 500, v8 as its errorCode suggests.
var oldFailures = map[failure]rule{
	unknownID: {404, true}, invalidBody: {400, false}, duplicateHost: {500, true}, refused: {500, true},
	offline: {500, true}, badMachine: {500, false}, badMedia: {415, false}, noStorage: {500, true}, antiforgery: {400, false},
}

var newFailures = map[failure]rule{
	unknownID: {404, false}, invalidBody: {400, false}, duplicateHost: {409, true}, refused: {409, true},
	offline: {409, true}, badMachine: {500, false}, badMedia: {415, false}, needsPool: {400, false}, noStorage: {400, true},
	antiforgery: {400, false},
}

// errorCodes of v8 (S8 RESTExceptionInfo); a failure that is not here has null.
var errorCodes = map[failure]string{
	unknownID: "ResourceNotFound", invalidBody: "ParameterValidationFailure", duplicateHost: "OperationConflict",
	refused: "OperationConflict", offline: "ProxyOffline", needsPool: "ParameterValidationFailure",
	noStorage: "ParameterValidationFailure",
}
