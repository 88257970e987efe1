// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// pageSize is what one request for a page asks for; the appliance's limit is 10,000 (S8 PageOf...), its default 30.
const pageSize = 1000

// item is an element of a list as the appliance answers it.
type item interface{ key() string }

// items yields what a collection holds, in the appliance's order: an array up to v7, page after page in v8, where each
// page is asked for when the one before is used up. An error is the last that comes.
func items[A item](ctx context.Context, c *Client, d *dialect, collection endpoint, query url.Values) iter.Seq2[A, error] {
	if d.paged {
		return paged[A](ctx, c, d, collection, query)
	}
	return array[A](ctx, c, d, collection, query)
}

// array yields a collection that comes in one piece.
func array[A item](ctx context.Context, c *Client, d *dialect, collection endpoint, query url.Values) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		var none A
		var answers []A
		err := c.call(ctx, d, collection, "", rest.Request{Query: query, Out: &answers})
		switch {
		case err != nil:
			yield(none, servedOr(d, err))
			return
		case answers == nil:
			yield(none, noList(d, collection))
			return
		}
		for _, answer := range answers {
			if !yield(answer, nil) {
				return
			}
		}
	}
}

// paged yields a collection page by page. The offset is computed: "next" links of v8 have been seen to lead to /v7. A
// page ends the list when it is shorter than the limit that the appliance applied, or holds nothing new.
func paged[A item](ctx context.Context, c *Client, d *dialect, collection endpoint, query url.Values) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		var none A
		seen := map[string]bool{}
		for offset := 0; ; {
			var page struct {
				Limit   rest.Int `json:"limit"`
				Results []A      `json:"results"`
			}
			query := withPage(query, offset)
			if err := c.call(ctx, d, collection, "", rest.Request{Query: query, Out: &page}); err != nil {
				yield(none, servedOr(d, err))
				return
			}
			if page.Results == nil {
				yield(none, noList(d, collection))
				return
			}
			before := len(seen)
			for _, answer := range page.Results {
				if seen[answer.key()] {
					continue
				}
				seen[answer.key()] = true
				if !yield(answer, nil) {
					return
				}
			}
			limit := pageSize
			if page.Limit > 0 {
				limit = min(limit, int(page.Limit))
			}
			if len(page.Results) < limit || len(seen) == before {
				return
			}
			offset += len(page.Results)
		}
	}
}

func withPage(query url.Values, offset int) url.Values {
	page := url.Values{"limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(offset)}}
	maps.Copy(page, query)
	return page
}

// noList is the error of an empty body or null: taken for an empty list it would make everything look gone.
func noList(d *dialect, collection endpoint) error {
	return fmt.Errorf("the answer of %s to %s %s holds no list; is the endpoint that of the REST API?", product, collection.method, collection.pathFor(d.version, ""))
}

// collect makes a slice, never nil, of what a list yields.
func collect[T any](list iter.Seq2[T, error]) ([]T, error) {
	all := []T{}
	for element, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, element)
	}
	return all, nil
}

// read gets one element of a list. Where the failure of that may mean that it is gone, and may not, the list decides:
// it holds the same objects. Gone: errors.Is(err, rest.ErrNotFound).
func read[A item](ctx context.Context, c *Client, d *dialect, get endpoint, id string, list iter.Seq2[A, error]) (A, error) {
	var answer, none A
	failure := c.call(ctx, d, get, id, rest.Request{Out: &answer})
	switch {
	case failure == nil && answer.key() != "":
		return answer, nil
	case failure == nil:
		return none, fmt.Errorf("the answer of %s to %s %s holds nothing; is the endpoint that of the REST API?", product, get.method, get.pathFor(d.version, id))
	case !d.unclear(failure):
		return none, failure
	}
	for listed, err := range list {
		if err != nil {
			return none, fmt.Errorf("%s; whether the object still exists could not be found out: %w", failure.Error(), err)
		}
		if strings.EqualFold(listed.key(), id) {
			return listed, nil
		}
	}
	return none, fmt.Errorf("%s: %w", get.pathFor(d.version, id), rest.ErrNotFound)
}
