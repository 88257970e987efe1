// SPDX-License-Identifier: MPL-2.0

// Terraform provider for Veeam Backup for Microsoft 365 and Veeam Backup for AWS.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/serve"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve")
	printVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *printVersion {
		fmt.Println("terraform-provider-veeam", version)
		return
	}
	if !*debug {
		endWithCLI()
	}
	if err := serve.Provider(provider.Address, provider.New(version)(), *debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// endWithCLI leaves it to the CLI when to end: that stops the provider in order, and saves what it has changed. A signal to
// the whole process group, as timeout(1) and CI runners send it, would otherwise end the provider at once, in the
// midst of a creation that nobody would know of. The interrupt of Ctrl-C is ignored by go-plugin already. A CLI that
// was killed stops nothing, and a provider that is idle then would stay for ever.
func endWithCLI() {
	signal.Ignore(syscall.SIGTERM)
	cli := os.Getppid() // becomes another one when that process ends, except on Windows
	go func() {
		for range time.Tick(time.Second) {
			if os.Getppid() != cli {
				os.Exit(1)
			}
		}
	}()
}
