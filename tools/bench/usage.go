// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// What a run is told about the provider behind this program.
const (
	providerVariable = "VEEAM_BENCH_PROVIDER" // the real one's path
	usageVariable    = "VEEAM_BENCH_USAGE"    // the file that its processes' usage is appended to
)

// runProvider runs the real provider with all that the CLI gives it, and notes what it used.
func runProvider() int {
	command := exec.Command(os.Getenv(providerVariable), os.Args[1:]...) //nolint:gosec,noctx // named by whoever runs the bench
	if os.Getenv(floorVariable) != "" {
		command.Env = append(os.Environ(), floorVariable+"=served")
	}
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	signal.Ignore(os.Interrupt) // as the provider does
	err := command.Run()
	if command.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if ok {
		line := fmt.Sprintf("%d %d\n", time.Duration(usage.Utime.Nano()+usage.Stime.Nano()), usage.Maxrss*1024)
		if file, err := os.OpenFile(os.Getenv(usageVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil { //nolint:gosec // as above
			_, _ = file.WriteString(line)
			file.Close()
		}
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	return 0
}

// usage is what the provider's processes of one command used.
type usage struct {
	cpu  time.Duration // of all together
	peak int64         // bytes, of the largest
}

func readUsage(file string) (u usage) {
	content, _ := os.ReadFile(file) //nolint:gosec // the bench's own
	for line := range strings.Lines(string(content)) {
		var cpu time.Duration
		var peak int64
		if _, err := fmt.Sscan(line, &cpu, &peak); err == nil {
			u.cpu, u.peak = u.cpu+cpu, max(u.peak, peak)
		}
	}
	return u
}
