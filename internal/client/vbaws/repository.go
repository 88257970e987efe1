// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Repository is a backup repository (SPEC10 Repository), decoded from any revision.
type Repository struct {
	ID           string
	Name         string
	Description  string
	Folder       string // amazonStorageFolder: the prefix within the bucket
	BucketID     string // the appliance's own ID of the bucket
	Bucket       string // the bucket's name
	Region       string // for example "us-east-1"
	AccountID    string // of the IAM role: amazonAccountId, from 1.2-rev0 IAMRoleId, from 1.8-rev0 identity.id
	Account      string // the name of the IAM role
	Encrypted    *bool  // nil: unknown
	StorageClass string // from 1.2-rev0
}

func (r Repository) key() string { return r.ID }

// UnmarshalJSON implements json.Unmarshaler for the spellings of all revisions.
func (r *Repository) UnmarshalJSON(data []byte) error {
	var body struct {
		ID               lenientString   `json:"id"`
		Name             lenientString   `json:"name"`
		Description      lenientString   `json:"description"`
		Folder           lenientString   `json:"amazonStorageFolder"`
		BucketID         lenientString   `json:"amazonBucketId"`
		AmazonAccountID  lenientString   `json:"amazonAccountId"`
		IAMRoleID        lenientString   `json:"IAMRoleId"`
		Identity         json.RawMessage `json:"identity"`
		EnableEncryption *rest.Bool      `json:"enableEncryption"`
		StorageClass     lenientString   `json:"storageClass"`
		Embedded         json.RawMessage `json:"_embedded"`
	}
	if err := json.Unmarshal(data, &body); err != nil {
		return err
	}
	var role identity
	var names embedded
	_, _ = json.Unmarshal(body.Identity, &role), json.Unmarshal(body.Embedded, &names) // of another shape: none
	*r = Repository{
		ID: string(body.ID), Name: string(body.Name), Description: string(body.Description),
		Folder: string(body.Folder), BucketID: body.BucketID.reference(),
		Bucket: string(names.Bucket), Region: string(names.Region),
		AccountID: cmp.Or(role.ID.reference(), body.IAMRoleID.reference(), body.AmazonAccountID.reference()),
		Account:   string(cmp.Or(role.Name, names.AmazonAccount)),
		Encrypted: (*bool)(body.EnableEncryption), StorageClass: string(body.StorageClass),
	}
	return nil
}

type identity struct {
	ID   lenientString `json:"id"`
	Name lenientString `json:"name"`
}

// embedded is the only place of the bucket's name and the region (SPEC10).
type embedded struct {
	AmazonAccount lenientString `json:"amazonAccount"`
	Region        lenientString `json:"region"`
	Bucket        lenientString `json:"bucket"`
}

// Repository reads one; unknown: rest.ErrNotFound.
func (c *Client) Repository(ctx context.Context, id string) (Repository, error) {
	request, repository := readRepository(id)
	if err := c.send(ctx, request); err != nil {
		return Repository{}, err
	}
	return *repository, nil
}

func readRepository(id string) (rest.Request, *Repository) {
	repository := &Repository{}
	return rest.Request{
		Method: http.MethodGet, Path: repositoryPath + "/" + url.PathEscape(id), Out: repository,
		Check: func() error { return cmp.Or(rest.CheckID(id, repository.ID), repository.check()) },
	}, repository
}

// check validates what every repository has.
func (r Repository) check() error { return checkNamed(r.ID, r.Name) }

// checkNamed validates an element of a list.
func checkNamed(id, name string) error { return cmp.Or(rest.CheckID("", id), required("name", name)) }

// Repositories reads all of them.
func (c *Client) Repositories(ctx context.Context) ([]Repository, error) {
	return readAll(ctx, c, repositoryPath, nil, Repository.check)
}

// RescanRepository starts a rescan and gives the ID of its session (SPEC10 RescanRepository: no body, 202,
// SessionLink). It sends the POST once unless the appliance certainly did not process it; see rest.OutcomeUnknown.
// Errors besides those of package rest: *RescanUnsupportedError, ErrNoSession.
func (c *Client) RescanRepository(ctx context.Context, id string) (sessionID string, err error) {
	revision, err := c.RescanRevision(ctx)
	if err != nil {
		return "", err
	}
	sessionID, err = c.startWithRevision(ctx, revision, repositoryPath+"/"+url.PathEscape(id)+"/rescan", nil)
	if err != nil && c.rescanMissing(ctx, revision, id, err) {
		return "", c.unsupported(ctx)
	}
	return sessionID, err
}

// rescanMissing tells whether err means that the appliance lacks the rescan, not the repository: how it answers for an
// operation that a revision does not have is not documented.
func (c *Client) rescanMissing(ctx context.Context, revision Revision, id string, err error) bool {
	var refused *RevisionError
	var api *rest.APIError
	switch {
	case errors.As(err, &refused):
		return revision != c.pinned // which another one could replace
	case !errors.As(err, &api):
		return false
	case api.Status == http.StatusMethodNotAllowed:
		return true
	}
	read, _ := readRepository(id)
	return api.Status == http.StatusNotFound && c.sendWithRevision(ctx, revision, read) == nil
}
