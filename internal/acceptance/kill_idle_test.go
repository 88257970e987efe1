// SPDX-License-Identifier: MPL-2.0

//go:build linux

package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// TestKilledWhileProviderIsIdle: a provider that has nothing to do notices that its CLI was killed while that waited for
// another one, and ends.
func TestKilledWhileProviderIsIdle(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	delete(w.env, "TF_LOG")                    // a provider that writes a trace whose reader is gone ends by that
	gate := filepath.Join(t.TempDir(), "gate") // not in the folder, all files of which are read
	if err := syscall.Mkfifo(gate, 0o600); err != nil {
		t.Fatal(err)
	}
	w.config(proxyConfig() + fmt.Sprintf(`
resource "terraform_data" "slow" {
  depends_on = [veeam_vb365_proxy.this]
  provisioner "local-exec" { command = "read line < %s" }
}
resource "veeam_vb365_proxy" "next" {
  host_name  = "proxy-2.example.com"
  depends_on = [terraform_data.slow]
}`, gate))
	var providers []int
	r := w.runWith(func(cli *os.Process, said *watchedOutput, ended <-chan struct{}) {
		if said.await("Provisioning with 'local-exec'...", ended) {
			providers = children(cli.Pid)
			_ = cli.Kill()
		}
	}, applyArgs...)
	if len(providers) == 0 {
		t.Fatalf("there was no provider: %s", r.output)
	}
	w.haveEnded(providers)
	if file, err := os.OpenFile(gate, os.O_RDWR, 0); err == nil { // lets the provisioner's shell end
		_, _ = file.WriteString("\n")
		_ = file.Close()
	}
}
