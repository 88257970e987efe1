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

// proxyID and repositoryID are the same in every run; --help promises them.
func proxyID(n int) string      { return fmt.Sprintf("36500000-0000-4000-8000-%012d", n) }
func repositoryID(n int) string { return fmt.Sprintf("a3500000-0000-4000-8000-%012d", n) }

func proxyHost(n int) string { return fmt.Sprintf("seed-proxy-%d.example.com", n) }

// startVB365 serves the VB365 appliance; false when it is left out.
func startVB365(o options, at appliance.Options) (served, bool, error) {
	if o.vb365Product == none {
		return served{}, false, nil
	}
	at.Listen = o.vb365Listen
	running, err := vb365.Start(vb365.Config{
		Product: o.vb365Product, Users: map[string]string{o.user: o.password}, TokenLifetime: o.tokenLifetime,
		RescanDelay: o.rescanDuration, SeedDefault: true, StrictMachines: o.strict,
	}, at)
	if err != nil {
		return served{}, false, err
	}
	a := served{title: "Veeam Backup for Microsoft 365 " + o.vb365Product, server: running.Server}
	for n := 1; n <= o.proxies; n++ {
		proxy := vb365.Proxy{ID: proxyID(n), HostName: proxyHost(n), Description: fmt.Sprintf("Seeded proxy %d", n)}
		state := "online"
		switch n {
		case 2:
			proxy.Status, state = vb365.Offline, "offline"
		case 3:
			proxy.InUse, state = true, "in use"
		}
		running.AddProxy(proxy)
		a.contents = append(a.contents, fmt.Sprintf("proxy %s  %s, %s", proxy.ID, proxy.HostName, state))
	}
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
		Product: o.vbawsProduct, Users: map[string]vbaws.User{o.user: account}, TokenLifetime: o.tokenLifetime,
		Session: vbaws.SessionPlan{Duration: o.sessionDuration, Outcome: o.sessionOutcome},
	}, at)
	if err != nil {
		return served{}, false, err
	}
	a := served{
		title:  "Veeam Backup for AWS " + o.vbawsProduct + ", revisions " + strings.Join(running.Accepts(), ", "),
		server: running.Server,
	}
	for n := 1; n <= o.repositories; n++ {
		repository := vbaws.Repository{
			ID: repositoryID(n), Name: fmt.Sprintf("Repository %d", n), Description: fmt.Sprintf("Seeded repository %d", n),
			Folder: fmt.Sprintf("repository-%d", n),
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

// account are the variables that every appliance has.
func (o options) account(prefix string, server *appliance.Server) []variable {
	return []variable{
		{prefix + "ENDPOINT", server.URL()},
		{prefix + "USERNAME", o.user},
		{prefix + "PASSWORD", o.password},
		{prefix + "CA_CERTIFICATE_FILE", o.caFile},
	}
}
