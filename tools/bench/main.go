// SPDX-License-Identifier: MPL-2.0

// Bench measures whole runs of the provider: a real CLI against the simulators, which answer each request after 20 ms.
// Beside each figure stand two floors measured in the same run: the same number of objects of a provider that asks
// nobody, narrow ones and such of the same shape. It writes a page with tables, and a plot.
//
//	go run ./tools/bench -cli terraform -provider bin/terraform-provider-veeam [-n 10,100,1000] [-refresh 10000]
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	// The CLI starts this program in place of the provider, so that somebody sees what the provider uses.
	log.SetFlags(0)
	switch {
	case os.Getenv(floorVariable) == "served":
		if err := serveFloor(); err != nil {
			log.Fatal(err)
		}
		return
	case strings.HasPrefix(filepath.Base(os.Args[0]), "terraform-provider-"):
		os.Exit(runProvider())
	}
	var b bench
	var sizes string
	flag.StringVar(&b.cli, "cli", "terraform", "path of Terraform or OpenTofu")
	flag.StringVar(&b.provider, "provider", "", "path of the provider")
	flag.StringVar(&sizes, "n", "10,100,1000", "numbers of objects")
	flag.IntVar(&b.refresh, "refresh", 10_000, "number of proxies that are refreshed once; 0: none")
	flag.StringVar(&b.page, "page", "", "write the tables into this page, between its markers")
	flag.StringVar(&b.plot, "plot", "", "write the plot of the largest number to this file")
	flag.Parse()
	for text := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			log.Fatalf("-n: %v", err)
		}
		b.sizes = append(b.sizes, n)
	}
	if err := b.run(); err != nil {
		log.Fatal(err)
	}
}

// bench is a whole measurement.
type bench struct {
	cli, provider string
	sizes         []int
	refresh       int
	page, plot    string
	results       []result
}

func (b *bench) run() error {
	for _, n := range b.sizes {
		for _, measure := range []func(*bench, int) error{measureBuiltIn, measureFloor, measureLikeRescans, measureRescans, measureLikeProxies, measureProxies, measureLoop} {
			if err := measure(b, n); err != nil {
				return err
			}
		}
	}
	largest := b.sizes[len(b.sizes)-1]
	if b.refresh > 0 {
		if err := measureRefresh(b, b.refresh); err != nil {
			return err
		}
	}
	if err := measureFleet(b, largest); err != nil {
		return err
	}
	calls, err := measureCalls()
	if err != nil {
		return err
	}
	text := machine(b.cli) + "\n" + tables(b.results) + callsTable(calls)
	fmt.Print("\n" + text)
	if b.page != "" {
		if err := insert(b.page, text); err != nil {
			return err
		}
	}
	if b.plot != "" {
		return os.WriteFile(b.plot, plot(b.results, largest), 0o600)
	}
	return nil
}
