// SPDX-License-Identifier: MPL-2.0

// Package validate holds the checks of configured values that objects of both products share.
package validate

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$`)

// IsUUID tells whether text has the form of the identifiers of both products.
func IsUUID(text string) bool { return uuid.MatchString(text) }

// UUID accepts identifiers as both products give them.
func UUID() validator.String {
	return stringvalidator.RegexMatches(uuid, "must be an ID such as 0f0e0d0c-1111-4222-8333-444455556666")
}

var visible = regexp.MustCompile(`[^\s\v\x{85}\pZ]`) // \S leaves out all blanks beyond ASCII

// NotBlank refuses empty text, which the servers would take for a missing value.
func NotBlank() validator.String {
	return stringvalidator.RegexMatches(visible, "must not be empty; leave the argument out instead")
}
