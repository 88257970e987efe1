// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// What one request for a page asks for; the default is 30 and the limit 10,000 (S8 PageOf...).
const (
	pageSize  = 1000   // where the reader may have enough before the end
	wholeList = 10_000 // where all are needed
)

// item is an element of a list as the appliance answers it.
type item interface {
	key() string
	check(id string) error // of the object with that id, or of any
}

// items yields what a collection holds, in the appliance's order. An error is the last that comes.
func items[A item](ctx context.Context, c *Client, d *versionSpec, collection endpoint, query url.Values) iter.Seq2[A, error] {
	return flatten(pages[A](ctx, c, d, collection, query, pageSize))
}

// pages yields a collection as it comes: in one piece up to v7, page after page in v8, where each page is asked for when
// the one before is used up.
func pages[A item](ctx context.Context, c *Client, d *versionSpec, collection endpoint, query url.Values, size int) iter.Seq2[[]*A, error] {
	if d.paged {
		return paged[A](ctx, c, d, collection, query, size)
	}
	return array[A](ctx, c, d, collection, query)
}

func flatten[A any](pages iter.Seq2[[]*A, error]) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		for page, err := range pages {
			if err != nil {
				var none A
				yield(none, err)
				return
			}
			for _, element := range page {
				if !yield(*element, nil) {
					return
				}
			}
		}
	}
}

// array yields a collection that comes in one piece.
func array[A item](ctx context.Context, c *Client, d *versionSpec, collection endpoint, query url.Values) iter.Seq2[[]*A, error] {
	return func(yield func([]*A, error) bool) {
		var answers []*A
		err := c.call(ctx, d, collection, "", rest.Request{Query: query, Stream: func(from *json.Decoder) (err error) {
			answers, err = rest.DecodeArray[A](from)
			return err
		}, Check: func() error { return checkAll(answers) }})
		switch {
		case err != nil:
			yield(nil, asNotServed(d, err))
		case answers == nil:
			yield(nil, notAListError(d, collection))
		default:
			yield(answers, nil)
		}
	}
}

// page is PageOf… of S8.
type page[A any] struct {
	limit   rest.Int
	results []*A // nil: the answer does not contain a list
}

func (p *page[A]) decode(from *json.Decoder) error {
	*p = page[A]{}
	token, err := from.Token()
	switch {
	case errors.Is(err, io.EOF) || err == nil && token == nil:
		return nil
	case err != nil:
		return err
	case token != json.Delim('{'):
		return errors.New("it is not a page")
	}
	for from.More() {
		name, err := from.Token()
		if err != nil {
			return err
		}
		switch text, _ := name.(string); strings.ToLower(text) {
		case "limit":
			err = from.Decode(&p.limit)
		case "results":
			p.results, err = rest.DecodeArray[A](from)
		default:
			err = from.Decode(new(json.RawMessage))
		}
		if err != nil {
			return err
		}
	}
	_, err = from.Token()
	return err
}

// paged yields a collection page by page. The offset is computed: "next" links of v8 have been seen to lead to /v7. A page that is
// shorter than the limit that the server applied is the last.
func paged[A item](ctx context.Context, c *Client, d *versionSpec, collection endpoint, query url.Values, size int) iter.Seq2[[]*A, error] {
	what := collection.method + " " + collection.pathFor(d.version, "")
	return rest.ReadPages(what, func(answer *A) string { return (*answer).key() }, func(offset int, pages *rest.PageLimit) ([]*A, bool, error) {
		var page page[A]
		err := c.call(ctx, d, collection, "", rest.Request{
			Query: withPage(query, size, offset), Stream: page.decode, Check: func() error { return checkAll(page.results) }, Pages: pages,
		})
		switch {
		case err != nil:
			return nil, false, asNotServed(d, err)
		case page.results == nil:
			return nil, false, notAListError(d, collection)
		}
		limit := size
		if page.limit > 0 {
			limit = min(limit, int(page.limit))
		}
		return page.results, len(page.results) >= limit, nil
	})
}

func withPage(query url.Values, size, offset int) url.Values {
	page := url.Values{"limit": {strconv.Itoa(size)}, "offset": {strconv.Itoa(offset)}}
	maps.Copy(page, query)
	return page
}

// notAListError is the error of an empty body or null: taken for an empty list it would make everything look gone.
func notAListError(d *versionSpec, collection endpoint) error {
	return fmt.Errorf("the response of %s to %s %s does not contain a list; is the endpoint that of the REST API?", product, collection.method, collection.pathFor(d.version, ""))
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
