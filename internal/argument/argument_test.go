// SPDX-License-Identifier: MPL-2.0

package argument

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestNotEmpty(t *testing.T) {
	t.Parallel()
	kinds := map[string]attr.Type{"force": types.BoolType, "b": types.StringType}
	object := func(force types.Bool) types.Object {
		return types.ObjectValueMust(kinds, map[string]attr.Value{"force": force, "b": types.StringNull()})
	}
	for name, c := range map[string]struct {
		value types.Object
		says  string
	}{
		"null": {types.ObjectNull(kinds), ""}, "unknown": {types.ObjectUnknown(kinds), ""}, "set": {object(types.BoolValue(false)), ""}, "unknown argument": {object(types.BoolUnknown()), ""},
		"empty": {object(types.BoolNull()), "removal has no valid argument; is one misspelt? Valid arguments: b, force."},
	} {
		var resp validator.ObjectResponse
		NotEmpty().ValidateObject(t.Context(), validator.ObjectRequest{Path: path.Root("removal"), ConfigValue: c.value}, &resp)
		if resp.Diagnostics.HasError() != (c.says != "") || c.says != "" && !strings.HasPrefix(resp.Diagnostics[0].Detail(), c.says) {
			t.Errorf("%s: %v", name, resp.Diagnostics)
		}
	}
}
