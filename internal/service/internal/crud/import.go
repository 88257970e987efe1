// SPDX-License-Identifier: MPL-2.0

package crud

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

// ImportState takes the ID of an object, its name, or an identity.
func (r *crud[M, A, D, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id := req.ID
	if byIdentity := id == "" && req.Identity != nil; byIdentity {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &id)...)
		if !resp.Diagnostics.HasError() && !rest.IsUUID(id) {
			resp.Diagnostics.AddError(r.summary("Import"), fmt.Sprintf("%q is not the ID of a %s, which looks like 0f0e0d0c-1111-4222-8333-444455556666. "+
				"To import by name, set id instead of identity in the import block.", id, r.spec.Noun))
		}
	} else if !rest.IsUUID(id) {
		id = r.find(ctx, id, resp)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	own := types.StringValue(strings.ToLower(id))
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), own)...)
	SetIdentity(ctx, resp.Identity, own, &resp.Diagnostics)
}

// find returns the ID of the only object with that name.
func (r *crud[M, A, D, P]) find(ctx context.Context, name string, resp *resource.ImportStateResponse) string {
	if !r.product.Ready(r.data) {
		resp.Diagnostics.AddError(r.summary("Import"), r.product.NotKnownYet()+" Import by ID meanwhile.")
		return ""
	}
	ctx, cancel := operation.WithTimeout(ctx, "read", readTimeout)
	defer cancel()
	found, err := r.spec.named(ctx, r.data, name)
	if err != nil {
		advice := ""
		if _, ok := errors.AsType[*lookup.NotUniqueError](err); ok {
			advice = fmt.Sprintf("Import takes the ID or the name of a %s.", r.spec.Noun)
		}
		resp.Diagnostics.AddError(r.summary("Import"), r.product.Detail(fmt.Sprintf("%q", name), err, advice))
		return ""
	}
	return r.spec.Entry(found).ID
}
