// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

var (
	cli        = acctest.CLI
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
	if _, err := build(shared); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if openAPIFolder == "" {
		fmt.Println("requests are held against tables of facts only: VEEAM_OPENAPI_DIR does not name the folder of the vendor's OpenAPI documents")
	}
	if err := concludeContract(code == 0); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if races, _ := filepath.Glob(filepath.Join(shared, "race.*")); len(races) > 0 {
		for _, file := range races {
			report, _ := os.ReadFile(file)
			fmt.Fprintf(os.Stderr, "data race within the provider:\n%s\n", report)
		}
		return 1
	}
	return code
}

// build builds the provider in a folder, and a configuration of the CLI that makes it take this provider.
func build(folder string, flags ...string) (config string, err error) {
	arguments := slices.Concat([]string{"build", "-o", filepath.Join(folder, "terraform-provider-veeam")}, buildFlags, flags, []string{"../.."})
	if out, err := exec.Command("go", arguments...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	config = filepath.Join(folder, "cli.tfrc")
	return config, os.WriteFile(config, []byte(cliConfig(folder)), 0o600)
}

var buildOther = sync.OnceValues(func() (string, error) {
	return build(filepath.Join(shared, "other"), "-ldflags=-X main.version=99.0.0")
})

// otherBuild gives the configuration of a CLI that takes a provider of another version, built once.
func otherBuild(t *testing.T) string {
	t.Helper()
	config, err := buildOther()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// cliConfig makes the CLI take the provider of a folder. OpenTofu reads an address without a host as one of its own registry.
func cliConfig(folder string) string {
	short := provider.Address[strings.Index(provider.Address, "/")+1:]
	return fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n  direct {}\n}\n",
		provider.Address, folder, "registry.opentofu.org/"+short, folder)
}
