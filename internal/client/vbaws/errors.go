// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// codes are the values of errorCode that mean more than the status (SPEC10 Error).
var codes = map[string]error{"NotFound": rest.ErrNotFound}

// RevisionError says that the appliance accepts none of the revisions that it was asked for.
type RevisionError struct {
	Tried []Revision     // at least one
	Last  *rest.APIError // the last refusal
}

// There is no Unwrap: a 400 or 404 for a revision is neither a refused account nor a missing object.
func (e *RevisionError) Error() string {
	if len(e.Tried) == 1 {
		return fmt.Sprintf("%s does not accept the API revision %s (api_version = \"auto\" finds one that it accepts): %v", Product, e.Tried[0], e.Last)
	}
	return fmt.Sprintf("%s accepts no API revision from %s at %s: %v", Product, revisionRange(e.Tried), e.Last.Host, e.Last)
}

// explicit reports whether the refusal names the revision; if not, it is inferred from the path that the appliance lacks.
func (e *RevisionError) explicit() bool { return namesRevision(e.Last) }

// revisionRange names a list of revisions by its ends, the oldest first, in whatever order they were tried.
func revisionRange(revisions []Revision) string {
	revisions = slices.DeleteFunc(Revisions(), func(r Revision) bool { return !slices.Contains(revisions, r) })
	return fmt.Sprintf("%s to %s", revisions[len(revisions)-1], revisions[0])
}

// RescanUnsupportedError says that no revision which the appliance accepts has the rescan of a repository.
type RescanUnsupportedError struct {
	Newest    Revision // pinned, or the newest that the appliance accepts
	Appliance string   // its version, for example "8.1.0.7"; empty when the account may not read it
}

func (e *RescanUnsupportedError) Error() string {
	appliance := "This appliance"
	if e.Appliance != "" {
		appliance += " has version " + e.Appliance + " and"
	}
	return fmt.Sprintf("the rescan of a repository was removed from the API of %s in revision %s, and appliances of version %d and later "+
		"accept no older revision. %s uses revision %s. Instead of the rescan, remove the repository from the appliance and "+
		"add it again (its backups are imported, its ID changes), or rescan it in the console of Veeam Backup & Replication, "+
		"or keep an appliance of a version up to %d",
		Product, rescanRemovedIn, lastRescanProduct+1, appliance, e.Newest, lastRescanProduct)
}

// UnsupportedError says that the API lacks an operation in the revision in use. Nothing was started.
type UnsupportedError struct {
	Operation string   // for example "the rescan of EC2 instances"
	Revision  Revision // in use
	Since     Revision // the first that has the operation; empty when the appliance refused it, for whatever reason
}

func (e *UnsupportedError) Error() string {
	if e.Since == "" {
		return fmt.Sprintf("this appliance of %s does not have %s in revision %s of its API; another revision (api_version) or another version of the appliance may have it", Product, e.Operation, e.Revision)
	}
	return fmt.Sprintf("revision %s of the API of %s does not have %s; it exists since %s", e.Revision, Product, e.Operation, e.Since)
}

// setupError is the error of a login or of a probe for the API revision that was answered with 404.
type setupError struct{ err error }

func (e *setupError) Error() string {
	return e.err.Error() + " (is the endpoint that of its REST API?)"
}

// There is no Unwrap: this 404 says nothing about the object of the call that needed the login or the probe.

// unrelated hides from errors.Is that the appliance does not know what another request than the caller's was about.
func unrelated(err error) error {
	if errors.Is(err, rest.ErrNotFound) {
		return &setupError{err}
	}
	return err
}

// versionRefusal finds in err the answer of an appliance that refuses the revision, not the request. Which status and
// body that has is not documented: the specification only lists problems named unsupportedApiVersion, invalidApiVersion,
// apiVersionUnspecified and ambiguousApiVersion. ASP.NET, which the appliance is made with, answers 400, 404 or 405.
func versionRefusal(err error) *rest.APIError {
	var api *rest.APIError
	if !errors.As(err, &api) || !slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed}, api.Status) {
		return nil
	}
	if namesRevision(api) {
		return api
	}
	// Every revision has these two paths: the appliance lacks them only in a revision that it does not know. Words of
	// another shape come from another service.
	bare := api.Code == "" && api.Message == ""
	if api.Status != http.StatusBadRequest && (api.Path == tokenPath || api.Path == timePath) && (bare || api.Problem != "") {
		return api
	}
	return nil
}

// namesRevision reports whether the response says in words that the revision is refused.
func namesRevision(api *rest.APIError) bool {
	return strings.Contains(lettersOnly(api.Problem+api.Code+api.Message), "apiversion")
}

// lettersOnly makes "API version", "x-api-version" and "ApiVersion" the same.
func lettersOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
