// SPDX-License-Identifier: MPL-2.0

// Package region holds the data source of AWS regions.
package region

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/computed"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/listing"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// NewListDataSource makes the data source veeam_vbaws_regions.
var NewListDataSource = listing.New(conn.Product, listing.Spec[listModel, api.Region, model, conn.ProviderData]{
	Name: "regions", Title: "Regions", Noun: "Regions",
	Doc: "Lists the AWS regions of Veeam Backup for AWS with their IDs on the appliance, optionally filtered. Returns an empty list if nothing matches. " +
		"The account needs the role Portal Operator or Portal Administrator.",
	Filters: map[string]schema.Attribute{
		"name": listing.Filter("Only regions whose name matches this pattern: `*` stands for any text, `?` for one character; for example `eu-*`.",
			validate.NotBlank()),
	},
	ElementDoc: "The regions, sorted by name.",
	Element: map[string]schema.Attribute{
		"id":   computed.String("The appliance's own ID of the region, in lower case."),
		"name": computed.String("Name of the region in AWS, for example `us-east-1`."),
	},
	List: func(ctx context.Context, data *conn.ProviderData) ([]api.Region, error) {
		return data.Regions().List(ctx)
	},
	Match: func(m *listModel) func(api.Region) bool {
		like := listing.Like(m.Name)
		return func(r api.Region) bool { return like(r.Name) }
	},
	Flatten: func(r api.Region) model {
		return model{ID: types.StringValue(strings.ToLower(r.ID)), Name: types.StringValue(r.Name)}
	},
	Set: func(m *listModel, regions []model) { m.Regions = regions },
})

type listModel struct {
	Name    types.String `tfsdk:"name"`
	Regions []model      `tfsdk:"regions"`
}

type model struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
}
