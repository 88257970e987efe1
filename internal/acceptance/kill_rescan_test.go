// SPDX-License-Identifier: MPL-2.0

//go:build linux

package acceptance

import (
	"fmt"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestKilledProxyRescan: a rescan that the state knows of is not fired again, and any other one once.
func TestKilledProxyRescan(t *testing.T) {
	t.Parallel()
	for _, create := range []bool{true, false} {
		t.Run(operation(create), func(t *testing.T) {
			t.Parallel()
			everyKill(t, proxyRescans.post(), func(t *testing.T) *scene {
				w := newProxyRescanWorld(t, vb365.Config{})
				w.env["VEEAM_VB365_API_VERSION"] = "v8"
				s := &scene{world: w.world, server: w.vb365.Server, args: applyArgs}
				const read = "GET /v8/Proxies/{id}"
				s.requests = []string{"POST /v8/token", read, "POST /v8/token", read, proxyRescans.post(), read}
				s.planning = 2
				trigger := s.triggers(create, func(trigger string) { w.rescan(trigger, "") })
				s.after = func(p point, k kill, r result) {
					want := 1
					switch {
					case k.ignored():
						want = 0
					case k.orderly() && p.moment == answered: // there is no session that could be waited for
						r.wants(s.world, "the server accepted the rescan")
					}
					s.apply()
					if n := proxyRescans.fired(s.world, w.id); n != want {
						t.Errorf("the next apply sent the rescan %d times, want %d", n, want)
					}
					s.stateHas(proxyRescan, map[string]any{"status": "Online", "triggers": map[string]any{"a": *trigger}, "(status)": ""})
				}
				return s
			})
		})
	}
}

func operation(create bool) string {
	if create {
		return "create"
	}
	return "update"
}

// triggers lets each kill hit a rescan that is created, or one that fires for another trigger. It returns where that stands.
func (s *scene) triggers(create bool, configure func(trigger string)) *string {
	trigger := "0"
	configure(trigger)
	if !create {
		s.apply()
	}
	s.prepare = func(_ kill, n int) {
		if create {
			s.forget()
		}
		trigger = fmt.Sprint(n + 1)
		configure(trigger)
	}
	return &trigger
}

// longSession runs long enough to be waited for by a second command.
var longSession = vbaws.SessionPlan{Polls: 4}

// TestKilledRepositoryRescan: the session of an apply that was stopped in order is waited for, and everything else is
// fired once more. An ID that the provider has got is in the state and in the output.
func TestKilledRepositoryRescan(t *testing.T) {
	t.Parallel()
	for _, create := range []bool{true, false} {
		t.Run(operation(create), func(t *testing.T) {
			t.Parallel()
			everyKill(t, rescanPost, func(t *testing.T) *scene {
				w := newRepositoryWorld(t, vbaws.Config{Session: longSession})
				s := &scene{world: w.world, server: w.vbaws.Server, args: applyArgs}
				s.requests = []string{
					"POST /api/v1/token", "GET /api/v1/repositories",
					"POST /api/v1/token", "GET /api/v1/repositories", rescanPost, sessionRead, sessionRead,
				}
				s.planning = 2
				trigger := s.triggers(create, func(trigger string) { w.rescan(trigger, "") })
				s.after = func(p point, k kill, r result) {
					want := 1
					switch knows := p.request == sessionRead || p.request == rescanPost && p.moment == answered; {
					case k.ignored():
						want = 0
					case k.orderly() && knows:
						r.wants(s.world, "session "+w.newest().ID)
						s.stateHas(repositoryRescan, map[string]any{"session_id": w.newest().ID, "session_status": "Running"})
						want = 0
					case k.orderly() && p.request == rescanPost:
						r.wants(s.world, "check the sessions on the appliance before you apply again")
					}
					s.apply()
					if n := repositoryRescans.fired(s.world, w.id); n != want {
						t.Errorf("the next apply sent the rescan %d times, want %d", n, want)
					}
					s.stateHas(repositoryRescan, map[string]any{
						"session_id": w.newest().ID, "session_status": "Succeeded", "triggers": map[string]any{"a": *trigger}, "(status)": "",
					})
				}
				return s
			})
		})
	}
}
