// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// TestMigrations takes each of the guide's ways to this provider: the plan imports what the appliance has and fires the
// rescans, destroys nothing, and is empty afterwards.
func TestMigrations(t *testing.T) {
	t.Parallel()
	for from, plan := range map[string]string{
		"null-resource":  "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.",
		"terraform-data": "Plan: 1 to add, 0 to change, 0 to destroy.",
		"generic-rest":   "Plan: 1 to import, 1 to add, 0 to change, 0 to destroy.",
	} {
		t.Run(from, func(t *testing.T) {
			w := exampleWorld(t)
			if from == "null-resource" {
				w.vb365.SetProxy(exampleProxy, func(p *vb365.Proxy) { p.Description = "" })
			}
			w.copyExample(filepath.Join(examplesFolder, "migrations", from, "after", "main.tf"))
			w.planChanges(plan)
			w.apply()
			w.planIsEmpty()
		})
	}
}

// TestMigrationForgets relies on the guide's "removed" block: the old object leaves the state and is not destroyed, so
// that its destroy provisioner, which would remove the proxy, does not run.
func TestMigrationForgets(t *testing.T) {
	w := exampleWorld(t)
	w.config(`
resource "terraform_data" "rescan" {
  provisioner "local-exec" {
    when    = destroy
    command = "exit 1"
  }
}`)
	w.apply()
	w.config("")
	w.copyExample(filepath.Join(examplesFolder, "migrations", "terraform-data", "after", "main.tf"))
	w.planChanges("terraform_data.rescan will", "Plan: 1 to add, 0 to change, 0 to destroy")
	w.apply()
	w.stateLacks("terraform_data.rescan")
	w.planIsEmpty()
}

// TestExampleImports runs every import command of the examples, each into a state of its own.
func TestExampleImports(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(examplesFolder, "resources", "*", "import.sh"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no import commands: %v", err)
	}
	for _, file := range files {
		commands, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for command := range strings.Lines(string(commands)) {
			arguments, ok := strings.CutPrefix(command, "terraform ")
			if !ok {
				continue // a comment
			}
			t.Run(arguments, func(t *testing.T) {
				w := exampleWorld(t)
				w.copyExample(filepath.Join(filepath.Dir(file), "resource.tf"))
				w.succeed(strings.Fields(arguments)...)
			})
		}
	}
}

// TestExampleQueries runs every query of the examples.
func TestExampleQueries(t *testing.T) {
	needsTerraform(t, 14)
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(examplesFolder, "list-resources", "*", "*.tfquery.hcl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			w := exampleWorld(t)
			w.copyExample(file)
			w.succeed("query", "-no-color")
		})
	}
}
