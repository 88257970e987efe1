// SPDX-License-Identifier: MPL-2.0

package crud

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

func (r *crud[M, A, D, P]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.product.TypeName(req.ProviderTypeName, r.spec.Name)
}

func (r *crud[M, A, D, P]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = r.product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *crud[M, A, D, P]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	length := operation.Duration(r.spec.Timeout)
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, MarkdownDescription: "ID of the " + r.spec.Noun + ".",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
		"timeouts": operation.Timeouts(ctx, "Durations such as `90s`, `30m` or `2h`. Changing them sends no request. If omitted, the defaults apply.", timeouts.Opts{
			Create: true, CreateDescription: "How long the creation may take. Defaults to `" + length + "`.",
			Read: true, ReadDescription: "How long a refresh may take. Defaults to `" + operation.Duration(readTimeout) + "`.",
			Update: true, UpdateDescription: "How long an update may take. Defaults to `" + length + "`.",
			Delete: true, DeleteDescription: "How long the deletion may take. Defaults to `" + length + "`. Must be applied before destroy to take effect.",
		}),
	}
	maps.Copy(attributes, r.spec.Attributes)
	resp.Schema = schema.Schema{MarkdownDescription: r.spec.Doc, Attributes: attributes}
}

// IdentitySchema: the ID alone. It outlives a change of the server's address, of the API version and of the object's name.
func (r *crud[M, A, D, P]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "ID of the " + r.spec.Noun + "."},
	}}
}

// Secret returns the write-only attribute of a secret, which is not in state, and its version, which is: the secret is sent at
// creation and when its version changes. Spec.Secrets has the name.
func Secret(name, description string) map[string]schema.Attribute {
	version := name + "_version"
	return map[string]schema.Attribute{
		name: schema.StringAttribute{
			Optional: true, WriteOnly: true,
			Validators:          []validator.String{validate.Password(), stringvalidator.AlsoRequires(path.MatchRoot(version))},
			MarkdownDescription: description + " Never stored in state. If omitted, none is sent. Change `" + version + "` to send a new one.",
		},
		version: schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.AlsoRequires(path.MatchRoot(name))},
			MarkdownDescription: fmt.Sprintf("Version of `%s`: any number that differs from the last one sends it again. If omitted, the secret must be omitted as well.", name),
		},
	}
}
