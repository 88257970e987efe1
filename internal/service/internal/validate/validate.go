// SPDX-License-Identifier: MPL-2.0

// Package validate holds the checks of configured values that objects of both products share.
package validate

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"

	"github.com/veeam-community/terraform-provider-veeam/internal/argument"
)

// UUID accepts identifiers as both products give them.
func UUID() validator.String {
	return stringvalidator.RegexMatches(rest.UUIDPattern, "must be an ID such as 0f0e0d0c-1111-4222-8333-444455556666")
}

// NotBlank accepts names: neither empty, which the servers would take for a missing value, nor with a character that cannot be
// seen, such as the tab in "EXAMPLE\terraform".
func NotBlank() validator.String {
	return argument.Rule("must not be empty, and must not contain control characters", func(text string) string {
		if !visible.MatchString(text) {
			return "must not be empty"
		}
		return argument.Invisible(text)
	})
}

// Password accepts passwords of one line. A line end comes from a file, and is no part of the password.
func Password() validator.String {
	return argument.Rule("must not be empty, and must not contain control characters", func(text string) string {
		if text == "" {
			return "must not be empty"
		}
		return argument.Invisible(text)
	})
}

// HostName accepts DNS names and IP addresses, but no URL and no port.
func HostName() validator.String {
	return argument.Rule("must be a DNS name or an IP address", func(text string) string {
		_, err := netip.ParseAddr(text)
		switch {
		case !visible.MatchString(text):
			return "must not be empty"
		case argument.Invisible(text) != "":
			return argument.Invisible(text)
		case err != nil && strings.ContainsAny(text, " /\\:@?#[]%&'\"<>|,;"):
			return "must be a DNS name or an IP address such as proxy-1.example.com, without scheme, port, path or blanks"
		}
		return ""
	})
}

var visible = regexp.MustCompile(`[^\s\v\x{85}\pZ\x{FEFF}]`) // \S leaves out all blanks beyond ASCII
