// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestSchemaOfDocs holds the schema that the documentation is generated from against the one that a CLI reads. A CLI that
// does not know a kind of object leaves its section out; every section that it has is the same.
func TestSchemaOfDocs(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config("")
	command := exec.Command(cli, "providers", "schema", "-json")
	command.Dir = w.dir
	for name, value := range w.env {
		command.Env = append(command.Env, name+"="+value)
	}
	theirs := sections(t, command)
	ours := sections(t, exec.Command("go", "run", "-buildvcs=false", "../../tools/schema"))
	for name, section := range theirs {
		if diff := cmp.Diff(section, ours[name]); diff != "" {
			t.Errorf("%s differ (-CLI +documentation):\n%s", name, diff)
		}
	}
	for _, name := range []string{"provider", "resource_schemas", "data_source_schemas"} {
		if theirs[name] == nil {
			t.Errorf("the CLI gives no %s", name)
		}
	}
	if name, minor := cliVersion(); name == "Terraform" && minor >= 14 && len(theirs) != len(ours) {
		t.Errorf("the CLI gives %d sections, the documentation has %d", len(theirs), len(ours))
	}
}

// sections gives the parts of the one provider's schema that a command prints.
func sections(t *testing.T, command *exec.Cmd) map[string]any {
	t.Helper()
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Schemas map[string]map[string]any `json:"provider_schemas"`
	}
	if err := json.Unmarshal(out, &document); err != nil {
		t.Fatal(err)
	}
	for _, provider := range document.Schemas {
		return provider
	}
	t.Fatal("no schema")
	return nil
}

// TestTroubleshootingIsComplete looks up the summary of every error and warning of the provider in the guide about them.
func TestTroubleshootingIsComplete(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	all := summaries(t, "../provider", "../service")
	if len(all) < 20 {
		t.Errorf("only %d summaries were found: %q", len(all), all)
	}
	for _, summary := range append(all, frameworkSummaries...) {
		if !strings.Contains(string(guide), summary) {
			t.Errorf("the guide does not explain %q", summary)
		}
	}
}

// frameworkSummaries are those that the plugin framework and its validators use for this provider's schemas.
var frameworkSummaries = []string{
	"Invalid Attribute Value", "Invalid Attribute Value Match", "Invalid Attribute Value Length", "Invalid Attribute Value Time Duration",
	"Invalid Attribute Combination",
}

// summaries finds the texts that the sources give as the summary of a diagnostic; of one that is put together, its parts.
func summaries(t *testing.T, folders ...string) (all []string) {
	t.Helper()
	position := map[string]int{
		"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "AddAttributeError": 1, "AddAttributeWarning": 1,
	}
	read := func(file string) error {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(tree, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.SelectorExpr); ok {
					if i, ok := position[called.Sel.Name]; ok && i < len(n.Args) {
						all = append(all, texts(n.Args[i])...)
					}
				}
			case *ast.ValueSpec: // const summary = "…"
				if n.Names[0].Name == "summary" && len(n.Values) == 1 {
					all = append(all, texts(n.Values[0])...)
				}
			case *ast.BasicLit:
				all = append(all, slices.DeleteFunc(texts(n), func(text string) bool { return !strings.HasPrefix(text, "Unable to ") })...)
			}
			return true
		})
		return nil
	}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(file string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			return read(file)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// texts gives the string literals of an expression.
func texts(expression ast.Expr) (found []string) {
	ast.Inspect(expression, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				found = append(found, text)
			}
		}
		return true
	})
	return found
}

// TestPagesHaveExamples: nobody learns an object from its schema alone.
func TestPagesHaveExamples(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/*s/vb*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(content), "## Example Usage") {
			t.Errorf("%s has no example", page)
		}
	}
}

// TestDocsHoldNoSecret: pages and examples give a secret from a variable or an ephemeral object, never as text.
func TestDocsHoldNoSecret(t *testing.T) {
	t.Parallel()
	var names []string
	for argument := range secretArguments {
		names = append(names, argument[strings.LastIndex(argument, ".")+1:])
	}
	literal := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\s*=\s*["<]`)
	if !literal.MatchString(`password = "x"`) {
		t.Fatal("the pattern finds nothing")
	}
	files := 0
	for _, folder := range []string{"docs", "examples", "templates"} {
		err := filepath.WalkDir(filepath.Join("../..", folder), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(file)
			if found := literal.Find(content); found != nil {
				t.Errorf("%s gives a secret as text: %s…", file, found)
			}
			files++
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
}

// TestLinks: every relative link of the documentation leads to a file, so that it works in the registries and in the repository.
func TestLinks(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#: ]+)(#[^)]*)?\)`)
	links := 0
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "docs-dev/*.md", "docs-dev/*/*.md", "examples/*.md"} {
		pages, _ := filepath.Glob(filepath.Join("../..", pattern))
		for _, page := range pages {
			content, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range link.FindAllStringSubmatch(string(content), -1) {
				links++
				if _, err := os.Stat(filepath.Join(filepath.Dir(page), found[1])); err != nil {
					t.Errorf("%s links to %s, which does not exist", page, found[1])
				}
			}
		}
	}
	if links < 30 {
		t.Errorf("only %d links were found", links)
	}
}
