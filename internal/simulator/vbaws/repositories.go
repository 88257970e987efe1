// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Repository is a backup repository of the appliance.
type Repository struct {
	ID           string // UUID; AddRepository makes one when empty
	Name         string
	Description  string
	RoleID       string // UUID of the IAM role; found or made by RoleName when empty
	RoleName     string
	AWSAccountID string
	BucketID     string // UUID in the appliance's inventory; found or made by Bucket when empty
	Bucket       string
	Folder       string
	Region       string // such as "us-east-1"
	Hint         string
	Encryption   bool
	StorageClass string // from 1.2-rev0; the values are not documented
	Immutability any    // from 1.4-rev0; written as it is, its shape is not documented
	InUse        bool   // a policy uses it: cannot be deleted
}

// AddRepository adds a repository, fills in what is empty and returns its ID. Its IAM role, bucket and region are added
// when there are none of the ID or name.
func (s *Simulator) AddRepository(r Repository) string {
	r.ID = strings.ToLower(cmp.Or(r.ID, randomID()))
	r.Bucket = cmp.Or(r.Bucket, "backup-bucket")
	r.Folder = cmp.Or(r.Folder, "repository")
	r.Region = cmp.Or(r.Region, "us-east-1")
	r.StorageClass = cmp.Or(r.StorageClass, "Standard")
	if r.Immutability == nil {
		r.Immutability = "Disabled"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.place(&r)
	s.repositories = append(s.repositories, r)
	return r.ID
}

// Repositories gives a copy of all repositories in the order they were added.
func (s *Simulator) Repositories() []Repository {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.repositories)
}

// SetRepository changes a repository behind the back of the clients; it tells whether there is one with the ID.
func (s *Simulator) SetRepository(id string, change func(*Repository)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.repositoryIndex(id)
	if i >= 0 {
		change(&s.repositories[i])
	}
	return i >= 0
}

// RemoveRepository removes a repository whether it is in use or not; its sessions stay.
func (s *Simulator) RemoveRepository(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.repositoryIndex(id); i >= 0 {
		s.repositories = slices.Delete(s.repositories, i, i+1)
	}
}

func (s *Simulator) repositoryIndex(id string) int {
	return slices.IndexFunc(s.repositories, func(r Repository) bool { return strings.EqualFold(r.ID, id) })
}

// repositoryOrders are the sort columns of SPEC10 and, in the revisions whose repositories have the field, the two
// later ones.
func repositoryOrders(d dialect) sortOrders[Repository] {
	orders := sortOrders[Repository]{
		"name":                func(a, b Repository) int { return cmp.Compare(a.Name, b.Name) },
		"description":         func(a, b Repository) int { return cmp.Compare(a.Description, b.Description) },
		"amazonAccountName":   func(a, b Repository) int { return cmp.Compare(a.RoleName, b.RoleName) },
		"amazonBucket":        func(a, b Repository) int { return cmp.Compare(a.Bucket, b.Bucket) },
		"amazonStorageFolder": func(a, b Repository) int { return cmp.Compare(a.Folder, b.Folder) },
		"region":              func(a, b Repository) int { return cmp.Compare(a.Region, b.Region) },
		"encryption": func(a, b Repository) int {
			return cmp.Compare(fmt.Sprint(a.Encryption), fmt.Sprint(b.Encryption))
		},
	}
	if d.storageClass {
		orders["storageClass"] = func(a, b Repository) int { return cmp.Compare(a.StorageClass, b.StorageClass) }
	}
	if d.immutability {
		orders["immutability"] = func(a, b Repository) int {
			return cmp.Compare(fmt.Sprint(a.Immutability), fmt.Sprint(b.Immutability))
		}
	}
	return orders
}

func (s *Simulator) listRepositories(c *call) answer {
	list := listing[Repository]{
		path: "/repositories", name: func(r Repository) string { return r.Name }, orders: repositoryOrders(c.dialect),
	}
	return list.answer(s, c, s.repositories, func(r Repository) any { return s.writeRepository(c, r) })
}

func (s *Simulator) getRepository(c *call) answer {
	i := s.repositoryIndex(c.id)
	if i < 0 {
		return repositoryNotFound(c.id)
	}
	return answer{status: http.StatusOK, body: s.writeRepository(c, s.repositories[i])}
}

func (s *Simulator) deleteRepository(c *call) answer {
	i := s.repositoryIndex(c.id)
	if i < 0 {
		return repositoryNotFound(c.id)
	}
	if s.repositories[i].InUse {
		return repositoryInUse.answer(fmt.Sprintf("Remove '%s' from its policies first.", s.repositories[i].Name), c.id)
	}
	s.repositories = slices.Delete(s.repositories, i, i+1)
	return [...]answer{
		DeleteNoContent: {status: http.StatusNoContent},
		DeleteEmpty:     {status: http.StatusOK},
		DeleteObject:    {status: http.StatusOK, body: struct{}{}},
	}[s.config.Behaviour.Delete]
}

func repositoryNotFound(id string) answer {
	return resourceNotFound.answer(fmt.Sprintf("The repository '%s' was not found.", id), id)
}

// writeRepository spells a repository the way the revision of the call does.
func (s *Simulator) writeRepository(c *call, r Repository) map[string]any {
	path := "/repositories/" + r.ID
	body := map[string]any{
		"id": r.ID, "name": r.Name, "description": r.Description,
		"amazonStorageFolder": r.Folder, "amazonBucketId": r.BucketID,
		"enableEncryption": r.Encryption, "hint": r.Hint,
		"_embedded": map[string]any{
			"amazonAccount":     r.RoleName,
			"amazonAccountLink": c.link("GET", "AmazonAccount", roleList.path+"/"+r.RoleID),
			"region":            r.Region,
			"regionLink":        c.link("GET", "Region", regionList.path+"/"+s.regionID(r.Region)),
			"bucket":            r.Bucket,
			"bucketLink":        c.link("GET", "Bucket", bucketList.path+"/"+r.BucketID),
		},
		"_links": []link{
			c.link("GET", "self", path), c.link("PUT", "update", path), c.link("DELETE", "delete", path),
		},
	}
	switch c.dialect.role {
	case amazonAccountID:
		body["amazonAccountId"] = r.RoleID
	case iamRoleID:
		body["IAMRoleId"] = r.RoleID
	case identityObject:
		body["identity"] = map[string]string{
			"id": r.RoleID, "type": "IAMRole", "awsId": r.AWSAccountID, "name": r.RoleName, "regionType": "Global",
		}
	}
	if c.dialect.storageClass {
		body["storageClass"] = r.StorageClass
	}
	if c.dialect.immutability {
		body["immutabilitySettings"] = r.Immutability
	}
	return body
}
