// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// The lists of the inventory are ordered by name only (SPEC10 AmazonAccountsSortColumns, RegionsSortColumns with its
// misspelt value, BucketsSortColumns).
var (
	roleList = listing[IAMRole]{
		path: "/accounts/amazon", name: func(r IAMRole) string { return r.Name },
		orders: byName(func(r IAMRole) string { return r.Name }),
	}
	regionList = listing[Region]{
		path: "/cloudInfrastructure/regions", name: func(r Region) string { return r.Name },
		orders: byName(func(r Region) string { return r.Name }), descending: "Desk",
	}
	bucketList = listing[Bucket]{
		path: "/cloudInfrastructure/buckets", name: func(b Bucket) string { return b.Name },
		orders: byName(func(b Bucket) string { return b.Name }),
	}
)

func byName[T any](name func(T) string) sortOrders[T] {
	return sortOrders[T]{"name": func(a, b T) int { return cmp.Compare(name(a), name(b)) }}
}

func (s *Simulator) listIAMRoles(c *call) answer {
	return roleList.answer(s, c, s.roles, func(r IAMRole) any { return writeIAMRole(c, r) })
}

func (s *Simulator) getIAMRole(c *call) answer {
	i := s.roleIndex(c.id)
	if i < 0 {
		return roleNotFound(c.id)
	}
	return answer{status: http.StatusOK, body: writeIAMRole(c, s.roles[i])}
}

func roleNotFound(id string) answer {
	return resourceNotFound.answer(fmt.Sprintf("The IAM role '%s' was not found.", id), id)
}

// writeIAMRole spells an IAM role the way the revision of the call does. SPEC10 requires defaultRegionType of access
// keys, but declares defaultRegion: both are written.
func writeIAMRole(c *call, r IAMRole) map[string]any {
	path := roleList.path + "/" + r.ID
	body := map[string]any{
		"id": r.ID, "name": r.Name, "description": r.Description, c.dialect.awsID: r.AWSAccountID, "regionType": r.RegionType,
		"_links": []link{c.link("GET", "self", path), c.link("PUT", "update", path), c.link("DELETE", "delete", path)},
	}
	switch r.Kind {
	case RoleOfOtherAccount:
		body[r.Kind] = map[string]any{"parentAmazonAccountId": r.ParentID, "accountId": r.AWSAccountID, "roleName": r.RoleName}
	case AccessKeys:
		body[r.Kind] = map[string]any{"accessKey": r.AccessKey, "defaultRegionType": r.RegionType, "defaultRegion": r.RegionType}
	default:
		body[r.Kind] = map[string]any{"parentAmazonAccountId": r.ParentID, "roleName": r.RoleName, "isDefault": r.Default}
	}
	if c.dialect.permissions {
		body["accountPermissions"] = r.Permissions
	}
	return body
}

func (s *Simulator) listRegions(c *call) answer {
	return regionList.answer(s, c, s.regions, func(r Region) any { return writeRegion(c, r) })
}

func (s *Simulator) getRegion(c *call) answer {
	i := s.regionIndex(c.id)
	if i < 0 {
		return regionNotFound(c.id)
	}
	return answer{status: http.StatusOK, body: writeRegion(c, s.regions[i])}
}

func regionNotFound(id string) answer {
	return resourceNotFound.answer(fmt.Sprintf("The region '%s' was not found.", id), id)
}

func writeRegion(c *call, r Region) map[string]any {
	return map[string]any{
		"id": r.ID, "name": r.Name, "_links": []link{c.link("GET", "self", regionList.path+"/"+r.ID)},
	}
}

// listBuckets takes the IAM role as a filter, too; 1.2-rev0 renamed the parameter of other operations and may have
// renamed this one.
func (s *Simulator) listBuckets(c *call) answer {
	query := fields(c.request.URL.Query())
	role := cmp.Or(query.first("AmazonAccountId"), query.first("IAMRoleId"))
	if role != "" && !isUUID.MatchString(role) {
		return invalidRequest.answer(fmt.Sprintf("The value '%s' is not a valid ID.", role), "")
	}
	seen := slices.DeleteFunc(slices.Clone(s.buckets), func(b Bucket) bool {
		return role != "" && !strings.EqualFold(b.RoleID, role)
	})
	return bucketList.answer(s, c, seen, func(b Bucket) any { return s.writeBucket(c, b) })
}

func (s *Simulator) getBucket(c *call) answer {
	i := s.bucketIndex(c.id)
	if i < 0 {
		return resourceNotFound.answer(fmt.Sprintf("The bucket '%s' was not found.", c.id), c.id)
	}
	return answer{status: http.StatusOK, body: s.writeBucket(c, s.buckets[i])}
}

// writeBucket: immutabilityConfig is required from 1.4-rev0, its shape is not documented.
func (s *Simulator) writeBucket(c *call, b Bucket) map[string]any {
	body := map[string]any{
		"id": b.ID, "name": b.Name, "location": map[string]string{"id": s.regionID(b.Region), "name": b.Region},
		"_links": []link{c.link("GET", "self", bucketList.path+"/"+b.ID)},
	}
	if c.dialect.immutability {
		body["immutabilityConfig"] = "Disabled"
	}
	return body
}
