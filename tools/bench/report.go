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
		text.WriteString("| work | requests: token / probe / read / change | wall | beside the floor | beside its like | provider's peak memory | provider's CPU |\n")
		text.WriteString("| --- | --- | --- | --- | --- | --- | --- |\n")
		for _, r := range group {
			beside := func(floor string) string {
				if other, ok := find(group, floor); ok {
					return fmt.Sprintf("%.2f ×", r.wall.Seconds()/other.wall.Seconds())
				}
				return ""
			}
			memory, cpu := "", ""
			if r.usage.peak > 0 {
				memory, cpu = fmt.Sprintf("%.1f MB", float64(r.usage.peak)/1e6), fmt.Sprintf("%.2f s", r.usage.cpu.Seconds())
			}
			fmt.Fprintf(&text, "| %s | %d / %d / %d / %d | %.2f s | %s | %s | %s | %s |\n", r.what,
				r.requests.tokens, r.requests.probes, r.requests.reads, r.requests.changes, r.wall.Seconds(),
				beside(floors[r.what].narrow), beside(floors[r.what].like), memory, cpu)
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

// plot draws a bar for the wall time of each work with n objects, and lighter ones below it for its floors.
func plot(results []result, n int) []byte {
	const width, left, row, bar = 860, 330, 56, 13
	group := byNumber(results)
	at := slices.IndexFunc(group, func(g []result) bool { return g[0].n == n })
	var longest time.Duration
	var shown []result
	for _, r := range group[at] {
		if floors[r.what].narrow != "" {
			shown, longest = append(shown, r), max(longest, r.wall)
		}
	}
	var svg bytes.Buffer
	height := 50 + row*len(shown)
	fmt.Fprintf(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n", width, height)
	fmt.Fprintf(&svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n<text x=\"10\" y=\"24\" font-size=\"15\">"+
		"%d objects: seconds of wall time; lighter: as many objects of the same shape that ask nobody; lightest: the floor</text>\n", n)
	for i, r := range shown {
		y := 45 + i*row
		fmt.Fprintf(&svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", left-10, y+bar-1, r.what)
		like, _ := find(group[at], floors[r.what].like)
		floor, _ := find(group[at], floors[r.what].narrow)
		for j, wall := range []time.Duration{r.wall, like.wall, floor.wall} {
			length := int(float64(width-left-70) * float64(wall) / float64(longest))
			fmt.Fprintf(&svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%.1f</text>\n",
				left, y+j*(bar+2), length, bar, []string{"#2f7d4f", "#86b89b", "#cfe5d8"}[j], left+length+6, y+j*(bar+2)+bar-2, wall.Seconds())
		}
	}
	svg.WriteString("</svg>\n")
	return svg.Bytes()
}
