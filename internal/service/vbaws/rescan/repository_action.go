// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var (
	_ action.ActionWithConfigure  = &repositoryRescanAction{}
	_ action.ActionWithModifyPlan = &repositoryRescanAction{}
)

// repositoryRescanAction is the action veeam_vbaws_repository_rescan: the rescan without a record of it.
type repositoryRescanAction struct {
	data *conn.ProviderData
}

// NewRepositoryAction makes the action veeam_vbaws_repository_rescan.
func NewRepositoryAction() action.Action { return &repositoryRescanAction{} }

type repositoryRescanActionModel struct {
	RepositoryID      types.String   `tfsdk:"repository_id"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (a *repositoryRescanAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_repository_rescan"
}

func (a *repositoryRescanAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (a *repositoryRescanAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rescans a backup repository of Veeam Backup for AWS, for use in the life cycle of another resource or with `terraform apply -invoke`.\n\n" +
			"Terraform does not repeat a failed action. Use the resource of the same name if a rescan must succeed.\n\n" +
			"The API has this rescan in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept. Appliances 8 and later do not; the plan fails with an explanation.",
		Attributes: map[string]schema.Attribute{
			"repository_id": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.UUID()},
				MarkdownDescription: "ID of the repository.",
			},
			"wait_for_completion": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to wait until the rescan has ended, and to fail if it failed. Defaults to `true`.",
			},
			"timeouts": operation.ActionTimeouts(ctx, "Timeout of the rescan. Defaults to `60m`."),
		},
	}
}

// ModifyPlan finds out whether the appliance still has the rescan, and the repository.
func (a *repositoryRescanAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config repositoryRescanActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || !conn.Product.Available(a.data) {
		return
	}
	checkRepositoryRescan(ctx, a.data, repositoryID, known(config.RepositoryID), resp.Diagnostics.AddAttributeError)
}

func (a *repositoryRescanAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config repositoryRescanActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := config.Timeouts.Invoke(ctx, defaultRescanTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "invoke", timeout)
	defer cancel()
	waits := config.WaitForCompletion.IsNull() || config.WaitForCompletion.ValueBool()
	repositoryRescan(a.data, config.RepositoryID).invoke(ctx, waits, resp)
}
