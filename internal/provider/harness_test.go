// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// unknown stands for a value that a plan does not know yet.
type unknown struct{}

// block is one product's block, as a user writes it.
type block = map[string]any

func providerSchema(t *testing.T) schema.Schema {
	t.Helper()
	var resp provider.SchemaResponse
	New("test")().Schema(t.Context(), provider.SchemaRequest{}, &resp)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return resp.Schema
}

// configuration is what Terraform hands over for a provider block; what is left out is null.
func configuration(t *testing.T, blocks block) tfsdk.Config {
	t.Helper()
	s := providerSchema(t)
	return tfsdk.Config{Schema: s, Raw: value(s.Type().TerraformType(t.Context()), blocks)}
}

// value writes plain Go values as values of Terraform's types.
func value(want tftypes.Type, v any) tftypes.Value {
	switch v := v.(type) {
	case nil:
		return tftypes.NewValue(want, nil)
	case unknown:
		return tftypes.NewValue(want, tftypes.UnknownValue)
	case int:
		return tftypes.NewValue(want, big.NewFloat(float64(v)))
	case []string:
		var elements []tftypes.Value
		for _, text := range v {
			elements = append(elements, tftypes.NewValue(tftypes.String, text))
		}
		return tftypes.NewValue(want, elements)
	case block:
		children := map[string]tftypes.Value{}
		switch want := want.(type) {
		case tftypes.Object:
			for name, kind := range want.AttributeTypes {
				children[name] = value(kind, v[name])
			}
			for name := range v {
				if want.AttributeTypes[name] == nil {
					panic(fmt.Sprintf("the schema has no %q", name))
				}
			}
		case tftypes.Map:
			for name := range v {
				children[name] = value(want.ElementType, v[name])
			}
		}
		return tftypes.NewValue(want, children)
	}
	return tftypes.NewValue(want, v)
}

// environment gives a test an environment of its own, without any other variable of the provider.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "VEEAM_") {
			t.Setenv(name, "")
		}
	}
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

// messages lists diagnostics as "path: summary: detail".
func messages(diags diag.Diagnostics) []string {
	var lines []string
	for _, d := range diags {
		line := d.Summary() + ": " + d.Detail()
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			line = at.Path().String() + ": " + line
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}
