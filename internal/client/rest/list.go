// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
)

const (
	listLimit  = 20_000    // elements of one answer; the largest page that the vendor documents has 10,000
	totalLimit = 100_000   // elements of all pages of a list
	pageLimit  = 1_000     // pages of a list
	pagesLimit = 128 << 20 // bytes of all pages of a list
	pagesTime  = 5 * time.Minute
)

var (
	errTooLong   = fmt.Errorf("the response contains a list of more than %d elements", listLimit)
	errListLarge = fmt.Errorf("the pages of the list are larger than %d MiB", pagesLimit>>20)
)

// List decodes an array of bounded length: an element of two bytes on the wire can take hundreds in memory.
type List[T any] []T

// UnmarshalJSON implements json.Unmarshaler. As with a slice, null leaves a List as it is.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	elements, err := DecodeArray[T](json.NewDecoder(bytes.NewReader(data)))
	if err != nil || elements == nil {
		return err
	}
	*l = make(List[T], 0, len(elements))
	for _, element := range elements {
		*l = append(*l, *element)
	}
	return nil
}

// DecodeArray decodes an array of bounded length, one element after the other, for a StreamFunc: the text of a long list is
// never in memory as a whole, and what it grows by is not copied. Null, and an answer without a body, is nil.
func DecodeArray[T any](from *json.Decoder) ([]*T, error) {
	switch begin, err := from.Token(); {
	case errors.Is(err, io.EOF) || err == nil && begin == nil:
		return nil, nil
	case err != nil:
		return nil, err
	case begin != json.Delim('['):
		return nil, errors.New("the list is not an array")
	}
	list := []*T{}
	for from.More() {
		if len(list) == listLimit {
			return nil, errTooLong
		}
		element := new(T)
		if err := from.Decode(element); err != nil {
			return nil, err
		}
		list = append(list, element)
	}
	_, err := from.Token()
	return list, err
}

// PageLimit bounds a list that is read page by page: a server may have something new to say for ever. The zero value is
// ready; it goes with the request of each page.
type PageLimit struct {
	count int
	bytes int
	began time.Time
}

// Check is to be called before the next page is asked for, with the number of elements so far.
func (p *PageLimit) Check(elements int) error {
	p.count++
	if p.began.IsZero() {
		p.began = time.Now()
	}
	switch {
	case time.Since(p.began) > pagesTime:
		return fmt.Errorf("the list has not ended after %d minutes", int(pagesTime.Minutes()))
	case p.count >= pageLimit:
		return fmt.Errorf("the list has not ended after %d pages", pageLimit)
	case elements > totalLimit:
		return fmt.Errorf("the list has more than %d elements", totalLimit)
	}
	return nil
}

func (p *PageLimit) read(n int) error {
	if p == nil {
		return nil
	}
	if p.bytes += n; p.bytes > pagesLimit {
		return errListLarge
	}
	return nil
}

// ReadPages yields a list page by page, where each page is requested when the one before is used up; what names the list in an error.
// fetch reads the page that begins at an offset, and reports whether more may follow. Elements that an earlier page had are left out: pages
// shift when something is added meanwhile. A page without new elements ends the list, because it would come again and again.
func ReadPages[T any](
	what string, key func(T) string, fetch func(offset int, pages *PageLimit) (page []T, more bool, err error),
) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		seen := map[string]bool{}
		var pages PageLimit
		for offset := 0; ; {
			page, more, err := fetch(offset, &pages)
			if err != nil {
				yield(nil, err)
				return
			}
			offset += len(page)
			page = slices.DeleteFunc(page, func(element T) bool {
				known := seen[key(element)]
				seen[key(element)] = true
				return known
			})
			if !yield(page, nil) || !more || len(page) == 0 {
				return
			}
			if err := pages.Check(len(seen)); err != nil {
				yield(nil, fmt.Errorf("%s: %w", what, err))
				return
			}
		}
	}
}
