// SPDX-License-Identifier: MPL-2.0

package conn

import (
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// AttributeFeatures are the attributes of a proxy that not every API version has.
var AttributeFeatures = map[string]api.Feature{
	"use_domain_network": api.FeatureDomainNetwork,
	"threads_number":     api.FeatureThreads,
	"operating_system":   api.FeatureOperatingSystem,
	"ssh":                api.FeatureSSH,
	"service_account":    api.FeatureServiceAccount,
	"maintenance_mode":   api.FeatureMaintenance,
	"removal.force":      api.FeatureForce,
	"fqdn":               api.FeatureFQDN,
	"version":            api.FeatureProxyVersion,
	"proxy_pool_id":      api.FeatureProxyPool,
}

// FeatureNote is the sentence about the API versions that have an attribute of a proxy, for its description.
func FeatureNote(attribute string) string {
	return "API versions: " + AttributeFeatures[attribute].Versions() + "."
}
