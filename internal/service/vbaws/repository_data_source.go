// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

var _ datasource.DataSourceWithConfigure = &repositoryDataSource{}

// repositoryDataSource is the data source veeam_vbaws_repository.
type repositoryDataSource struct {
	data *conn.ProviderData
}

// NewRepositoryDataSource makes the data source veeam_vbaws_repository.
func NewRepositoryDataSource() datasource.DataSource { return &repositoryDataSource{} }

func (d *repositoryDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vbaws_repository"
}

func (d *repositoryDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (d *repositoryDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := repositoryFactAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		Validators:          []validator.String{validate.UUID(), stringvalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))},
		MarkdownDescription: "ID of the repository. Give either this or `name`.",
	}
	attributes["name"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{validate.NotBlank()},
		MarkdownDescription: "Name of the repository, exactly as the appliance has it. It must belong to one repository.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up one backup repository of Veeam Backup for AWS, by its ID or its name. No such repository, or several, is an error.",
		Attributes:          attributes,
	}
}

func (d *repositoryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Unable to Read Repository"
	var config repositoryFacts
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if d.data.Client == nil {
		resp.Diagnostics.AddError(summary, conn.Product.NotKnownYet())
		return
	}
	var repository api.Repository
	var err error
	object, argument := "Repository "+config.ID.ValueString(), path.Root("id")
	if config.ID.IsNull() {
		object, argument = fmt.Sprintf("Repository %q", config.Name.ValueString()), path.Root("name")
		repository, err = d.data.Repositories().Named(ctx, config.Name.ValueString())
	} else {
		repository, err = d.data.Repositories().WithID(ctx, config.ID.ValueString())
	}
	if err != nil {
		resp.Diagnostics.AddAttributeError(argument, summary, conn.Product.Detail(object, err))
		return
	}
	facts := factsFromAPI(repository)
	if strings.EqualFold(facts.ID.ValueString(), config.ID.ValueString()) {
		facts.ID = config.ID // a data source has to give back its arguments as they are
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, facts)...)
}
