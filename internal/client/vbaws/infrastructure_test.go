// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

func TestIAMRoleOfEveryRevision(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want IAMRole
	}{
		"1.0-rev0, the appliance's own": {
			`{"id":"r","name":"Default Backup Restore","description":"d","awsid":"123456789012","regionType":"Global","IAMRole":{"parentAmazonAccountId":"p","roleName":"VeeamImpersonationRole","isDefault":true},"_links":[]}`,
			IAMRole{ID: "r", Name: "Default Backup Restore", Description: "d", AWSAccountID: "123456789012", RegionType: "Global", Kind: "IAMRole", RoleName: "VeeamImpersonationRole"},
		},
		"1.0-rev0, of another account": {
			`{"id":"r","name":"n","description":"","awsid":"210987654321","IAMRoleFromAnotherAccount":{"parentAmazonAccountId":"p","accountId":"210987654321","roleName":"Cross"}}`,
			IAMRole{ID: "r", Name: "n", AWSAccountID: "210987654321", Kind: "IAMRoleFromAnotherAccount", RoleName: "Cross"},
		},
		"1.0-rev0, keys": {
			`{"id":"r","name":"n","description":"","awsid":"1","regionType":"China","accessKeys":{"accessKey":"AKIAEXAMPLE","defaultRegion":"China"}}`,
			IAMRole{ID: "r", Name: "n", AWSAccountID: "1", RegionType: "China", Kind: "accessKeys"},
		},
		"1.8-rev0": {
			`{"id":"r","name":"n","description":null,"awsAccountId":"123456789012","regionType":"Government","accessKeys":null,"IAMRole":null,"IAMRoleFromAnotherAccount":{"accountId":"9","roleName":"Cross"},"accountPermissions":["EC2Restore"]}`,
			IAMRole{ID: "r", Name: "n", AWSAccountID: "123456789012", RegionType: "Government", Kind: "IAMRoleFromAnotherAccount", RoleName: "Cross"},
		},
		"other case": {
			`{"id":"r","iamRole":{"roleName":"Own"},"awsId":"5"}`,
			IAMRole{ID: "r", AWSAccountID: "5", Kind: "IAMRole", RoleName: "Own"},
		},
		"account told by the role alone": {
			`{"id":"r","awsid":null,"IAMRoleFromAnotherAccount":{"accountId":"9"}}`,
			IAMRole{ID: "r", AWSAccountID: "9", Kind: "IAMRoleFromAnotherAccount"},
		},
		"empty objects": {`{"id":"r","IAMRole":{}}`, IAMRole{ID: "r", Kind: "IAMRole"}},
		"odd shapes":    {`{"id":"r","name":7,"accessKeys":"x","IAMRole":[1],"IAMRoleFromAnotherAccount":true}`, IAMRole{ID: "r"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got IAMRole
			if err := json.Unmarshal([]byte(c.body), &got); err != nil || got != c.want {
				t.Errorf("got  %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestIAMRolesAndRegionsOnTheWire(t *testing.T) {
	t.Parallel()
	for _, revision := range Revisions() {
		f := newFake(t, revision)
		f.on("GET /api/v1/accounts/amazon", 200, fmt.Sprintf(`{"results":[{"id":%q,"name":"n","awsid":"1"},{"id":%q,"name":"m"}],"totalCount":2,"_links":[]}`, uid("r"), uid("q")))
		f.on("GET /api/v1/cloudInfrastructure/regions", 200, fmt.Sprintf(`{"totalCount":2,"results":[{"id":%q,"name":"eu-central-1","opInStatus":"x"},{"id":%q,"name":"eu-west-1","_links":[]}]}`, uid("g"), uid("h")))
		c := f.client(withToken, pinned(revision))
		roles, err := c.IAMRoles(t.Context())
		if want := []IAMRole{{ID: uid("r"), Name: "n", AWSAccountID: "1"}, {ID: uid("q"), Name: "m"}}; err != nil || !slices.Equal(roles, want) {
			t.Errorf("roles %+v, %v", roles, err)
		}
		regions, err := c.Regions(t.Context())
		if want := []Region{{ID: uid("g"), Name: "eu-central-1"}, {ID: uid("h"), Name: "eu-west-1"}}; err != nil || !slices.Equal(regions, want) {
			t.Errorf("regions %+v, %v", regions, err)
		}
		const page = "?Limit=500&Offset=0 "
		must(t, f, "GET /api/v1/accounts/amazon"+page+string(revision), "GET /api/v1/cloudInfrastructure/regions"+page+string(revision))
	}
}

func FuzzIAMRole(f *testing.F) {
	f.Add([]byte(`{"id":"r","awsid":"1","awsAccountId":"2","IAMRole":{"roleName":"x"},"accessKeys":{}}`))
	f.Add([]byte(`{"IAMRoleFromAnotherAccount":[],"IAMRole":null,"accessKeys":7}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second IAMRole
		if json.Unmarshal(data, &first) != nil {
			return
		}
		if err := json.Unmarshal(data, &second); err != nil || first != second {
			t.Errorf("decoded twice: %+v and %+v, %v", first, second, err)
		}
		if !slices.Contains([]string{"", KindAccessKeys, KindIAMRole, KindIAMRoleFromAnotherAccount}, first.Kind) {
			t.Errorf("kind %q", first.Kind)
		}
		if first.RoleName != "" && first.Kind != KindIAMRole && first.Kind != KindIAMRoleFromAnotherAccount {
			t.Errorf("a role without its kind: %+v", first)
		}
		var region Region
		if json.Unmarshal(data, &region) == nil && region.ID != first.ID {
			t.Errorf("ID %q and %q", region.ID, first.ID)
		}
	})
}
