// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// The IDs are the same in every run; --help promises them.
func proxyID(n int) string           { return fmt.Sprintf("36500000-0000-4000-8000-%012d", n) }
func vb365RepositoryID(n int) string { return fmt.Sprintf("36510000-0000-4000-8000-%012d", n) }
func repositoryID(n int) string      { return fmt.Sprintf("a3500000-0000-4000-8000-%012d", n) }
func roleID(n int) string            { return fmt.Sprintf("a3510000-0000-4000-8000-%012d", n) }
func regionID(n int) string          { return fmt.Sprintf("a3520000-0000-4000-8000-%012d", n) }

const poolID = "36520000-0000-4000-8000-000000000001"

var regionNames = []string{"us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "ap-southeast-2"}

// syncEnds gives the end of a synchronization that is like the outcome of a session; there is no warning.
var syncEnds = map[string]vb365.SyncEnd{
	vbaws.StatusSucceeded: vb365.EndGone, vbaws.StatusWarning: vb365.EndGone, vbaws.StatusFailed: vb365.EndFailed,
	vbaws.StatusCanceled: vb365.EndLost, vbaws.StatusRunning: vb365.EndRunning, vbaws.StatusNeverExecuted: vb365.EndRunning,
}

func proxyHost(n int) string { return fmt.Sprintf("branch-%d.example.com", n) }

// startVB365 serves the VB365 appliance; false when it is left out.
func startVB365(o options, at appliance.Options) (served, bool, error) {
	if o.vb365Product == none {
		return served{}, false, nil
	}
	at.Listen = o.vb365Listen
	running, err := vb365.Start(vb365.Config{
		Product: o.vb365Product, Users: map[string]string{o.user: o.password}, TokenLifetime: o.tokenLifetime,
		RescanDelay: o.rescanDuration, SeedDefault: true, StrictMachines: o.strict,
		Sync: vb365.SyncPlan{Duration: o.sessionDuration, End: syncEnds[o.sessionOutcome]}, Behaviour: vb365.Behaviour{Sparse: o.vb365Sparse},
	}, at)
	if err != nil {
		return served{}, false, err
	}
	a := served{title: "Veeam Backup for Microsoft 365 " + o.vb365Product, server: running.Server}
	running.AddObject("ProxyPools", map[string]any{"id": poolID, "name": "branches", "description": "Branch offices"})
	for n := 1; n <= o.proxies; n++ {
		proxy := vb365.Proxy{ID: proxyID(n), HostName: proxyHost(n), Description: fmt.Sprintf("Branch office %d", n)}
		state := "online"
		switch n {
		case 2:
			proxy.Status, state = vb365.Offline, "offline"
		case 3:
			proxy.InUse, state = true, "in use"
		case 4:
			proxy.ProxyPoolID, state = poolID, "in a proxy pool"
		}
		running.AddProxy(proxy)
		a.contents = append(a.contents, fmt.Sprintf("proxy %s  %s, %s", proxy.ID, proxy.HostName, state))
	}
	a.contents = append(a.contents, o.addVB365Repositories(running)...)
	machines := slices.Clone(o.machines)
	if o.strict {
		for _, proxy := range running.Proxies() {
			machines = append(machines, proxy.HostName)
		}
	}
	for _, host := range machines {
		running.AddMachine(vb365.Machine{HostName: host, Username: o.proxyUser, Password: o.proxyPassword})
	}
	a.variables = append(o.account("VEEAM_VB365_", running.Server),
		variable{"VEEAM_VB365_PROXY_USERNAME", o.proxyUser}, variable{"VEEAM_VB365_PROXY_PASSWORD", o.proxyPassword})
	return a, true, nil
}

// addVB365Repositories adds the repositories and says what they are.
func (o options) addVB365Repositories(running *vb365.Running) []string {
	var contents []string
	owner := running.Proxies()[0].ID // the default proxy
	for n := 1; n <= o.repositories; n++ {
		repository := vb365.Repository{
			ID: vb365RepositoryID(n), Name: fmt.Sprintf("Archive %d", n), Description: fmt.Sprintf("Seeded repository %d", n),
			ProxyID: owner, OutOfSync: true, ObjectStorage: vb365.ObjectStorage{Type: vb365.AmazonS3},
		}
		state := "out of sync"
		if n == 2 {
			repository.OutOfSync, repository.ObjectStorage, state = false, vb365.ObjectStorage{}, "without object storage"
		}
		running.AddRepository(repository)
		contents = append(contents, fmt.Sprintf("repository %s  %s, %s", repository.ID, repository.Name, state))
	}
	return contents
}

// startVBAWS serves the VBAWS appliance; false when it is left out.
func startVBAWS(o options, at appliance.Options) (served, bool, error) {
	if o.vbawsProduct == none {
		return served{}, false, nil
	}
	account := vbaws.User{Password: o.password, Role: vbaws.Administrator}
	if o.operator {
		account.Role = vbaws.Operator
	}
	at.Listen = o.vbawsListen
	running, err := vbaws.Start(vbaws.Config{
		Product: o.vbawsProduct, Users: map[string]vbaws.User{o.user: account}, TokenLifetime: o.tokenLifetime, Regions: regions(),
		Session:   vbaws.SessionPlan{Duration: o.sessionDuration, Outcome: o.sessionOutcome},
		Behaviour: vbaws.Behaviour{Minimal: o.minimal, Sparse: o.sparse},
	}, at)
	if err != nil {
		return served{}, false, err
	}
	a := served{
		title:  "Veeam Backup for AWS " + o.vbawsProduct + ", revisions " + strings.Join(running.Accepts(), ", "),
		server: running.Server,
	}
	a.contents = append(a.contents, o.addIAMRoles(running)...)
	for n := 1; n <= o.repositories; n++ {
		repository := vbaws.Repository{
			ID: repositoryID(n), Name: fmt.Sprintf("archive-%d", n), Description: fmt.Sprintf("Seeded repository %d", n),
			Folder: fmt.Sprintf("archive-%d", n), Encryption: true,
		}
		if o.roles > 0 {
			repository.RoleID = roleID(1)
		}
		running.AddRepository(repository)
		a.contents = append(a.contents, fmt.Sprintf("repository %s  %s", repository.ID, repository.Name))
	}
	a.variables = o.account("VEEAM_VBAWS_", running.Server)
	if o.repositories > 0 {
		a.variables = append(a.variables, variable{"VEEAM_DEMO_REPOSITORY_ID", repositoryID(1)})
	}
	return a, true, nil
}

// addIAMRoles adds the IAM roles and says what they are.
func (o options) addIAMRoles(running *vbaws.Running) []string {
	var contents []string
	for n := 1; n <= o.roles; n++ {
		role := vbaws.IAMRole{
			ID: roleID(n), Name: fmt.Sprintf("Backup Role %d", n), Description: fmt.Sprintf("Seeded IAM role %d", n), ParentID: roleID(1),
		}
		state := "in the account of the appliance"
		if n == 2 {
			role.Kind, role.AWSAccountID, state = vbaws.RoleOfOtherAccount, "210987654321", "in another account"
		}
		running.AddIAMRole(role)
		contents = append(contents, fmt.Sprintf("IAM role %s  %s, %s", role.ID, role.Name, state))
	}
	return contents
}

func regions() []vbaws.Region {
	var all []vbaws.Region
	for i, name := range regionNames {
		all = append(all, vbaws.Region{ID: regionID(i + 1), Name: name})
	}
	return all
}

// account are the variables that every appliance has.
func (o options) account(prefix string, server *appliance.Server) []variable {
	return []variable{
		{prefix + "ENDPOINT", server.URL()},
		{prefix + "USERNAME", o.user},
		{prefix + "PASSWORD", o.password},
		{prefix + "CA_CERTIFICATE_FILE", o.caFile},
	}
}
