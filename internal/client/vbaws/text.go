// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// text decodes a JSON string and takes anything else for none: which fields are null, absent or objects in which
// revision is not documented, and an odd one must not hide the others.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

func (t text) time() time.Time {
	parsed, err := rest.ParseTime(string(t))
	if err != nil {
		return time.Time{}
	}
	return parsed
}

// line makes the text fit for a diagnostic.
func (t text) line() string { return rest.OneLine(string(t)) }
