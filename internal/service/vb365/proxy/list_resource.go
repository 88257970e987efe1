// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/crud"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var _ list.ListResourceWithConfigure = &listResource{}

// listResource is the list resource veeam_vb365_proxy: it finds proxies for terraform query. Name and
// configuration it has in common with the managed resource.
type listResource struct {
	proxyResource
}

// NewListResource makes the list resource veeam_vb365_proxy.
func NewListResource() list.ListResource { return &listResource{} }

func (r *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds backup proxies of Veeam Backup for Microsoft 365 for `terraform query`, optionally filtered. Requires Terraform 1.14.",
		Attributes:          map[string]schema.Attribute{},
	}
	for _, a := range filterArguments() {
		resp.Schema.Attributes[a.name] = schema.StringAttribute{Optional: true, Validators: a.validators, MarkdownDescription: a.description + " If omitted, all match."}
	}
}

// List yields proxies while the server's pages come, and asks for no page after the limit is reached.
func (r *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Unable to List Backup Proxies"
	var wanted filter
	var diags diag.Diagnostics
	diags.Append(req.Config.Get(ctx, &wanted)...)
	switch {
	case diags.HasError():
	case r.data.Client == nil:
		diags.AddError(summary, conn.Product.NotKnownYet())
	default:
		wanted.check(ctx, r.data.Client, &diags)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	meant := wanted.matcher()
	stream.Results = func(push func(list.ListResult) bool) {
		var pushed int64
		for proxy, err := range r.data.Client.EachProxy(ctx) {
			if err != nil {
				var failure diag.Diagnostics
				failure.AddError(summary, conn.Product.Detail("Proxies", err))
				push(list.ListResult{Diagnostics: failure})
				return
			}
			if !meant(proxy) {
				continue
			}
			if pushed++; !push(r.result(ctx, req, proxy)) || pushed == req.Limit {
				return
			}
		}
	}
}

// result shows one proxy: its name and identity, and all of it when asked to.
func (r *listResource) result(ctx context.Context, req list.ListRequest, proxy api.Proxy) list.ListResult {
	result := req.NewListResult(ctx)
	result.DisplayName = proxy.HostName
	crud.SetIdentity(ctx, result.Identity, types.StringValue(strings.ToLower(proxy.ID)), &result.Diagnostics)
	if !req.IncludeResource {
		return result
	}
	model, diags := crud.Null[proxyModel](ctx, tfsdk.State{Schema: result.Resource.Schema})
	result.Diagnostics.Append(diags...)
	version, err := r.data.Client.Version(ctx) // known since the list began
	if err != nil {
		result.Diagnostics.AddError("Unable to List Backup Proxies", conn.Product.Detail("Proxies", err))
		return result
	}
	model.fromAPI(ctx, version, proxy, &result.Diagnostics)
	result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	return result
}
