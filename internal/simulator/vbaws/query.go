// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fields are the values of a query or form, looked up without case: clients of real appliances mix it.
type fields url.Values

func (f fields) all(name string) []string {
	var found []string
	for key, values := range f {
		if strings.EqualFold(key, name) {
			found = append(found, values...)
		}
	}
	return found
}

func (f fields) first(name string) string {
	if values := f.all(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// oneOf gives the values of an array parameter, all of which must be in the enumeration.
func (f fields) oneOf(name string, enumeration []string) ([]string, error) {
	values := f.all(name)
	for _, value := range values {
		if !slices.Contains(enumeration, value) {
			return nil, fmt.Errorf("the value '%s' is not valid for %s", value, name)
		}
	}
	return values, nil
}

// integer reads a whole number not below least; ok is false when it is absent.
func (f fields) integer(name string, least int) (n int, ok bool, err error) {
	value := f.first(name)
	if value == "" {
		return 0, false, nil
	}
	parsed, err := strconv.ParseInt(value, 10, 32)
	if err != nil || int(parsed) < least {
		return 0, false, fmt.Errorf("the value '%s' is not valid for %s", value, name)
	}
	return int(parsed), true, nil
}

// instant reads a time: RFC 3339, the same without a zone (UTC), or a plain date, which clients send as well.
func (f fields) instant(name string) (time.Time, error) {
	value := f.first(name)
	if value == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("the value '%s' is not valid for %s", value, name)
}

// sortOrders are the values of a Sort parameter without their direction, each with its order.
type sortOrders[T any] map[string]func(a, b T) int

// apply sorts by the parameter Sort: the first value is the most significant. Values come repeated or joined with
// commas; the vendor's two specifications of 1.0-rev0 disagree. descending is how the direction is spelt, "" is Desc.
func (o sortOrders[T]) apply(items []T, f fields, descending string) error {
	var values []string
	for _, value := range f.all("Sort") {
		values = append(values, strings.Split(value, ",")...)
	}
	for _, value := range slices.Backward(values) {
		column, down := strings.CutSuffix(value, cmp.Or(descending, "Desc"))
		column, up := strings.CutSuffix(column, "Asc")
		order, known := o[column]
		if !known || up == down {
			return fmt.Errorf("the value '%s' is not valid for Sort", value)
		}
		slices.SortStableFunc(items, func(a, b T) int {
			if down {
				a, b = b, a
			}
			return order(a, b)
		})
	}
	return nil
}

// cut gives the page that Offset and Limit ask for: Offset first, -1 is no limit (D80).
func cut[T any](items []T, f fields, defaultLimit int) ([]T, error) {
	offset, _, err := f.integer("Offset", 0)
	if err != nil {
		return nil, err
	}
	limit, given, err := f.integer("Limit", -1)
	if err != nil {
		return nil, err
	}
	if !given {
		limit = defaultLimit
		if limit == 0 {
			limit = -1
		}
	}
	items = items[min(offset, len(items)):]
	if limit >= 0 {
		items = items[:min(limit, len(items))]
	}
	return items, nil
}

// matcher compiles a SearchPattern. '*' stands for any text; a pattern without it is found anywhere in the name, so
// that a client cannot take it for an equality. Case does not matter.
func matcher(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	if strings.Contains(pattern, "*") {
		quoted = "^" + strings.ReplaceAll(quoted, `\*`, ".*") + "$"
	}
	return regexp.MustCompile("(?is)" + quoted)
}

// listPage is the envelope of every collection.
type listPage struct {
	TotalCount int    `json:"totalCount"`
	Results    []any  `json:"results"`
	Links      []link `json:"_links"`
}

// listing is a collection that is searched by name.
type listing[T any] struct {
	path       string
	name       func(T) string
	orders     sortOrders[T]
	descending string // as in apply
}

// answer filters, then sorts, then cuts (D80); totalCount counts before the cut.
func (l listing[T]) answer(s *Simulator, c *call, items []T, write func(T) any) answer {
	query := fields(c.request.URL.Query())
	pattern := matcher(query.first("SearchPattern"))
	var found []T
	for _, item := range items {
		if pattern.MatchString(l.name(item)) {
			found = append(found, item)
		}
	}
	if err := l.orders.apply(found, query, l.descending); err != nil {
		return invalidRequest.answer(err.Error(), "")
	}
	part, err := cut(found, query, s.config.Behaviour.DefaultLimit)
	if err != nil {
		return invalidRequest.answer(err.Error(), "")
	}
	body := listPage{TotalCount: len(found), Results: []any{}, Links: []link{c.link("GET", "self", l.path)}}
	for _, item := range part {
		body.Results = append(body.Results, write(item))
	}
	return answer{status: http.StatusOK, body: body}
}
