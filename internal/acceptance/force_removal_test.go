// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// TestForceRemovalOfTheProvider: force_removal forces the removal of proxies by the destroy itself, from the block and from the
// environment, and is ignored by a version that has no forced removal.
func TestForceRemovalOfTheProvider(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		version, block, variable string
		forced                   bool
	}{
		{"v8", "force_removal = true", "", true},
		{"v5", "", "true", true},
		{"v8", "force_removal = false", "true", false},
		{"v3", "force_removal = true", "", false},
	} {
		t.Run(row.version+" "+row.block+row.variable, func(t *testing.T) {
			w := newProxyWorld(t, row.version, vb365.Config{})
			id := w.create(proxyConfig())
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.InUse = true })
			w.env["VEEAM_VB365_FORCE_REMOVAL"] = row.variable
			w.config("provider \"veeam\" {\n  vb365 = {\n    max_retries = 1\n    " + row.block + "\n  }\n}\n" + proxyConfig())
			w.planIsEmpty()
			if row.forced {
				made(t, w.destroy().vb365, calls(row.version, "read", "remove", "gone")...)
				w.stateLacks(proxyAddress)
			} else {
				w.fail(destroyArgs, "Proxy proxy-1.example.com is in use")
				w.stateHas(proxyAddress, map[string]any{"id": id})
			}
			w.removedWith(proxyUser, proxyPassword, row.forced)
		})
	}
}
