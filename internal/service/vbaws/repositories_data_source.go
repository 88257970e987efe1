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

var _ datasource.DataSourceWithConfigure = &repositoriesDataSource{}

// repositoriesDataSource is the data source veeam_vbaws_repositories.
type repositoriesDataSource struct {
	data *conn.ProviderData
}

// NewRepositoriesDataSource makes the data source veeam_vbaws_repositories.
func NewRepositoriesDataSource() datasource.DataSource { return &repositoriesDataSource{} }

type repositoriesModel struct {
	Name         types.String      `tfsdk:"name"`
	Region       types.String      `tfsdk:"region"`
	Bucket       types.String      `tfsdk:"bucket"`
	IAMRoleID    types.String      `tfsdk:"iam_role_id"`
	Repositories []repositoryFacts `tfsdk:"repositories"`
}

func (d *repositoriesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_repositories"
}

func (d *repositoriesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *repositoriesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	filter := func(v validator.String, description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, Validators: []validator.String{v}, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the backup repositories of Veeam Backup for AWS, all of them or those that every given filter lets through. " +
			"That there are none is no error: the list is empty then.",
		Attributes: map[string]schema.Attribute{
			"name": filter(validate.NotBlank(), "Only repositories whose name matches this pattern, in which `*` stands for any text and `?` for one character; "+
				"case-insensitive."),
			"region":      filter(validate.NotBlank(), "Only repositories in this AWS region, for example `us-east-1`."),
			"bucket":      filter(validate.NotBlank(), "Only repositories in the S3 bucket of this name."),
			"iam_role_id": filter(validate.UUID(), "Only repositories that the appliance reaches by the IAM role with this ID (the appliance's own)."),
			"repositories": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The repositories, sorted by name.",
				NestedObject: schema.NestedAttributeObject{Attributes: repositoryFactAttributes()},
			},
		},
	}
}

func (d *repositoriesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to List Repositories"
	var model repositoriesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	repositories, err := d.data.Repositories().List(ctx)
	if err != nil {
		resp.Diagnostics.AddError(summary, conn.Product.Detail("Repositories", err))
		return
	}
	slices.SortFunc(repositories, func(a, b api.Repository) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	model.Repositories = []repositoryFacts{}
	meant := model.matcher()
	for _, r := range repositories {
		if meant(r) {
			model.Repositories = append(model.Repositories, factsFromAPI(r))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}

// matcher tells which repositories all given filters let through.
func (m repositoriesModel) matcher() func(api.Repository) bool {
	name := func(string) bool { return true }
	if !m.Name.IsNull() {
		name = lookup.Glob(m.Name.ValueString())
	}
	equal := func(filter types.String, value string) bool {
		return filter.IsNull() || strings.EqualFold(filter.ValueString(), value)
	}
	return func(r api.Repository) bool {
		return name(r.Name) && equal(m.Region, r.Region) && equal(m.Bucket, r.Bucket) && equal(m.IAMRoleID, r.AccountID)
	}
}
