//go:build tools

// Package tools pins the OpenTofu that the tests and the demo run where no other CLI is installed.
package tools

import _ "github.com/opentofu/opentofu/cmd/tofu"
