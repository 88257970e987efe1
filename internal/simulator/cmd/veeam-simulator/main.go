// SPDX-License-Identifier: MPL-2.0

// Command veeam-simulator serves simulated Veeam appliances over HTTPS on the loopback interface, so that a Terraform
// configuration can be rehearsed without a real one.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the release build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run serves until ctx ends and returns the exit code: 0, 1 when it could not serve, 2 for wrong options.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = io.WriteString(stdout, usage)
		return 0
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "veeam-simulator: %v\nveeam-simulator --help lists the options.\n", err)
		return 2
	}
	if o.version {
		_, _ = fmt.Fprintln(stdout, "veeam-simulator", version)
		return 0
	}
	if err := serve(ctx, o, stdout); err != nil {
		_, _ = fmt.Fprintf(stderr, "veeam-simulator: %v\n", err)
		return 1
	}
	return 0
}
