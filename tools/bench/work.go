// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	latency     = 20 * time.Millisecond
	parallelism = 10 // of the CLI and of the loop
	account     = "bench"
	secret      = "bench-password" //nolint:gosec // of a simulator
)

// The names of the works, in the tables' order.
const (
	createNothing, planNothing, destroyNothing = "floor: apply", "floor: no-op plan", "floor: destroy"
	createBuiltIn, planBuiltIn, destroyBuiltIn = "built-in objects: apply", "built-in objects: no-op plan", "built-in objects: destroy"
	applyRescans, planRescans                  = "apply of rescans, sessions ending at the 2nd poll", "no-op plan, ended rescans"
	applyProxies, planProxies, removeProxies   = "apply of new proxies", "no-op plan with refresh, proxies", "destroy of proxies"
	loopRescans                                = "bare loop of the same rescans"
	refreshProxies                             = "plan with refresh, imported fleet"
	fleetRescan                                = "fleet rescan, sessions of 30 s"
)

// floors names beside each work what the CLI needs for as many objects of a provider that asks nobody.
var floors = map[string]string{
	applyRescans: createNothing, applyProxies: createNothing, planRescans: planNothing, planProxies: planNothing, removeProxies: destroyNothing,
	refreshProxies: planNothing,
}

// measureBuiltIn measures objects for which the CLI starts no provider.
func measureBuiltIn(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf("resource \"terraform_data\" \"all\" {\n  count = %d\n}\n", n))
	if err != nil {
		return err
	}
	defer u.close()
	return u.works(n, work{createBuiltIn, apply}, work{planBuiltIn, plan}, work{destroyBuiltIn, destroy})
}

func measureFloor(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf("resource \"floor_nothing\" \"all\" {\n  count    = %d\n  triggers = { run = \"1\" }\n}\n", n))
	if err != nil {
		return err
	}
	defer u.close()
	return u.works(n, work{createNothing, apply}, work{planNothing, plan}, work{destroyNothing, destroy})
}

func measureRescans(b *bench, n int) error {
	u, err := newUser(b, `
resource "veeam_vbaws_repository_rescan" "all" {
  for_each      = toset(split(",", file("ids")))
  repository_id = each.value
  triggers      = { run = "1" }
}`)
	if err != nil {
		return err
	}
	defer u.close()
	if err := u.aws(n, vbaws.SessionPlan{Polls: 1}); err != nil {
		return err
	}
	return u.works(n, work{applyRescans, apply}, work{planRescans, plan})
}

func measureProxies(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf("resource \"veeam_vb365_proxy\" \"all\" {\n  count     = %d\n  host_name = \"proxy-${count.index}.example.com\"\n}\n", n))
	if err != nil {
		return err
	}
	defer u.close()
	if err := u.m365(0); err != nil {
		return err
	}
	return u.works(n, work{applyProxies, apply}, work{planProxies, plan}, work{removeProxies, destroy})
}

// measureRefresh plans a fleet that was imported: the state is there, and all of it is read.
func measureRefresh(b *bench, n int) error {
	for _, measure := range []func() error{
		func() error { return measureFloor(b, n) },
		func() error {
			u, err := newUser(b, `
locals {
  ids = { for i, id in split(",", file("ids")) : i => id }
}
import {
  for_each = local.ids
  to       = veeam_vb365_proxy.all[each.key]
  id       = each.value
}
resource "veeam_vb365_proxy" "all" {
  for_each  = local.ids
  host_name = "proxy-${each.key}.example.com"
}`)
			if err != nil {
				return err
			}
			defer u.close()
			if err := u.m365(n); err != nil {
				return err
			}
			if _, err := u.command("apply", "-auto-approve"); err != nil {
				return err
			}
			return u.works(n, work{refreshProxies, plan})
		},
	} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

func measureFleet(b *bench, n int) error {
	u, err := newUser(b, `
resource "veeam_vbaws_repositories_rescan" "all" {
  repository_ids = toset(split(",", file("ids")))
}`)
	if err != nil {
		return err
	}
	defer u.close()
	if err := u.aws(n, vbaws.SessionPlan{Duration: 30 * time.Second}); err != nil {
		return err
	}
	return u.works(n, work{fleetRescan, apply})
}

// measureLoop does what apply of rescans asks the appliance for, and nothing else.
func measureLoop(b *bench, n int) error {
	u, err := newUser(b, "")
	if err != nil {
		return err
	}
	defer u.close()
	if err := u.aws(n, vbaws.SessionPlan{Polls: 1}); err != nil {
		return err
	}
	started := time.Now()
	if err := u.loop(); err != nil {
		return err
	}
	b.results = append(b.results, result{what: loopRescans, n: n, wall: time.Since(started), requests: countRequests(u.servers[0].Requests())})
	return nil
}

func (u *user) loop() error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(u.servers[0].CAPEM())
	client := &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
	}}
	token := ""
	send := func(method, path, contentType, body string) (answer string, err error) {
		request, err := http.NewRequestWithContext(context.Background(), method, u.servers[0].URL()+path, strings.NewReader(body))
		if err != nil {
			return "", err
		}
		request.Header.Set("x-api-version", "1.3-rev0")
		if contentType != "" {
			request.Header.Set("Content-Type", contentType)
		}
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := client.Do(request)
		if err != nil {
			return "", err
		}
		defer response.Body.Close()
		var text bytes.Buffer
		_, err = text.ReadFrom(response.Body)
		return text.String(), err
	}
	form := url.Values{"grant_type": {"password"}, "username": {account}, "password": {secret}}
	answer, err := send(http.MethodPost, "/api/v1/token", "application/x-www-form-urlencoded", form.Encode())
	if err != nil {
		return err
	}
	token = member(answer, "access_token")
	ids := make(chan string)
	var workers sync.WaitGroup
	for range parallelism {
		workers.Go(func() {
			for id := range ids {
				answer, _ := send(http.MethodPost, "/api/v1/repositories/"+id+"/rescan", "", "")
				for session := member(answer, "sessionId"); ; {
					if answer, _ := send(http.MethodGet, "/api/v1/sessions/"+session, "", ""); member(answer, "status") != "Running" {
						break
					}
				}
			}
		})
	}
	for _, id := range u.ids {
		ids <- id
	}
	close(ids)
	workers.Wait()
	return nil
}

// m365 starts a simulator with n proxies.
func (u *user) m365(n int) error {
	s, err := vb365.Start(vb365.Config{Users: map[string]string{account: secret}}, appliance.Options{Name: "vb365"})
	if err != nil {
		return err
	}
	for i := range n {
		u.ids = append(u.ids, s.AddProxy(vb365.Proxy{HostName: fmt.Sprintf("proxy-%d.example.com", i)}))
	}
	return u.serve(s.Server, s.Close, "VEEAM_VB365_")
}

// aws starts a simulator with n repositories.
func (u *user) aws(n int, session vbaws.SessionPlan) error {
	s, err := vbaws.Start(vbaws.Config{
		Product: "5.0", Session: session, Users: map[string]vbaws.User{account: {Password: secret, Role: vbaws.Administrator}},
	}, appliance.Options{Name: "vbaws"})
	if err != nil {
		return err
	}
	for i := range n {
		u.ids = append(u.ids, s.AddRepository(vbaws.Repository{Name: fmt.Sprintf("repository-%d", i)}))
	}
	return u.serve(s.Server, s.Close, "VEEAM_VBAWS_")
}
