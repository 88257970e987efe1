// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"slices"
	"strings"
)

// Kinds of IAM roles, by the sub-object that describes them; each has exactly one (SPEC10 AmazonAccount).
const (
	RoleOfAppliance    = "IAMRole"
	RoleOfOtherAccount = "IAMRoleFromAnotherAccount"
	AccessKeys         = "accessKeys"
)

// Types of AWS regions (SPEC10 RegionTypes).
const (
	RegionsGlobal     = "Global"
	RegionsGovernment = "Government"
	RegionsChina      = "China"
)

const defaultRole = "Default Backup Role"

// IAMRole is what /accounts/amazon lists: the way into an AWS account.
type IAMRole struct {
	ID           string // UUID; made from Name when empty
	Name         string
	Description  string
	AWSAccountID string   // 12 digits
	RegionType   string   // RegionsGlobal when empty
	Kind         string   // RoleOfAppliance when empty
	RoleName     string   // in AWS; made from Name when empty
	Default      bool     // of a RoleOfAppliance
	ParentID     string   // UUID of the role that a RoleOfOtherAccount is reached through
	AccessKey    string   // of AccessKeys; the secret key is never told
	Permissions  []string // from 1.8-rev0
}

// Region is an AWS region under the ID that the appliance gives it.
type Region struct {
	ID   string // UUID; made from Name when empty
	Name string // such as "us-east-1"
}

// Bucket is an S3 bucket that the appliance has found.
type Bucket struct {
	ID     string // UUID; made from Name when empty
	Name   string
	Region string // such as "us-east-1"
	RoleID string // UUID of the IAM role that sees it
}

// regionNames are the regions of an appliance whose Config names none.
var regionNames = []string{
	"ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
	"eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
}

// AddIAMRole adds an IAM role, fills in what is empty and returns its ID.
func (s *Simulator) AddIAMRole(r IAMRole) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addIAMRole(r)
}

func (s *Simulator) addIAMRole(r IAMRole) string {
	r.Name = cmp.Or(r.Name, defaultRole)
	r.ID = strings.ToLower(cmp.Or(r.ID, stableID("role", r.Name)))
	r.AWSAccountID = cmp.Or(r.AWSAccountID, "123456789012")
	r.RegionType = cmp.Or(r.RegionType, RegionsGlobal)
	r.Kind = cmp.Or(r.Kind, RoleOfAppliance)
	r.RoleName = cmp.Or(r.RoleName, strings.ReplaceAll(r.Name, " ", "-"))
	r.ParentID = cmp.Or(r.ParentID, stableID("role", defaultRole))
	r.AccessKey = cmp.Or(r.AccessKey, "AKIAIOSFODNN7EXAMPLE")
	if r.Permissions == nil {
		r.Permissions = []string{"RepositoryPermissions"}
	}
	s.roles = append(s.roles, r)
	return r.ID
}

// IAMRoles gives a copy of all IAM roles in the order they were added. Those that repositories name are among them.
func (s *Simulator) IAMRoles() []IAMRole {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.roles)
}

// SetIAMRole changes an IAM role behind the back of the clients; it tells whether there is one with the ID.
func (s *Simulator) SetIAMRole(id string, change func(*IAMRole)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.roleIndex(id)
	if i >= 0 {
		change(&s.roles[i])
	}
	return i >= 0
}

// RemoveIAMRole removes an IAM role whether it is used or not; its sessions stay.
func (s *Simulator) RemoveIAMRole(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.roleIndex(id); i >= 0 {
		s.roles = slices.Delete(s.roles, i, i+1)
	}
}

// AddRegion adds a region and returns its ID.
func (s *Simulator) AddRegion(r Region) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addRegion(r)
}

func (s *Simulator) addRegion(r Region) string {
	r.ID = strings.ToLower(cmp.Or(r.ID, stableID("region", r.Name)))
	s.regions = append(s.regions, r)
	return r.ID
}

// Regions gives a copy of all regions in the order they were added.
func (s *Simulator) Regions() []Region {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.regions)
}

// AddBucket adds a bucket, and its region when there is none of the name, and returns its ID.
func (s *Simulator) AddBucket(b Bucket) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addBucket(b)
}

func (s *Simulator) addBucket(b Bucket) string {
	b.ID = strings.ToLower(cmp.Or(b.ID, stableID("bucket", b.Name)))
	b.Region = cmp.Or(b.Region, "us-east-1")
	s.regionID(b.Region)
	s.buckets = append(s.buckets, b)
	return b.ID
}

// Buckets gives a copy of all buckets in the order they were added.
func (s *Simulator) Buckets() []Bucket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.buckets)
}

func (s *Simulator) roleIndex(id string) int {
	return slices.IndexFunc(s.roles, func(r IAMRole) bool { return strings.EqualFold(r.ID, id) })
}

func (s *Simulator) regionIndex(id string) int {
	return slices.IndexFunc(s.regions, func(r Region) bool { return strings.EqualFold(r.ID, id) })
}

func (s *Simulator) bucketIndex(id string) int {
	return slices.IndexFunc(s.buckets, func(b Bucket) bool { return strings.EqualFold(b.ID, id) })
}

// regionID gives the ID of a region, which is added when it is new.
func (s *Simulator) regionID(name string) string {
	i := slices.IndexFunc(s.regions, func(r Region) bool { return r.Name == name })
	if i < 0 {
		return s.addRegion(Region{Name: name})
	}
	return s.regions[i].ID
}

// place gives a repository the role and the bucket it names, which are added when they are new.
func (s *Simulator) place(r *Repository) {
	known := slices.IndexFunc(s.roles, func(role IAMRole) bool {
		return strings.EqualFold(role.ID, r.RoleID) || r.RoleID == "" && role.Name == cmp.Or(r.RoleName, defaultRole)
	})
	if known < 0 {
		role := IAMRole{ID: r.RoleID, Name: r.RoleName, AWSAccountID: r.AWSAccountID}
		if role.Name == "" && role.ID != "" {
			role.Name = "Role " + role.ID // not the default one
		}
		s.addIAMRole(role)
		known = len(s.roles) - 1
	}
	role := s.roles[known]
	r.RoleID = role.ID
	r.RoleName = cmp.Or(r.RoleName, role.Name)
	r.AWSAccountID = cmp.Or(r.AWSAccountID, role.AWSAccountID)

	s.regionID(r.Region)
	bucket := slices.IndexFunc(s.buckets, func(b Bucket) bool {
		return strings.EqualFold(b.ID, r.BucketID) || r.BucketID == "" && b.Name == r.Bucket
	})
	if bucket < 0 {
		r.BucketID = s.addBucket(Bucket{ID: r.BucketID, Name: r.Bucket, Region: r.Region, RoleID: r.RoleID})
		return
	}
	r.BucketID = s.buckets[bucket].ID
}
