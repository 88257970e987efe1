// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// noTimeout is the time-out of the calls that make the appliance work on a proxy's machine. They install, remove or
// contact software there while the request waits, for a time that the vendor does not document: only the caller's
// context limits them. A POST among them is not sent again when its answer is lost.
const noTimeout = -1

// AddProxy installs and registers a proxy. The server responds with the proxy when it is done; a Proxy without ID
// means that the response does not describe it.
func (c *Client) AddProxy(ctx context.Context, spec ProxySpec) (Proxy, error) {
	d, err := c.resolveVersion(ctx, spec.requiredFeatures()...)
	if err != nil {
		return Proxy{}, err
	}
	if spec.HostName != nil {
		defer c.proxies.Changed(normalHost(*spec.HostName))
	}
	var answer proxyResponse
	err = c.call(ctx, d, d.add, "", rest.Request{
		Body: spec.body(), Out: &answer, Check: func() error { return spec.checkCreated(answer) }, Timeout: noTimeout, Mask: spec.secrets(),
	})
	if err != nil || answer.HostName == "" {
		return Proxy{}, err
	}
	return answer.proxy(), nil
}

// EditProxy changes what spec holds and leaves the rest. The appliance may install its component again meanwhile.
func (c *Client) EditProxy(ctx context.Context, id string, spec ProxySpec) error {
	spec = spec.forEdit()
	d, err := c.resolveVersion(ctx, spec.requiredFeatures()...)
	if err != nil {
		return err
	}
	defer c.proxies.Changed(id)
	return c.call(ctx, d, d.edit, id, rest.Request{Body: spec.body(), Timeout: noTimeout, Mask: spec.secrets()})
}

// RescanProxy makes the appliance look at a proxy again. No version returns a session: the rescan is over when the
// proxy's status is StatusOnline. Whether the request waits for that is not documented.
func (c *Client) RescanProxy(ctx context.Context, id string) error {
	d, err := c.resolveVersion(ctx)
	if err != nil {
		return err
	}
	return c.rescan(ctx, d, id)
}

func (c *Client) rescan(ctx context.Context, d *versionSpec, id string) error {
	defer c.proxies.Changed(id)
	return c.call(ctx, d, d.rescan, id, rest.Request{Body: d.rescanBody, Timeout: noTimeout})
}

// RescanProxies rescans several proxies: by one request where the version has FeatureRescanMany, otherwise one by one,
// where a failure does not keep the others from being tried. No ids, no request.
func (c *Client) RescanProxies(ctx context.Context, ids []string) error {
	d, err := c.resolveVersion(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	if d.rescanMany.path != "" {
		var body rescanManyBody
		for _, id := range ids {
			body.Proxies = append(body.Proxies, proxyRef{id})
		}
		defer c.proxies.Changed(ids...)
		return c.call(ctx, d, d.rescanMany, "", rest.Request{Body: body, Timeout: noTimeout})
	}
	var failures []error
	for _, id := range ids {
		if err := c.rescan(ctx, d, id); err != nil {
			failures = append(failures, fmt.Errorf("proxy %s: %w", id, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// RemoveProxy removes a proxy by one request. A proxy that is gone already may be answered with an error that is
// rest.ErrNotFound, in old versions also with another; Proxy tells for sure.
func (c *Client) RemoveProxy(ctx context.Context, id string, options RemoveOptions) error {
	d, err := c.resolveVersion(ctx, options.requiredFeatures()...)
	if err != nil {
		return err
	}
	defer c.proxies.Changed(id)
	return c.call(ctx, d, d.remove, id, rest.Request{Body: d.removeBody(options), Timeout: noTimeout, Mask: options.secrets()})
}

// SetMaintenance turns the maintenance mode of a proxy on or off (FeatureMaintenance); Proxy.MaintenanceModeState
// follows.
func (c *Client) SetMaintenance(ctx context.Context, id string, on bool, machine MachineCredentials) error {
	d, err := c.resolveVersion(ctx, append(machine.requiredFeatures(), FeatureMaintenance)...)
	if err != nil {
		return err
	}
	operation := d.disable
	if on {
		operation = d.enable
	}
	defer c.proxies.Changed(id)
	return c.call(ctx, d, operation, id, rest.Request{Body: machine.body(), Timeout: noTimeout, Mask: machine.secrets()})
}

// SSHCheck is the answer to a trial connection (S8 RESTSshConnectionConfigValidationResult).
type SSHCheck struct {
	Status          string `json:"status"` // "Success", "Failed"
	Fingerprint     string `json:"fingerprint"`
	PublicBase64Key string `json:"publicBase64Key"`
}

// OK tells that the appliance could connect.
func (s SSHCheck) OK() bool { return strings.EqualFold(s.Status, "Success") }

// CheckSSH makes the appliance try a connection to a Linux machine (FeatureSSH). It changes nothing, and a connection
// that fails is an SSHCheck, not an error.
func (c *Client) CheckSSH(ctx context.Context, host string, settings SSHSettings) (SSHCheck, error) {
	d, err := c.resolveVersion(ctx, FeatureSSH)
	if err != nil {
		return SSHCheck{}, err
	}
	var check SSHCheck
	err = c.call(ctx, d, d.checkSSH, "", rest.Request{
		Query: url.Values{"host": {host}}, Body: settings.body(), Out: &check,
		Idempotent: true, Timeout: noTimeout, Mask: settings.secrets(),
	})
	return check, err
}
