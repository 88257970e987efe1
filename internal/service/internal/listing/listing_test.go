// SPDX-License-Identifier: MPL-2.0

package listing

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/diagnose"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
)

// cellar is the provider data of the tests.
type cellar struct {
	ready bool
	wines []string
	err   error
	reads int
}

type model struct {
	Name  types.String `tfsdk:"name"`
	Wines []element    `tfsdk:"wines"`
}

type element struct {
	Name types.String `tfsdk:"name"`
}

var wines = New(product.Product[cellar]{
	Product: diagnose.Product{Name: "Cellar", Block: "cellar"},
	From:    func(data any) (*cellar, bool) { c, ok := data.(*cellar); return c, ok },
	Ready:   func(c *cellar) bool { return c.ready },
}, Spec[model, string, element, cellar]{
	Name: "wines", Title: "Good Wines", Noun: "Wines",
	Filters: map[string]schema.Attribute{"name": Filter("Pattern.")},
	Element: map[string]schema.Attribute{"name": computed.String("Name.")},
	Check: func(_ context.Context, _ *cellar, m *model, diags *diag.Diagnostics) {
		if m.Name.ValueString() == "water" {
			diags.AddAttributeError(path.Root("name"), "No Wine", "Water is none.")
		}
	},
	List: func(_ context.Context, c *cellar) ([]string, error) {
		c.reads++
		return c.wines, c.err
	},
	Match:   func(m *model) func(string) bool { return Like(m.Name) },
	Flatten: func(wine string) element { return element{types.StringValue(wine)} },
	Set:     func(m *model, elements []element) { m.Wines = elements },
})

// read reads the data source with a filter; nil is null.
func read(t *testing.T, c *cellar, filter any) (names []string, diags diag.Diagnostics) {
	t.Helper()
	d, _ := wines().(datasource.DataSourceWithConfigure)
	var described datasource.SchemaResponse
	d.Schema(t.Context(), datasource.SchemaRequest{}, &described)
	var configured datasource.ConfigureResponse
	d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: c}, &configured)
	if configured.Diagnostics.HasError() {
		return nil, configured.Diagnostics
	}
	object, _ := described.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	config := tftypes.NewValue(object, map[string]tftypes.Value{
		"name": tftypes.NewValue(tftypes.String, filter), "wines": tftypes.NewValue(object.AttributeTypes["wines"], nil),
	})
	resp := datasource.ReadResponse{State: tfsdk.State{Schema: described.Schema, Raw: tftypes.NewValue(object, nil)}}
	d.Read(t.Context(), datasource.ReadRequest{Config: tfsdk.Config{Schema: described.Schema, Raw: config}}, &resp)
	if resp.Diagnostics.HasError() {
		return nil, resp.Diagnostics
	}
	var m model
	if diags := resp.State.Get(t.Context(), &m); diags.HasError() || m.Wines == nil {
		t.Fatalf("the list is null: %v", diags)
	}
	for _, w := range m.Wines {
		names = append(names, w.Name.ValueString())
	}
	return names, nil
}

func TestRead(t *testing.T) {
	t.Parallel()
	all := []string{"Riesling", "Silvaner", "Rivaner"}
	for name, c := range map[string]struct {
		cellar  *cellar
		filter  any
		want    []string
		summary string // of the error
		detail  string
		reads   int
	}{
		"all":            {cellar: &cellar{ready: true, wines: all}, want: all, reads: 1},
		"filtered":       {cellar: &cellar{ready: true, wines: all}, filter: "ri*", want: []string{"Riesling", "Rivaner"}, reads: 1},
		"none matches":   {cellar: &cellar{ready: true, wines: all}, filter: "x", reads: 1},
		"there are none": {cellar: &cellar{ready: true}, reads: 1},
		"failed list":    {cellar: &cellar{ready: true, err: errors.New("broken")}, summary: "Unable to List Good Wines", detail: "Wines: broken.", reads: 1},
		"refused filter": {cellar: &cellar{ready: true}, filter: "water", summary: "No Wine", detail: "Water is none."},
		"not known yet":  {cellar: &cellar{}, summary: "Unable to List Good Wines", detail: `Block "cellar" of the provider configuration depends on values`},
		"not configured": {summary: "Unable to Configure Cellar", detail: "the provider is not configured"},
	} {
		names, diags := read(t, c.cellar, c.filter)
		if c.summary != "" {
			if len(diags) != 1 || diags[0].Summary() != c.summary || !strings.Contains(diags[0].Detail(), c.detail) {
				t.Errorf("%s: got %v", name, diags)
			}
		} else if diags.HasError() || !slices.Equal(names, c.want) {
			t.Errorf("%s: got %v, %v", name, names, diags)
		}
		if c.cellar != nil && c.cellar.reads != c.reads {
			t.Errorf("%s: %d reads", name, c.cellar.reads)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	if !Equal(types.StringNull(), "a") || !Equal(types.StringValue("A"), "a") || Equal(types.StringValue("b"), "a") || Equal(types.StringValue("a"), "") {
		t.Error("a filter is null, or the value in any case")
	}
}
