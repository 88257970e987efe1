// SPDX-License-Identifier: MPL-2.0

// Package values converts what the servers tell into Terraform values.
package values

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
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

// IDs returns the IDs in a set that are known.
func IDs(set types.Set) (ids []string) {
	for _, element := range set.Elements() {
		if id, ok := element.(types.String); ok && !id.IsUnknown() && !id.IsNull() {
			ids = append(ids, id.ValueString())
		}
	}
	return ids
}

// IDSet makes a set of IDs in lower case, or as prior spells them.
func IDSet(ids []string, prior types.Set) types.Set {
	elements := []attr.Value{}
	for _, id := range ids {
		spelled := types.StringValue(strings.ToLower(id))
		for _, before := range IDs(prior) {
			if strings.EqualFold(before, id) {
				spelled = types.StringValue(before)
			}
		}
		elements = append(elements, spelled)
	}
	return types.SetValueMust(types.StringType, elements)
}
