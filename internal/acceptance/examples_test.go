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

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const examplesFolder = "../../examples"

// exampleValues are what a user gives for the variables of the examples that have no default.
var exampleValues = map[string]string{
	"vb365_password": loginPassword, "vbaws_password": loginPassword, "proxy_admin_password": proxyPassword, "proxy_password": proxyPassword,
	"repository_id": exampleRepository,
}

// What the examples speak of as being on the appliances.
const (
	exampleRepository = "a7bcabe6-91f7-40ca-ad73-915d43a8e86b"
	exampleProxy      = "0f0e0d0c-1111-4222-8333-444455556666"
)

// example is one configuration: the files of a folder, or those and one way of importing.
type example struct {
	name  string
	files []string
	needs int // the first minor version of Terraform that can read it; 0: any CLI
}

// examples finds all configurations below the folder.
func examples(t *testing.T) (all []example) {
	t.Helper()
	folders := map[string][]string{}
	err := filepath.WalkDir(examplesFolder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && filepath.Ext(path) == ".tf" {
			folders[filepath.Dir(path)] = append(folders[filepath.Dir(path)], path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder, files := range folders {
		if speaksOf(t, otherProvider, files) {
			continue // what a migration begins with; "make fmt" reads it
		}
		var base, imports []string
		for _, file := range files {
			if strings.HasPrefix(filepath.Base(file), "import") {
				imports = append(imports, file)
			} else {
				base = append(base, file)
			}
		}
		name, _ := filepath.Rel(examplesFolder, folder)
		all = append(all, example{name: name, files: base, needs: neededBy(t, base)})
		for _, file := range imports {
			files := append(slices.Clip(base), file)
			all = append(all, example{name: filepath.Join(name, filepath.Base(file)), files: files, needs: neededBy(t, files)})
		}
	}
	return all
}

// newSyntax is what only Terraform can read, from a minor version on.
var newSyntax = map[int]*regexp.Regexp{
	12: regexp.MustCompile(`(?s)import\s*\{[^}]*\bidentity\s*=`),
	14: regexp.MustCompile(`(?m)^\s*(action\s+"|action_trigger\s*\{)`),
}

// otherProvider is what stands in a configuration that needs a provider from the registry beside this one.
var otherProvider = regexp.MustCompile(`(?m)^\s*source\s*=\s*"(hashicorp|magodo)/`)

func neededBy(t *testing.T, files []string) (minor int) {
	t.Helper()
	for since, syntax := range newSyntax {
		if speaksOf(t, syntax, files) {
			minor = max(minor, since)
		}
	}
	return minor
}

func speaksOf(t *testing.T, text *regexp.Regexp, files []string) bool {
	t.Helper()
	return slices.ContainsFunc(files, func(file string) bool {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return text.Match(content)
	})
}

// TestExamples validates and plans every configuration of the examples against the simulated appliances: what the
// documentation shows can be copied.
func TestExamples(t *testing.T) {
	all := examples(t)
	if len(all) < 5 {
		t.Fatalf("only %d examples were found", len(all))
	}
	for _, e := range all {
		t.Run(e.name, func(t *testing.T) {
			w := exampleWorld(t)
			if e.needs > 0 {
				needsTerraform(t, e.needs)
			}
			for _, file := range e.files {
				w.copyExample(file)
			}
			w.succeed("validate", "-no-color")
			if r := w.run(planArgs...); r.code != 0 && r.code != 2 {
				t.Errorf("the plan failed: %s", r.output)
			}
		})
	}
}

// exampleWorld has what the examples speak of, and lets in whom they name.
func exampleWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "7.0", Users: map[string]vbaws.User{
		user: {Password: loginPassword}, "terraform": {Password: loginPassword},
	}})
	w.vb365.AddProxy(vb365.Proxy{ID: exampleProxy, HostName: "proxy-1.example.com", Description: "Branch office"})
	w.vb365.AddRepository(vb365.Repository{
		ID: "36510000-0000-4000-8000-000000000001", Name: "Archive", ObjectStorage: vb365.ObjectStorage{Type: "AmazonS3"}, OutOfSync: true,
	})
	w.vbaws.AddRepository(vbaws.Repository{ID: exampleRepository, Name: "archive"})
	for name, v := range exampleValues {
		w.env["TF_VAR_"+name] = v
	}
	w.config("")
	return w
}

// copyExample copies a file, and what it refers to beside it, so that it speaks of the simulated appliances.
func (w *world) copyExample(file string) {
	w.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		w.Fatal(err)
	}
	text := regexp.MustCompile(`https://vb365\.example\.com(:4443)?`).ReplaceAllString(string(content), w.vb365.URL())
	text = regexp.MustCompile(`https://vbaws\.example\.com(:11005)?`).ReplaceAllString(text, w.vbaws.URL())
	text = regexp.MustCompile(`certificate_sha256(\s*)= "[0-9A-F:]{95}"`).ReplaceAllString(text, `certificate_sha256$1= "`+w.vb365.Fingerprint()+`"`)
	if strings.Contains(text, "required_providers") {
		// The example says itself what the other configurations of the tests begin with.
		if err := os.Remove(filepath.Join(w.dir, "main.tf")); err != nil {
			w.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(w.dir, "example-"+filepath.Base(file)), []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	authorities, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*.pem"))
	for _, authority := range authorities {
		if err := os.WriteFile(filepath.Join(w.dir, filepath.Base(authority)), w.vbaws.CAPEM(), 0o600); err != nil {
			w.Fatal(err)
		}
	}
}
