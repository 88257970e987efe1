// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Int decodes a JSON number, also one in quotes: the vendor's examples and some appliances quote them.
type Int int64

// UnmarshalJSON implements json.Unmarshaler.
func (i *Int) UnmarshalJSON(data []byte) error {
	text := unquote(data)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, floatErr := strconv.ParseFloat(text, 64)
		if floatErr != nil || f < -1<<63 || f >= 1<<63 || f != float64(int64(f)) { // beyond the range, processors convert differently
			return fmt.Errorf("%q is not a whole number", text)
		}
		n = int64(f)
	}
	*i = Int(n)
	return nil
}

// Bool decodes a JSON boolean, also one in quotes.
type Bool bool

// UnmarshalJSON implements json.Unmarshaler.
func (b *Bool) UnmarshalJSON(data []byte) error {
	text := unquote(data)
	if text == "" {
		return nil
	}
	v, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil {
		return fmt.Errorf("%q is not a boolean", text)
	}
	*b = Bool(v)
	return nil
}

// unquote returns the text of a JSON scalar, empty for null.
func unquote(data []byte) string {
	data = bytes.TrimSpace(data)
	if bytes.Equal(data, []byte("null")) {
		return ""
	}
	if len(data) > 0 && data[0] == '"' {
		var text string
		_ = json.Unmarshal(data, &text) // what a decoder hands over is valid
		return strings.TrimSpace(text)
	}
	return string(data)
}

// ParseTime reads a timestamp of either product. One without a zone is UTC (VBAWS prints up to seven fractional
// digits and no zone, D20:sessions). Empty text and the zero time of .NET (year 1) give the zero time. All others can be
// printed and read again, so a zone must not lead out of the years of four digits.
func ParseTime(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", time.DateOnly} {
		t, err := time.Parse(layout, text)
		t = t.UTC()
		switch {
		case err != nil || t.Year() > 9999:
			continue
		case t.Year() <= 1:
			return time.Time{}, nil
		}
		return t, nil
	}
	return time.Time{}, fmt.Errorf("%q is not a timestamp", text)
}
