// SPDX-License-Identifier: MPL-2.0

// Package values converts what the servers tell into Terraform values.
package values

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Optional maps empty text, which the servers use for "none", to null.
func Optional(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// Timestamp prints a time in UTC as RFC 3339, and maps the zero time to null.
func Timestamp(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}
