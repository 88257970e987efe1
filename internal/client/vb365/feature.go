// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"slices"
)

// Feature is something that not every version has. Its text is how messages name it: the property's name on the wire
// where it is one.
type Feature string

// The features; the table of versions says which version has which.
const (
	FeatureThreads         Feature = "threadsNumber"          // gone in v8 (S8 RESTProxyFromClient)
	FeatureRepositorySync  Feature = "repository sync"        // H40:synchronizing_repositories
	FeatureForce           Feature = "force"                  // of a removal (H50:delete_proxies_id)
	FeatureDomainNetwork   Feature = "useDomainNetwork"       // S6 RESTProxyFromClient
	FeatureRescanMany      Feature = "the rescan of many"     // S6 RESTRescanOptions
	FeatureType            Feature = "type"                   // of a proxy: Local, Domain, Workgroup (S6 RESTProxy)
	FeatureServiceInstance Feature = "ServiceInstance"        // the product's build (S6 RESTServiceInstance)
	FeatureFQDN            Feature = "fqdn"                   // S7 RESTProxy
	FeatureOperatingSystem Feature = "operatingSystem"        // S8 RESTProxyFromClient
	FeatureSSH             Feature = "sshSettings"            // S8 RESTSshSettingsFromClient
	FeatureServiceAccount  Feature = "the service account"    // S8 RESTProxyFromClient serviceAccountName
	FeatureMaintenance     Feature = "maintenance mode"       // S8 RESTProxyCredentialsFromClient
	FeatureProxyPool       Feature = "proxyPoolId"            // S8 RESTProxy
	FeatureProxyPools      Feature = "proxy pools"            // S8 ProxyPool_Add
	FeatureProxyVersion    Feature = "the version of a proxy" // S8 RESTProxy
)

// Supports tells whether the version has the feature; an unknown version has none.
func (v Version) Supports(f Feature) bool {
	d := v.spec()
	return d != nil && slices.Contains(d.features, f)
}

// Versions names the versions that have the feature, for messages: "v3 to v7", "v8". Features come and go once, so
// there is never a gap.
func (f Feature) Versions() string {
	var oldest, newest Version
	for _, v := range Versions() {
		if !v.Supports(f) {
			continue
		}
		if newest == "" {
			newest = v
		}
		oldest = v
	}
	if oldest == newest {
		return string(newest)
	}
	return string(oldest) + " to " + string(newest)
}

// UnsupportedError says that the appliance's version of the API lacks what a call asks for. Nothing was sent.
type UnsupportedError struct {
	Version Version
	Feature Feature
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("version %s of the REST API of %s does not have %s; it exists in %s", e.Version, product, e.Feature, e.Feature.Versions())
}
