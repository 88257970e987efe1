// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// ErrOffline is the error of a request for which the server must reach a proxy that is offline.
var ErrOffline = errors.New("offline")

// codes are the values of errorCode that mean more than the status (S8 RESTExceptionInfo; S7 has only the first).
var codes = map[string]error{
	"ProxyOffline": ErrOffline, codeNotFound: rest.ErrNotFound, "OperationConflict": rest.ErrConflict, "ResourceAccessDenied": rest.ErrForbidden,
}

const codeNotFound = "ResourceNotFound"

// NotServedError says that the appliance does not know a path that every appliance serving the version knows. It is
// not rest.ErrNotFound: nothing is known about any object.
type NotServedError struct {
	Version Version
	Served  []Version // newest first; nil: not known
	Cause   error     // the response with 404; not unwrapped
}

func (e *NotServedError) Error() string {
	served := `api_version = "auto" uses the newest version that it serves`
	if len(e.Served) > 0 {
		served = "it serves " + joinVersions(e.Served)
	}
	return fmt.Sprintf("the server does not serve version %s of the REST API (%s): %v", e.Version, served, e.Cause)
}

// asNotServed turns a 404 of a path without an id into a *NotServedError.
func asNotServed(d *versionSpec, err error) error {
	if statusCode(err) == http.StatusNotFound {
		return &NotServedError{Version: d.version, Cause: err}
	}
	return err
}

// statusCode is the status of an *rest.APIError, 0 of anything else.
func statusCode(err error) int {
	if api, ok := errors.AsType[*rest.APIError](err); ok {
		return api.Status
	}
	return 0
}
