// SPDX-License-Identifier: MPL-2.0

package serve

import "cmp"

// levels gives the variables that set the levels of the process's loggers. The SDK takes a missing one for TRACE and formats
// every line, while the CLI throws away what is below TF_LOG_PROVIDER, or else TF_LOG, and all lines when neither is set.
// Variables that are set keep their values. A crash is not logged, it is printed, and stays so.
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
