// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// lenientString decodes a JSON string and takes anything else for none: which fields are null, absent or objects in which
// revision is not documented, and an odd one must not hide the others.
type lenientString string

func (t *lenientString) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = lenientString(s)
	}
	return nil
}

func (t lenientString) time() time.Time {
	parsed, err := rest.ParseTime(string(t))
	if err != nil {
		return time.Time{}
	}
	return parsed
}

// required is the error of a response that lacks a property which every object of its kind has.
func required(property, value string) error {
	if strings.TrimSpace(value) == "" {
		return fmt.Errorf("it contains no %s", property)
	}
	return nil
}

// reference returns the ID of another object. Anything but a UUID counts as unknown.
func (t lenientString) reference() string {
	if !rest.IsUUID(string(t)) {
		return ""
	}
	return string(t)
}
