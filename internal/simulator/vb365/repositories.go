// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Values of ObjectStorage.Type (S8 RESTObjectStorageType).
const (
	AzureBlob          = "AzureBlob"
	AzureBlobArchive   = "AzureBlobArchive"
	AmazonS3           = "AmazonS3"
	AmazonS3Compatible = "AmazonS3Compatible"
	AmazonS3Glacier    = "AmazonS3Glacier"
	WasabiCloud        = "WasabiCloud"
	IBMCloud           = "IBMCloud"
)

// Repository is a backup repository: a database in a folder of its proxy (JET),
// or object storage with a cache.
type Repository struct {
	ID             string // UUID
	Name           string
	Description    string
	Path           string // "" is a folder with the name of the repository
	ProxyID        string // UUID, as the next two; "" is none
	ProxyPoolID    string
	OrganizationID string
	RetentionType  string // "" is ItemLevel
	RetentionDays  int    // 0 is 1095

	ObjectStorage  ObjectStorage // its zero value is a JET repository
	CapacityBytes  int64         // of a JET repository; 0 is 1 TiB
	FreeSpaceBytes int64         // of a JET repository
	OutOfSync      bool          // the cache must be synchronized

	Outdated         bool
	OutOfOrderReason string // "" is in order

	Syncs int // how many synchronizations were started
}

// ObjectStorage is where a repository keeps its data.
type ObjectStorage struct {
	ID             string // UUID
	Type           string // "" is no object storage
	Folder         string // "" is the name of the repository
	UsedSpaceBytes int64
	SizeLimitGB    int64 // 0 is none
}

// longTerm are the archive classes (S8 RESTBackupRepository isLongTerm).
func (r *Repository) longTerm() bool {
	return r.ObjectStorage.Type == AzureBlobArchive || r.ObjectStorage.Type == AmazonS3Glacier
}

func (r *Repository) jet() bool { return r.ObjectStorage.Type == "" }

// AddRepository seeds a backup repository and returns its ID.
func (s *Simulator) AddRepository(r Repository) string {
	r.ID = strings.ToLower(cmp.Or(r.ID, newUUID()))
	r.RetentionType = cmp.Or(r.RetentionType, "ItemLevel")
	r.RetentionDays = cmp.Or(r.RetentionDays, 1095)
	r.Path = cmp.Or(r.Path, `C:\Backup\`+r.Name)
	if r.jet() {
		r.CapacityBytes = cmp.Or(r.CapacityBytes, 1<<40)
	} else {
		r.ObjectStorage.ID = cmp.Or(r.ObjectStorage.ID, newUUID())
		r.ObjectStorage.Folder = cmp.Or(r.ObjectStorage.Folder, r.Name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repositories = append(s.repositories, &r)
	return r.ID
}

// Repositories returns the repositories in the order they were added.
func (s *Simulator) Repositories() []Repository {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	all := make([]Repository, len(s.repositories))
	for i, r := range s.repositories {
		all[i] = *r
	}
	return all
}

// Repository returns a repository.
func (s *Simulator) Repository(id string) (Repository, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	if r := s.findRepository(id); r != nil {
		return *r, true
	}
	return Repository{}, false
}

// SetRepository changes a repository behind the back of the API's users; an
// unknown ID changes nothing.
func (s *Simulator) SetRepository(id string, change func(*Repository)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.findRepository(id); r != nil {
		change(r)
	}
}

// DeleteRepository removes a repository behind the back of the API's users,
// and its synchronization with it.
func (s *Simulator) DeleteRepository(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repositories = slices.DeleteFunc(s.repositories, func(r *Repository) bool { return strings.EqualFold(r.ID, id) })
	s.dropSyncOf(id)
}

func (s *Simulator) findRepository(id string) *Repository {
	i := slices.IndexFunc(s.repositories, func(r *Repository) bool { return strings.EqualFold(r.ID, id) })
	if i < 0 {
		return nil
	}
	return s.repositories[i]
}

// repositoryFilter is a query parameter of the list, which the versions
// without it do not look at. wanted is nil for a value that is not valid.
type repositoryFilter struct {
	name        string
	first, last int
	wanted      func(value string) func(*Repository) bool
}

// repositoryFilters: H40:get_backup_repositories, S6 to S8
// BackupRepository_GetRepositories. longTerm=false asks for all.
var repositoryFilters = []repositoryFilter{
	{"proxyId", 4, 8, sameID(func(r *Repository) string { return r.ProxyID })},
	{"proxyPoolId", 8, 8, sameID(func(r *Repository) string { return r.ProxyPoolID })},
	{"organizationId", 8, 8, sameID(func(r *Repository) string { return r.OrganizationID })},
	{"longTerm", 6, 8, func(value string) func(*Repository) bool {
		only, err := strconv.ParseBool(value)
		if err != nil {
			return nil
		}
		return func(r *Repository) bool { return !only || r.longTerm() }
	}},
}

var isUUID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func sameID(field func(*Repository) string) func(string) func(*Repository) bool {
	return func(value string) func(*Repository) bool {
		if !isUUID.MatchString(value) {
			return nil
		}
		return func(r *Repository) bool { return strings.EqualFold(field(r), value) }
	}
}

func (s *Simulator) listRepositories(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	shown := slices.Clone(s.repositories)
	for _, f := range repositoryFilters {
		value := c.URL.Query().Get(f.name)
		if value == "" || c.dialect.number < f.first || f.last < c.dialect.number {
			continue
		}
		wanted := f.wanted(value)
		if wanted == nil {
			return s.fail(c, invalidBody, "The value of "+f.name+" is not valid.")
		}
		shown = slices.DeleteFunc(shown, func(r *Repository) bool { return !wanted(r) })
	}
	return answerList(s, c, shown, func(r *Repository) any { return s.renderRepository(c, r) })
}

func (s *Simulator) getRepository(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	r := s.findRepository(c.id)
	if r == nil {
		return s.failUnknown(c, "Backup repository", c.id)
	}
	return answer{status: http.StatusOK, body: s.renderRepository(c, r)}
}

// repositoryField is a property of RESTBackupRepository.
type repositoryField struct {
	name        string
	first, last int
	value       func(*Repository) any
}

// repositoryFields: H30:proxies_id_repositories, H40 and
// H50:get_backup_repositories, S6 to S8 RESTBackupRepository. The schedule is
// the same for all: nothing here depends on it.
var repositoryFields = []repositoryField{
	{"id", 3, 8, func(r *Repository) any { return r.ID }},
	{"name", 3, 8, func(r *Repository) any { return r.Name }},
	{"description", 3, 8, func(r *Repository) any { return r.Description }},
	{"path", 3, 8, func(r *Repository) any { return r.Path }},
	{"proxyId", 3, 8, func(r *Repository) any { return orNull(r.ProxyID) }},
	{"proxyPoolId", 8, 8, func(r *Repository) any { return orNull(r.ProxyPoolID) }},
	{"organizationId", 8, 8, func(r *Repository) any { return orNull(r.OrganizationID) }},
	{"capacityBytes", 3, 8, func(r *Repository) any { return bytesOfJET(r, r.CapacityBytes) }},
	{"freeSpaceBytes", 3, 8, func(r *Repository) any { return bytesOfJET(r, r.FreeSpaceBytes) }},
	{"isOutOfSync", 4, 8, func(r *Repository) any { return r.OutOfSync }},
	{"isLongTerm", 6, 8, func(r *Repository) any { return r.longTerm() }},
	{"isOutdated", 8, 8, func(r *Repository) any { return r.Outdated }},
	{"isIndexed", 8, 8, func(r *Repository) any { return !r.Outdated }},
	{"isMigrationLocked", 8, 8, func(*Repository) any { return false }},
	{"isOutOfOrder", 8, 8, func(r *Repository) any { return r.OutOfOrderReason != "" }},
	{"outOfOrderReason", 8, 8, func(r *Repository) any { return orNull(r.OutOfOrderReason) }},
	{"objectStorageId", 4, 7, func(r *Repository) any { return orNull(r.ObjectStorage.ID) }},
	{"objectStorageCachePath", 4, 7, func(r *Repository) any {
		if r.jet() {
			return ""
		}
		return r.Path
	}},
	{"objectStorageEncryptionEnabled", 4, 8, func(*Repository) any { return false }},
	{"encryptionKeyId", 4, 8, func(*Repository) any { return nil }},
	{"retentionType", 3, 8, func(r *Repository) any { return r.RetentionType }},
	{"retentionPeriodType", 3, 8, func(*Repository) any { return "Daily" }},
	{"dailyRetentionPeriod", 3, 8, func(r *Repository) any { return r.RetentionDays }},
	{"retentionFrequencyType", 3, 8, func(*Repository) any { return "Daily" }},
	{"dailyTime", 3, 8, func(*Repository) any { return "00:00:00" }},
	{"dailyType", 3, 8, func(*Repository) any { return "Everyday" }},
}

func bytesOfJET(r *Repository, n int64) any {
	if r.jet() {
		return n
	}
	return nil
}

func (s *Simulator) renderRepository(c *call, r *Repository) map[string]any {
	body := map[string]any{"_links": map[string]any{"self": c.link("/BackupRepositories/" + r.ID)}}
	for _, f := range repositoryFields {
		if f.first <= c.dialect.number && c.dialect.number <= f.last {
			body[f.name] = f.value(r)
		}
	}
	if c.dialect.nestedStorage && !r.jet() {
		body["objectStorage"] = renderObjectStorage(r.ObjectStorage)
	}
	return s.shape(body, sparseRepository)
}

// renderObjectStorage is RESTObjectStorageComposed (S8), without what only a
// provider of storage has.
func renderObjectStorage(o ObjectStorage) map[string]any {
	folder := "s3Folder"
	if o.Type == AzureBlob || o.Type == AzureBlobArchive {
		folder = "azureFolder"
	}
	body := map[string]any{
		"id": o.ID, "type": o.Type, "accountId": nil, folder: o.Folder, "usedSpaceBytes": o.UsedSpaceBytes,
		"sizeLimitEnabled": o.SizeLimitGB > 0, "sizeLimitGB": nil, "enableImmutability": false,
	}
	if o.SizeLimitGB > 0 {
		body["sizeLimitGB"] = o.SizeLimitGB
		body["freeSpaceBytes"] = max(0, o.SizeLimitGB<<30-o.UsedSpaceBytes)
	}
	return body
}

// failNoStorage refuses what only object storage can do.
func (s *Simulator) failNoStorage(c *call, r *Repository) answer {
	return s.fail(c, noStorage, fmt.Sprintf("Backup repository %s is not extended with object storage.", r.Name))
}
