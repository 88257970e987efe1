// SPDX-License-Identifier: MPL-2.0

// Package conn is what the objects of Veeam Backup for Microsoft 365 share: the data of the provider, and how messages speak of
// the product.
package conn

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/diagnose"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
)

// ProviderData is what the provider's configuration gives to the objects of the product, and what they know of each other in a run.
type ProviderData struct {
	// Client is nil while a part of the configuration is unknown, which happens at plan only.
	Client       *api.Client
	Credentials  Credentials
	ForceRemoval bool // every removal is forced where the version has it

	Fleets     sessionrun.Handover[attr.Value]         // outcomes of fleets
	Unfinished sessionrun.Handover[sessionrun.Session] // of synchronizations
	Hosts      HostRegistry                            // what this run creates and removes

	hostNames sync.Map // of the proxies that this run has seen, by lower-case ID; maybe empty
	rescanned sync.Map // the lower-case IDs of the proxies that have a rescan in state
}

// Source is the provider data; VB365 returns nil when block vb365 is not configured.
type Source interface {
	VB365() *ProviderData
}

// Product binds the skeletons, and words the messages.
var Product = product.Product[ProviderData]{
	Product: diagnose.Product{
		Name:  "Veeam Backup for Microsoft 365",
		Block: "vb365",
		Unreachable: "The REST API service of the server is disabled after installation; if enabled, it listens on port 4443 " +
			"(Veeam console, General Options, REST API).",
		Advice: func(err error) string {
			if _, ok := errors.AsType[*api.NotServedError](err); ok {
				return `Set api_version in block "vb365" (VEEAM_VB365_API_VERSION) to a version that the server serves, or to "auto".`
			}
			return ""
		},
	},
	From: func(providerData any) (*ProviderData, bool) {
		source, ok := providerData.(Source)
		if !ok {
			return nil, false
		}
		return source.VB365(), true
	},
	Ready: func(d *ProviderData) bool { return d.Client != nil },
	Lacks: func(ctx context.Context, d *ProviderData, feature string) (string, string, bool) {
		version, err := d.Client.Version(ctx)
		return string(version), api.Feature(feature).Versions(), err == nil && !version.Supports(api.Feature(feature))
	},
}

// ForcesRemovals reports whether force_removal applies. Versions without a forced removal ignore it; that the version
// cannot be determined is for the removal itself to report.
func (d *ProviderData) ForcesRemovals(ctx context.Context) bool {
	if !d.ForceRemoval {
		return false
	}
	version, err := d.Client.Version(ctx)
	return err == nil && version.Supports(api.FeatureForce)
}
