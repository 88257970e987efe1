// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// Whatever the CLI does not show costs the provider time all the same, so it must not be written.
func TestProviderWritesTheLogsThatWereAskedFor(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(`data "veeam_vb365_service" "this" {}`)
	written := w.captureProvider()
	for _, test := range []struct {
		variable, level string
		want            []string
	}{
		{"TF_LOG", "", nil},
		{"TF_LOG_CORE", "TRACE", nil},
		{"TF_LOG", "ERROR", nil},
		{"TF_LOG", "DEBUG", []string{"veeam"}},
		{"TF_LOG", "TRACE", []string{"sdk.framework", "sdk.proto", "veeam"}},
		{"TF_LOG_PROVIDER", "TRACE", []string{"sdk.framework", "sdk.proto", "veeam"}},
		{"TF_LOG_PROVIDER_VEEAM", "DEBUG", []string{"veeam"}},
		{"TF_LOG_SDK", "TRACE", []string{"sdk.framework", "sdk.proto"}},
		{"TF_LOG_SDK_PROTO", "TRACE", []string{"sdk.proto"}},
		{"TF_LOG_SDK_FRAMEWORK", "TRACE", []string{"sdk.framework"}},
	} {
		delete(w.env, "TF_LOG")
		w.env[test.variable] = test.level
		w.succeed(planArgs...)
		if diff := cmp.Diff(test.want, loggers(t, written())); diff != "" {
			t.Errorf("with %s=%q other loggers wrote than expected (-want +have):\n%s", test.variable, test.level, diff)
		}
		delete(w.env, test.variable)
	}
}

func TestCLIShowsTheProvidersLogs(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(`data "veeam_vb365_service" "this" {}`)
	file := filepath.Join(w.TempDir(), "provider.log")
	delete(w.env, "TF_LOG")
	w.env["TF_LOG_PROVIDER"], w.env["TF_LOG_PATH"] = "TRACE", file
	w.succeed(planArgs...)
	log, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"request answered", "@module=veeam", "@module=sdk.proto", "@module=sdk.framework"} {
		if !bytes.Contains(log, []byte(line)) {
			t.Errorf("the log has no line with %q", line)
		}
	}
}

// A provider that somebody debugs writes to a terminal, and nothing is thrown away there.
func TestDebuggedProviderWritesAllLogs(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(`data "veeam_vb365_service" "this" {}`)
	delete(w.env, "TF_LOG")
	var stderr bytes.Buffer
	provider := exec.Command(filepath.Join(shared, "terraform-provider-veeam"), "-debug")
	provider.Env, provider.Stderr = w.environment(), &stderr
	stdout, err := provider.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "TF_REATTACH_PROVIDERS="); ok {
			w.env["TF_REATTACH_PROVIDERS"] = strings.Trim(value, "'")
			w.succeed(planArgs...)
			break
		}
	}
	_ = provider.Process.Signal(os.Interrupt)
	_ = provider.Wait()
	if diff := cmp.Diff([]string{"sdk.framework", "sdk.proto", "veeam"}, loggers(t, stderr.String())); diff != "" {
		t.Errorf("other loggers wrote than expected (-want +have):\n%s", diff)
	}
}

// captureProvider has the CLI run the provider with its standard error in a file; the function returned gives what was
// written since the last time.
func (w *world) captureProvider() (written func() string) {
	w.Helper()
	folder := w.TempDir()
	file := filepath.Join(folder, "stderr")
	script := fmt.Sprintf("#!/bin/sh\nexec '%s' \"$@\" 2>>'%s'\n", filepath.Join(shared, "terraform-provider-veeam"), file)
	config := filepath.Join(folder, "cli.tfrc")
	if err := os.WriteFile(filepath.Join(folder, "terraform-provider-veeam"), []byte(script), 0o700); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(cliConfig(folder)), 0o600); err != nil {
		w.Fatal(err)
	}
	w.env["TF_CLI_CONFIG_FILE"] = config
	return func() string {
		content, err := os.ReadFile(file)
		if err != nil {
			w.Fatal(err)
		}
		_ = os.Truncate(file, 0)
		return string(content)
	}
}

// loggers names the loggers that wrote lines. Those of the plugin's start, two for each process, have no name.
func loggers(t *testing.T, stderr string) (names []string) {
	t.Helper()
	for line := range strings.Lines(stderr) {
		var entry struct {
			Module string `json:"@module"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("not a line of a log: %s", line)
		}
		if entry.Module != "" && !slices.Contains(names, entry.Module) {
			names = append(names, entry.Module)
		}
	}
	slices.Sort(names)
	return names
}
