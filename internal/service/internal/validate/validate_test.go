// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const id = "0f0e0d0c-1111-4222-8333-444455556666"

func TestValidators(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		validator validator.String
		good, bad []string
		says      string
	}{
		"UUID": {
			validator: UUID(),
			good:      []string{id, "0F0E0D0C-1111-4222-8333-444455556666", "00000000-0000-0000-0000-000000000000"},
			bad:       []string{"", " ", "1", "proxy-1.example.com", id[1:], id + "0", "{" + id + "}", " " + id, id + "\n", "0f0e0d0c111142228333444455556666", "zf0e0d0c-1111-4222-8333-444455556666"},
			says:      "Attribute a must be an ID such as " + id + ", got: ",
		},
		"NotBlank": {
			validator: NotBlank(),
			good:      []string{"a", " a ", "0"},
			bad:       []string{"", " ", "\t\n", "\uFEFF"},
			says:      "Attribute a must not be empty.",
		},
		"a tab": {
			validator: NotBlank(), good: []string{`EXAMPLE\terraform`}, bad: []string{"EXAMPLE\terraform"},
			says: `Attribute a must not contain a control character (tab at position 8); in HCL, write \\ for a backslash.`,
		},
		"a line end": {
			validator: NotBlank(), good: []string{"ünïcode"}, bad: []string{"ünïcode\n"},
			says: `Attribute a must not contain a control character (line feed at position 8); trimspace() removes the line end of a file.`,
		},
		"a line end of Windows": {
			validator: Password(), good: []string{" p w "}, bad: []string{"secret\r\n"},
			says: `Attribute a must not contain a control character (carriage return at position 7); trimspace() removes the line end of a file.`,
		},
		"a byte order mark": {
			validator: HostName(), good: []string{"a"}, bad: []string{"\uFEFFpx1.example.com"},
			says: `Attribute a must not contain a control character (byte order mark at position 1)`,
		},
		"Password": {validator: Password(), good: []string{" "}, bad: []string{""}, says: "Attribute a must not be empty."},
		"HostName": {
			validator: HostName(),
			good:      []string{"px1", "px1.example.com", "px1.example.com.", "PX_1", "10.0.0.1", "2001:db8::1", "münchen.example.com"},
			bad:       []string{"https://px1.example.com", "px1.example.com:9193", "px1 example", " px1", "px1/", `EXAMPLE\px1`, "user@px1", "px1,px2", "[2001:db8::1]"},
			says:      "Attribute a must be a DNS name or an IP address such as proxy-1.example.com, without scheme, port, path or blanks.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check := func(value types.String) *validator.StringResponse {
				resp := &validator.StringResponse{}
				test.validator.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("a"), ConfigValue: value}, resp)
				return resp
			}
			for _, text := range test.good {
				if diags := check(types.StringValue(text)).Diagnostics; len(diags) > 0 {
					t.Errorf("%q is refused: %v", text, diags)
				}
			}
			for _, text := range test.bad {
				diags := check(types.StringValue(text)).Diagnostics
				if len(diags) != 1 || len(diags[0].Detail()) < len(test.says) || diags[0].Detail()[:len(test.says)] != test.says {
					t.Errorf("%q leads to %v", text, diags)
				}
			}
			for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
				if diags := check(value).Diagnostics; len(diags) > 0 {
					t.Errorf("%s is refused: %v", value, diags)
				}
			}
			if plain := test.validator.Description(t.Context()); plain == "" || plain != test.validator.MarkdownDescription(t.Context()) {
				t.Errorf("the description is %q", plain)
			}
		})
	}
}

func TestIsUUID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{id: true, "": false, "proxy-1.example.com": false, id + " ": false} {
		if rest.IsUUID(text) != want {
			t.Errorf("rest.IsUUID(%q) is %v", text, !want)
		}
	}
}
