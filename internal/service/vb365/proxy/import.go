// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/crud"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// IdentitySchema: the ID alone. It outlives a change of the server's address, of the API version and of the host's
// name in DNS.
func (r *proxyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "ID of the proxy."},
	}}
}

// ImportState takes the ID of a proxy, the name of its host, or an identity.
func (r *proxyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	const summary = "Unable to Import Backup Proxy"
	id := req.ID
	if id == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
		if !resp.Diagnostics.HasError() && !rest.IsUUID(id) {
			resp.Diagnostics.AddError(summary, fmt.Sprintf("%q is not the ID of a proxy, such as 0f0e0d0c-1111-4222-8333-444455556666. "+
				"To import by host name, use id instead of identity in the import block.", id))
		}
	} else if !rest.IsUUID(id) {
		if r.data.Client == nil {
			resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet()+" Import by ID meanwhile.")
			return
		}
		proxy, err := r.data.ProxyOnHost(ctx, id)
		if err != nil {
			advice := ""
			if _, ok := errors.AsType[*lookup.NotUniqueError](err); ok {
				advice = "Import takes the ID of a proxy or its host name, as the Veeam console shows it."
			}
			resp.Diagnostics.AddError(summary, conn.Product.Detail(fmt.Sprintf("Proxy %q", id), err, advice))
			return
		}
		id = proxy.ID
	}
	if resp.Diagnostics.HasError() {
		return
	}
	own := types.StringValue(strings.ToLower(id))
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, importedKey, []byte("true"))...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), own)...)
	crud.SetIdentity(ctx, resp.Identity, own, &resp.Diagnostics)
}
