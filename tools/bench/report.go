// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// result is one measured command.
type result struct {
	what     string
	n        int
	wall     time.Duration
	usage    usage
	requests requests
}

// machine describes where and with what the figures were measured.
func machine(cli string) string {
	model := "unknown processor"
	if content, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(content)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	version, _ := exec.Command(cli, "version").Output() //nolint:gosec,noctx // named by whoever runs the bench
	name, _, _ := strings.Cut(string(version), "\n")
	return fmt.Sprintf("Measured on %d cores (%s, %s/%s) with %s and %s, %d objects at a time, each request answered after %v.\n",
		runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, name, runtime.Version(), parallelism, latency)
}

// tables writes a table for each number of objects.
func tables(results []result) string {
	var text strings.Builder
	for _, group := range byNumber(results) {
		fmt.Fprintf(&text, "\n### %d objects\n\n", group[0].n)
		text.WriteString("| work | requests: token / probe / read / change | wall | beside the floor | provider's peak memory | provider's CPU |\n")
		text.WriteString("| --- | --- | --- | --- | --- | --- |\n")
		for _, r := range group {
			times := ""
			if floor, ok := find(group, floors[r.what]); ok {
				times = fmt.Sprintf("%.2f ×", r.wall.Seconds()/floor.wall.Seconds())
			}
			memory, cpu := "", ""
			if r.usage.peak > 0 {
				memory, cpu = fmt.Sprintf("%.1f MB", float64(r.usage.peak)/1e6), fmt.Sprintf("%.2f s", r.usage.cpu.Seconds())
			}
			fmt.Fprintf(&text, "| %s | %d / %d / %d / %d | %.2f s | %s | %s | %s |\n", r.what,
				r.requests.tokens, r.requests.probes, r.requests.reads, r.requests.changes, r.wall.Seconds(), times, memory, cpu)
		}
	}
	return text.String()
}

// byNumber groups the results, in the order in which they came.
func byNumber(results []result) (groups [][]result) {
	sorted := slices.Clone(results)
	slices.SortStableFunc(sorted, func(a, b result) int { return cmp.Compare(a.n, b.n) })
	for _, r := range sorted {
		if last := len(groups) - 1; last >= 0 && groups[last][0].n == r.n {
			groups[last] = append(groups[last], r)
		} else {
			groups = append(groups, []result{r})
		}
	}
	return groups
}

func find(results []result, what string) (result, bool) {
	at := slices.IndexFunc(results, func(r result) bool { return r.what == what })
	if at < 0 {
		return result{}, false
	}
	return results[at], true
}

const (
	beginMark = "<!-- measured: make bench -->"
	endMark   = "<!-- end of what was measured -->"
)

// insert replaces what stands between the markers of a page.
func insert(page, text string) error {
	content, err := os.ReadFile(page) //nolint:gosec // named by whoever runs the bench
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(content, []byte(beginMark))
	_, after, ended := bytes.Cut(rest, []byte(endMark))
	if !found || !ended {
		return fmt.Errorf("%s lacks the lines %q and %q", page, beginMark, endMark)
	}
	return os.WriteFile(page, slices.Concat(before, []byte(beginMark+"\n\n"+text+"\n"+endMark), after), 0o600)
}

// plot draws a bar for the wall time of each work with n objects, and a lighter one below it for its floor.
func plot(results []result, n int) []byte {
	const width, left, row, bar = 860, 330, 44, 15
	group := byNumber(results)
	at := slices.IndexFunc(group, func(g []result) bool { return g[0].n == n })
	var longest time.Duration
	var shown []result
	for _, r := range group[at] {
		if floors[r.what] != "" {
			shown, longest = append(shown, r), max(longest, r.wall)
		}
	}
	var svg bytes.Buffer
	height := 60 + row*len(shown)
	fmt.Fprintf(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n", width, height)
	fmt.Fprintf(&svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n<text x=\"10\" y=\"24\" font-size=\"15\">%d objects: seconds of wall time, and the floor (lighter)</text>\n", n)
	for i, r := range shown {
		y := 45 + i*row
		length := func(d time.Duration) int { return int(float64(width-left-70) * float64(d) / float64(longest)) }
		fmt.Fprintf(&svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", left-10, y+bar+2, r.what)
		fmt.Fprintf(&svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#2f7d4f\"/><text x=\"%d\" y=\"%d\">%.1f</text>\n",
			left, y, length(r.wall), bar, left+length(r.wall)+6, y+bar-3, r.wall.Seconds())
		if floor, ok := find(group[at], floors[r.what]); ok {
			fmt.Fprintf(&svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#b9d8c5\"/><text x=\"%d\" y=\"%d\">%.1f</text>\n",
				left, y+bar+2, length(floor.wall), bar, left+length(floor.wall)+6, y+2*bar-1, floor.wall.Seconds())
		}
	}
	svg.WriteString("</svg>\n")
	return svg.Bytes()
}
