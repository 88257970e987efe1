// SPDX-License-Identifier: MPL-2.0

// Package vb365 holds the Terraform objects of Veeam Backup for Microsoft 365.
package vb365

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/diagnose"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/rescan"
)

// Appliance is what the provider's configuration gives to the objects of this package.
type Appliance struct {
	// Client is nil while a part of the configuration is unknown, which happens at plan only.
	Client       *api.Client
	Credentials  Credentials
	ForceRemoval bool // every removal is forced where the version has it

	rescans    rescan.Handover[attr.Value]     // outcomes of fleets
	unfinished rescan.Handover[rescan.Session] // of synchronizations
	hosts      hostRegistry                    // what this run creates and removes
	hostNames  sync.Map                        // of the proxies that this run has seen, by lower-case ID; maybe empty
	rescanned  sync.Map                        // the lower-case IDs of the proxies that have a rescan in state
}

// Source is the provider data: it gives nil when block vb365 is not configured.
type Source interface {
	VB365() *Appliance
}

var product = diagnose.Product{
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
}

// appliance reads the data that the provider hands to an object; nil data means that only the schema is asked for.
func appliance(data any, diags *diag.Diagnostics) *Appliance {
	source, ok := data.(Source)
	if !ok {
		return nil
	}
	configured := source.VB365()
	if configured == nil {
		diags.AddError("Unable to Configure Veeam Backup for Microsoft 365", product.NotConfigured())
	}
	return configured
}

// forcesRemovals reports whether force_removal applies. Versions without a forced removal ignore it; that the version
// cannot be determined is for the removal itself to report.
func (a *Appliance) forcesRemovals(ctx context.Context) bool {
	if !a.ForceRemoval {
		return false
	}
	version, err := a.Client.Version(ctx)
	return err == nil && version.Supports(api.FeatureForce)
}
