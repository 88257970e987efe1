// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// schema checks a request body of one API version.
type schema struct {
	version int
	anyCase bool // match names without case
}

// decode checks a JSON object against the fields and unmarshals it into
// target under the canonical names. A null is the same as nothing.
func (s schema) decode(body []byte, fields []field, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("the request body is no JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("the request body goes on after its end")
	}
	checked, err := s.object("", value, fields)
	if err != nil {
		return err
	}
	canonical, err := json.Marshal(checked)
	if err != nil {
		return err
	}
	return json.Unmarshal(canonical, target)
}

func (s schema) object(where string, value any, fields []field) (map[string]any, error) {
	members, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s must be an object", cmp.Or(where, "the request body"))
	}
	checked := map[string]any{}
	for name, member := range members {
		f, ok := s.find(name, fields)
		if !ok {
			return nil, fmt.Errorf("unknown property %q", where+name)
		}
		plain, err := s.value(where+f.name, member, f)
		if err != nil {
			return nil, err
		}
		checked[cmp.Or(f.as, f.name)] = plain
	}
	for _, f := range fields {
		if _, present := checked[cmp.Or(f.as, f.name)]; f.required && s.has(f) && !present {
			return nil, fmt.Errorf("property %q is missing", where+f.name)
		}
	}
	return checked, nil
}

func (s schema) has(f field) bool { return f.first <= s.version && s.version <= f.last }

func (s schema) find(name string, fields []field) (field, bool) {
	for _, f := range fields {
		if s.has(f) && (f.name == name || (s.anyCase && strings.EqualFold(f.name, name))) {
			return f, true
		}
	}
	return field{}, false
}

func (s schema) value(name string, value any, f field) (any, error) {
	if value == nil {
		if f.notNull {
			return nil, fmt.Errorf("property %q must not be null", name)
		}
		return nil, nil
	}
	switch f.kind {
	case object:
		return s.object(name+".", value, f.fields)
	case list:
		return s.list(name, value, f.fields)
	case text:
		if word, ok := value.(string); ok && (f.values == nil || slices.Contains(f.values, word)) {
			return word, nil
		}
	case boolean:
		if truth, ok := value.(bool); ok {
			return truth, nil
		}
	case textBool:
		if word, ok := value.(string); ok {
			if truth, err := strconv.ParseBool(strings.ToLower(word)); err == nil {
				return truth, nil
			}
		}
		if truth, ok := value.(bool); ok {
			return truth, nil
		}
	case int32Number, int64Number:
		if number, ok := integer(value, f.kind); ok {
			return number, nil
		}
	case nothing: // only null, see above
	}
	return nil, fmt.Errorf("the value of property %q is not valid", name)
}

func (s schema) list(name string, value any, fields []field) (any, error) {
	elements, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("property %q must be an array", name)
	}
	checked := make([]any, len(elements))
	for i, element := range elements {
		object, err := s.object(fmt.Sprintf("%s[%d].", name, i), element, fields)
		if err != nil {
			return nil, err
		}
		checked[i] = object
	}
	return checked, nil
}

func integer(value any, k kind) (int64, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil || (k == int32Number && (n < math.MinInt32 || n > math.MaxInt32)) {
		return 0, false
	}
	return n, true
}
