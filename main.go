// SPDX-License-Identifier: MPL-2.0

// Terraform provider for Veeam Backup for Microsoft 365 and Veeam Backup for AWS.
package main

import (
	"flag"
	"log"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/serve"
)

// version is set by the release build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve")
	flag.Parse()
	if err := serve.Provider(provider.Address, provider.New(version)(), *debug); err != nil {
		log.Fatal(err)
	}
}
