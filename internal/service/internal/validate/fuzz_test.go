// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// What passes for an ID can stand in a path as it is, in any case of its letters, and addresses no other object.
func FuzzIsUUID(f *testing.F) {
	for _, seed := range []string{id, strings.ToUpper(id), id + "\n", "..", "0f0e0d0c-1111-4222-8333-44445555666\u0661", "{" + id + "}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		is := rest.IsUUID(text)
		if is && (len(text) != 36 || url.PathEscape(text) != text || strings.Count(text, "-") != 4) {
			t.Errorf("%q passes for an ID", text)
		}
		if ascii := strings.Trim(text, "0123456789abcdefABCDEF-") == ""; ascii && (rest.IsUUID(strings.ToUpper(text)) != is || rest.IsUUID(strings.ToLower(text)) != is) {
			t.Errorf("%q is an ID in one case only", text)
		}
	})
}

// A name that is not blank has something to show, wherever blanks stand in it.
func FuzzNotBlank(f *testing.F) {
	for _, seed := range []string{"", " ", "\t\r\n", "proxy-1.example.com", "\u00a0", "\x00"} {
		f.Add(seed)
	}
	accepts := func(t *testing.T, text string) bool {
		var resp validator.StringResponse
		NotBlank().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("a"), ConfigValue: types.StringValue(text)}, &resp)
		return !resp.Diagnostics.HasError()
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := accepts(t, text); got != accepts(t, " "+text+" ") || got && strings.TrimSpace(text) == "" {
			t.Errorf("%q is accepted: %t", text, got)
		}
	})
}
