// SPDX-License-Identifier: MPL-2.0

// Package vbaws holds the Terraform objects of Veeam Backup for AWS.
package vbaws

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/diagnose"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/rescan"
)

// Appliance is what the provider's configuration gives to the objects of this package.
type Appliance struct {
	// Client is nil while a part of the configuration is unknown, which happens at plan only.
	Client *api.Client

	rescans      rescan.Handover[attr.Value]     // outcomes of fleets
	unfinished   rescan.Handover[rescan.Session] // of single rescans
	repositories sharedKind[api.Repository]
	roles        sharedKind[api.IAMRole]
	regions      sharedKind[api.Region]
}

// Source is the provider data: it gives nil when block vbaws is not configured.
type Source interface {
	VBAWS() *Appliance
}

var product = diagnose.Product{
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
}

// appliance reads the data that the provider hands to an object; nil data means that only the schema is asked for.
func appliance(data any, diags *diag.Diagnostics) *Appliance {
	source, ok := data.(Source)
	if !ok {
		return nil
	}
	configured := source.VBAWS()
	if configured == nil {
		diags.AddError("Unable to Configure Veeam Backup for AWS", product.NotConfigured())
	}
	return configured
}
