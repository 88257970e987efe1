// SPDX-License-Identifier: MPL-2.0

//go:build linux

package acceptance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// kill is a way to end a command before it is done.
type kill struct {
	name   string
	signal syscall.Signal
	target target
}

type target int

const (
	cliAlone      target = iota // kill(1), or the stop of a container
	wholeGroup                  // Ctrl-C in a terminal, timeout(1), many CI runners
	providerAlone               // the kernel that runs out of memory, a tidy administrator
)

var (
	cliKilled          = kill{"CLI killed", syscall.SIGKILL, cliAlone}
	cliInterrupted     = kill{"CLI interrupted", syscall.SIGINT, cliAlone}
	cliTerminated      = kill{"CLI terminated", syscall.SIGTERM, cliAlone}
	groupInterrupted   = kill{"group interrupted", syscall.SIGINT, wholeGroup}
	groupTerminated    = kill{"group terminated", syscall.SIGTERM, wholeGroup}
	providerKilled     = kill{"provider killed", syscall.SIGKILL, providerAlone}
	providerTerminated = kill{"provider terminated", syscall.SIGTERM, providerAlone}

	kills = []kill{cliKilled, cliInterrupted, cliTerminated, groupInterrupted, groupTerminated, providerKilled, providerTerminated}
)

// orderly tells that the CLI stops the provider and saves the state, as it does on its first SIGINT or SIGTERM. A second one is
// not tried: Terraform 1.11 then leaves an empty state file behind, whatever the provider does.
func (k kill) orderly() bool { return k.signal != syscall.SIGKILL && k.target != providerAlone }

// ignored tells that the command goes on as if nothing had been: a provider leaves SIGTERM to its CLI.
func (k kill) ignored() bool { return k == providerTerminated }

// moment is how far a request has come when the command is killed.
type moment string

const (
	arrived   moment = "arrived"   // and the appliance processes it afterwards
	processed moment = "processed" // and is never answered
	answered  moment = "answered"  // processed, and answered as soon as the CLI has begun to shut down
)

// point is where a command is killed: at its nth request, counted from 0.
type point struct {
	nth     int
	request string
	moment  moment
}

func (p point) String() string { return p.request + " " + string(p.moment) }

// scene is an operation that is killed over and over.
type scene struct {
	*world
	server   *appliance.Server
	args     []string
	requests []string                  // that the command makes when it is not killed
	planning int                       // how many of them the plan makes
	prepare  func(k kill, n int)       // for the nth kill
	after    func(point, kill, result) // checks what is left, and lets the next commands converge
}

// points are those at which a kill is tried: all of the vital request, and of the others each with one of the kills, the
// last ones first.
func (s *scene) points(k kill, vital string) (all []point) {
	turn := 0
	for nth, request := range slices.Backward(s.requests) {
		if request == vital {
			for _, m := range k.moments() {
				all = append(all, point{nth, request, m})
			}
			continue
		}
		for _, m := range []moment{processed, arrived} {
			if kills[turn%len(kills)] == k {
				all = append(all, point{nth, request, m})
			}
			turn++
		}
	}
	return all
}

// moments are those at which a vital request is killed. Two of the orderly kills stand for the others where the provider
// has to wait in vain for an answer.
func (k kill) moments() []moment {
	switch {
	case !k.orderly():
		return []moment{arrived, processed}
	case k == cliInterrupted || k == groupTerminated:
		return []moment{arrived, processed, answered}
	}
	return []moment{answered}
}

// everyKill kills the operation in every way, each in a world of its own.
func everyKill(t *testing.T, vital string, set func(t *testing.T) *scene) {
	t.Helper()
	for _, k := range kills {
		t.Run(k.name, func(t *testing.T) {
			s := set(t)
			// A provider that writes a trace whose reader is gone ends by that; few users have one.
			delete(s.env, "TF_LOG")
			s.process = &syscall.SysProcAttr{Setpgid: true} // or the group would be that of the tests
			all := s.points(k, vital)
			for n, p := range all {
				s.prepare(k, n)
				r := s.killed(p, k)
				if t.Failed() {
					t.Fatalf("after %v: %s", p, r.output)
				}
				if s.after(p, k, r); t.Failed() {
					t.Fatalf("%v: %s", p, r.output)
				}
			}
			s.planIsEmpty()
			t.Logf("%d kill points: %v", len(all), all)
		})
	}
}

// killed runs the command and kills it at the point. The appliance goes on with the held request when all processes have
// ended, as one does that never learns of the client's end.
func (s *scene) killed(at point, k kill) result {
	s.Helper()
	hold := appliance.NewHold()
	s.server.Inject(appliance.Fault{Skip: at.nth, Times: 1, Hold: hold})
	if at.moment == answered {
		// The operation must not finish before the interrupt has reached the provider, however slow the machine is.
		s.server.Inject(appliance.Fault{Skip: at.nth, Stall: true})
	}
	var providers []int
	r := s.runWith(func(cli *os.Process, said *watchedOutput, ended <-chan struct{}) {
		select {
		case <-hold.Arrived:
		case <-ended:
			return
		}
		if at.moment != arrived {
			close(hold.Process)
			<-hold.Processed
		}
		providers = children(cli.Pid)
		k.send(cli.Pid, providers)
		switch {
		case k.ignored():
			release(hold)
		// The CLI does not stop the provider before the plan is made.
		case at.moment == answered || k.orderly() && at.nth < s.planning:
			said.await("Gracefully shutting down", ended)
			release(hold)
		}
	}, s.args...)
	if len(providers) == 0 {
		s.Fatalf("%s, %v: the command has ended before, or had no provider: %s", k.name, at, r.output)
	}
	s.haveEnded(providers)
	var requests []string
	for _, e := range s.server.Requests() {
		requests = append(requests, e.Method+" "+uuids.ReplaceAllString(e.Path, "{id}"))
	}
	wanted := s.requests[:at.nth+1]
	if k.ignored() {
		wanted = s.requests
	}
	if len(requests) < len(wanted) || !slices.Equal(requests[:len(wanted)], wanted) {
		s.Errorf("%s, %v: the requests were %v, want %v", k.name, at, requests, wanted)
	}
	// An operation whose last request is answered may be over before the CLI stops it: it has told of the interrupt by then, not acted on it.
	over := at.moment == answered && at.nth == len(s.requests)-1
	if k.ignored() != (r.code == 0) && !over {
		s.Errorf("%s, %v: exit code %d: %s", k.name, at, r.code, r.output)
	}
	release(hold)
	s.server.ClearFaults()
	return r
}

// release lets a held exchange go on to its end, and waits until it has been processed.
func release(hold *appliance.Hold) {
	for _, gate := range []chan struct{}{hold.Process, hold.Answer} {
		select {
		case <-gate:
		default:
			close(gate)
		}
	}
	<-hold.Processed
}

func (k kill) send(cli int, providers []int) {
	pids := []int{cli}
	switch k.target {
	case wholeGroup:
		pids = []int{-cli}
	case providerAlone:
		pids = providers
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, k.signal)
	}
}

// children are the providers that a CLI has started and that have not ended.
func children(cli int) (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if name, state, parent := status(pid); parent == cli && state != "Z" && strings.HasPrefix("terraform-provider-veeam", name) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// status reads what the kernel says of a process; the state is "" when there is none. The name may be cut.
func status(pid int) (name, state string, parent int) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", "", 0
	}
	stat := string(content) // 17 (name) S 1 …
	open, end := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	fmt.Sscan(stat[end+1:], &state, &parent)
	return stat[open+1 : end], state, parent
}

// haveEnded waits until the processes are gone.
func (w *world) haveEnded(pids []int) {
	w.Helper()
	for _, pid := range pids {
		process, err := unix.PidfdOpen(pid, 0)
		if err != nil {
			continue // gone already
		}
		ready, err := 0, error(unix.EINTR)
		for errors.Is(err, unix.EINTR) {
			ready, err = unix.Poll([]unix.PollFd{{Fd: int32(process), Events: unix.POLLIN}}, int(time.Minute.Milliseconds()))
		}
		_ = unix.Close(process)
		if err != nil || ready == 0 {
			w.Errorf("the provider outlives its CLI (%v)", err)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
