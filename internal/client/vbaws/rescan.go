// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// The rescans that current revisions have; that of a repository stands apart, because it was removed from the API.
const (
	bucketRescanPath = "/api/v1/cloudInfrastructure/buckets/rescan"
	vmRescanPath     = "/api/v1/virtualMachines/rescan"
)

// ErrNoSession is the error of a rescan that was accepted without naming its session.
var ErrNoSession = errors.New("the appliance accepted the rescan but returned no session")

// regionsSpec is SPEC10 RescanCloudAccountSpec: without regions all of them are rescanned, but the body must be there.
type regionsSpec struct {
	RegionIDs []string `json:"regionIds,omitempty"`
}

// RescanIAMRole makes the appliance look again at what an IAM role reaches in AWS, in the given regions (Region.ID) or,
// without any, in all (SPEC10 RescanAmazonAccount). It gives the ID of the session. The POST is sent once unless the
// appliance certainly did not process it; see rest.OutcomeUnknown. Errors of all three rescans besides those of package rest:
// *UnsupportedError, ErrNoSession.
func (c *Client) RescanIAMRole(ctx context.Context, roleID string, regionIDs []string) (sessionID string, err error) {
	role, err := rolePath(roleID)
	if err != nil {
		return "", err
	}
	return c.start(ctx, operation{
		name: "the rescan of an IAM role", path: role + "/rescan", body: regionsSpec{regionIDs}, roleID: roleID,
	})
}

// RescanBuckets makes the appliance look again for the S3 buckets that an IAM role reaches (SPEC10 RescanBucket). Only
// a Portal Administrator may ask; others get an error that is rest.ErrForbidden.
func (c *Client) RescanBuckets(ctx context.Context, roleID string) (sessionID string, err error) {
	if _, err := rolePath(roleID); err != nil {
		return "", err
	}
	return c.start(ctx, operation{
		name: "the rescan of the S3 buckets of an IAM role", path: bucketRescanPath + "/" + url.PathEscape(roleID), roleID: roleID,
	})
}

// RescanVirtualMachines makes the appliance look again for EC2 instances; 1.1-rev0 and later, otherwise
// *UnsupportedError before any request for it. No document describes it: clients of 1.1-rev0 and 1.5-rev0 send it
// without a body.
func (c *Client) RescanVirtualMachines(ctx context.Context) (sessionID string, err error) {
	return c.start(ctx, vmRescan)
}

// CheckVirtualMachinesRescan tells, without starting it, whether the revision in use has that rescan; if not, by an
// *UnsupportedError.
func (c *Client) CheckVirtualMachinesRescan(ctx context.Context) error {
	revision, err := c.Revision(ctx)
	if err != nil {
		return err
	}
	return vmRescan.check(revision)
}

var vmRescan = operation{name: "the rescan of EC2 instances", path: vmRescanPath, in: Revision.HasVirtualMachinesRescan}

// rolePath refuses what would address the collection instead.
func rolePath(id string) (string, error) {
	if strings.Trim(id, ".") == "" {
		return "", fmt.Errorf("invalid ID of an IAM role %q", id)
	}
	return iamRolePath + "/" + url.PathEscape(id), nil
}

// operation is a POST that starts a session.
type operation struct {
	name   string // for messages
	path   string
	body   any                 // nil: none
	roleID string              // of the IAM role that is worked on; empty: nothing that could be missing
	in     func(Revision) bool // the revisions that have it; nil: all
}

// check gives an *UnsupportedError when the revision lacks the operation.
func (o operation) check(revision Revision) error {
	if o.in != nil && !o.in(revision) {
		return &UnsupportedError{Operation: o.name, Revision: revision, Since: oldest(o.in)}
	}
	return nil
}

// start sends the POST in the revision in use and gives the session's ID. A refused revision changed nothing, so an
// older one is tried then, but only when the appliance refuses the revision for everything: otherwise the revision is
// fine and the operation is what it lacks.
func (c *Client) start(ctx context.Context, o operation) (sessionID string, err error) {
	for {
		revision, err := c.Revision(ctx)
		if err != nil {
			return "", err
		}
		if err := o.check(revision); err != nil {
			return "", err
		}
		sessionID, err := c.startWithRevision(ctx, revision, o.path, o.body)
		if err == nil {
			return sessionID, nil
		}
		if c.isUnsupported(ctx, revision, o, err) {
			return "", &UnsupportedError{Operation: o.name, Revision: revision}
		}
		var refused *RevisionError
		if c.pinned != "" || !errors.As(err, &refused) {
			return "", err
		}
		if err := c.stepDown(ctx, revision, refused); err != nil {
			return "", err
		}
	}
}

// startWithRevision sends the POST that starts a session and returns the session's ID (SPEC10 SessionLink).
func (c *Client) startWithRevision(ctx context.Context, revision Revision, path string, body any) (sessionID string, err error) {
	var link struct {
		SessionID lenientString `json:"sessionId"`
	}
	check := func() error {
		if link.SessionID == "" {
			return nil // an error of its own
		}
		return rest.CheckID("", string(link.SessionID))
	}
	err = c.sendWithRevision(ctx, revision, rest.Request{Method: http.MethodPost, Path: path, Body: body, Out: &link, Check: check})
	switch {
	case err != nil:
		return "", err
	case link.SessionID == "":
		return "", fmt.Errorf("POST %s: %w", path, ErrNoSession)
	}
	return string(link.SessionID), nil
}

// isUnsupported tells whether err, the answer to the POST, means that the appliance lacks the operation, not its object or the
// revision: how it answers for an operation that a revision does not have is not documented.
func (c *Client) isUnsupported(ctx context.Context, revision Revision, o operation, err error) bool {
	var refused *RevisionError
	var api *rest.APIError
	switch {
	case errors.As(err, &refused):
		return refused.Last.Path == o.path && c.probeRevision(ctx, revision) == nil // the login may be what was refused
	case !errors.As(err, &api):
		return false
	case api.Status == http.StatusMethodNotAllowed:
		return true
	case api.Status != http.StatusNotFound:
		return false
	}
	if o.roleID == "" {
		return true
	}
	read, _ := readIAMRole(o.roleID)
	return c.sendWithRevision(ctx, revision, read) == nil
}
