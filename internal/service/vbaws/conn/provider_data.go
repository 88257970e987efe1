// SPDX-License-Identifier: MPL-2.0

// Package conn is what the objects of Veeam Backup for AWS share: the data of the provider, and how messages speak of the product.
package conn

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/diagnose"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
)

// ProviderData is what the provider's configuration gives to the objects of the product, and what they know of each other in a run.
type ProviderData struct {
	// Client is nil while a part of the configuration is unknown, which happens at plan only.
	Client *api.Client

	Fleets     sessionrun.Handover[attr.Value]         // outcomes of fleets
	Unfinished sessionrun.Handover[sessionrun.Session] // of single rescans
}

// Source is the provider data; VBAWS returns nil when block vbaws is not configured.
type Source interface {
	VBAWS() *ProviderData
}

// Product binds the skeletons, and words the messages.
var Product = product.Product[ProviderData]{
	Product: diagnose.Product{
		Name:  api.Product,
		Block: "vbaws",
		Unreachable: "The public REST API listens on port 11005, which the security group of a new appliance does not open; " +
			"port 443 is another API.",
		Advice: func(err error) string {
			refused, ok := errors.AsType[*api.RevisionError](err)
			switch {
			case !ok:
				return ""
			case len(refused.Tried) == 1:
				return `Set api_version in block "vbaws" (VEEAM_VBAWS_API_VERSION) to a revision that the appliance accepts, or to "auto".`
			}
			return `Check that endpoint in block "vbaws" (VEEAM_VBAWS_ENDPOINT) leads to the REST API of the appliance, whose default port is 11005.`
		},
	},
	From: func(providerData any) (*ProviderData, bool) {
		source, ok := providerData.(Source)
		if !ok {
			return nil, false
		}
		return source.VBAWS(), true
	},
	Ready: func(d *ProviderData) bool { return d.Client != nil },
}
