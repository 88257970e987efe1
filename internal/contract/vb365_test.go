// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"errors"
	"slices"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	client "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// m365 is the client and the simulator in one API version.
type m365 struct {
	conversation
	*client.Client
	sim     *vb365.Running
	version client.Version
}

// TestOperationsOfVB365 asks all that the client can ask, with every property set, of an appliance that has every kind of
// object, in each version; what is refused, too.
func TestOperationsOfVB365(t *testing.T) {
	t.Parallel()
	for version, product := range map[client.Version]string{
		client.V3: "3.0", client.V4: "4.0", client.V5: "5.0", client.V6: "6.0", client.V7: "7", client.V8: "8",
	} {
		t.Run(string(version), func(t *testing.T) {
			t.Parallel()
			sim, err := vb365.Start(
				vb365.Config{Product: product, Users: map[string]string{user: password}, SeedDefault: true},
				appliance.Options{Wrap: checks.Wrap(t, VB365, true)},
			)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(sim.Close)
			m := m365{conversation{t}, connect365(t, sim, version, password), sim, version}
			m.service()
			m.proxies()
			m.proxiesInTrouble()
			m.linux()
			m.pools()
			m.repositories()
			m.covered(VB365, string(version))
		})
	}
}

func connect365(t *testing.T, sim *vb365.Running, version client.Version, password rest.Secret) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Rest: connection(t, sim.Server, password), Version: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// service is about the versions and the login.
func (m m365) service() {
	m.Helper()
	_, err := connect365(m.T, m.sim, "", password).Version(m.Context())
	m.ok(err)
	_, err = m.ServedVersions(m.Context())
	m.ok(err)
	_, err = connect365(m.T, m.sim, m.version, "another").Proxies(m.Context())
	m.refused(err)
	if _, err = m.ServiceInstance(m.Context()); m.version.Supports(client.FeatureServiceInstance) {
		m.ok(err)
	}
	for range 2 {
		_, err = m.Proxies(m.Context())
		m.ok(err)
		m.sim.Tokens().RevokeAccess() // the next one takes a new token for the one for refreshing
	}
}

// windows is a proxy with all that a version has for one on Windows.
func (m m365) windows(host string) client.ProxySpec {
	spec := client.ProxySpec{
		HostName: new(host), Description: new("a description"), Port: new(int64(9200)), Username: new("a-user"), Password: "a-secret",
		AttachUsedProxy: new(true), EnableNetworkThrottling: new(true), ThrottlingValue: new(int64(100)), ThrottlingUnit: new("MBs"),
		UseInternetProxy: new(true), InternetProxyType: new("Custom"), InternetProxySettings: &client.InternetProxy{
			HostName: "web.example.com", Port: new(int64(3128)), UseAuthentication: new(true), Username: "a-user", Password: "a-secret",
		},
	}
	if m.version.Supports(client.FeatureThreads) {
		spec.ThreadsNumber = new(int64(32))
	}
	if m.version.Supports(client.FeatureDomainNetwork) {
		spec.UseDomainNetwork = new(true)
	}
	if m.version.Supports(client.FeatureOperatingSystem) {
		spec.OperatingSystem = new("Windows")
	}
	if m.version.Supports(client.FeatureServiceAccount) {
		spec.ServiceAccountName, spec.ServiceAccountPassword, spec.CreateServiceAccount = new(`EXAMPLE\a-service`), "a-secret", new(true)
	}
	return spec
}

func (m m365) removal(force bool) client.RemoveOptions {
	return client.RemoveOptions{
		MachineCredentials: client.MachineCredentials{Username: "a-user", Password: "a-secret"},
		Force:              force && m.version.Supports(client.FeatureForce),
	}
}

func (m m365) proxies() {
	m.Helper()
	spec := m.windows("proxy-1.example.com")
	p, err := m.AddProxy(m.Context(), spec)
	m.ok(err, m.EditProxy(m.Context(), p.ID, spec), m.EditProxy(m.Context(), p.ID, client.ProxySpec{Description: new("")}))
	_, err = m.AddProxy(m.Context(), spec)
	m.refused(err)
	pooled := m.sim.AddProxy(vb365.Proxy{HostName: "proxy-2.example.com", UseInternetProxy: true, ProxyPoolID: id, ServiceAccount: "a-service"})
	all, err := m.Proxies(m.Context())
	m.ok(err)
	for _, p := range all {
		_, err := m.Proxy(m.Context(), p.ID)
		m.ok(err)
	}
	m.ok(m.RescanProxy(m.Context(), p.ID), m.RescanProxies(m.Context(), []string{p.ID, pooled}))
	if m.version.Supports(client.FeatureMaintenance) {
		machine := client.MachineCredentials{Username: "a-user", Password: "a-secret"}
		for _, on := range []bool{true, false} {
			m.ok(m.SetMaintenance(m.Context(), pooled, on, machine))
			_, err = m.Proxy(m.Context(), pooled)
			m.ok(err)
		}
		m.refused(m.SetMaintenance(m.Context(), p.ID, true, machine)) // is in no pool
	}
	m.ok(m.RemoveProxy(m.Context(), p.ID, m.removal(true)), m.RemoveProxy(m.Context(), pooled, m.removal(false)))
}

// proxiesInTrouble are unknown, offline or in use.
func (m m365) proxiesInTrouble() {
	m.Helper()
	_, err := m.Proxy(m.Context(), id)
	m.refused(err)
	m.refused(m.EditProxy(m.Context(), id, client.ProxySpec{Description: new("")}))
	m.refused(m.RescanProxy(m.Context(), id))
	m.refused(m.RescanProxies(m.Context(), []string{id}))
	m.refused(m.RemoveProxy(m.Context(), id, m.removal(true)))
	used := m.sim.AddProxy(vb365.Proxy{HostName: "proxy-4.example.com", InUse: true})
	m.refused(m.RemoveProxy(m.Context(), used, m.removal(false)))
	m.sim.AddMachine(vb365.Machine{HostName: "proxy-3.example.com", Unreachable: true})
	offline := m.sim.AddProxy(vb365.Proxy{HostName: "proxy-3.example.com", Status: vb365.Offline})
	_, err = m.Proxy(m.Context(), offline)
	m.ok(err)
	m.refused(m.RemoveProxy(m.Context(), offline, m.removal(false)))
	m.refused(m.EditProxy(m.Context(), offline, m.windows("proxy-3.example.com")))
	_ = m.RescanProxy(m.Context(), offline) // what is answered then is not documented
	_, err = m.ProxyByHost(m.Context(), "PROXY-3.example.com")
	m.ok(err)
	_, err = m.SharedProxyByHost(m.Context(), "PROXY-3.example.com")
	m.ok(err)
}

// linux is about what only machines with SSH have.
func (m m365) linux() {
	m.Helper()
	if !m.version.Supports(client.FeatureSSH) {
		return
	}
	ssh := client.SSHSettings{
		Account: "a-user", AccountPassword: "a-secret", Port: new(int64(2222)), ConnectionTimeout: new(int64(10000)),
		PrivateKeyBase64: "YS1rZXk=", PrivateKeyPassphrase: "a-secret", ElevateAccountToRoot: new(true), AddToSudoers: new(true),
		UseSuIfSudoUnavailable: new(true), RootPassword: "a-secret", Fingerprint: "a-fingerprint", PublicBase64Key: "YS1rZXk=",
		IgnoreFingerprintCheck: new(false),
	}
	m.sim.AddMachine(vb365.Machine{HostName: "proxy-5.example.com", OperatingSystem: vb365.Linux, SSH: vb365.SSHAccess{
		Account: "a-user", Password: "a-secret", Port: 2222, Fingerprint: "a-fingerprint", PublicBase64Key: "YS1rZXk=",
	}})
	check, err := m.CheckSSH(m.Context(), "proxy-5.example.com", ssh)
	m.ok(err)
	if !check.OK() {
		m.Errorf("the check says %q", check.Status)
	}
	m.sim.AddMachine(vb365.Machine{HostName: "proxy-6.example.com", OperatingSystem: vb365.Linux, Unreachable: true})
	_, err = m.CheckSSH(m.Context(), "proxy-6.example.com", ssh)
	m.ok(err)
	spec := m.windows("proxy-5.example.com")
	spec.Username, spec.Password, spec.UseDomainNetwork, spec.OperatingSystem, spec.SSH = nil, "", nil, new("Linux"), &ssh
	p, err := m.AddProxy(m.Context(), spec)
	m.ok(err, m.EditProxy(m.Context(), p.ID, spec))
	machine := client.MachineCredentials{SSH: &ssh}
	pooled := m.sim.AddProxy(vb365.Proxy{HostName: "proxy-7.example.com", OperatingSystem: vb365.Linux, ProxyPoolID: id})
	m.ok(m.SetMaintenance(m.Context(), pooled, true, machine), m.SetMaintenance(m.Context(), pooled, false, machine))
	m.ok(m.RemoveProxy(m.Context(), p.ID, client.RemoveOptions{MachineCredentials: machine, Force: true}))
}

func (m m365) pools() {
	m.Helper()
	if !m.version.Supports(client.FeatureProxyPools) {
		_, err := m.ProxyPools().List(m.Context())
		if _, ok := errors.AsType[*client.UnsupportedError](err); !ok {
			m.Errorf("the list of pools gives %v", err)
		}
		return
	}
	var ids []string
	for _, host := range []string{"pool-1.example.com", "pool-2.example.com", "pool-3.example.com"} {
		ids = append(ids, m.sim.AddProxy(vb365.Proxy{HostName: host}))
	}
	pool, err := m.ProxyPools().Create(m.Context(), client.ProxyPool{Name: "main", ProxyIDs: ids[:1]})
	m.ok(err)
	_, err = m.ProxyPools().Create(m.Context(), client.ProxyPool{Name: "main", ProxyIDs: ids[1:2]})
	m.refused(err)
	_, err = m.ProxyPools().List(m.Context())
	m.ok(err)
	want := client.ProxyPool{Name: "other", Description: new("a description"), ProxyIDs: ids[1:]}
	m.ok(m.UpdateProxyPool(m.Context(), pool.ID, want, true))
	read, err := m.ProxyPool(m.Context(), pool.ID, ids)
	m.ok(err)
	if read.Name != "other" || !slices.Equal(read.ProxyIDs, ids[1:]) {
		m.Errorf("the pool is %+v", read)
	}
	m.ok(m.LeaveProxyPool(m.Context(), ids[1]))
	m.refused(m.LeaveProxyPool(m.Context(), ids[2]))
	m.ok(m.ProxyPools().Delete(m.Context(), pool.ID))
	_, err = m.ProxyPool(m.Context(), pool.ID, nil)
	m.refused(err)
}

func (m m365) repositories() {
	m.Helper()
	m.sim.AddRepository(vb365.Repository{Name: "disk", ProxyID: id, RetentionType: "SnapshotBased", RetentionDays: 30})
	kinds := []string{
		vb365.AzureBlob, vb365.AzureBlobArchive, vb365.AmazonS3, vb365.AmazonS3Compatible, vb365.AmazonS3Glacier, vb365.WasabiCloud, vb365.IBMCloud,
	}
	if !m.version.Supports(client.FeatureRepositorySync) {
		kinds = nil // object storage came with it
	}
	for _, kind := range kinds {
		proxy, pool := id, ""
		if m.version.Supports(client.FeatureProxyPool) {
			proxy, pool = "", id
		}
		m.sim.AddRepository(vb365.Repository{
			Name: kind, ProxyID: proxy, ProxyPoolID: pool, OrganizationID: id, OutOfSync: true, Outdated: true, OutOfOrderReason: "Missing",
			ObjectStorage: vb365.ObjectStorage{Type: kind, SizeLimitGB: 1},
		})
	}
	all, err := m.Repositories(m.Context())
	m.ok(err)
	_, err = m.Repository(m.Context(), id)
	m.refused(err)
	if m.version.Supports(client.FeatureRepositorySync) {
		_, err = m.SyncRepository(m.Context(), id)
		m.refused(err)
		_, err = m.SyncSession(m.Context(), id) // looks into the list
		m.refused(err)
	}
	for i, r := range all {
		_, err := m.Repository(m.Context(), r.ID)
		m.ok(err)
		if !m.version.Supports(client.FeatureRepositorySync) || r.ObjectStorageID == "" {
			continue
		}
		end := []vb365.SyncEnd{vb365.EndGone, vb365.EndNone, vb365.EndFailed}[i%3]
		m.sim.PlanSync(vb365.SyncPlan{Polls: 1, End: end})
		session, err := m.SyncRepository(m.Context(), r.ID)
		m.ok(err)
		for range 2 {
			_, err = m.SyncSession(m.Context(), session.ID)
			if end != vb365.EndGone {
				m.ok(err)
			}
		}
		_, err = m.Repository(m.Context(), r.ID)
		m.ok(err)
	}
}
