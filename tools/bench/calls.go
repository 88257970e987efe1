// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// benchmark is a line of "go test -bench".
type benchmark struct {
	name    string
	figures map[string]float64 // by unit
}

// measureCalls runs the Go benchmarks of the clients and of the calls that a CLI makes for an object. Their appliances answer at
// once, in the same process.
func measureCalls() ([]benchmark, error) {
	command := exec.Command("go", "test", "-run=^$", "-bench=.", "./internal/client/...", "./internal/serve") //nolint:noctx // as long as it takes
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", command, err, output)
	}
	return benchmarks(string(output)), nil
}

var processors = regexp.MustCompile(`-\d+$`)

func benchmarks(output string) (all []benchmark) {
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		b := benchmark{processors.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), ""), map[string]float64{}}
		for pair := range slices.Chunk(fields[2:], 2) {
			if value, err := strconv.ParseFloat(pair[0], 64); err == nil && len(pair) == 2 {
				b.figures[pair[1]] = value
			}
		}
		all = append(all, b)
	}
	return all
}

// callsTable leaves out what a benchmark does not tell.
func callsTable(all []benchmark) string {
	var text strings.Builder
	text.WriteString("\n### Calls\n\n| benchmark | time | requests | allocations | allocated | held in memory |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, b := range all {
		figure := func(unit, format string, scale float64) string {
			if value, ok := b.figures[unit]; ok {
				return fmt.Sprintf(format, value/scale)
			}
			return ""
		}
		took := time.Duration(b.figures["ns/op"]).Round(10 * time.Microsecond)
		fmt.Fprintf(&text, "| %s | %v | %s | %s | %s | %s |\n", b.name, took, figure("requests/op", "%.0f", 1),
			figure("allocs/op", "%.0f", 1), figure("B/op", "%.2f MB", 1e6), figure("MB-held", "%.1f MB", 1))
	}
	return text.String()
}
