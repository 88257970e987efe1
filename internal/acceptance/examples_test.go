// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const examplesFolder = "../../examples"

// IDs that the vendor's documents use.
const (
	exampleRepository = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"
	exampleProxy      = "0f0e0d0c-1111-4222-8333-444455556666"
)

// exampleFolders finds every folder below examples/ that holds a configuration.
func exampleFolders(t *testing.T) (folders []string) {
	t.Helper()
	err := filepath.WalkDir(examplesFolder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) == ".tf" {
			folders = append(folders, filepath.Dir(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// contents joins the configuration files of a folder.
func contents(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"*.tf", "*.tfquery.hcl"} {
		files, _ := filepath.Glob(filepath.Join(folder, pattern))
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(content)
		}
	}
	return all.String()
}

// newSyntax is what only Terraform can read, from a minor version on.
var newSyntax = map[int]*regexp.Regexp{
	12: regexp.MustCompile(`(?s)import\s*\{[^}]*\bidentity\s*=`),
	14: regexp.MustCompile(`(?m)^\s*(action\s+"|action_trigger\s*\{|list\s+")`),
}

// needsCLI skips the test if the CLI cannot read the configuration.
func needsCLI(t *testing.T, configuration string) {
	t.Helper()
	for minor, syntax := range newSyntax {
		if syntax.MatchString(configuration) {
			needsTerraform(t, minor)
		}
	}
}

// suggested is a command in a comment of an example.
var suggested = regexp.MustCompile(`(?m)^#\s+terraform (.+)$`)

// TestExamples runs every folder of examples/ as it is, from init to destroy, against the simulator with its default data,
// and the commands that its comments suggest. TestMigrations runs the migrations.
func TestExamples(t *testing.T) {
	all := exampleFolders(t)
	if len(all) < 30 {
		t.Fatalf("only %d examples were found", len(all))
	}
	for _, folder := range all {
		name, _ := filepath.Rel(examplesFolder, folder)
		if strings.HasPrefix(filepath.ToSlash(name), "migrations/") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			configuration := contents(t, folder)
			needsCLI(t, configuration)
			if name == "testing" {
				needsTerraform(t, 11) // OpenTofu has no files of mocks
			}
			r := rehearse(t)
			r.copy(folder)
			r.init()
			r.plan()
			r.succeed(applyArgs...)
			var queries [][]string
			for _, command := range suggested.FindAllStringSubmatch(configuration, -1) {
				arguments := strings.Fields(command[1])
				if arguments[0] == "query" { // generates configuration
					queries = append(queries, arguments)
				} else {
					r.succeed(append(arguments, "-auto-approve", "-no-color")...)
				}
			}
			r.destroy()
			for _, arguments := range queries {
				r.succeed(append(arguments, "-no-color")...).wants(t, "branch-1.example.com")
			}
		})
	}
}

// TestExampleImports runs every import command of the examples, each into a state of its own.
func TestExampleImports(t *testing.T) {
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
				r := rehearse(t)
				r.copy(filepath.Dir(file))
				r.init()
				r.succeed(strings.Fields(arguments)...)
			})
		}
	}
}
