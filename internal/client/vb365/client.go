// SPDX-License-Identifier: MPL-2.0

// Package vb365 is the client of the REST API of Veeam Backup for Microsoft 365, versions v3 to v8: the proxies and
// what can be done with them, the backup repositories and their synchronization. What differs between the versions
// is in the table of versions (versions.go) and nowhere else.
//
// Comments name their source by tag: S6, S7 and S8 are the vendor's OpenAPI documents of v6, v7 and v8; H30:page to
// H70:page are pages of the REST reference in the vendor's Help Center archive for products 3.0 to 7, H8:page of the
// current one.
package vb365

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const product = "Veeam Backup for Microsoft 365"

// Config is what New needs. An empty Version is found by asking the appliance.
type Config struct {
	Rest    rest.Options // Product and Login are set by New
	Version Version
}

// Client speaks to one server. It is safe for concurrent use and makes no request until the first call.
type Client struct {
	rest     *rest.Client
	endpoint string
	pinned   Version
	version  rest.Once[*versionSpec] // pinned, or found by a probe
	served   rest.Once[[]Version]
	proxies  *collection.Collection[Proxy]
	kinds    sync.Map // *kind of each Collection
}

// New makes a client; it sends nothing.
func New(config Config) (*Client, error) {
	c := &Client{pinned: config.Version}
	if config.Version != "" {
		pinned := config.Version.spec()
		if pinned == nil {
			return nil, fmt.Errorf("unsupported version of the REST API %q; supported are %s", config.Version, versionList())
		}
		c.version.Set(pinned)
	}
	if config.Rest.Endpoint == nil {
		return nil, errors.New("the endpoint is missing")
	}
	c.endpoint = config.Rest.Endpoint.Host
	c.proxies = c.newProxyCollection(0)
	config.Rest.Product, config.Rest.Login, config.Rest.Codes = product, c.login, codes
	var err error
	c.rest, err = rest.New(config.Rest)
	return c, err
}

// CloseIdleConnections lets go of the connections that no call uses.
func (c *Client) CloseIdleConnections() { c.rest.CloseIdleConnections() }

// Version is the configured version or, without one, the newest that the server serves. The server is asked once;
// concurrent callers wait for the same response, and a failure is the result of all calls of the next seconds.
func (c *Client) Version(ctx context.Context) (Version, error) {
	d, err := c.resolveVersion(ctx)
	if err != nil {
		return "", err
	}
	return d.version, nil
}

// PinnedVersion is the configured version, empty if it is to be found. It makes no request.
func (c *Client) PinnedVersion() Version { return c.pinned }

// resolveVersion returns the version to use if it has all the features, otherwise an *UnsupportedError.
func (c *Client) resolveVersion(ctx context.Context, features ...Feature) (*versionSpec, error) {
	d, err := c.version.Do(ctx, c.probe)
	if err != nil {
		return nil, err
	}
	return d, d.require(features...)
}

// probe looks for the newest version that is served.
func (c *Client) probe(ctx context.Context) (*versionSpec, error) {
	for i := range versionSpecs {
		served, err := c.serves(ctx, &versionSpecs[i])
		if err != nil {
			return nil, fmt.Errorf("finding the newest version of the REST API: %w", err)
		}
		if served {
			return &versionSpecs[i], nil
		}
	}
	return nil, c.nothingServed()
}

// ServedVersions asks for every version once, whichever is in use, and returns those that the server serves, newest
// first. It needs no account. None is an error.
func (c *Client) ServedVersions(ctx context.Context) ([]Version, error) {
	return c.served.Do(ctx, c.probeAll)
}

func (c *Client) probeAll(ctx context.Context) ([]Version, error) {
	var versions []Version
	for i := range versionSpecs {
		served, err := c.serves(ctx, &versionSpecs[i])
		if err != nil {
			return nil, fmt.Errorf("finding the versions of the REST API: %w", err)
		}
		if served {
			versions = append(versions, versionSpecs[i].version)
		}
	}
	if versions == nil {
		return nil, c.nothingServed()
	}
	if _, known := c.version.Get(); !known {
		c.version.Set(versions[0].spec())
	}
	return versions, nil
}

// serves asks for a version without a token, because the API has no endpoint that names them: 404 means not served, any
// other answer to the request (401 as a rule) means served. A server that is in trouble says neither, which is an
// error: an older version must not be chosen for that reason.
func (c *Client) serves(ctx context.Context, d *versionSpec) (bool, error) {
	var answer json.RawMessage // a page of HTML, which another service's port would send, is no answer
	_, err := c.rest.Do(ctx, rest.Request{Method: http.MethodGet, Path: d.probePath(), Out: &answer, Anonymous: true})
	status := statusCode(err)
	switch {
	case status == http.StatusNotFound:
		return false, nil
	case err == nil, status >= 400 && status <= 499 && !rest.IsTransient(err):
		return true, nil
	}
	return false, err
}

func (c *Client) nothingServed() error {
	var tried []string
	for _, d := range versionSpecs {
		tried = append(tried, d.probePath())
	}
	return fmt.Errorf("%s serves no supported version of the REST API of %s: all of %s returned 404. "+
		"Check that the port of the endpoint is that of the REST API; the default is 4443", c.endpoint, product, strings.Join(tried, ", "))
}

// login sends a token form; POST /vN/token is the same in all versions but for the antiforgery switch.
func (c *Client) login(ctx context.Context, form url.Values) (rest.Token, error) {
	d, err := c.resolveVersion(ctx)
	if err != nil {
		return rest.Token{}, err
	}
	if d.noAntiforgery {
		form = maps.Clone(form)
		form.Set("disable_antiforgery_token", "true")
	}
	token, err := c.rest.FetchToken(ctx, "/"+string(d.version)+"/token", nil, form)
	err = asNotServed(d, err)
	if refused, ok := errors.AsType[*NotServedError](err); ok {
		refused.Served, _ = c.ServedVersions(ctx) // for the message; needs no account
	}
	return token, err
}

// ServiceInstance is the product behind the API.
type ServiceInstance struct {
	InstallationID string `json:"installationId"`
	Version        string `json:"version"` // build, for example "8.0.2.159"
}

// ServiceInstance asks for the product's build; v6 and later (S6 RESTServiceInstance), otherwise *UnsupportedError.
func (c *Client) ServiceInstance(ctx context.Context) (ServiceInstance, error) {
	d, err := c.resolveVersion(ctx, FeatureServiceInstance)
	if err != nil {
		return ServiceInstance{}, err
	}
	var answer ServiceInstance
	err = c.call(ctx, d, endpoint{http.MethodGet, "/ServiceInstance", 200}, "", rest.Request{
		Out: &answer, Check: func() error { return checkReference("installationId", answer.InstallationID) },
	})
	return answer, asNotServed(d, err)
}

// call sends one operation on the object of that id.
func (c *Client) call(ctx context.Context, d *versionSpec, e endpoint, id string, r rest.Request) error {
	if strings.Contains(e.path, "{id}") && strings.Trim(id, ".") == "" {
		return fmt.Errorf("invalid ID %q", id) // it would address the collection instead
	}
	r.Method, r.Path = e.method, e.pathFor(d.version, id)
	_, err := c.rest.Do(ctx, r)
	return err
}

func versionList() string { return joinVersions(Versions()) }

func joinVersions(versions []Version) string {
	var names []string
	for _, v := range versions {
		names = append(names, string(v))
	}
	return strings.Join(names, ", ")
}
