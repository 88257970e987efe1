// SPDX-License-Identifier: MPL-2.0

package rescan

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vbaws/conn"
)

// regionScope says which regions of AWS a rescan is for: at most one of the two is set, and neither means all.
type regionScope struct {
	RegionIDs   types.Set `tfsdk:"region_ids"`
	RegionNames types.Set `tfsdk:"region_names"`
}

func (s regionScope) all() bool { return s.RegionIDs.IsNull() && s.RegionNames.IsNull() }

// none reports that the set is known to be empty: there is nothing to rescan. It must not pass for all regions.
func (s regionScope) none() bool {
	empty := func(set types.Set) bool { return !set.IsNull() && !set.IsUnknown() && len(set.Elements()) == 0 }
	return empty(s.RegionIDs) || empty(s.RegionNames)
}

// argument is the path of the set that is given.
func (s regionScope) argument() path.Path {
	if s.RegionIDs.IsNull() {
		return path.Root("region_names")
	}
	return path.Root("region_ids")
}

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

const regionAdvice = "The data source veeam_vbaws_regions lists the regions of the appliance."

// resolve returns the appliance's IDs of the regions, nil for all, or the error about one of them. Unknown values are skipped.
func (s regionScope) resolve(ctx context.Context, a *conn.ProviderData) (ids []string, err error) {
	regions := a.Regions()
	find, set := regions.WithID, s.RegionIDs
	if set.IsNull() {
		find, set = regions.Named, s.RegionNames
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
			return nil, err
		}
	}
	slices.Sort(ids)
	return ids, nil
}
