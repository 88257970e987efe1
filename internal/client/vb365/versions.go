// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Version is a version of the REST API as it stands in paths: "v3" to "v8".
type Version string

// The versions that this client speaks, with the product that introduced each: 3.0, 4.0, 5.0, 6.0, 7 and 8.
const (
	V3 Version = "v3"
	V4 Version = "v4"
	V5 Version = "v5"
	V6 Version = "v6"
	V7 Version = "v7"
	V8 Version = "v8"
)

// Versions returns all versions, newest first.
func Versions() []Version {
	versions := make([]Version, len(versionSpecs))
	for i, d := range versionSpecs {
		versions[i] = d.version
	}
	return versions
}

// ParseVersion reads "v3" to "v8", in lower case as the paths print it.
func ParseVersion(text string) (Version, bool) {
	version := Version(text)
	return version, version.spec() != nil
}

func (v Version) spec() *versionSpec {
	for i := range versionSpecs {
		if versionSpecs[i].version == v {
			return &versionSpecs[i]
		}
	}
	return nil
}

// versionSpec is all in which one version differs from the others.
type versionSpec struct {
	version Version

	// probe is the path whose GET without a token tells whether the version is served: 401 is yes, 404 is no. The
	// reference lists of v1 to v3 have no ServiceInstance (H15, H20, H30: vbo_rest_api_reference), that of v4 and v5
	// is unknown; Proxies exists in all versions.
	probe string

	noAntiforgery bool  // the token form takes disable_antiforgery_token (S7, S8 token); without it a cookie is needed too
	paged         bool  // Proxies and BackupRepositories come in pages instead of an array (H8:breaking_changes)
	extendedView  bool  // reads take extendedView, which defaults to false in v7 and then hides figures (H60:get_proxies, S7)
	unknownID     []int // statuses that an unknown id may be answered with; only v8 says so by a code as well

	list, get, add, edit endpoint
	rescan, rescanMany   endpoint // rescanMany without path: one by one
	rescanBody           any      // nil: no body
	remove               endpoint
	removeBody           func(RemoveOptions) any
	enable, disable      endpoint // maintenance mode
	checkSSH             endpoint
	sync                 endpoint // of a repository
	syncBody             any      // nil: no body

	features []Feature
}

func (d *versionSpec) probePath() string { return "/" + string(d.version) + d.probe }

// endpoint is one operation. The status is the documented one of success; it is not relied on, any 2xx will do: the
// documents and the appliances disagree about them.
type endpoint struct {
	method string
	path   string // below the version; {id} stands for the object's id
	status int
}

func (e endpoint) pathFor(v Version, id string) string {
	return "/" + string(v) + strings.ReplaceAll(e.path, "{id}", url.PathEscape(id))
}

// The sources of the rows: v8 is S8, v7 is S7, v6 is S6, v5 is H50:get_proxies_id, H50:post_proxies_id_action and
// H50:delete_proxies_id, v4 is H40:get_proxies_id and H40:post_proxies_id_action, v3 is H30:post_proxies,
// H30:put_proxies_id and H30:post_proxies_id_action; of sync in v4 and v5, H40 and H50:synchronizing_repositories. The
// pages of v3 and v4 print GET before .../Action, their titles and examples say POST. The success of POST /Proxies in v3
// to v5 is documented as "201 or 200" (H50:post_method).
var versionSpecs = []versionSpec{
	{
		version: V8, probe: "/ServiceInstance", noAntiforgery: true, paged: true, unknownID: []int{404},
		list:       endpoint{http.MethodGet, "/Proxies", 200},
		get:        endpoint{http.MethodGet, "/Proxies/{id}", 200},
		add:        endpoint{http.MethodPost, "/Proxies", 201},
		edit:       endpoint{http.MethodPut, "/Proxies/{id}", 204},
		rescan:     endpoint{http.MethodPost, "/Proxies/{id}/Rescan", 204},
		rescanMany: endpoint{http.MethodPost, "/Proxies/Rescan", 204},
		remove:     endpoint{http.MethodPost, "/Proxies/{id}/Remove", 204},
		removeBody: removeFlat,
		enable:     endpoint{http.MethodPost, "/Proxies/{id}/maintenance/enable", 204},
		disable:    endpoint{http.MethodPost, "/Proxies/{id}/maintenance/disable", 204},
		checkSSH:   endpoint{http.MethodPost, "/Proxies/CheckSshConnectionConfig", 200},
		sync:       endpoint{http.MethodPost, "/BackupRepositories/{id}/Sync", 200},
		features: []Feature{
			FeatureForce, FeatureDomainNetwork, FeatureRescanMany, FeatureType, FeatureServiceInstance, FeatureFQDN,
			FeatureOperatingSystem, FeatureSSH, FeatureServiceAccount, FeatureMaintenance, FeatureProxyPool, FeatureProxyVersion,
			FeatureRepositorySync, FeatureProxyPools,
		},
	},
	{
		version: V7, probe: "/ServiceInstance", noAntiforgery: true, extendedView: true, unknownID: []int{400, 404, 500},
		list:       endpoint{http.MethodGet, "/Proxies", 200},
		get:        endpoint{http.MethodGet, "/Proxies/{id}", 200},
		add:        endpoint{http.MethodPost, "/Proxies", 200},
		edit:       endpoint{http.MethodPut, "/Proxies/{id}", 200},
		rescan:     endpoint{http.MethodPost, "/Proxies/{id}/Rescan", 200},
		rescanMany: endpoint{http.MethodPost, "/Proxies/Rescan", 200},
		remove:     endpoint{http.MethodPost, "/Proxies/{id}/Remove", 200},
		removeBody: removeFlat,
		sync:       endpoint{http.MethodPost, "/BackupRepositories/{id}/Sync", 200},
		features: []Feature{
			FeatureThreads, FeatureForce, FeatureDomainNetwork, FeatureRescanMany, FeatureType, FeatureServiceInstance, FeatureFQDN,
			FeatureRepositorySync,
		},
	},
	{
		version: V6, probe: "/ServiceInstance", extendedView: true, unknownID: []int{400, 404, 500},
		list:       endpoint{http.MethodGet, "/Proxies", 200},
		get:        endpoint{http.MethodGet, "/Proxies/{id}", 200},
		add:        endpoint{http.MethodPost, "/Proxies", 200},
		edit:       endpoint{http.MethodPut, "/Proxies/{id}", 200},
		rescan:     endpoint{http.MethodPost, "/Proxies/{id}/Rescan", 200},
		rescanMany: endpoint{http.MethodPost, "/Proxies/Rescan", 200},
		remove:     endpoint{http.MethodPost, "/Proxies/{id}/Remove", 200},
		removeBody: removeFlat,
		sync:       endpoint{http.MethodPost, "/BackupRepositories/{id}/Sync", 200},
		features: []Feature{
			FeatureThreads, FeatureForce, FeatureDomainNetwork, FeatureRescanMany, FeatureType, FeatureServiceInstance,
			FeatureRepositorySync,
		},
	},
	{
		version: V5, probe: "/Proxies", extendedView: true, unknownID: []int{400, 404, 500},
		list:       endpoint{http.MethodGet, "/Proxies", 200},
		get:        endpoint{http.MethodGet, "/Proxies/{id}", 200},
		add:        endpoint{http.MethodPost, "/Proxies", 201},
		edit:       endpoint{http.MethodPut, "/Proxies/{id}", 200},
		rescan:     endpoint{http.MethodPost, "/Proxies/{id}/action", 200},
		rescanBody: rescanAction{},
		remove:     endpoint{http.MethodPost, "/Proxies/{id}/action", 200},
		removeBody: removeActionWithForce,
		sync:       endpoint{http.MethodPost, "/BackupRepositories/{id}/action", 200},
		syncBody:   syncAction{},
		features:   []Feature{FeatureThreads, FeatureForce, FeatureRepositorySync},
	},
	{
		version: V4, probe: "/Proxies", unknownID: []int{400, 404, 500},
		list:       endpoint{http.MethodGet, "/Proxies", 200},
		get:        endpoint{http.MethodGet, "/Proxies/{id}", 200},
		add:        endpoint{http.MethodPost, "/Proxies", 201},
		edit:       endpoint{http.MethodPut, "/Proxies/{id}", 200},
		rescan:     endpoint{http.MethodPost, "/Proxies/{id}/Action", 200},
		rescanBody: rescanAction{},
		remove:     endpoint{http.MethodPost, "/Proxies/{id}/Action", 200},
		removeBody: removeAction,
		sync:       endpoint{http.MethodPost, "/BackupRepositories/{id}/action", 200},
		syncBody:   syncAction{},
		features:   []Feature{FeatureThreads, FeatureRepositorySync},
	},
	{
		version: V3, probe: "/Proxies", unknownID: []int{400, 404, 500},
		list:       endpoint{http.MethodGet, "/Proxies", 200},
		get:        endpoint{http.MethodGet, "/Proxies/{id}", 200},
		add:        endpoint{http.MethodPost, "/Proxies", 201},
		edit:       endpoint{http.MethodPut, "/Proxies/{id}", 200},
		rescan:     endpoint{http.MethodPost, "/Proxies/{id}/Action", 200},
		rescanBody: rescanAction{},
		remove:     endpoint{http.MethodPost, "/Proxies/{id}/Action", 200},
		removeBody: removeAction,
		features:   []Feature{FeatureThreads},
	},
}

// require returns an *UnsupportedError for the first feature that the version lacks.
func (d *versionSpec) require(features ...Feature) error {
	for _, f := range features {
		if !slices.Contains(d.features, f) {
			return &UnsupportedError{Version: d.version, Feature: f}
		}
	}
	return nil
}
