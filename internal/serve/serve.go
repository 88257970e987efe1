// SPDX-License-Identifier: MPL-2.0

// Package serve runs the provider as a plugin, without three costs of the SDK: log lines that nobody sees, contexts of
// calls that are over, and plans of objects that stay as they are.
package serve

import (
	"io"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Provider serves until the CLI ends the process or, with debug, until Ctrl-C.
func Provider(address string, p provider.Provider, debug bool) error {
	s, err := newServer(p)
	if err != nil {
		return err
	}
	limitMemory(os.Getenv)
	silenceStandardLog()
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug()) // its log goes to the terminal, so all of it is wanted
	} else {
		for variable, level := range levels(os.Getenv) {
			if err := os.Setenv(variable, level); err != nil {
				return err
			}
		}
	}
	return tf6server.Serve(address, func() tfprotov6.ProviderServer { return s }, options...)
}

// memoryLimit, in bytes, is one that a thousand objects stay far below. At ten thousand garbage is collected sooner for it.
const memoryLimit = 26 << 20

// limitMemory leaves it to who has set the variable of the Go runtime to know better.
func limitMemory(getenv func(string) string) {
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// silenceStandardLog discards what Go's standard logger gets. net/http prints parts of requests and responses with it, which may hold
// passwords and tokens: an unsolicited response, and everything when GODEBUG has http2debug. The CLI would put that into its log.
// To redact would not do, since a token may come that no client has read yet. The provider itself does not use this logger.
func silenceStandardLog() { log.SetOutput(io.Discard) }
