// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// regionScope says which regions of AWS a rescan is for: at most one of the two is set, and neither means all.
type regionScope struct {
	RegionIDs   types.Set `tfsdk:"region_ids"`
	RegionNames types.Set `tfsdk:"region_names"`
}

func (s regionScope) all() bool { return s.RegionIDs.IsNull() && s.RegionNames.IsNull() }

// widens tells whether there are, or may be, regions that the prior scope did not have.
func (s regionScope) widens(prior regionScope) bool {
	switch {
	case s.RegionIDs.Equal(prior.RegionIDs) && s.RegionNames.Equal(prior.RegionNames):
		return false
	case s.RegionIDs.IsUnknown() || s.RegionNames.IsUnknown():
		return true
	case s.all() || prior.all():
		return s.all()
	}
	return adds(s.RegionIDs, prior.RegionIDs) || adds(s.RegionNames, prior.RegionNames)
}

// adds tells whether a set has an element that the prior one lacks.
func adds(set, prior types.Set) bool {
	return slices.ContainsFunc(set.Elements(), func(element attr.Value) bool {
		return !slices.ContainsFunc(prior.Elements(), element.Equal)
	})
}

const regionAdvice = "The regions that the appliance knows are those of the data source veeam_vbaws_regions."

// resolve gives the appliance's IDs of the regions, nil for all, or the error about one of them with the argument that it
// stands in. What is not known yet is left out. An empty set, which would pass for all, does not get past the schema.
func (s regionScope) resolve(ctx context.Context, a *Appliance) (ids []string, argument path.Path, err error) {
	regions := a.regionKind()
	find, argument, set := regions.withID, path.Root("region_ids"), s.RegionIDs
	if set.IsNull() {
		find, argument, set = regions.named, path.Root("region_names"), s.RegionNames
	}
	for _, element := range set.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			continue
		}
		region, err := find(ctx, text.ValueString())
		var missing *lookup.NotUniqueError
		switch {
		case err == nil:
			ids = append(ids, region.ID)
		case s.RegionNames.IsNull() && !errors.As(err, &missing):
			ids = append(ids, text.ValueString()) // the list only checks it: the rescan works without
		default:
			return nil, argument, err
		}
	}
	slices.Sort(ids)
	return ids, argument, nil
}

// regions gives the IDs of the regions to send, nil for all.
func (r *iamRoleRescanResource) regions(ctx context.Context, model iamRoleRescanModel, diags *diag.Diagnostics) []string {
	ids, argument, err := model.resolve(ctx, r.appliance)
	if err != nil {
		diags.AddAttributeError(argument, "Unable to Rescan IAM Role", product.Detail("IAM role "+model.IAMRoleID.ValueString(), err, missingAdvice(err, regionAdvice)))
	}
	return ids
}
