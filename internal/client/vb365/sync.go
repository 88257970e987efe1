// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"cmp"
	"context"
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// The states of SyncSession.State. None of them means success: a session is over when it is gone or SyncNone, and was
// successful when Repository.OutOfSync is then false.
const (
	SyncNone          = "None"
	SyncSynchronizing = "Synchronizing"
	SyncFailed        = "Failed"
)

// SyncSession is the synchronization of a repository's cache with its object storage (S6 to S8
// RESTRepositorySynchronizeSession).
type SyncSession struct {
	ID           string
	RepositoryID string
	State        string // as the appliance writes it; empty: not told
	Error        string // of a failure, on one line
	Progress     *int64 // percent; nil: not told
}

// The operations that are the same in all versions that have them; the list is an array in v8 too.
var (
	listSyncSessions = endpoint{http.MethodGet, "/RepositorySynchronizeSessions", 200}
	getSyncSession   = endpoint{http.MethodGet, "/RepositorySynchronizeSessions/{id}", 200}
)

// SyncRepository starts the synchronization of a repository on object storage (FeatureRepositorySync) by one request. A
// session without ID means that the appliance named none: then only Repository.OutOfSync tells the end.
func (c *Client) SyncRepository(ctx context.Context, id string) (SyncSession, error) {
	d, err := c.resolveVersion(ctx, FeatureRepositorySync)
	if err != nil {
		return SyncSession{}, err
	}
	var answer syncResponse
	err = c.call(ctx, d, d.sync, id, rest.Request{
		Body: d.syncBody, Out: &answer, Check: func() error { return answer.checkStarted(id) }, Timeout: noTimeout,
	})
	if err != nil {
		return SyncSession{}, err
	}
	session := c.session(answer)
	session.RepositoryID = cmp.Or(session.RepositoryID, id)
	return session, nil
}

// SyncSession reads a synchronization (FeatureRepositorySync). One that is gone, as all are some time after their end:
// errors.Is(err, rest.ErrNotFound).
func (c *Client) SyncSession(ctx context.Context, id string) (SyncSession, error) {
	d, err := c.resolveVersion(ctx, FeatureRepositorySync)
	if err != nil {
		return SyncSession{}, err
	}
	answer, _, err := readOne(ctx, c, d, getSyncSession, nil, id, false, flatten(array[syncResponse](ctx, c, d, listSyncSessions, nil)))
	return c.session(answer), err
}

type syncResponse struct {
	ID              string        `json:"id"`
	RepositoryID    string        `json:"repositoryId"`
	State           string        `json:"state"`
	Error           string        `json:"error"`
	ProgressPercent optionalFloat `json:"progressPercent"`
}

func (a syncResponse) key() string { return a.ID }

func (c *Client) session(a syncResponse) SyncSession {
	s := SyncSession{ID: a.ID, RepositoryID: a.RepositoryID, State: rest.OneLine(a.State), Error: c.rest.Sanitize(a.Error)}
	if percent := a.ProgressPercent.value; percent != nil && *percent >= 0 && *percent <= 100 {
		s.Progress = new(int64(*percent))
	}
	return s
}

// syncAction is {"sync":null}, by which v4 and v5 synchronize (H40, H50: synchronizing_repositories).
type syncAction struct {
	Sync *struct{} `json:"sync"`
}
