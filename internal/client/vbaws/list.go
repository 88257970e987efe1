// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const pageSize = 500

// item is an element of a list.
type item interface{ key() string }

// readAll reads a collection page by page: whether an appliance limits a page by itself is not documented. An element that
// check refuses makes the list unusable: without it the list would be incomplete.
func readAll[T item](ctx context.Context, c *Client, path string, filter url.Values, check func(T) error) ([]T, error) {
	var list []T
	fetch := func(offset int, pages *rest.PageLimit) ([]T, bool, error) {
		var page struct {
			TotalCount *rest.Int    `json:"totalCount"`
			Results    rest.List[T] `json:"results"`
		}
		checkAll := func() error {
			for i, element := range page.Results {
				if err := check(element); err != nil {
					return fmt.Errorf("element %d of the list: %w", offset+i, err)
				}
			}
			return nil
		}
		query := url.Values{"Offset": {strconv.Itoa(offset)}, "Limit": {strconv.Itoa(pageSize)}}
		maps.Copy(query, filter)
		if err := c.send(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: query, Out: &page, Pages: pages, Check: checkAll}); err != nil {
			return nil, false, err
		}
		total := 0
		if page.TotalCount != nil {
			total = int(*page.TotalCount)
		}
		if page.Results == nil && (page.TotalCount == nil || total > len(list)) { // taken for an empty list it would make everything look gone
			return nil, false, fmt.Errorf("the response of %s to GET %s does not contain a list; is the endpoint that of the REST API?", Product, path)
		}
		if total == 0 {
			return page.Results, len(page.Results) == pageSize, nil
		}
		return page.Results, offset+len(page.Results) < total, nil
	}
	for page, err := range rest.ReadPages("GET "+path, T.key, fetch) {
		if err != nil {
			return nil, err
		}
		list = append(list, page...)
	}
	return list, nil
}
