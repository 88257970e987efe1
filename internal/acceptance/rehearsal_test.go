// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
)

// rehearsal is what the documentation tells its readers to do: the program veeam-simulator, its file with variables, and a
// folder in which "terraform init" finds the provider. Nothing is added to what the reader sees.
type rehearsal struct {
	*testing.T
	dir string
	env map[string]string
}

var buildRehearsal = sync.OnceValue(func() error {
	program := filepath.Join(shared, "veeam-simulator")
	arguments := slices.Concat([]string{"build", "-o", program}, buildFlags, []string{"../simulator/cmd/veeam-simulator"})
	if out, err := exec.Command("go", arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("building the simulator: %w\n%s", err, out)
	}
	// The layout of "make install".
	mirror := filepath.Join(shared, "mirror")
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, host, "veeam-community", "veeam", "0.1.0", runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		if err := os.Link(filepath.Join(shared, "terraform-provider-veeam"), filepath.Join(folder, "terraform-provider-veeam_v0.1.0")); err != nil {
			return err
		}
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	return os.WriteFile(filepath.Join(shared, "mirror.tfrc"), []byte(config), 0o600)
})

var exported = regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`)

// rehearse starts the simulator with the options, until the test ends.
func rehearse(t *testing.T, options ...string) *rehearsal {
	t.Helper()
	t.Parallel()
	acctest.RequireSelected(t)
	if cli == "" {
		t.Skip("VEEAM_TEST_CLI does not name a CLI")
	}
	if err := buildRehearsal(); err != nil {
		t.Fatal(err)
	}
	r := &rehearsal{T: t, dir: t.TempDir()}
	r.env = map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": r.dir, "TMPDIR": os.TempDir(), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1",
		"TF_CLI_CONFIG_FILE": filepath.Join(shared, "mirror.tfrc"),
	}
	r.startSimulator(options)
	// As examples/README.md says.
	for variable, value := range map[string]string{
		"vb365_endpoint": "VEEAM_VB365_ENDPOINT", "vb365_username": "VEEAM_VB365_USERNAME", "vb365_password": "VEEAM_VB365_PASSWORD",
		"vbaws_endpoint": "VEEAM_VBAWS_ENDPOINT", "vbaws_username": "VEEAM_VBAWS_USERNAME", "vbaws_password": "VEEAM_VBAWS_PASSWORD",
		"proxy_admin_password": "VEEAM_VB365_PROXY_PASSWORD",
	} {
		r.env["TF_VAR_"+variable] = r.env[value]
	}
	for _, site := range []string{"paris", "berlin"} {
		r.env["TF_VAR_"+site] = fmt.Sprintf("{endpoint=%q,username=%q,password=%q}",
			r.env["VEEAM_VB365_ENDPOINT"], r.env["VEEAM_VB365_USERNAME"], r.env["VEEAM_VB365_PASSWORD"])
	}
	r.env["CURL_CA_BUNDLE"] = r.env["VEEAM_VB365_CA_CERTIFICATE_FILE"]
	return r
}

// startSimulator runs the program and takes over the variables that it prints.
func (r *rehearsal) startSimulator(options []string) {
	r.Helper()
	simulator := exec.Command(filepath.Join(shared, "veeam-simulator"), options...)
	simulator.Dir = r.dir
	output, err := simulator.StdoutPipe()
	if err == nil {
		err = simulator.Start()
	}
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() {
		_ = simulator.Process.Kill()
		_ = simulator.Wait()
	})
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "# Serving") {
			return
		}
		if assignment := exported.FindStringSubmatch(lines.Text()); assignment != nil {
			r.env[assignment[1]] = assignment[2]
		}
	}
	r.Fatal("the simulator ended")
}

// copy copies the files of a folder of the repository.
func (r *rehearsal) copy(folder string) {
	r.Helper()
	if err := os.CopyFS(r.dir, os.DirFS(folder)); err != nil {
		r.Fatal(err)
	}
}

// write replaces the configuration by these files, and keeps the state.
func (r *rehearsal) write(files map[string]string) {
	r.Helper()
	old, _ := filepath.Glob(filepath.Join(r.dir, "*.tf"))
	for _, file := range old {
		_ = os.Remove(file)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(content), 0o600); err != nil {
			r.Fatal(err)
		}
	}
}

// run executes the CLI. No password may show in what it prints.
func (r *rehearsal) run(args ...string) result {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, cli, args...)
	command.Dir = r.dir
	for name, value := range r.env {
		command.Env = append(command.Env, name+"="+value)
	}
	output, err := command.CombinedOutput()
	if command.ProcessState == nil {
		r.Fatal(err)
	}
	for name, value := range r.env {
		if strings.HasSuffix(name, "_PASSWORD") && strings.Contains(string(output), value) {
			r.Errorf("%v shows %s", args, name)
		}
	}
	return result{output: unwrap(string(output)), code: command.ProcessState.ExitCode()}
}

func (r *rehearsal) succeed(args ...string) result {
	r.Helper()
	result := r.run(args...)
	if result.code != 0 {
		r.Fatalf("%v failed: %s", args, result.output)
	}
	return result
}

func (r *rehearsal) init() { r.Helper(); r.succeed("init", "-input=false", "-no-color") }

// plan gives the output of a plan, with changes or without.
func (r *rehearsal) plan() result {
	r.Helper()
	result := r.run(planArgs...)
	if result.code == 1 {
		r.Fatalf("the plan failed: %s", result.output)
	}
	return result
}

// destroy wants an empty state.
func (r *rehearsal) destroy() {
	r.Helper()
	r.succeed(destroyArgs...)
	content, err := os.ReadFile(filepath.Join(r.dir, "terraform.tfstate"))
	if os.IsNotExist(err) {
		return
	}
	var state struct{ Resources []any }
	if err == nil {
		err = json.Unmarshal(content, &state)
	}
	if err != nil || len(state.Resources) > 0 {
		r.Errorf("destroy left %v in the state (%v)", state.Resources, err)
	}
}
