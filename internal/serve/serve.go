// SPDX-License-Identifier: MPL-2.0

// Package serve runs the provider as a plugin, without two costs of the SDK: log lines that are not shown, and contexts of calls
// that are over.
package serve

import (
	"cmp"
	"io"
	"log"
	"os"

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

// silenceStandardLog discards what Go's standard logger gets. net/http prints parts of requests and responses with it, which may hold
// passwords and tokens: an unsolicited response, and everything when GODEBUG has http2debug. The CLI would put that into its log.
// To redact would not do, since a token may come that no client has read yet. The provider itself does not use this logger.
func silenceStandardLog() { log.SetOutput(io.Discard) }

// levels returns the variables that set the levels of the loggers, as far as they are not set. The SDK takes a missing one for TRACE and
// formats every line (terraform-plugin-framework#1269), while the CLI discards what is below TF_LOG_PROVIDER, or else TF_LOG.
func levels(env func(string) string) map[string]string {
	shown := cmp.Or(env("TF_LOG_PROVIDER"), env("TF_LOG"), "OFF")
	sdk := cmp.Or(env("TF_LOG_SDK"), shown)
	return map[string]string{
		"TF_LOG_PROVIDER_VEEAM": cmp.Or(env("TF_LOG_PROVIDER_VEEAM"), shown),
		"TF_LOG_SDK":            sdk,
		"TF_LOG_SDK_PROTO":      cmp.Or(env("TF_LOG_SDK_PROTO"), sdk),
		"TF_LOG_SDK_FRAMEWORK":  cmp.Or(env("TF_LOG_SDK_FRAMEWORK"), sdk),
	}
}
