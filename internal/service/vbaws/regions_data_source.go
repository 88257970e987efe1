// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var _ datasource.DataSourceWithConfigure = &regionsDataSource{}

// regionsDataSource is the data source veeam_vbaws_regions.
type regionsDataSource struct {
	data *conn.ProviderData
}

// NewRegionsDataSource makes the data source veeam_vbaws_regions.
func NewRegionsDataSource() datasource.DataSource { return &regionsDataSource{} }

type regionsModel struct {
	Name    types.String  `tfsdk:"name"`
	Regions []regionFacts `tfsdk:"regions"`
}

type regionFacts struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}

func (d *regionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_regions"
}

func (d *regionsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *regionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the AWS regions that Veeam Backup for AWS knows, with the IDs that it gives them, all of them or those whose name matches a pattern. " +
			"That there are none is no error: the list is empty then. The account needs the role Portal Operator or Portal Administrator.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Only regions whose name matches this pattern, in which `*` stands for any text and `?` for one character; for example `eu-*`.",
			},
			"regions": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The regions, sorted by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":   schema.StringAttribute{Computed: true, MarkdownDescription: "The appliance's own ID of the region, in lower case."},
					"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the region in AWS, for example `us-east-1`."},
				}},
			},
		},
	}
}

func (d *regionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to List Regions"
	var model regionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	regions, err := d.data.Regions().List(ctx)
	if err != nil {
		resp.Diagnostics.AddError(summary, conn.Product.Detail("Regions", err))
		return
	}
	slices.SortFunc(regions, func(a, b api.Region) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	meant := func(string) bool { return true }
	if !model.Name.IsNull() {
		meant = lookup.Glob(model.Name.ValueString())
	}
	model.Regions = []regionFacts{}
	for _, r := range regions {
		if meant(r.Name) {
			model.Regions = append(model.Regions, regionFacts{ID: types.StringValue(strings.ToLower(r.ID)), Name: types.StringValue(r.Name)})
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
