// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

const (
	listLimit  = 20_000    // elements of one answer; the largest page that the vendor documents has 10,000
	totalLimit = 100_000   // elements of all pages of a list
	pageLimit  = 1_000     // pages of a list
	pagesLimit = 128 << 20 // bytes of all pages of a list
)

var (
	errTooLong   = fmt.Errorf("the answer holds a list of more than %d elements", listLimit)
	errListLarge = fmt.Errorf("the pages of the list are larger than %d MiB", pagesLimit>>20)
)

// List decodes an array of bounded length: an element of two bytes on the wire can take hundreds in memory.
type List[T any] []T

// UnmarshalJSON implements json.Unmarshaler. As with a slice, null leaves a List as it is.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	switch begin, err := decoder.Token(); {
	case err != nil:
		return err
	case begin == nil:
		return nil
	case begin != json.Delim('['):
		return errors.New("a list is no array")
	}
	list := List[T]{}
	for decoder.More() {
		if len(list) == listLimit {
			return errTooLong
		}
		var element T
		if err := decoder.Decode(&element); err != nil {
			return err
		}
		list = append(list, element)
	}
	*l = list
	return nil
}

// Pages bounds a list that is read page by page: a server may have something new to say for ever. The zero value is
// ready; it goes with the request of each page.
type Pages struct {
	count int
	bytes int
}

// Next is to be called before the next page is asked for, with the number of elements so far.
func (p *Pages) Next(elements int) error {
	p.count++
	switch {
	case p.count >= pageLimit:
		return fmt.Errorf("the list has not ended after %d pages", pageLimit)
	case elements > totalLimit:
		return fmt.Errorf("the list has more than %d elements", totalLimit)
	}
	return nil
}

func (p *Pages) read(n int) error {
	if p == nil {
		return nil
	}
	if p.bytes += n; p.bytes > pagesLimit {
		return errListLarge
	}
	return nil
}
