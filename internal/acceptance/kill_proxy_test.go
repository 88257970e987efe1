// SPDX-License-Identifier: MPL-2.0

//go:build linux

package acceptance

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

func newProxyScene(t *testing.T) *scene {
	t.Helper()
	w := newProxyWorld(t, "v8", vb365.Config{})
	w.env["VEEAM_VB365_API_VERSION"] = "v8" // nothing to be found out
	return &scene{world: w, server: w.vb365.Server, args: applyArgs}
}

// forget removes the state, as in a folder that was never applied.
func (w *world) forget() {
	w.Helper()
	for _, name := range []string{"terraform.tfstate", "terraform.tfstate.backup"} {
		if err := os.Remove(filepath.Join(w.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.Fatal(err)
		}
	}
}

var importCommand = regexp.MustCompile(`terraform (import veeam_vb365_proxy\.NAME [0-9a-f-]+)`)

// followImportHint does literally what the error says.
func (w *world) followImportHint(r result) {
	w.Helper()
	hint := importCommand.FindStringSubmatch(r.output)
	if hint == nil {
		w.Fatalf("no import command in: %s", r.output)
	}
	w.succeed(append(strings.Fields(strings.ReplaceAll(hint[1], "veeam_vb365_proxy.NAME", proxyAddress)), "-no-color")...)
}

// TestKilledProxyCreate: whatever happens, the machine is registered once in the end. Only where neither CLI nor provider
// could know of the proxy, the next apply asks for the import.
func TestKilledProxyCreate(t *testing.T) {
	t.Parallel()
	everyKill(t, "POST /v8/Proxies", func(t *testing.T) *scene {
		s := newProxyScene(t)
		s.requests = []string{"POST /v8/token", "GET /v8/Proxies", "POST /v8/Proxies"}
		s.config(proxyConfig(`description = "Branch office"`)) // by which a proxy is recognized after a lost response
		s.prepare = func(kill, int) {
			s.forget()
			for _, p := range s.vb365.Proxies() {
				s.vb365.DeleteProxy(p.ID)
			}
		}
		s.after = func(p point, k kill, _ result) {
			registered, known := len(s.vb365.Proxies()), s.attributes(proxyAddress) != nil
			if posted := p.request == "POST /v8/Proxies"; posted && !known && (k.ignored() || k.orderly() && p.moment != arrived) {
				t.Error("the proxy is not in the state")
			}
			switch {
			case known:
				made(t, s.apply().vb365, calls("v8", "read")...)
			case registered > 0:
				r := s.fail(applyArgs, "is already registered on the server")
				made(t, r.vb365, calls("v8", "list")...)
				s.followImportHint(r)
				s.planIsEmpty()
			default:
				made(t, s.apply().vb365, calls("v8", "list", "add")...)
			}
			if n := len(s.vb365.Proxies()); n != 1 {
				t.Errorf("%d proxies are registered", n)
			}
			s.stateHas(proxyAddress, map[string]any{"id": s.vb365.Proxies()[0].ID, "(status)": ""})
		}
		return s
	})
}

// TestKilledProxyUpdate: the next apply brings the proxy to what the configuration says, by one edit at most.
func TestKilledProxyUpdate(t *testing.T) {
	t.Parallel()
	everyKill(t, "PUT /v8/Proxies/{id}", func(t *testing.T) *scene {
		s := newProxyScene(t)
		s.requests = slices.Concat([]string{"POST /v8/token"}, calls("v8", "read"), []string{"POST /v8/token"}, calls("v8", "edit"))
		s.planning = 2
		s.config(proxyConfig())
		s.apply()
		var description string
		s.prepare = func(_ kill, n int) {
			description = fmt.Sprintf("update %d", n)
			s.config(proxyConfig(fmt.Sprintf("description = %q", description)))
		}
		s.after = func(point, kill, result) {
			s.apply()
			if n := s.vb365.Count("PUT", "/v8/Proxies/*"); n > 1 {
				t.Errorf("%d edits", n)
			}
			if have := s.vb365.Proxies(); len(have) != 1 || have[0].Description != description {
				t.Errorf("the server has %+v", have)
			}
			s.stateHas(proxyAddress, map[string]any{"description": description, "(status)": ""})
		}
		return s
	})
}

// TestKilledProxyDestroy: the next destroy leaves neither a proxy nor a state, and does not remove twice.
func TestKilledProxyDestroy(t *testing.T) {
	t.Parallel()
	const remove = "POST /v8/Proxies/{id}/Remove"
	everyKill(t, remove, func(t *testing.T) *scene {
		s := newProxyScene(t)
		s.args = destroyArgs
		s.requests = slices.Concat([]string{"POST /v8/token"}, calls("v8", "read"), []string{"POST /v8/token"}, calls("v8", "remove", "gone"))
		s.planning = 2
		s.config(proxyConfig())
		s.apply()
		proxy := s.vb365.Proxies()[0]
		state, err := os.ReadFile(filepath.Join(s.dir, "terraform.tfstate"))
		if err != nil {
			t.Fatal(err)
		}
		s.prepare = func(kill, int) {
			s.vb365.DeleteProxy(proxy.ID)
			s.vb365.AddProxy(proxy)
			s.file("terraform.tfstate", string(state))
			s.config(proxyConfig())
		}
		s.after = func(point, kill, result) {
			gone := len(s.vb365.Proxies()) == 0
			s.destroy()
			if n := s.vb365.Count("POST", "/v8/Proxies/*/Remove"); gone && n > 0 || n > 1 {
				t.Errorf("%d more removals", n)
			}
			if len(s.vb365.Proxies()) > 0 {
				t.Error("the proxy is still registered")
			}
			s.stateLacks(proxyAddress)
			s.config("") // for the last plan
		}
		return s
	})
}
