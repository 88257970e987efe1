// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

// ActionSpec is what is specific to one action: a run without a record of it. D is the provider data of the product.
type ActionSpec[D any] struct {
	Name string // "proxy_rescan"
	Doc  string
	Noun string // "rescan": what a run is

	Subject, SubjectDoc string // "proxy_id": the attribute with the ID of what the run is for
	WaitDoc             string
	Timeout             time.Duration // the default

	// Check reports at plan what the run will fail with. There is a client; there are no IDs while that of the subject is unknown.
	Check func(ctx context.Context, data *D, at path.Path, ids []string, report Report)
	// Invoke starts the run and, if asked to, waits for its end.
	Invoke func(ctx context.Context, data *D, id string, waits bool, resp *action.InvokeResponse)
}

// NewAction returns the constructor of the action that the provider registers.
func NewAction[D any](p product.Product[D], spec ActionSpec[D]) func() action.Action {
	return func() action.Action { return &runAction[D]{product: p, spec: spec} }
}

type runAction[D any] struct {
	product product.Product[D]
	spec    ActionSpec[D]
	data    *D
}

func (a *runAction[D]) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = a.product.TypeName(req.ProviderTypeName, a.spec.Name)
}

func (a *runAction[D]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = a.product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (a *runAction[D]) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: a.spec.Doc,
		Attributes: map[string]schema.Attribute{
			a.spec.Subject: schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()}, MarkdownDescription: a.spec.SubjectDoc,
			},
			"wait_for_completion": schema.BoolAttribute{Optional: true, MarkdownDescription: a.spec.WaitDoc},
			"timeouts":            operation.ActionTimeouts(ctx, "Timeout of the "+a.spec.Noun+". Defaults to `"+minutes(a.spec.Timeout)+"`."),
		},
	}
}

func (a *runAction[D]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(a.spec.Subject), &id)...)
	if resp.Diagnostics.HasError() || !a.product.Available(a.data) {
		return
	}
	a.spec.Check(ctx, a.data, path.Root(a.spec.Subject), KnownIDs(id), resp.Diagnostics.AddAttributeError)
}

func (a *runAction[D]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var id types.String
	var wait types.Bool
	var limits timeouts.Value
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(a.spec.Subject), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("wait_for_completion"), &wait)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &limits)...)
	timeout, diags := limits.Invoke(ctx, a.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "invoke", timeout)
	defer cancel()
	a.spec.Invoke(ctx, a.data, id.ValueString(), wait.IsNull() || wait.ValueBool(), resp)
}
