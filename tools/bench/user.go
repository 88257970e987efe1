// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// user has a folder with a configuration, and appliances.
type user struct {
	bench   *bench
	dir     string
	env     []string
	servers []*appliance.Server
	stop    []func()
}

// newUser makes the CLI take the provider through this program, under whichever name it looks for it.
func newUser(b *bench, hcl string) (*user, error) {
	dir, err := os.MkdirTemp("", "veeam-bench-")
	if err != nil {
		return nil, err
	}
	u := &user{bench: b, dir: dir, stop: []func(){func() { os.RemoveAll(dir) }}}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var overrides strings.Builder
	for _, name := range []string{"veeam-community/veeam", floorName} {
		_, kind, _ := strings.Cut(name, "/")
		folder := filepath.Join(dir, "providers", kind)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, err
		}
		if err := os.Symlink(self, filepath.Join(folder, "terraform-provider-"+kind)); err != nil {
			return nil, err
		}
		for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			fmt.Fprintf(&overrides, "    %q = %q\n", host+"/"+name, folder)
		}
	}
	provider, required := b.provider, "veeam = { source = \"registry.terraform.io/veeam-community/veeam\" }"
	isFloor := strings.Contains(hcl, `resource "floor_`)
	switch {
	case strings.Contains(hcl, "terraform_data"): // needs no provider
		required = ""
	case isFloor:
		provider, required = self, "floor = { source = \"registry.terraform.io/"+floorName+"\" }"
	}
	for name, content := range map[string]string{
		"cli.tfrc": "provider_installation {\n  dev_overrides {\n" + overrides.String() + "  }\n  direct {}\n}\n",
		"main.tf":  "terraform {\n  required_providers {\n    " + required + "\n  }\n}\n" + hcl,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	u.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_CLI_CONFIG_FILE=" + filepath.Join(dir, "cli.tfrc"),
		providerVariable + "=" + provider, usageVariable + "=" + filepath.Join(dir, "usage"),
	}
	if isFloor {
		u.env = append(u.env, floorVariable+"=wanted")
	}
	return u, nil
}

func (u *user) close() {
	for _, stop := range u.stop {
		stop()
	}
}

// serve makes an appliance known to the provider, by variables with a prefix, and slow.
func (u *user) serve(s *appliance.Server, stop func(), prefix string) error {
	u.servers, u.stop = append(u.servers, s), append(u.stop, stop)
	s.Inject(appliance.Fault{Latency: latency})
	u.env = append(u.env, prefix+"ENDPOINT="+s.URL(), prefix+"USERNAME="+account, prefix+"PASSWORD="+secret, prefix+"CA_CERTIFICATE="+string(s.CAPEM()))
	return nil
}

// state writes a state of n objects that a provider has made at another time.
func (u *user) state(kind, provider string, n int, attributes func(i int) map[string]any) error {
	var instances []map[string]any
	for i := range n {
		instances = append(instances, map[string]any{"index_key": i, "schema_version": 0, "attributes": attributes(i)})
	}
	content, err := json.Marshal(map[string]any{
		"version": 4, "serial": 1, "lineage": "bench", "resources": []map[string]any{{
			"mode": "managed", "type": kind, "name": "all", "provider": fmt.Sprintf("provider[%q]", "registry.terraform.io/"+provider), "instances": instances,
		}},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(u.dir, "terraform.tfstate"), content, 0o600)
}

// work is one command that is measured, after what has to be done before.
type work struct {
	what string
	how  func(*user) (wall time.Duration, err error)
}

func plan(u *user) (time.Duration, error) { return u.command("plan", "-detailed-exitcode") }

func refresh(u *user) (time.Duration, error) { return u.command("plan") }

func apply(u *user) (time.Duration, error) { return u.command("apply", "-auto-approve") }

func destroy(u *user) (time.Duration, error) { return u.command("destroy", "-auto-approve") }

func (u *user) forget() {
	_ = os.Remove(filepath.Join(u.dir, "usage"))
	for _, s := range u.servers {
		s.ResetLog()
	}
}

func (u *user) works(n int, all ...work) error {
	for _, w := range all {
		u.forget()
		wall, err := w.how(u)
		if err != nil {
			return fmt.Errorf("%s, %d objects: %w", w.what, n, err)
		}
		r := result{what: w.what, n: n, wall: wall, usage: readUsage(filepath.Join(u.dir, "usage"))}
		for _, s := range u.servers {
			r.requests = countRequests(s.Requests())
		}
		u.bench.results = append(u.bench.results, r)
		log.Printf("%-52s %6d objects  %7.2f s  %s", r.what, n, wall.Seconds(), r.requests)
	}
	return nil
}

// command runs the CLI.
func (u *user) command(arguments ...string) (wall time.Duration, err error) {
	arguments = append([]string{arguments[0], "-input=false", "-no-color", fmt.Sprintf("-parallelism=%d", parallelism)}, arguments[1:]...)
	command := exec.Command(u.bench.cli, arguments...) //nolint:gosec,noctx // named by whoever runs the bench
	command.Dir, command.Env = u.dir, u.env
	output, err := os.Create(filepath.Join(u.dir, "output")) //nolint:gosec // the bench's own
	if err != nil {
		return 0, err
	}
	defer output.Close()
	command.Stdout, command.Stderr = output, output
	started := time.Now()
	err = command.Run()
	wall = time.Since(started)
	if err != nil {
		_, _ = output.Seek(0, io.SeekStart)
		text, _ := io.ReadAll(output)
		return wall, fmt.Errorf("%s: %w\n%s", strings.Join(arguments, " "), err, text[max(0, len(text)-4000):])
	}
	return wall, nil
}

// member reads one member of a JSON object, empty when there is none.
func member(text, name string) string {
	var object map[string]any
	_ = json.Unmarshal([]byte(text), &object)
	value, _ := object[name].(string)
	return value
}

// requests are those of one command, by kind.
type requests struct{ tokens, probes, reads, changes int }

func (r requests) String() string {
	return fmt.Sprintf("%d tokens, %d probes, %d reads, %d changes", r.tokens, r.probes, r.reads, r.changes)
}

func countRequests(exchanges []appliance.Exchange) (r requests) {
	for _, e := range exchanges {
		switch {
		case strings.HasSuffix(strings.ToLower(e.Path), "/token"):
			r.tokens++
		case e.Header.Get("Authorization") == "":
			r.probes++
		case e.Method == http.MethodGet:
			r.reads++
		default:
			r.changes++
		}
	}
	return r
}
