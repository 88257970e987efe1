// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/json"
	"os/exec"
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
