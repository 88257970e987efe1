// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
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

// What an object has its ID from.
const ids = "0f0e0d0c-0000-4000-8000-%012d"

func id(i int) string { return fmt.Sprintf(ids, i) }

func hostName(i int) string { return fmt.Sprintf("proxy-%d.example.com", i) }

// The names of the works, in the tables' order.
const (
	createNothing, planNothing, destroyNothing = "floor: apply", "floor: no-op plan", "floor: destroy"
	createBuiltIn, planBuiltIn, destroyBuiltIn = "built-in objects: apply", "built-in objects: no-op plan", "built-in objects: destroy"
	createRescan, planRescan                   = "objects like rescans: apply", "objects like rescans: no-op plan"
	createProxy, planProxy, destroyProxy       = "objects like proxies: apply", "objects like proxies: no-op plan", "objects like proxies: destroy"
	applyRescans, planRescans                  = "apply of rescans, sessions ending at the 2nd poll", "no-op plan, ended rescans"
	applyProxies, planProxies, removeProxies   = "apply of new proxies", "no-op plan with refresh, proxies", "destroy of proxies"
	loopRescans                                = "bare loop of the same rescans"
	refreshNothing, refreshProxies             = "floor: first refresh", "first refresh, proxies"
	fleetRescan                                = "fleet rescan, sessions of 30 s"
)

// floors names beside each work what the CLI and the framework need for as many objects of a provider that asks nobody: narrow ones,
// and such of the same shape.
var floors = map[string]struct{ narrow, like string }{
	applyRescans:   {createNothing, createRescan},
	planRescans:    {planNothing, planRescan},
	applyProxies:   {createNothing, createProxy},
	planProxies:    {planNothing, planProxy},
	removeProxies:  {destroyNothing, destroyProxy},
	refreshProxies: {narrow: refreshNothing},
}

const (
	nothingHCL = `
resource "floor_nothing" "all" {
  count    = %d
  triggers = { run = "1" }
}`
	rescansHCL = `
resource "%s_vbaws_repository_rescan" "all" {
  count         = %d
  repository_id = format(%q, count.index)
  triggers      = { run = "1" }
}`
	proxiesHCL = `
resource "%s_vb365_proxy" "all" {
  count     = %d
  host_name = "proxy-${count.index}.example.com"
}`
)

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
	u, err := newUser(b, fmt.Sprintf(nothingHCL, n))
	if err != nil {
		return err
	}
	defer u.close()
	return u.works(n, work{createNothing, apply}, work{planNothing, plan}, work{destroyNothing, destroy})
}

func measureLikeRescans(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf(rescansHCL, "floor", n, ids))
	if err != nil {
		return err
	}
	defer u.close()
	return u.works(n, work{createRescan, apply}, work{planRescan, plan})
}

func measureRescans(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf(rescansHCL, "veeam", n, ids))
	if err != nil {
		return err
	}
	defer u.close()
	if err := u.aws(n, vbaws.SessionPlan{Polls: 1}); err != nil {
		return err
	}
	return u.works(n, work{applyRescans, apply}, work{planRescans, plan})
}

func measureLikeProxies(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf(proxiesHCL, "floor", n))
	if err != nil {
		return err
	}
	defer u.close()
	return u.works(n, work{createProxy, apply}, work{planProxy, plan}, work{destroyProxy, destroy})
}

func measureProxies(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf(proxiesHCL, "veeam", n))
	if err != nil {
		return err
	}
	defer u.close()
	if err := u.m365(0); err != nil {
		return err
	}
	return u.works(n, work{applyProxies, apply}, work{planProxies, plan}, work{removeProxies, destroy})
}

// measureRefresh plans a fleet of which there is a state already, and all of it is read.
func measureRefresh(b *bench, n int) error {
	for _, kind := range []struct {
		what, object, provider, hcl string
		attributes                  func(i int) map[string]any
	}{
		{refreshNothing, "floor_nothing", floorName, fmt.Sprintf(nothingHCL, n), func(i int) map[string]any {
			return map[string]any{"id": id(i), "triggers": map[string]string{"run": "1"}}
		}},
		{refreshProxies, "veeam_vb365_proxy", "veeam-community/veeam", fmt.Sprintf(proxiesHCL, "veeam", n), func(i int) map[string]any {
			return map[string]any{"id": id(i), "host_name": hostName(i)}
		}},
	} {
		u, err := newUser(b, kind.hcl)
		if err != nil {
			return err
		}
		err = errors.Join(u.m365(n), u.state(kind.object, kind.provider, n, kind.attributes), u.works(n, work{kind.what, refresh}))
		u.close()
		if err != nil {
			return err
		}
	}
	return nil
}

func measureFleet(b *bench, n int) error {
	u, err := newUser(b, fmt.Sprintf(`
resource "veeam_vbaws_repositories_rescan" "all" {
  repository_ids = [for i in range(%d) : format(%q, i)]
}`, n, ids))
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
	if err := u.loop(n); err != nil {
		return err
	}
	b.results = append(b.results, result{what: loopRescans, n: n, wall: time.Since(started), requests: countRequests(u.servers[0].Requests())})
	return nil
}

func (u *user) loop(n int) error {
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
	repositories := make(chan string)
	var workers sync.WaitGroup
	for range parallelism {
		workers.Go(func() {
			for id := range repositories {
				answer, _ := send(http.MethodPost, "/api/v1/repositories/"+id+"/rescan", "", "")
				for session := member(answer, "sessionId"); ; {
					if answer, _ := send(http.MethodGet, "/api/v1/sessions/"+session, "", ""); member(answer, "status") != "Running" {
						break
					}
				}
			}
		})
	}
	for i := range n {
		repositories <- id(i)
	}
	close(repositories)
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
		s.AddProxy(vb365.Proxy{ID: id(i), HostName: hostName(i)})
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
		s.AddRepository(vbaws.Repository{ID: id(i), Name: fmt.Sprintf("repository-%d", i)})
	}
	return u.serve(s.Server, s.Close, "VEEAM_VBAWS_")
}
