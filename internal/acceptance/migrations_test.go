// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// migration gives the blocks of the guide: before and after for null_resource, terraform_data and a generic REST provider.
func migration(t *testing.T) []block {
	t.Helper()
	all := blocks(t, filepath.Join(guidesFolder, "migrate.md"), "terraform")
	if len(all) != 6 {
		t.Fatalf("the guide has %d configurations", len(all))
	}
	for _, program := range []string{"sh", "curl", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the shell commands of the guide need %s", program)
		}
	}
	return all
}

// builtIn replaces null_resource, whose provider comes from the registry, by the resource of the CLI that works the same way.
func builtIn(configuration string) string {
	configuration = regexp.MustCompile(`(?s)\nterraform \{\n  required_providers \{\n    null.*?\n\}\n`).ReplaceAllString("\n"+configuration, "")
	return strings.NewReplacer("null_resource", "terraform_data", "triggers = {", "triggers_replace = {", "self.triggers", "self.triggers_replace").Replace(configuration)
}

// TestMigrations follows the guide literally: the configuration before works, and the one after imports what is there, starts
// the rescans, destroys nothing, and plans no change afterwards.
func TestMigrations(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after int // blocks of the guide
		plan          string
	}{
		{"null_resource", 0, 1, "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy"},
		{"terraform_data", 2, 3, "Plan: 1 to add, 0 to change, 0 to destroy"},
		// The REST provider is not at hand: curl registers the proxy, and nothing of it is in state.
		{"REST provider", 0, 5, "Plan: 1 to import, 1 to add, 0 to change, 0 to destroy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			guide := migration(t)
			r := rehearse(t)
			r.write(map[string]string{"main.tf": builtIn(guide[c.before].code)})
			r.init()
			r.succeed(applyArgs...)
			after := guide[c.after].code
			if c.after == 5 {
				// In this state terraform_data stands for the objects of the REST provider.
				after = strings.Replace(after, "restful_resource.proxy", "null_resource.proxy", 1)
			} else if !strings.Contains(after, "removed {") {
				t.Error("the old resource is not removed from state")
			}
			r.write(map[string]string{"main.tf": strings.Replace(after, "null_resource", "terraform_data", 1)})
			r.init()
			r.plan().wants(t, c.plan) // OpenTofu goes on with the objects to forget
			r.succeed(applyArgs...)
			if again := r.plan(); again.code != 0 {
				t.Errorf("the plan is not empty: %s", again.output)
			}
			r.destroy()
		})
	}
}

// TestMigrationWithoutRemoval: what the guide migrates from works until the end: its destroy removes the proxy.
func TestMigrationWithoutRemoval(t *testing.T) {
	guide := migration(t)
	r := rehearse(t)
	r.write(map[string]string{"main.tf": builtIn(guide[0].code)})
	r.init()
	r.succeed(applyArgs...)
	r.destroy()
	r.write(map[string]string{"main.tf": requirements + "data \"veeam_vb365_proxies\" \"gone\" {\n  host_name = \"proxy-1.example.com\"\n}\n" +
		"output \"number\" {\n  value = length(data.veeam_vb365_proxies.gone.proxies)\n}\n"})
	r.init()
	r.succeed(applyArgs...).wants(t, "number = 0")
}
