// SPDX-License-Identifier: MPL-2.0

//go:build race

package acceptance

func init() { buildFlags = append(buildFlags, "-race") }
