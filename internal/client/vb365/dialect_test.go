// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	if got, want := Versions(), []Version{V8, V7, V6, V5, V4, V3}; !slices.Equal(got, want) {
		t.Errorf("Versions() = %v, want %v", got, want)
	}
	for _, v := range Versions() {
		if got, ok := ParseVersion(string(v)); !ok || got != v {
			t.Errorf("ParseVersion(%q) = %q, %t", v, got, ok)
		}
	}
	for _, text := range []string{"", "auto", "v2", "v9", "V8", "8", "v8 "} {
		if _, ok := ParseVersion(text); ok {
			t.Errorf("ParseVersion(%q) accepted it", text)
		}
	}
}

// The table of versions and features, written down a second time.
func TestFeatures(t *testing.T) {
	t.Parallel()
	for feature, want := range map[Feature]string{
		FeatureThreads:         "v3 to v7",
		FeatureForce:           "v5 to v8",
		FeatureRepositorySync:  "v4 to v8",
		FeatureDomainNetwork:   "v6 to v8",
		FeatureRescanMany:      "v6 to v8",
		FeatureType:            "v6 to v8",
		FeatureServiceInstance: "v6 to v8",
		FeatureFQDN:            "v7 to v8",
		FeatureOperatingSystem: "v8",
		FeatureSSH:             "v8",
		FeatureServiceAccount:  "v8",
		FeatureMaintenance:     "v8",
		FeatureProxyPool:       "v8",
		FeatureProxyVersion:    "v8",
	} {
		if got := feature.Versions(); got != want {
			t.Errorf("%s: %q, want %q", feature, got, want)
		}
		first, last, _ := strings.Cut(want, " to ")
		if last == "" {
			last = first
		}
		for _, v := range Versions() {
			if got, want := v.Supports(feature), string(v) >= first && string(v) <= last; got != want {
				t.Errorf("%s supports %s: %t, want %t", v, feature, got, want)
			}
		}
	}
	if Version("v9").Supports(FeatureForce) {
		t.Error("an unknown version supports something")
	}
}

// What the table offers and what it needs for it belong together.
func TestDialectsAreWhole(t *testing.T) {
	t.Parallel()
	for _, d := range versionSpecs {
		for name, e := range map[string]endpoint{
			"list": d.list, "get": d.get, "add": d.add, "edit": d.edit, "rescan": d.rescan, "remove": d.remove,
		} {
			if e.method == "" || e.path == "" || e.status < 200 || e.status > 299 {
				t.Errorf("%s %s: %+v", d.version, name, e)
			}
		}
		for name, pair := range map[string][2]bool{
			"rescan of many":   {d.rescanMany.path != "", d.version.Supports(FeatureRescanMany)},
			"maintenance on":   {d.enable.path != "", d.version.Supports(FeatureMaintenance)},
			"maintenance off":  {d.disable.path != "", d.version.Supports(FeatureMaintenance)},
			"synchronization":  {d.sync.path != "", d.version.Supports(FeatureRepositorySync)},
			"SSH check":        {d.checkSSH.path != "", d.version.Supports(FeatureSSH)},
			"service instance": {d.probe == "/ServiceInstance", d.version.Supports(FeatureServiceInstance)},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s %s: the operation is there: %t, the feature: %t", d.version, name, pair[0], pair[1])
			}
		}
		if d.removeBody == nil {
			t.Errorf("%s: no body of a removal", d.version)
		}
	}
}

// Whatever a version lacks is refused before any request, login included.
func TestUnsupportedSendsNothing(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	ssh := &SSHSettings{Account: "root"}
	calls := []struct {
		name    string
		feature Feature
		call    func(c *Client) error
	}{
		{"add with threads", FeatureThreads, func(c *Client) error { return add(ctx, c, ProxySpec{ThreadsNumber: new(int64(64))}) }},
		{"edit with threads", FeatureThreads, func(c *Client) error { return c.EditProxy(ctx, "p1", ProxySpec{ThreadsNumber: new(int64(64))}) }},
		{"add to a domain", FeatureDomainNetwork, func(c *Client) error { return add(ctx, c, ProxySpec{UseDomainNetwork: new(false)}) }},
		{"add of a system", FeatureOperatingSystem, func(c *Client) error { return add(ctx, c, ProxySpec{OperatingSystem: new("Linux")}) }},
		{"add by SSH", FeatureSSH, func(c *Client) error { return add(ctx, c, ProxySpec{SSH: ssh}) }},
		{"edit by SSH", FeatureSSH, func(c *Client) error { return c.EditProxy(ctx, "p1", ProxySpec{SSH: ssh}) }},
		{"service account", FeatureServiceAccount, func(c *Client) error { return add(ctx, c, ProxySpec{ServiceAccountName: new("svc")}) }},
		{"its password", FeatureServiceAccount, func(c *Client) error { return add(ctx, c, ProxySpec{ServiceAccountPassword: "pw"}) }},
		{"its creation", FeatureServiceAccount, func(c *Client) error { return add(ctx, c, ProxySpec{CreateServiceAccount: new(true)}) }},
		{"removal by force", FeatureForce, func(c *Client) error { return c.RemoveProxy(ctx, "p1", RemoveOptions{Force: true}) }},
		{"removal by SSH", FeatureSSH, func(c *Client) error {
			return c.RemoveProxy(ctx, "p1", RemoveOptions{MachineCredentials: MachineCredentials{SSH: ssh}})
		}},
		{"maintenance", FeatureMaintenance, func(c *Client) error { return c.SetMaintenance(ctx, "p1", true, MachineCredentials{}) }},
		{"SSH check", FeatureSSH, func(c *Client) error { _, err := c.CheckSSH(ctx, "px1.example.com", *ssh); return err }},
		{"synchronization", FeatureRepositorySync, func(c *Client) error { return synchronize(ctx, c) }},
		{"reading one", FeatureRepositorySync, func(c *Client) error { _, err := c.SyncSession(ctx, "s1"); return err }},
		{"product build", FeatureServiceInstance, func(c *Client) error { _, err := c.ServiceInstance(ctx); return err }},
	}
	each(t, func(t *testing.T, v Version) {
		for _, call := range calls {
			if v.Supports(call.feature) {
				continue
			}
			a := scripted(t) // any request fails the test
			err := call.call(client(t, a, v))
			var unsupported *UnsupportedError
			if !errors.As(err, &unsupported) || unsupported.Version != v || unsupported.Feature != call.feature {
				t.Errorf("%s: %v, want an UnsupportedError of %s", call.name, err, call.feature)
				continue
			}
			for _, part := range []string{string(v), string(call.feature), call.feature.Versions()} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%s: %q does not say %q", call.name, err, part)
				}
			}
		}
	})
}

func add(ctx context.Context, c *Client, spec ProxySpec) error {
	_, err := c.AddProxy(ctx, spec)
	return err
}
