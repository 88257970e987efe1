// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"
	"testing"
)

func contract(*testing.T, string) func(http.Handler) http.Handler { return nil }
