// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

var (
	cli        = os.Getenv("VEEAM_TEST_CLI")
	buildFlags = []string{"-buildvcs=false"}
	shared     string // folder of the built provider, the CLI's configuration and the reports of the race detector
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run builds the provider once, with the race detector when the tests have it, and fails the suite when that
// detector reported anything from within the provider's processes.
func run(m *testing.M) int {
	if cli == "" {
		fmt.Println("acceptance tests are skipped: VEEAM_TEST_CLI does not name a Terraform or OpenTofu to run")
		return m.Run()
	}
	var err error
	if shared, err = os.MkdirTemp("", "veeam-acceptance-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(shared)
	build := exec.Command("go", append(append([]string{"build"}, buildFlags...), "-o", filepath.Join(shared, "terraform-provider-veeam"), "../..")...)
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the provider: %v\n%s", err, out)
		return 1
	}
	if err := os.WriteFile(filepath.Join(shared, "cli.tfrc"), []byte(cliConfig()), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if races, _ := filepath.Glob(filepath.Join(shared, "race.*")); len(races) > 0 {
		for _, file := range races {
			report, _ := os.ReadFile(file)
			fmt.Fprintf(os.Stderr, "data race within the provider:\n%s\n", report)
		}
		return 1
	}
	return code
}

// cliConfig makes the CLI take the provider just built. OpenTofu reads an address without a host as one of its own registry.
func cliConfig() string {
	short := provider.Address[strings.Index(provider.Address, "/")+1:]
	return fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n  direct {}\n}\n",
		provider.Address, shared, "registry.opentofu.org/"+short, shared)
}
