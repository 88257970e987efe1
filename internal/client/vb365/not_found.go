// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// readOne reads an object by its ID. One that is gone: errors.Is(err, rest.ErrNotFound).
//
// Only v8 says "gone" unmistakably. Older versions may answer an unknown ID with 400, 404 or 500, and a 404 may also mean that
// the whole version is not served; what a server answers for a proxy that it cannot reach is not documented either. In all
// these cases a list decides: it holds the same objects. unlisted says that one has been read, and lacks the object; otherwise
// list is read. Where that has the object, failure is why the read by ID failed.
func readOne[A item](
	ctx context.Context, c *Client, d *versionSpec, get endpoint, query url.Values, id string, unlisted bool, list iter.Seq2[A, error],
) (object A, failure, err error) {
	var answer, none A
	failure = c.call(ctx, d, get, id, rest.Request{Query: query, Out: &answer, Check: func() error { return answer.check(id) }})
	switch {
	case failure == nil:
		return answer, nil, nil
	case !d.isAmbiguous(failure):
		return none, nil, failure
	}
	// The failure is not wrapped: it may be a 404 that does not mean "gone".
	gone := fmt.Errorf("%s: %w", get.pathFor(d.version, id), rest.ErrNotFound)
	if unlisted {
		return none, nil, gone
	}
	for listed, err := range list {
		switch {
		case err != nil:
			return none, nil, fmt.Errorf("%s; it is unknown whether the object still exists: %w", failure.Error(), err)
		case strings.EqualFold(listed.key(), id):
			return listed, failure, nil
		}
	}
	return none, nil, gone
}

// isAmbiguous reports whether the failure of a read may mean that the object is gone, and may not.
func (d *versionSpec) isAmbiguous(failure error) bool {
	return !isDefinitelyGone(failure) && (slices.Contains(d.unknownID, statusCode(failure)) || errors.Is(failure, ErrOffline))
}

// isDefinitelyGone tells the code apart from a mere 404.
func isDefinitelyGone(err error) bool {
	api, ok := errors.AsType[*rest.APIError](err)
	return ok && api.Code == codeNotFound
}
