// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/contract"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// Secrets of every test. None of them may turn up in anything that the CLI or the provider writes.
const (
	user          = acctest.User
	loginPassword = acctest.Password
	proxyUser     = acctest.MachineUser
	proxyPassword = acctest.MachinePassword
)

// world is a user's folder with a configuration, and the appliances that it is about.
type world struct {
	*testing.T
	vb365   *vb365.Running
	vbaws   *vbaws.Running
	dir     string
	env     map[string]string
	process *syscall.SysProcAttr // of the CLI
	secrets []string             // beside those above
	journal *journal             // what the appliances log
}

// newWorld starts both appliances and configures the provider for them by environment variables, with credentials
// for the proxies' machines in the entry "default".
func newWorld(t *testing.T, m365 vb365.Config, aws vbaws.Config) *world {
	t.Helper()
	t.Parallel()
	w := &world{T: t, dir: t.TempDir(), journal: &journal{}}
	env := acctest.NewWith(t, m365, aws,
		appliance.Options{Log: w.journal, Wrap: contracts.Wrap(t, contract.VB365, m365.Behaviour == vb365.Behaviour{})},
		appliance.Options{Log: w.journal, Wrap: contracts.Wrap(t, contract.VBAWS, aws.Behaviour == vbaws.Behaviour{})})
	w.vb365, w.vbaws = env.VB365, env.VBAWS
	w.env = map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": w.dir, "TMPDIR": os.TempDir(), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1",
		"TF_CLI_CONFIG_FILE": filepath.Join(shared, "cli.tfrc"),
		// A command starts the provider three or four times, and the keys of a TLS connection with it cost more than all the rest of the
		// command; both CLIs have this variable for tests. Processes that live for half a second need no garbage collection either.
		"TF_DISABLE_PLUGIN_TLS": "1", "GOGC": "off", "GOMEMLIMIT": "200MiB",
		// At its end a program with the race detector sleeps for a second, unless told not to; each command starts several.
		"GORACE": "log_path=" + filepath.Join(shared, "race") + " atexit_sleep_ms=0",
		"TF_LOG": "TRACE", "TF_LOG_PATH": filepath.Join(w.dir, "trace.log"),
		"VEEAM_VB365_ENDPOINT": w.vb365.URL(), "VEEAM_VB365_USERNAME": user, "VEEAM_VB365_PASSWORD": loginPassword,
		"VEEAM_VB365_CA_CERTIFICATE":  string(w.vb365.CAPEM()),
		"VEEAM_VB365_PROXY_USERNAME":  proxyUser,
		"VEEAM_VB365_PROXY_PASSWORD":  proxyPassword,
		"VEEAM_VBAWS_ENDPOINT":        w.vbaws.URL(),
		"VEEAM_VBAWS_USERNAME":        user,
		"VEEAM_VBAWS_PASSWORD":        loginPassword,
		"VEEAM_VBAWS_CA_CERTIFICATE":  string(w.vbaws.CAPEM()),
		"VEEAM_VBAWS_REQUEST_TIMEOUT": "30s",
	}
	return w
}

var cliVersion = sync.OnceValues(func() (name string, minor int) {
	out, _ := exec.Command(cli, "version").Output() // "Terraform v1.15.9", "OpenTofu v1.11.6"
	fmt.Sscanf(string(out), "%s v1.%d", &name, &minor)
	return name, minor
})

// needsTerraform skips a test of something that only Terraform has, from version 1.<minor> on.
func needsTerraform(t *testing.T, minor int) {
	t.Helper()
	acctest.RequireSelected(t)
	if cli == "" {
		t.Skip("VEEAM_TEST_CLI does not name a CLI")
	}
	if name, have := cliVersion(); name != "Terraform" || have < minor {
		t.Skipf("needs Terraform 1.%d, the CLI is %s 1.%d", minor, name, have)
	}
}

// file writes another file into the user's folder.
func (w *world) file(name, content string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o600); err != nil {
		w.Fatal(err)
	}
}

// config replaces the configuration; what every configuration begins with is added.
func (w *world) config(hcl string) {
	w.Helper()
	head := "terraform {\n  required_providers {\n    veeam = { source = \"registry.terraform.io/veeam-community/veeam\" }\n  }\n}\n"
	w.file("main.tf", head+hcl)
}

// result is what a command left behind.
type result struct {
	output string // standard output and error
	code   int
	// The requests made during the command, in order: "POST /v8/Proxies/{id}/Remove". Tokens, version probes and the
	// list of VBAWS's repositories are counted apart, as they are made once for a whole command.
	vb365, vbaws []string
	logins       int
}

var uuids = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// run executes the CLI, and looks for secrets in all that it wrote.
func (w *world) run(args ...string) result {
	w.Helper()
	return w.runWith(func(*os.Process, *watchedOutput, <-chan struct{}) {}, args...)
}

func (w *world) environment() (variables []string) {
	for name, value := range w.env {
		variables = append(variables, name+"="+value)
	}
	return variables
}

// runUntil executes the CLI and, once interrupt is closed, sends it what Ctrl-C sends.
func (w *world) runUntil(interrupt <-chan struct{}, args ...string) result {
	w.Helper()
	return w.runWith(func(cli *os.Process, _ *watchedOutput, ended <-chan struct{}) {
		select {
		case <-interrupt:
			_ = cli.Signal(os.Interrupt)
		case <-ended:
		}
	}, args...)
}

// runWith executes the CLI and, beside it, a disturbance.
func (w *world) runWith(disturb func(cli *os.Process, said *watchedOutput, ended <-chan struct{}), args ...string) result {
	w.Helper()
	w.vb365.ResetLog()
	w.vbaws.ResetLog()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // only against a command that hangs
	defer cancel()
	var output watchedOutput
	command := exec.CommandContext(ctx, cli, args...)
	command.Dir, command.Env, command.Stdout, command.Stderr = w.dir, w.environment(), &output, &output
	command.SysProcAttr = w.process
	if err := command.Start(); err != nil {
		w.Fatal(err)
	}
	ended, disturbed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(disturbed)
		disturb(command.Process, &output, ended)
	}()
	err := command.Wait()
	close(ended)
	<-disturbed
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.Fatalf("%s %s: %v", cli, strings.Join(args, " "), err)
	}
	r := result{output: unwrap(output.String()), code: command.ProcessState.ExitCode()}
	r.vb365, r.logins = requests(w.vb365.Requests())
	aws, logins := requests(w.vbaws.Requests())
	r.vbaws, r.logins = aws, r.logins+logins
	w.lookForSecrets(strings.Join(args, " "), output.Bytes())
	return r
}

// unwrap makes the text of diagnostics searchable: the CLI breaks lines and draws a border.
func unwrap(output string) string {
	output = strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)
	return strings.Join(strings.Fields(output), " ")
}

func requests(exchanges []appliance.Exchange) (calls []string, logins int) {
	for _, e := range exchanges {
		call := e.Method + " " + uuids.ReplaceAllString(e.Path, "{id}")
		switch {
		case strings.HasSuffix(strings.ToLower(e.Path), "/token"):
			logins++
		case e.Header.Get("Authorization") == "": // a version probe
		case call == "GET /api/v1/repositories": // the check of all rescans that a plan fires
		default:
			calls = append(calls, call)
		}
	}
	return calls, logins
}

// succeed and fail run a command and check its exit code; fail also wants each of the texts in the output.
func (w *world) succeed(args ...string) result {
	w.Helper()
	r := w.run(args...)
	if r.code != 0 {
		w.Fatalf("%v failed: %s", args, r.output)
	}
	return r
}

func (w *world) fail(args []string, texts ...string) result {
	w.Helper()
	r := w.run(args...)
	if r.code == 0 {
		w.Fatalf("%v succeeded: %s", args, r.output)
	}
	r.wants(w, texts...)
	return r
}

// wants checks that the output holds the texts.
func (r result) wants(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.output, text) {
			t.Errorf("the output does not say %q: %s", text, r.output)
		}
	}
}

var (
	applyArgs   = []string{"apply", "-auto-approve", "-input=false", "-no-color"}
	destroyArgs = []string{"destroy", "-auto-approve", "-input=false", "-no-color"}
	planArgs    = []string{"plan", "-input=false", "-no-color", "-detailed-exitcode"}
)

func (w *world) apply() result   { w.Helper(); return w.succeed(applyArgs...) }
func (w *world) destroy() result { w.Helper(); return w.succeed(destroyArgs...) }

// planIsEmpty plans and wants no change.
func (w *world) planIsEmpty() result {
	w.Helper()
	r := w.run(planArgs...)
	if r.code != 0 {
		w.Fatalf("the plan is not empty (exit code %d): %s", r.code, r.output)
	}
	return r
}

// planChanges plans and wants changes.
func (w *world) planChanges(texts ...string) result {
	w.Helper()
	r := w.run(planArgs...)
	if r.code != 2 {
		w.Fatalf("the plan has exit code %d instead of changes: %s", r.code, r.output)
	}
	r.wants(w, texts...)
	return r
}

// attributes gives an object of the state, nil when it is not there.
func (w *world) attributes(address string) map[string]any {
	w.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) || err == nil && len(content) == 0 { // empty: the first apply was killed
		return nil
	}
	if err != nil {
		w.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				IndexKey   any `json:"index_key"`
				Status     string
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal(content, &state); err != nil {
		w.Fatal(err)
	}
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			name := r.Type + "." + r.Name
			if i.IndexKey != nil {
				name += fmt.Sprintf("[%v]", i.IndexKey)
			}
			if name == address {
				i.Attributes["(status)"] = i.Status // "tainted" or empty
				return i.Attributes
			}
		}
	}
	return nil
}

// stateHas checks attributes of an object in the state.
func (w *world) stateHas(address string, want map[string]any) {
	w.Helper()
	have := w.attributes(address)
	if have == nil {
		w.Errorf("%s is not in the state", address)
		return
	}
	for name, value := range want {
		if diff := cmp.Diff(value, have[name]); diff != "" {
			w.Errorf("%s.%s differs from what was expected (-want +have):\n%s", address, name, diff)
		}
	}
}

// stateLacks checks that an object is not in the state.
func (w *world) stateLacks(address string) {
	w.Helper()
	if w.attributes(address) != nil {
		w.Errorf("%s is in the state", address)
	}
}

// made checks the calls of a command, in order.
func made(t *testing.T, have []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, have); diff != "" && len(want)+len(have) > 0 {
		t.Errorf("other requests than expected (-want +have):\n%s", diff)
	}
}
