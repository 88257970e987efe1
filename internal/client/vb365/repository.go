// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"cmp"
	"context"
	"iter"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Repository is a backup repository (S6 to S8 RESTBackupRepository). What a version does not tell is empty or nil.
type Repository struct {
	ID             string
	Name           string
	Description    string
	ProxyID        string // of the proxy that owns it; empty when a pool does
	ProxyPoolID    string // v8
	OrganizationID string // v8: of the one organization that it is for
	Path           string // folder on the proxy
	RetentionType  string // "ItemLevel", "SnapshotBased"

	CapacityBytes  *int64 // v8: nil of object storage
	FreeSpaceBytes *int64 // v8: nil of object storage

	LongTerm  bool // archive storage
	OutOfSync bool // the cache on the proxy lags behind the object storage: SyncRepository mends it
	Outdated  bool // v8: must be upgraded, which the API does not offer

	ObjectStorageID string // empty: the backups are on the proxy
	ObjectStorage   string // v8: kind, for example "AmazonS3"; older versions tell only the ID
}

// OnObjectStorage reports whether the backups are on object storage rather than in a folder of the proxy. Up to v7 only the ID of the
// object storage shows it, in v8 also its kind.
func (r Repository) OnObjectStorage() bool { return r.ObjectStorage != "" || r.ObjectStorageID != "" }

// The operations that are the same in all versions.
var (
	listRepositories = endpoint{http.MethodGet, "/BackupRepositories", 200}
	getRepository    = endpoint{http.MethodGet, "/BackupRepositories/{id}", 200}
)

// Repositories lists all backup repositories, in the appliance's order.
func (c *Client) Repositories(ctx context.Context) ([]Repository, error) {
	d, err := c.resolveVersion(ctx)
	if err != nil {
		return nil, err
	}
	answers, err := collect(c.repositories(ctx, d))
	if err != nil {
		return nil, err
	}
	repositories := make([]Repository, len(answers))
	for i := range answers {
		repositories[i] = answers[i].repository()
	}
	return repositories, nil
}

// Repository reads one backup repository. One that is gone: errors.Is(err, rest.ErrNotFound).
func (c *Client) Repository(ctx context.Context, id string) (Repository, error) {
	d, err := c.resolveVersion(ctx)
	if err != nil {
		return Repository{}, err
	}
	answer, _, err := readOne(ctx, c, d, getRepository, nil, id, false, c.repositories(ctx, d))
	return answer.repository(), err
}

func (c *Client) repositories(ctx context.Context, d *versionSpec) iter.Seq2[repositoryResponse, error] {
	return items[repositoryResponse](ctx, c, d, listRepositories, nil)
}

// repositoryResponse is RESTBackupRepository of all versions in one.
type repositoryResponse struct {
	ID              string    `json:"id"`
	Name            string    `json:"name"`
	Description     string    `json:"description"`
	ProxyID         string    `json:"proxyId"`
	ProxyPoolID     string    `json:"proxyPoolId"`
	OrganizationID  string    `json:"organizationId"`
	Path            string    `json:"path"`
	RetentionType   string    `json:"retentionType"`
	CapacityBytes   *rest.Int `json:"capacityBytes"`
	FreeSpaceBytes  *rest.Int `json:"freeSpaceBytes"`
	IsLongTerm      rest.Bool `json:"isLongTerm"`
	IsOutOfSync     rest.Bool `json:"isOutOfSync"`
	IsOutdated      rest.Bool `json:"isOutdated"`
	ObjectStorageID string    `json:"objectStorageId"` // v4 to v7
	ObjectStorage   struct {
		ID   string `json:"id"`
		Type string `json:"type"`
	} `json:"objectStorage"` // v8
}

func (a repositoryResponse) key() string { return a.ID }

func (a repositoryResponse) repository() Repository {
	return Repository{
		ID: a.ID, Name: a.Name, Description: a.Description, ProxyID: a.ProxyID, ProxyPoolID: a.ProxyPoolID,
		OrganizationID: a.OrganizationID, Path: a.Path, RetentionType: a.RetentionType,
		CapacityBytes: (*int64)(a.CapacityBytes), FreeSpaceBytes: (*int64)(a.FreeSpaceBytes),
		LongTerm: bool(a.IsLongTerm), OutOfSync: bool(a.IsOutOfSync), Outdated: bool(a.IsOutdated),
		ObjectStorageID: cmp.Or(a.ObjectStorage.ID, a.ObjectStorageID), ObjectStorage: a.ObjectStorage.Type,
	}
}
