// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const otherRole = "0d2c3e4f-5a6b-4c7d-8e9f-a0b1c2d3e4f5"

// roleWorld has one IAM role of each kind, and another of the name of one of them.
func roleWorld(t *testing.T, product string) *world {
	t.Helper()
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: product, Regions: []vbaws.Region{{Name: "us-east-1"}, {Name: "eu-west-1"}, {Name: "eu-central-1"}}})
	for _, r := range []vbaws.IAMRole{
		{ID: exampleRole, Name: "Branch", AWSAccountID: "210987654321", Kind: vbaws.RoleOfOtherAccount, RoleName: "branch-backup", Description: "Of the branch office."},
		{Name: "Default", RoleName: "veeam-default"},
		{Name: "Keys", Kind: vbaws.AccessKeys, RegionType: vbaws.RegionsGovernment},
		{ID: otherRole, Name: "Twin"},
		{ID: exampleRepository, Name: "Twin"},
	} {
		w.vbaws.AddIAMRole(r)
	}
	return w
}

// listed gives the attribute of all elements of a list in the state of a data source.
func (w *world) listed(address, list, attribute string) (values []string) {
	w.Helper()
	elements, _ := w.attributes(address)[list].([]any)
	for _, e := range elements {
		values = append(values, fmt.Sprint(e.(map[string]any)[attribute]))
	}
	return values
}

// TestIAMRolesDataSource: the filters, each alone and together; none that match are no error. Every spelling of the
// revisions is read.
func TestIAMRolesDataSource(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	filters := []struct {
		arguments string
		want      []string
	}{
		{``, []string{"Branch", "Default", "Keys", "Twin", "Twin"}},
		{`name = "b*"`, []string{"Branch"}},
		{`name = "T?in"`, []string{"Twin", "Twin"}},
		{`kind = "IAMRole"`, []string{"Default", "Twin", "Twin"}},
		{`kind = "IAMRoleFromAnotherAccount"`, []string{"Branch"}},
		{`kind = "accessKeys"`, []string{"Keys"}},
		{`aws_account_id = "210987654321"`, []string{"Branch"}},
		{"aws_account_id = \"210987654321\"\nkind = \"IAMRole\"", nil},
		{`name = "nobody"`, nil},
	}
	for _, product := range []string{"2.0", "5.0", "7.0", "10"} {
		t.Run(product, func(t *testing.T) {
			w := roleWorld(t, product)
			text := ""
			for i, f := range filters {
				text += fmt.Sprintf("data \"veeam_vbaws_iam_roles\" \"f%d\" {\n%s\n}\n", i, f.arguments)
			}
			w.config(text)
			w.apply()
			for i, f := range filters {
				address := fmt.Sprintf("veeam_vbaws_iam_roles.f%d", i)
				if diff := cmp.Diff(f.want, w.listed(address, "iam_roles", "name")); diff != "" {
					t.Errorf("%s (-want +have):\n%s", f.arguments, diff)
				}
				if w.attributes(address)["iam_roles"] == nil {
					t.Errorf("%s: the list is null", f.arguments)
				}
			}
			w.planIsEmpty()
		})
	}
}

// TestIAMRoleDataSource: one role by its ID or its name, with all that is known of it.
func TestIAMRoleDataSource(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for _, product := range []string{"2.0", "8.0", "10"} {
		t.Run(product, func(t *testing.T) {
			w := roleWorld(t, product)
			w.config("data \"veeam_vbaws_iam_role\" \"id\" {\n  id = \"" + strings.ToUpper(exampleRole) + "\"\n}\n" +
				"data \"veeam_vbaws_iam_role\" \"own\" {\n  name = \"Default\"\n}\n" +
				"data \"veeam_vbaws_iam_role\" \"keys\" {\n  name = \"Keys\"\n}\n")
			w.apply()
			w.stateHas("veeam_vbaws_iam_role.id", map[string]any{
				"id": strings.ToUpper(exampleRole), "name": "Branch", "description": "Of the branch office.", "kind": "IAMRoleFromAnotherAccount",
				"aws_account_id": "210987654321", "role_name": "branch-backup", "region_type": "Global",
			})
			w.stateHas("veeam_vbaws_iam_role.own", map[string]any{
				"description": nil, "kind": "IAMRole", "aws_account_id": "123456789012", "role_name": "veeam-default", "region_type": "Global",
			})
			w.stateHas("veeam_vbaws_iam_role.keys", map[string]any{"kind": "accessKeys", "role_name": nil, "region_type": "Government"})
			w.planIsEmpty()
		})
	}
}

// TestIAMRoleDataSourceFindsNone: none or two of them is an error that tells what to write instead.
func TestIAMRoleDataSourceFindsNone(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for arguments, says := range map[string][]string{
		`name = "Defaults"`:           {"Unable to Read IAM Role", `name = "Defaults"`, `IAM role "Defaults": no IAM role has the name "Defaults"; there are: "Default" (ID `},
		`name = "default"`:            {`no IAM role has the name "default"`},
		`name = "Twin"`:               {`2 IAM roles have the name "Twin": "Twin" (ID ` + otherRole + `), "Twin" (ID ` + exampleRepository + `).`},
		`id = "` + exampleProxy + `"`: {`no IAM role has the ID "` + exampleProxy + `"; there are:`},
		`id = "Branch"`:               {"must be an ID such as"},
		``:                            {"one (and only one) of"},
		"id = \"" + exampleRole + "\"\nname = \"Branch\"": {"one (and only one) of"},
	} {
		t.Run(arguments, func(t *testing.T) {
			w := roleWorld(t, "10")
			w.config("data \"veeam_vbaws_iam_role\" \"this\" {\n" + arguments + "\n}\n")
			w.fail(planArgs, says...)
		})
	}
}

// TestRegionsDataSource: all regions or those of a pattern, with the IDs that a rescan takes.
func TestRegionsDataSource(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for _, product := range []string{"2.0", "10"} {
		t.Run(product, func(t *testing.T) {
			w := roleWorld(t, product)
			w.config("data \"veeam_vbaws_regions\" \"all\" {\n}\n" +
				"data \"veeam_vbaws_regions\" \"europe\" {\n  name = \"EU-*\"\n}\n" +
				"data \"veeam_vbaws_regions\" \"none\" {\n  name = \"eu\"\n}\n" +
				iamRoleRescans.hcl("this", exampleRole, "region_ids = data.veeam_vbaws_regions.europe.regions[*].id"))
			w.apply()
			for name, want := range map[string][]string{"all": {"eu-central-1", "eu-west-1", "us-east-1"}, "europe": {"eu-central-1", "eu-west-1"}, "none": nil} {
				if diff := cmp.Diff(want, w.listed("veeam_vbaws_regions."+name, "regions", "name")); diff != "" {
					t.Errorf("%s (-want +have):\n%s", name, diff)
				}
			}
			sent := w.bodies("/api/v1/accounts/amazon/" + exampleRole + "/rescan")
			if len(sent) != 1 || !strings.Contains(sent[0], w.regionID("eu-central-1")) || !strings.Contains(sent[0], w.regionID("eu-west-1")) || strings.Contains(sent[0], w.regionID("us-east-1")) {
				t.Errorf("sent were %q", sent)
			}
			w.planIsEmpty()
		})
	}
}
