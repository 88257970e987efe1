// SPDX-License-Identifier: MPL-2.0

// Package listing is the skeleton of data sources that list the objects of a kind and filter them.
package listing

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
)

// Spec is what is specific to one data source. M is its model: the filters and the list; T an object as the client returns it, E an
// element of the list, and D the provider data of the product.
type Spec[M, T, E, D any] struct {
	Name  string // "proxies": of the data source, and of its attribute with the list
	Title string // "Backup Proxies": in summaries
	Noun  string // "Proxies": at the beginning of details
	Doc   string

	Filters    map[string]schema.Attribute
	ElementDoc string
	Element    map[string]schema.Attribute

	// Check reports filters that cannot work with this server. It may be nil.
	Check func(ctx context.Context, data *D, m *M, diags *diag.Diagnostics)
	// List returns all objects, in the order of the data source.
	List func(ctx context.Context, data *D) ([]T, error)
	// Match returns the test that an object has to pass; every filter of m that is not null counts.
	Match   func(m *M) func(object T) bool
	Flatten func(object T) E
	Set     func(m *M, elements []E)
}

// New returns the constructor of the data source that the provider registers.
func New[M, T, E, D any](p product.Product[D], spec Spec[M, T, E, D]) func() datasource.DataSource {
	return func() datasource.DataSource { return &dataSource[M, T, E, D]{product: p, spec: spec} }
}

type dataSource[M, T, E, D any] struct {
	product product.Product[D]
	spec    Spec[M, T, E, D]
	data    *D
}

func (s *dataSource[M, T, E, D]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = s.product.TypeName(req.ProviderTypeName, s.spec.Name)
}

func (s *dataSource[M, T, E, D]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.data = s.product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (s *dataSource[M, T, E, D]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{s.spec.Name: computed.Objects(s.spec.ElementDoc, s.spec.Element)}
	maps.Copy(attributes, s.spec.Filters)
	resp.Schema = schema.Schema{MarkdownDescription: s.spec.Doc, Attributes: attributes}
}

func (s *dataSource[M, T, E, D]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	summary := "Unable to List " + s.spec.Title
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	switch {
	case resp.Diagnostics.HasError():
		return
	case !s.product.Ready(s.data):
		resp.Diagnostics.AddError(summary, s.product.NotKnownYet())
		return
	case s.spec.Check != nil:
		if s.spec.Check(ctx, s.data, &m, &resp.Diagnostics); resp.Diagnostics.HasError() {
			return
		}
	}
	objects, err := s.spec.List(ctx, s.data)
	if err != nil {
		resp.Diagnostics.AddError(summary, s.product.Detail(s.spec.Noun, err))
		return
	}
	elements, matches := []E{}, s.spec.Match(&m)
	for _, object := range objects {
		if matches(object) {
			elements = append(elements, s.spec.Flatten(object))
		}
	}
	s.spec.Set(&m, elements)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// Filter is an argument that limits a list.
func Filter(description string, validators ...validator.String) schema.Attribute {
	return schema.StringAttribute{Optional: true, Validators: validators, MarkdownDescription: description + " If omitted, all match."}
}

// Equal reports whether a filter is null or the value, case-insensitive.
func Equal(filter types.String, value string) bool {
	return filter.IsNull() || strings.EqualFold(filter.ValueString(), value)
}

// Like returns the test of a filter that is a pattern; see lookup.Glob. Null accepts everything.
func Like(pattern types.String) func(name string) bool {
	if pattern.IsNull() {
		return func(string) bool { return true }
	}
	return lookup.Glob(pattern.ValueString())
}
