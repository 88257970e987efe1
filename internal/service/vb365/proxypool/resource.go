// SPDX-License-Identifier: MPL-2.0

// Package proxypool holds the objects about proxy pools.
package proxypool

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/crud"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var spec = crud.Spec[model, api.ProxyPool, conn.ProviderData]{
	Name: "proxy_pool", Noun: "proxy pool", Nouns: "proxy pools", Feature: string(api.FeatureProxyPools), Timeout: 5 * time.Minute,
	Doc: "Manages a pool of backup proxies of Veeam Backup for Microsoft 365, which share the work on the repositories that the pool owns. " +
		"A destroyed pool leaves its proxies as they are. A proxy that is destroyed leaves its pool first.",
	Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true, Validators: []validator.String{validate.NotBlank()}, MarkdownDescription: "Name of the pool."},
		"description": schema.StringAttribute{
			Optional: true, Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Description of the pool. If omitted, the server chooses one at creation, and it stays as it is.",
		},
		"proxy_ids": schema.SetAttribute{
			Required: true, ElementType: types.StringType,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(validate.UUID())},
			MarkdownDescription: "IDs of all proxies in the pool, at least one. A proxy belongs to one pool at most, the default proxy to none. " +
				"Other proxies in the pool are removed from it.",
		},
	},
	Create: func(ctx context.Context, d *conn.ProviderData, c crud.Change[model]) (api.ProxyPool, error) {
		return d.Client.ProxyPools().Create(ctx, c.Plan.toAPI())
	},
	Read: func(ctx context.Context, d *conn.ProviderData, id string, prior *model) (api.ProxyPool, error) {
		return d.Client.ProxyPool(ctx, id, prior.toAPI().ProxyIDs)
	},
	Update: func(ctx context.Context, d *conn.ProviderData, id string, c crud.Change[model]) error {
		renamed := !c.Plan.Name.Equal(c.Prior.Name) || !c.Plan.Description.Equal(c.Prior.Description)
		return d.Client.UpdateProxyPool(ctx, id, c.Plan.toAPI(), renamed)
	},
	Delete: func(ctx context.Context, d *conn.ProviderData, id string) error {
		return d.Client.ProxyPools().Delete(ctx, id)
	},
	List: func(ctx context.Context, d *conn.ProviderData) ([]api.ProxyPool, error) {
		return d.Client.ProxyPools().List(ctx)
	},
	Entry:   func(p api.ProxyPool) lookup.Entry { return lookup.Entry{Name: p.Name, ID: p.ID} },
	Label:   func(m *model) string { return m.Name.ValueString() },
	Flatten: func(p api.ProxyPool, m *model) { m.fromAPI(p) },
	Check:   checkMembers,
	Advice: func(err error) string {
		if !errors.Is(err, rest.ErrConflict) {
			return ""
		}
		return "A proxy belongs to one pool at most, and the default proxy to none. The last proxy and one in maintenance mode cannot leave a pool, " +
			"and a pool that owns backup repositories cannot be deleted."
	},
}

// NewResource makes veeam_vb365_proxy_pool.
var NewResource = crud.New(conn.Product, spec)

// checkMembers: the default proxy cannot join a pool. One of another pool may be about to leave that, which cannot be seen here.
func checkMembers(ctx context.Context, d *conn.ProviderData, c crud.Change[model], diags *diag.Diagnostics) {
	for _, p := range d.Client.KnownProxies(ctx, values.IDs(c.Plan.ProxyIDs)) {
		switch attribute := path.Root("proxy_ids"); {
		case p.Type == "Local":
			diags.AddAttributeError(attribute, "Default Proxy In A Pool", "Proxy "+p.HostName+" ("+p.ID+") is the default proxy of the server, which cannot join a pool.")
		case p.ProxyPoolID != nil && *p.ProxyPoolID != "" && !strings.EqualFold(*p.ProxyPoolID, c.Plan.ID.ValueString()):
			diags.AddAttributeWarning(attribute, "Proxy In Another Pool", "Proxy "+p.HostName+" ("+p.ID+") belongs to pool "+*p.ProxyPoolID+", and must leave it first.")
		}
	}
}
