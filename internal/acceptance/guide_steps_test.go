// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shell runs a line of a guide as it is printed, with the CLI under the name "terraform".
func (r *rehearsal) shell(line string) result {
	r.Helper()
	bin := filepath.Join(r.dir, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		r.Fatal(err)
	}
	_ = os.Symlink(cli, filepath.Join(bin, "terraform"))
	command := exec.Command("sh", "-c", line)
	command.Dir = r.dir
	for name, value := range r.env {
		if name == "PATH" {
			value = bin + string(os.PathListSeparator) + value
		}
		command.Env = append(command.Env, name+"="+value)
	}
	// In place of the answer "yes".
	command.Env = append(command.Env, "TF_CLI_ARGS=-no-color", "TF_CLI_ARGS_apply=-auto-approve", "TF_CLI_ARGS_destroy=-auto-approve")
	output, err := command.CombinedOutput()
	if command.ProcessState == nil {
		r.Fatal(err)
	}
	return result{output: unwrap(string(output)), code: command.ProcessState.ExitCode()}
}

// byHarness are lines that the test does itself: another terminal, the variables of the simulator, a folder.
var byHarness = regexp.MustCompile(`^(bin/veeam-simulator|\. |mkdir )`)

// follow takes the steps of a page in their order: writes its files and runs its commands. Each line of the output that the page
// shows must come from the command before it.
func (r *rehearsal) follow(steps []block) {
	r.Helper()
	var last result
	for _, step := range steps {
		switch step.language {
		case "terraform":
			if err := os.WriteFile(filepath.Join(r.dir, step.file()), []byte(step.code), 0o600); err != nil {
				r.Fatal(err)
			}
		case "shell":
			last.output = ""
			for line := range strings.Lines(step.code) {
				line = strings.TrimSpace(line)
				if byHarness.MatchString(line) {
					continue
				}
				done := r.shell(line)
				if refused := strings.Contains(line, "# the server refuses"); refused != (done.code != 0) {
					r.Fatalf("%s: exit code %d: %s", line, done.code, done.output)
				}
				last.output += done.output + " "
			}
		case "text":
			r.shows(last, step.code)
		}
	}
}

var seconds = regexp.MustCompile(`after \d+s`)

// shows looks for each line that a page shows in the output of the command before it; "…" stands for anything.
func (r *rehearsal) shows(last result, shown string) {
	r.Helper()
	if last.output == "" || strings.HasPrefix(shown, "terraform ") { // commands of an alternative
		return
	}
	output := seconds.ReplaceAllString(last.output, "after")
	for line := range strings.Lines(shown) {
		for part := range strings.SplitSeq(line, "…") {
			if part = seconds.ReplaceAllString(unwrap(part), "after"); !strings.Contains(output, part) {
				r.Errorf("the output does not have %q: %s", part, last.output)
			}
		}
	}
}

// TestGuideToExistingServers follows the guide from the query to the forced removal.
func TestGuideToExistingServers(t *testing.T) {
	needsTerraform(t, 14)
	steps := blocks(t, filepath.Join(guidesFolder, "bring-an-existing-appliance.md"), "terraform", "shell", "text")
	options, ok := strings.CutPrefix(strings.TrimSpace(steps[0].code), "bin/veeam-simulator ")
	if !ok || len(steps) < 15 {
		t.Fatalf("%d steps, the first is %q", len(steps), steps[0].code)
	}
	r := rehearse(t, strings.Fields(options)...)
	r.follow(steps[:len(steps)-1])
}

// TestGuideToImportByName: its last configuration works with every CLI.
func TestGuideToImportByName(t *testing.T) {
	all := blocks(t, filepath.Join(guidesFolder, "bring-an-existing-appliance.md"), "terraform")
	r := rehearse(t)
	r.write(map[string]string{"versions.tf": requirements, "branches.tf": all[len(all)-1].code})
	r.init()
	r.plan().wants(t, "Plan: 2 to import, 0 to add, 0 to change, 0 to destroy.")
	r.succeed(applyArgs...)
	r.destroy()
}

// TestGuideToTests runs the module of the example and the tests in it, as the guide says. Mock files are of Terraform.
func TestGuideToTests(t *testing.T) {
	needsTerraform(t, 11)
	r := rehearse(t)
	r.copy(filepath.Join(examplesFolder, "testing"))
	r.follow(blocks(t, filepath.Join(guidesFolder, "test-your-modules.md"), "shell"))
	if out := r.succeed("test", "-no-color"); !strings.Contains(out.output, "4 passed, 0 failed") {
		t.Errorf("got %s", out.output)
	}
}

// TestGuideToRefusedRequests starts the simulator with each option of the guide's table.
func TestGuideToRefusedRequests(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join(guidesFolder, "test-your-modules.md"))
	if err != nil {
		t.Fatal(err)
	}
	wants := []string{ // one for each row
		`the certificate of "Simulator" expired on`, `the certificate of "Simulator" is not valid before`, "it is not issued for 127.0.0.1",
		"answered GET /v8/Proxies with 403 Forbidden: Access is denied.",
		"answered POST /v8/Proxies with 403 Forbidden: Access is denied.", "The account is locked.",
		"the account asks for a one-time code", "Apply complete!",
	}
	rows := regexp.MustCompile("(?m)^\\| .* \\| `(--.*)` \\|$").FindAllStringSubmatch(string(guide), -1)
	if len(rows) != len(wants) {
		t.Fatalf("%d rows, want %d", len(rows), len(wants))
	}
	r := rehearse(t)
	r.write(map[string]string{"main.tf": requirements + `
data "veeam_vb365_proxies" "all" {}
data "veeam_vbaws_appliance" "this" {}
resource "veeam_vb365_proxy" "this" {
  host_name = "proxy-1.example.com"
}
`})
	r.init()
	for i, row := range rows {
		option, value, hasValue := strings.Cut(row[1], " ")
		options := []string{option}
		if hasValue {
			options = append(options, strings.Trim(value, "'"))
		}
		r.startSimulator(options)
		done := r.run("apply", "-auto-approve", "-input=false", "-no-color")
		if !strings.Contains(done.output, wants[i]) {
			t.Errorf("%s: got %s, want %q", row[1], done.output, wants[i])
		}
	}
}

// TestMocksAreComplete: the example's file of mocks has every resource and data source.
func TestMocksAreComplete(t *testing.T) {
	t.Parallel()
	mocks, err := os.ReadFile(filepath.Join(examplesFolder, "testing", "tests", "mocks", "veeam.tfmock.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	for kind, folder := range map[string]string{"mock_resource": "resources", "mock_data": "data-sources"} {
		files, _ := filepath.Glob(filepath.Join("../../docs", folder, "*.md"))
		for _, file := range files {
			pages++
			name := "veeam_" + strings.TrimSuffix(filepath.Base(file), ".md")
			if !strings.Contains(string(mocks), kind+` "`+name+`"`) {
				t.Errorf("there is no %s of %s", kind, name)
			}
		}
	}
	if pages < 20 {
		t.Errorf("only %d pages were found", pages)
	}
}

// TestMocksInline: the mock that the guide shows works with every CLI.
func TestMocksInline(t *testing.T) {
	shown := blocks(t, filepath.Join(guidesFolder, "test-your-modules.md"), "hcl")
	if len(shown) != 1 {
		t.Fatalf("the guide has %d mocks in a test file", len(shown))
	}
	r := rehearse(t)
	for name := range r.env {
		if strings.HasPrefix(name, "VEEAM_") {
			delete(r.env, name)
		}
	}
	r.copy(filepath.Join(examplesFolder, "testing"))
	if err := os.RemoveAll(filepath.Join(r.dir, "tests")); err != nil {
		t.Fatal(err)
	}
	test := shown[0].code + "\nrun \"applies\" {\n  assert {\n    condition     = length(output.proxy_ids) == 2\n    error_message = \"two\"\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(r.dir, "main.tftest.hcl"), []byte(test), 0o600); err != nil {
		t.Fatal(err)
	}
	r.init()
	r.succeed("test", "-no-color").wants(t, "1 passed, 0 failed")
}
