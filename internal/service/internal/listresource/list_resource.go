// SPDX-License-Identifier: MPL-2.0

// Package listresource is the skeleton of list resources, which find the objects of a resource for terraform query.
package listresource

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/crud"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

// New returns the constructor of the list resource that goes with a resource: it lists the objects, all of them or those whose name
// matches a pattern. What terraform query generates of them plans empty.
func New[M, A, D any, P crud.Model[M]](p product.Product[D], spec crud.Spec[M, A, D]) func() list.ListResource {
	return func() list.ListResource { return &listResource[M, A, D, P]{product: p, spec: spec} }
}

type listResource[M, A, D any, P crud.Model[M]] struct {
	product product.Product[D]
	spec    crud.Spec[M, A, D]
	data    *D
}

func (l *listResource[M, A, D, P]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = l.product.TypeName(req.ProviderTypeName, l.spec.Name)
}

func (l *listResource[M, A, D, P]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.data = l.product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (l *listResource[M, A, D, P]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Finds the %s of %s for `terraform query`. Needs Terraform 1.14.", l.spec.Nouns, l.product.Name),
		Attributes: map[string]schema.Attribute{"name": schema.StringAttribute{
			Optional: true, Validators: []validator.String{validate.NotBlank()},
			MarkdownDescription: fmt.Sprintf("Only %s whose name matches this pattern, case-insensitive: `*` stands for any text, `?` for one character. "+
				"If omitted, all are found.", l.spec.Nouns),
		}},
	}
}

func (l *listResource[M, A, D, P]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var name types.String
	diags := req.Config.GetAttribute(ctx, path.Root("name"), &name)
	var objects []A
	if summary := "Unable to List " + crud.Title(l.spec.Nouns); !diags.HasError() {
		if !l.product.Ready(l.data) {
			diags.AddError(summary, l.product.NotKnownYet())
		} else if all, err := l.spec.List(ctx, l.data); err != nil {
			diags.AddError(summary, l.product.Detail(crud.Title(l.spec.Nouns), err))
		} else {
			objects = all
		}
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	matches := listing.Like(name)
	stream.Results = func(push func(list.ListResult) bool) {
		var pushed int64
		for _, object := range objects {
			if !matches(l.spec.Entry(object).Name) {
				continue
			}
			if pushed++; !push(l.result(ctx, req, object)) || pushed == req.Limit {
				return
			}
		}
	}
}

// result shows one object: its name and identity, and all of it when asked to.
func (l *listResource[M, A, D, P]) result(ctx context.Context, req list.ListRequest, object A) list.ListResult {
	entry, result := l.spec.Entry(object), req.NewListResult(ctx)
	result.DisplayName = entry.Name
	id := types.StringValue(strings.ToLower(entry.ID))
	result.Diagnostics.Append(result.Identity.SetAttribute(ctx, path.Root("id"), id)...)
	if !req.IncludeResource {
		return result
	}
	model, diags := crud.Null[M](ctx, tfsdk.State{Schema: result.Resource.Schema})
	result.Diagnostics.Append(diags...)
	complete, err := l.spec.Read(ctx, l.data, entry.ID, &model)
	if err != nil {
		result.Diagnostics.Append(diag.NewErrorDiagnostic("Unable to Read "+crud.Title(l.spec.Noun), l.product.Detail(entry.String(), err)))
		return result
	}
	l.spec.Flatten(complete, &model)
	result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("id"), id)...)
	return result
}
