// SPDX-License-Identifier: MPL-2.0

package lookup

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

// Spec is what is specific to a data source that reads one object: by its ID, by its ID or its name, or, if there is only one such
// object, without an argument. M is the model, T the object as the client returns it, and D the provider data of the product.
type Spec[M, T, D any] struct {
	Name       string // "proxy": of the data source
	Title      string // "Backup Proxy": in summaries
	Noun       string // "Proxy": at the beginning of details; defaults to Title
	Doc        string
	Attributes map[string]schema.Attribute // the computed ones

	ID  string   // description of the argument id; empty: there is none
	Key Argument // the other argument by which the object is found; zero: there is none

	Get     func(ctx context.Context, data *D, id string) (T, error)   // by ID; without an argument the ID is empty
	Find    func(ctx context.Context, data *D, name string) (T, error) // by the other argument
	Advise  func(err error) string                                     // what to do about an error; may be nil
	Flatten func(object T) M
}

// Argument is a name that identifies an object.
type Argument struct {
	Name, Doc string
	Validator validator.String
}

// New returns the constructor of the data source that the provider registers.
func New[M, T, D any](p product.Product[D], spec Spec[M, T, D]) func() datasource.DataSource {
	return func() datasource.DataSource { return &dataSource[M, T, D]{product: p, spec: spec} }
}

type dataSource[M, T, D any] struct {
	product product.Product[D]
	spec    Spec[M, T, D]
	data    *D
}

func (s *dataSource[M, T, D]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = s.product.TypeName(req.ProviderTypeName, s.spec.Name)
}

func (s *dataSource[M, T, D]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.data = s.product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (s *dataSource[M, T, D]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := maps.Clone(s.spec.Attributes)
	id := schema.StringAttribute{Required: true, Validators: []validator.String{validate.UUID()}, MarkdownDescription: s.spec.ID}
	if key := s.spec.Key; key.Name != "" {
		id.Required, id.Optional, id.Computed = false, true, true
		id.Validators = append(id.Validators, stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot(key.Name)))
		attributes[key.Name] = schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{key.Validator}, MarkdownDescription: key.Doc,
		}
	}
	if s.spec.ID != "" {
		attributes["id"] = id
	}
	resp.Schema = schema.Schema{MarkdownDescription: s.spec.Doc, Attributes: attributes}
}

func (s *dataSource[M, T, D]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	summary, object := "Unable to Read "+s.spec.Title, cmp.Or(s.spec.Noun, s.spec.Title)
	var argument path.Path
	var configured types.String
	find := s.spec.Get
	if s.spec.ID != "" {
		argument = path.Root("id")
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, argument, &configured)...)
		object += " " + configured.ValueString()
	}
	if s.spec.Key.Name != "" && configured.IsNull() {
		argument, find = path.Root(s.spec.Key.Name), s.spec.Find
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, argument, &configured)...)
		object = fmt.Sprintf("%s %q", cmp.Or(s.spec.Noun, s.spec.Title), configured.ValueString())
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case !s.product.Ready(s.data):
		resp.Diagnostics.AddError(summary, s.product.NotKnownYet())
		return
	}
	found, err := find(ctx, s.data, configured.ValueString())
	if err != nil {
		advice := ""
		if s.spec.Advise != nil {
			advice = s.spec.Advise(err)
		}
		resp.Diagnostics.AddAttributeError(argument, summary, s.product.Detail(object, err, advice))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, s.spec.Flatten(found))...)
	if s.spec.ID != "" { // the server may spell an argument in another way, and a data source has to return it as it is
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, argument, configured)...)
	}
}
