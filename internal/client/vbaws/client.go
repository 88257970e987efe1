// SPDX-License-Identifier: MPL-2.0

// Package vbaws speaks the public REST API of Veeam Backup for AWS, revisions 1.0-rev0 to 1.9-rev0: repositories, IAM
// roles and regions, the rescans, and the sessions that a rescan starts. Sources of its facts: SPEC10 is the vendor's
// specification of revision 1.0-rev0, D20 and D80 are the reference pages of products 2.0 and 8.0, CL40 to CL70 the
// change logs.
package vbaws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Product is the appliance's name in messages.
const Product = "Veeam Backup for AWS"

// The paths are the same in every revision; only the header tells revisions apart (SectionOverview).
const (
	tokenPath      = "/api/v1/token"
	timePath       = "/api/v1/system/time"
	versionPath    = "/api/v1/system/version"
	repositoryPath = "/api/v1/repositories"
	sessionPath    = "/api/v1/sessions"

	revisionHeader = "x-api-version" // required on every operation, the token's too (SPEC10)
)

// Config is what New takes.
type Config struct {
	Rest     rest.Options // Product and Login are set by New
	Revision Revision     // empty: the newest one that the appliance accepts
}

// Client is safe for concurrent use and makes no request until the first call.
type Client struct {
	rest            *rest.Client
	pinned          Revision
	loginNegotiates bool // the login finds the revision; with an access token there is none

	search rest.Once[struct{}] // for the revision in use
	rescan rest.Once[rescanSupport]

	mu       sync.Mutex
	accepted Revision                          // empty: not known yet
	steps    map[Revision]*rest.Once[struct{}] // searches for an older one, by the revision that turned out to be refused

	sessionReader sessionReader
	sessions      *collection.Collection[Session]

	// What all objects of a run look up. The API does not read one region by its ID.
	SharedRepositories *collection.Collection[Repository]
	SharedIAMRoles     *collection.Collection[IAMRole]
	SharedRegions      *collection.Collection[Region]

	rescanFirst bool // the search for accepted begins at the newest revision that has the rescan
	refused     bool // that revision was refused
}

// New makes a client; it sends nothing.
func New(config Config) (*Client, error) {
	if _, known := ParseRevision(string(config.Revision)); config.Revision != "" && !known {
		return nil, fmt.Errorf("unsupported API revision %q of %s; supported are %s", config.Revision, Product, revisionRange(Revisions()))
	}
	c := &Client{pinned: config.Revision, loginNegotiates: config.Rest.AccessToken == "", steps: map[Revision]*rest.Once[struct{}]{}}
	options := config.Rest
	options.Product, options.Login, options.Codes = Product, c.login, codes
	client, err := rest.New(options)
	if err != nil {
		return nil, err
	}
	c.rest = client
	c.sessionReader.get, c.sessionReader.list = c.Session, c.Sessions
	c.sessions = c.sessionReader.collection()
	c.SharedRepositories = shared(c.Repository, c.Repositories)
	c.SharedIAMRoles = shared(c.IAMRole, c.IAMRoles)
	c.SharedRegions = shared(nil, c.Regions)
	return c, nil
}

// CloseIdleConnections lets go of the connections that no call uses.
func (c *Client) CloseIdleConnections() { c.rest.CloseIdleConnections() }

// ApplianceVersion gives the product's version, for example "8.1.0.7" (GET /system/version). Only a Portal
// Administrator may ask; others get an error that is rest.ErrForbidden.
func (c *Client) ApplianceVersion(ctx context.Context) (string, error) {
	var answer struct {
		Version lenientString `json:"version"`
	}
	check := func() error { return required("version", string(answer.Version)) }
	if err := c.send(ctx, rest.Request{Method: http.MethodGet, Path: versionPath, Out: &answer, Check: check}); err != nil {
		return "", err
	}
	return c.rest.Sanitize(string(answer.Version)), nil
}

// send makes a call in the revision in use. An appliance that takes any revision at the login refuses the first call
// that follows; then the revision is looked for again among the older ones. A refused revision changed nothing.
func (c *Client) send(ctx context.Context, r rest.Request) error {
	for {
		revision, err := c.Revision(ctx)
		if err != nil {
			return err
		}
		err = c.sendWithRevision(ctx, revision, r)
		var refused *RevisionError
		if c.pinned != "" || !errors.As(err, &refused) {
			return err
		}
		if err := c.stepDown(ctx, revision, refused); err != nil {
			return err
		}
	}
}

// sendWithRevision makes a call in the given revision; a *RevisionError tells that the appliance does not accept it.
func (c *Client) sendWithRevision(ctx context.Context, revision Revision, r rest.Request) error {
	r.Header = revision.header()
	_, err := c.rest.Do(ctx, r)
	if refusal := versionRefusal(err); refusal != nil {
		return &RevisionError{Tried: []Revision{revision}, Last: refusal}
	}
	if api, ok := errors.AsType[*rest.APIError](err); ok && api.Path != r.Path {
		return unrelated(err) // of the login before it
	}
	return err
}
