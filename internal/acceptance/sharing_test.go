// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const many = 40 // objects, ten of which Terraform works on at a time

// counted sorts the requests of a command: tokens, reads, and what changes something.
func counted(exchanges []appliance.Exchange) (tokens, reads, changes int) {
	for _, e := range exchanges {
		switch {
		case strings.HasSuffix(strings.ToLower(e.Path), "/token"):
			tokens++
		case e.Method == http.MethodGet:
			reads++
		default:
			changes++
		}
	}
	return tokens, reads, changes
}

// counts checks the requests of a command; the reads may be fewer. The version probe is one of them.
func (w *world) counts(what string, exchanges []appliance.Exchange, tokens, reads, changes int) {
	w.Helper()
	t, r, c := counted(exchanges)
	w.Logf("%s: %d tokens, %d reads, %d changes", what, t, r, c)
	if t != tokens || r > reads || c != changes {
		w.Errorf("%s: %d tokens, %d reads and %d changes, want %d, at most %d, and %d", what, t, r, c, tokens, reads, changes)
	}
}

// TestManyProxies: the requests for a fleet are one for each change, and a handful of others.
func TestManyProxies(t *testing.T) {
	acctest.Concurrent(t)
	for _, product := range []string{"5.0", "8"} {
		t.Run(product, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: product}, vbaws.Config{})
			hcl := fmt.Sprintf(`
resource "veeam_vb365_proxy" "all" {
  count       = %d
  host_name   = "proxy-${count.index}.example.com"
  description = "DESCRIPTION"
}`, many)
			w.config(hcl)
			w.succeed("plan", "-input=false", "-out=create.plan")
			w.counts("plan to create", w.vb365.Requests(), 0, 8, 0)
			w.succeed("apply", "-input=false", "create.plan")
			w.counts("create", w.vb365.Requests(), 1, 5, many)
			w.planIsEmpty()
			w.counts("plan without changes", w.vb365.Requests(), 1, 5, 0)
			w.config(strings.ReplaceAll(hcl, "DESCRIPTION", "Edited"))
			w.succeed("plan", "-input=false", "-out=edit.plan")
			w.succeed("apply", "-input=false", "edit.plan")
			w.counts("edit", w.vb365.Requests(), 1, many+5, many)
			w.succeed("plan", "-destroy", "-input=false", "-out=destroy.plan")
			w.counts("plan to destroy", w.vb365.Requests(), 1, 5, 0)
			w.succeed("apply", "-input=false", "destroy.plan")
			w.counts("destroy", w.vb365.Requests(), 1, 2*many+5, many) // each removal is confirmed by a read of its proxy
			if left := w.vb365.Proxies(); len(left) != 0 {
				t.Errorf("%d proxies are left", len(left))
			}
		})
	}
}

// TestManyRescans: so it is with rescans, whose sessions end at the second look at them. Ended ones cost nothing any more.
func TestManyRescans(t *testing.T) {
	acctest.Concurrent(t)
	acctest.OneCLI(t)
	w := newWorld(t, vb365.Config{RescanPolls: 1}, vbaws.Config{Session: vbaws.SessionPlan{Polls: 1}})
	var ids, proxies []string
	for i := range many {
		ids = append(ids, fmt.Sprintf("%q", w.vbaws.AddRepository(vbaws.Repository{Name: fmt.Sprintf("repository-%d", i)})))
		proxies = append(proxies, fmt.Sprintf("%q", w.vb365.AddProxy(vb365.Proxy{HostName: fmt.Sprintf("proxy-%d.example.com", i)})))
	}
	hcl := fmt.Sprintf(`
locals {
  repositories = [%s]
  proxies      = [%s]
}
resource "veeam_vbaws_repository_rescan" "all" {
  count         = %d
  repository_id = local.repositories[count.index]
  triggers      = { run = "1" }
}
resource "veeam_vb365_proxy_rescan" "all" {
  count    = %[3]d
  proxy_id = local.proxies[count.index]
  triggers = { run = "1" }
}`, strings.Join(ids, ", "), strings.Join(proxies, ", "), many)
	for run, text := range []string{hcl, strings.ReplaceAll(hcl, `"1"`, `"2"`)} {
		w.config(text)
		w.succeed("plan", "-input=false", "-out=rescan.plan")
		w.succeed("apply", "-input=false", "rescan.plan")
		w.counts(fmt.Sprintf("rescans of repositories, run %d", run), w.vbaws.Requests(), 1, many+many/10+5, many)
		w.counts(fmt.Sprintf("rescans of proxies, run %d", run), w.vb365.Requests(), 1, many+many/10+5, many)
		w.planIsEmpty()
		w.counts("plan of ended rescans of repositories", w.vbaws.Requests(), 0, 0, 0)
		w.counts("plan of ended rescans of proxies", w.vb365.Requests(), 0, 0, 0)
	}
	w.destroy()
	w.counts("destroy of rescans of repositories", w.vbaws.Requests(), 0, 0, 0)
	w.counts("destroy of rescans of proxies", w.vb365.Requests(), 0, 0, 0)
}
