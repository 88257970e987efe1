// SPDX-License-Identifier: MPL-2.0

package lookup

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/diagnose"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

type shelf struct{ ready bool }

type book struct {
	ID    types.String `tfsdk:"id"`
	Title types.String `tfsdk:"title"`
	Pages types.Int64  `tfsdk:"pages"`
}

var errNoBook = errors.New("no such book")

var books = New(product.Product[shelf]{
	Product: diagnose.Product{Name: "Shelf", Block: "shelf"},
	From:    func(data any) (*shelf, bool) { s, ok := data.(*shelf); return s, ok },
	Ready:   func(s *shelf) bool { return s.ready },
}, Spec[book, int64, shelf]{
	Name: "book", Title: "Old Book", Noun: "Book",
	ID: "ID.", Key: Argument{Name: "title", Doc: "Title.", Validator: validate.NotBlank()},
	Attributes: map[string]schema.Attribute{"pages": computed.Int64("Pages.")},
	Get: func(_ context.Context, _ *shelf, id string) (int64, error) {
		if strings.EqualFold(id, "a") {
			return 100, nil
		}
		return 0, errNoBook
	},
	Find: func(_ context.Context, _ *shelf, title string) (int64, error) {
		if strings.EqualFold(title, "faust") {
			return 100, nil
		}
		return 0, errNoBook
	},
	Advise: func(err error) string {
		if errors.Is(err, errNoBook) {
			return "Look at the shelf."
		}
		return ""
	},
	Flatten: func(pages int64) book {
		return book{types.StringValue("a"), types.StringValue("Faust"), types.Int64Value(pages)}
	},
})

// TestDataSource: an object is found by either argument, the arguments come back as they are written, and errors name the argument.
func TestDataSource(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shelf      shelf
		id, title  any
		want       book
		at, detail string // of the error
	}{
		"by ID":          {shelf: shelf{true}, id: "A", want: book{types.StringValue("A"), types.StringValue("Faust"), types.Int64Value(100)}},
		"by title":       {shelf: shelf{true}, title: "FAUST", want: book{types.StringValue("a"), types.StringValue("FAUST"), types.Int64Value(100)}},
		"no such ID":     {shelf: shelf{true}, id: "b", at: "id", detail: "Book b: no such book.\n\nLook at the shelf."},
		"no such title":  {shelf: shelf{true}, title: "Emma", at: "title", detail: "Book \"Emma\": no such book.\n\nLook at the shelf."},
		"not known yet":  {title: "Faust", detail: `Block "shelf" of the provider configuration depends on values`},
		"not ready, ID ": {id: "a", detail: `Block "shelf" of the provider configuration depends on values`},
	} {
		d, _ := books().(datasource.DataSourceWithConfigure)
		var described datasource.SchemaResponse
		d.Schema(t.Context(), datasource.SchemaRequest{}, &described)
		d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: &c.shelf}, &datasource.ConfigureResponse{})
		object := described.Schema.Type().TerraformType(t.Context())
		config := tftypes.NewValue(object, map[string]tftypes.Value{
			"id": tftypes.NewValue(tftypes.String, c.id), "title": tftypes.NewValue(tftypes.String, c.title), "pages": tftypes.NewValue(tftypes.Number, nil),
		})
		resp := datasource.ReadResponse{State: tfsdk.State{Schema: described.Schema, Raw: tftypes.NewValue(object, nil)}}
		d.Read(t.Context(), datasource.ReadRequest{Config: tfsdk.Config{Schema: described.Schema, Raw: config}}, &resp)
		if c.detail != "" {
			if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary() != "Unable to Read Old Book" || !strings.HasPrefix(resp.Diagnostics[0].Detail(), c.detail) {
				t.Errorf("%s: got %v", name, resp.Diagnostics)
			}
			if at, ok := resp.Diagnostics[0].(diag.DiagnosticWithPath); c.at != "" && (!ok || at.Path().String() != c.at) {
				t.Errorf("%s: the error is not about %s", name, c.at)
			}
			continue
		}
		var got book
		if diags := append(resp.Diagnostics, resp.State.Get(t.Context(), &got)...); diags.HasError() || got != c.want {
			t.Errorf("%s: got %v, %v", name, got, diags)
		}
	}
}
