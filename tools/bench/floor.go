// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/rand"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	veeam "github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

// floorVariable makes this program be the floor: a provider of the same framework whose objects ask nobody. One kind is like
// those of HashiCorp's null provider: an ID and a map. The others have the schemas of the measured provider: what a CLI and
// the framework take for objects of that width.
const floorVariable = "VEEAM_BENCH_FLOOR"

const floorName = "veeam-community/floor"

func serveFloor() error {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/" + floorName}
	return providerserver.Serve(context.Background(), func() provider.Provider { return floor{} }, options)
}

type floor struct{}

func (floor) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "floor"
}

func (floor) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (floor) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (floor) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (floor) Resources(ctx context.Context) []func() resource.Resource {
	kinds := []func() resource.Resource{func() resource.Resource { return nothing{} }}
	for _, newResource := range veeam.New("bench")().Resources(ctx) {
		kinds = append(kinds, func() resource.Resource { return likeness{like: newResource()} })
	}
	return kinds
}

// nothing is an ID and a map.
type nothing struct{ silent }

func (nothing) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "floor_nothing"
}

func (nothing) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":       schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
		"triggers": schema.MapAttribute{Optional: true, ElementType: types.StringType},
	}}
}

// likeness has the schema of a resource of the measured provider, floor_vb365_proxy that of veeam_vb365_proxy.
type likeness struct {
	silent
	like resource.Resource
}

func (l likeness) Metadata(ctx context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	l.like.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "floor"}, resp)
}

func (l likeness) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	l.like.Schema(ctx, req, resp)
}

// silent is what becomes of all of them.
type silent struct{}

func (silent) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = known(req.Plan.Raw)
}

func (silent) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (silent) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = known(req.Plan.Raw)
}

func (silent) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// known puts something in the place of all that is unknown.
func known(planned tftypes.Value) tftypes.Value {
	decided, err := tftypes.Transform(planned, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch kind := v.Type(); {
		case v.IsKnown():
			return v, nil
		case kind.Is(tftypes.String):
			return tftypes.NewValue(kind, rand.Text()), nil
		case kind.Is(tftypes.Number):
			return tftypes.NewValue(kind, 1), nil
		case kind.Is(tftypes.Bool):
			return tftypes.NewValue(kind, false), nil
		default:
			return tftypes.NewValue(kind, nil), nil
		}
	})
	if err != nil {
		panic(err) // no value is of another type than the one it takes the place of
	}
	return decided
}
