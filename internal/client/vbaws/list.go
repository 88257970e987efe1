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
	seen := map[string]bool{}
	var pages rest.Pages
	for offset := 0; ; {
		var page struct {
			TotalCount *rest.Int    `json:"totalCount"`
			Results    rest.List[T] `json:"results"`
		}
		checkAll := func() error {
			for i, element := range page.Results {
				if err := check(element); err != nil {
					return fmt.Errorf("element %d of the list: %w", len(list)+i, err)
				}
			}
			return nil
		}
		query := url.Values{"Offset": {strconv.Itoa(offset)}, "Limit": {strconv.Itoa(pageSize)}}
		maps.Copy(query, filter)
		if err := c.send(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: query, Out: &page, Pages: &pages, Check: checkAll}); err != nil {
			return nil, err
		}
		total, told := 0, page.TotalCount != nil
		if told {
			total = int(*page.TotalCount)
		}
		if page.Results == nil && (!told || total > len(list)) { // taken for an empty list it would make everything look gone
			return nil, fmt.Errorf("the response of %s to GET %s does not contain a list; is the endpoint that of the REST API?", Product, path)
		}
		before := len(list)
		for _, element := range page.Results {
			if !seen[element.key()] { // a page shifts when something is added meanwhile
				seen[element.key()] = true
				list = append(list, element)
			}
		}
		offset += len(page.Results)
		last := offset >= total
		if total == 0 {
			last = len(page.Results) < pageSize
		}
		if last || len(list) == before { // a page without news would come again and again
			return list, nil
		}
		if err := pages.Next(len(list)); err != nil {
			return nil, fmt.Errorf("GET %s: %w", path, err)
		}
	}
}
