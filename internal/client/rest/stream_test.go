// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// numbers decodes an array of numbers one by one.
func numbers(into *[]int) StreamFunc {
	return func(from *json.Decoder) error {
		*into = nil
		if _, err := from.Token(); err != nil {
			return err
		}
		for from.More() {
			var n int
			if err := from.Decode(&n); err != nil {
				return err
			}
			*into = append(*into, n)
		}
		_, err := from.Token()
		return err
	}
}

// broken is a body that ends in an error.
type broken struct {
	io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.err
	}
	return n, err
}

func (broken) Close() error { return nil }

func TestStream(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		contentType string
		body        string
		want        []int
		says        string
	}{
		"a list":                {body: " [1, 2,3]\n", want: []int{1, 2, 3}},
		"at the limit":          {body: "[" + strings.Repeat("0,", testLimit/2-2) + "0 ]", want: make([]int, testLimit/2-1)},
		"over the limit":        {body: "[" + strings.Repeat("0,", testLimit/2-2) + "0  ]", says: "larger than"},
		"little white space":    {body: "[1]" + strings.Repeat(" ", whiteSpaceLimit), want: []int{1}},
		"white space before it": {body: strings.Repeat("\n", testLimit/2) + "[1]", says: "KiB of consecutive white space"},
		"white space behind it": {body: "[1]" + strings.Repeat(" \t", testLimit/4), says: "KiB of consecutive white space"},
		"a long list":           {body: "[" + strings.Repeat("1,", testLimit/2) + "1]", says: "larger than"},
		"cut as JSON":           {body: "[1,2", says: "not JSON of the expected form"},
		"more behind it":        {body: "[1] [2]", says: "not JSON of the expected form: there is data after its end"},
		"another type":          {body: `["a"]`, says: "not JSON of the expected form"},
		"a page of HTML":        {contentType: "text/html", body: "<html>", says: "an HTML page"},
		"HTML under a label":    {contentType: "application/json", body: "<html>", says: "an HTML page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attempts := 0
			c := smallBodies(inMemory(t, func(*http.Request) (*http.Response, error) {
				attempts++
				return answerOf(200, http.Header{"Content-Type": {test.contentType}}, test.body), nil
			}, withToken, retries(3)))
			var got []int
			_, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Stream: numbers(&got)})
			if attempts != 1 || (err == nil) != (test.says == "") || err != nil && !contains(err.Error(), test.says) {
				t.Errorf("%v after %d attempts", err, attempts)
			}
			if err == nil && !slices.Equal(got, test.want) {
				t.Errorf("got %v", got)
			}
		})
	}
}

// A list whose connection breaks in the middle is asked for again, and decoded from the beginning.
func TestStreamBrokenOff(t *testing.T) {
	t.Parallel()
	attempts := 0
	c := inMemory(t, func(*http.Request) (*http.Response, error) {
		if attempts++; attempts == 1 {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: broken{strings.NewReader("[1,2,"), io.ErrUnexpectedEOF}}, nil
		}
		return answerOf(200, nil, "[1,2,3]"), nil
	}, withToken, retries(1))
	var got []int
	if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Stream: numbers(&got)}); err != nil || attempts != 2 || !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("got %v, %v, after %d attempts", got, err, attempts)
	}
	attempts = 0
	c = inMemory(t, func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: broken{strings.NewReader("[1,2,"), io.ErrUnexpectedEOF}}, nil
	}, withToken, retries(0))
	if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing", Stream: numbers(&got)}); err == nil || !contains(err.Error(), "response truncated") {
		t.Errorf("err = %v", err)
	}
}
