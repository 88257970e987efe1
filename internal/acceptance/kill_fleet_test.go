// SPDX-License-Identifier: MPL-2.0

//go:build linux

package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestKilledRepositoriesRescan: of a fleet that was stopped in order only the members without a known session are fired
// again, and the others are waited for; after a kill all are.
func TestKilledRepositoriesRescan(t *testing.T) {
	t.Parallel()
	for _, create := range []bool{true, false} {
		t.Run(operation(create), func(t *testing.T) {
			t.Parallel()
			everyKill(t, sessionList, func(t *testing.T) *scene {
				f := newRepositoryFleet(t, 3, vbaws.Config{Session: longSession})
				s := &scene{world: f.world, server: f.vbaws.Server, args: applyArgs}
				s.requests = []string{
					"POST /api/v1/token", "GET /api/v1/repositories",
					"POST /api/v1/token", "GET /api/v1/repositories", rescanPost, rescanPost, rescanPost, sessionList,
				}
				s.planning = 2
				trigger := s.triggers(create, func(trigger string) { f.of(f.ids, trigger, "") })
				s.after = func(p point, k kill, r result) {
					want := 3
					switch {
					case k.ignored():
						want = 0
					case k.orderly() && p.request == sessionList:
						want = 0
						for _, id := range f.ids {
							r.wants(s.world, id)
						}
						if have := f.recorded(); have != "Running Running Running" {
							t.Errorf("recorded %s", have)
						}
					case k.orderly() && p.request == rescanPost: // how many were under way is not determined
						want = strings.Count(f.recorded(), "-") + strings.Count(f.recorded(), "<nil>")
						r.wants(s.world, "check the sessions on the appliance before you apply again")
					}
					s.apply()
					if n := f.vbaws.Count("POST", "/api/v1/repositories/*/rescan"); n != want {
						t.Errorf("the next apply sent %d rescans, want %d", n, want)
					}
					if have := f.recorded(); have != "Succeeded Succeeded Succeeded" {
						t.Errorf("recorded %s", have)
					}
					s.stateHas(repositoryFleetAddress, map[string]any{"triggers": map[string]any{"a": *trigger}, "(status)": ""})
				}
				return s
			})
		})
	}
}

// TestKilledRepositorySync is TestKilledRepositoryRescan for the other product.
func TestKilledRepositorySync(t *testing.T) {
	t.Parallel()
	const (
		repositoryRead = "GET /v8/BackupRepositories/{id}"
		post           = "POST /v8/BackupRepositories/{id}/Sync"
		syncRead       = "GET /v8/RepositorySynchronizeSessions/{id}"
	)
	everyKill(t, post, func(t *testing.T) *scene {
		w := newWorld(t, vb365.Config{Sync: vb365.SyncPlan{Polls: 4}}, vbaws.Config{})
		w.env["VEEAM_VB365_API_VERSION"] = "v8"
		s := &scene{world: w, server: w.vb365.Server, args: applyArgs}
		s.requests = []string{"POST /v8/token", repositoryRead, "POST /v8/token", repositoryRead, post, syncRead}
		s.planning = 2
		id := w.outOfSync()
		trigger := s.triggers(false, func(trigger string) { w.config(syncConfig(id, fmt.Sprintf("triggers = { a = %q }", trigger))) })
		s.after = func(p point, k kill, r result) {
			want := 1
			switch {
			case k.ignored():
				want = 0
			case k.orderly() && (p.request == syncRead || p.moment == answered):
				want = 0
				r.wants(s.world, fmt.Sprint("session ", s.attributes(syncAddress)["session_id"]))
				s.stateHas(syncAddress, map[string]any{"session_status": "Synchronizing"})
			case k.orderly() && p.request == post:
				r.wants(s.world, "check the Veeam console before you apply again")
			}
			s.apply()
			if n := w.vb365.Count("POST", "/v8/BackupRepositories/*/Sync"); n != want {
				t.Errorf("the next apply sent the synchronization %d times, want %d", n, want)
			}
			s.stateHas(syncAddress, map[string]any{"session_status": "Succeeded", "triggers": map[string]any{"a": *trigger}, "(status)": ""})
		}
		return s
	})
}
