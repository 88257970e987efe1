// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const guidesFolder = "../../docs/guides"

// block is a fenced block of a page.
type block struct{ language, code string }

var (
	fenced   = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")
	fileName = regexp.MustCompile(`^# ([\w.-]+\.(?:tf|hcl))\n`)
)

// blocks gives the code of a page, of the languages.
func blocks(t *testing.T, page string, languages ...string) (found []block) {
	t.Helper()
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range fenced.FindAllStringSubmatch(string(content), -1) {
		for _, language := range languages {
			if match[1] == language {
				found = append(found, block{match[1], match[2]})
			}
		}
	}
	return found
}

// file is the name of the file that a block goes into: the first line may say it.
func (b block) file() string {
	if name := fileName.FindStringSubmatch(b.code); name != nil {
		return name[1]
	}
	return "main.tf"
}

// requirements is the terraform block that the guides leave to the page of the provider.
const requirements = `terraform {
  required_providers {
    veeam = {
      source  = "veeam-community/veeam"
      version = "~> 0.1"
    }
  }
}
`

// ownTest are the guides whose blocks belong together; a test of its own runs each of them.
var ownTest = map[string]bool{"migrate": true, "bring-an-existing-appliance": true, "test-your-modules": true}

// TestGuides runs every configuration of the guides and of README.md, from init to destroy, against the simulator with its
// default data.
func TestGuides(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(guidesFolder, "*.md"))
	if err != nil || len(pages) < 8 {
		t.Fatalf("%d guides: %v", len(pages), err)
	}
	for _, page := range append(pages, "../../README.md") {
		name := strings.TrimSuffix(filepath.Base(page), ".md")
		if ownTest[name] {
			continue
		}
		for i, b := range blocks(t, page, "terraform") {
			t.Run(fmt.Sprintf("%s/%d", name, i+1), func(t *testing.T) {
				needsCLI(t, b.code)
				r := rehearse(t)
				files := map[string]string{b.file(): b.code, "inventory.json": "[]"}
				if !strings.Contains(b.code, "required_providers") {
					files["versions.tf"] = requirements
				}
				r.write(files)
				r.init()
				r.plan()
				r.succeed(applyArgs...)
				r.destroy()
			})
		}
	}
}
