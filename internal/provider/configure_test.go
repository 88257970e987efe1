// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"

	vb365api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

func configure(ctx context.Context, t *testing.T, blocks block) (providerData, []string) {
	t.Helper()
	var resp provider.ConfigureResponse
	New("1.2.3")().Configure(ctx, provider.ConfigureRequest{Config: configuration(t, blocks), TerraformVersion: "1.11.4"}, &resp)
	configured, ok := resp.ResourceData.(providerData)
	if !ok || resp.DataSourceData != resp.ResourceData {
		t.Fatalf("the provider data are %T and %T", resp.ResourceData, resp.DataSourceData)
	}
	return configured, messages(resp.Diagnostics)
}

// TestProductsAreIndependent: each product is there when it is configured, whatever becomes of the other one.
func TestProductsAreIndependent(t *testing.T) {
	vb365, vbaws := endpoint("https://vb365.example.com"), endpoint("https://vbaws.example.com")
	tests := map[string]struct {
		blocks       block
		env          map[string]string
		vb365, vbaws string // absent, deferred, ready
		wrong        int
	}{
		"none":                 {vb365: "absent", vbaws: "absent"},
		"one":                  {blocks: block{"vb365": vb365}, vb365: "ready", vbaws: "absent"},
		"the other":            {blocks: block{"vbaws": vbaws}, vb365: "absent", vbaws: "ready"},
		"both":                 {blocks: block{"vb365": vb365, "vbaws": vbaws}, vb365: "ready", vbaws: "ready"},
		"one not known yet":    {blocks: block{"vb365": with(endpoint("x"), "endpoint", unknown{}), "vbaws": vbaws}, vb365: "deferred", vbaws: "ready"},
		"the other is unknown": {blocks: block{"vb365": vb365, "vbaws": unknown{}}, vb365: "ready", vbaws: "deferred"},
		"one with a mistake":   {blocks: block{"vb365": endpoint("http://vb365.example.com"), "vbaws": vbaws}, vb365: "deferred", vbaws: "ready", wrong: 1},
		"from the environment": {env: map[string]string{"VEEAM_VB365_ENDPOINT": "https://a.example.com", "VEEAM_VB365_ACCESS_TOKEN": "t"}, vb365: "ready", vbaws: "absent"},
		"an endpoint alone":    {env: map[string]string{"VEEAM_VBAWS_ENDPOINT": "https://a.example.com"}, vb365: "absent", vbaws: "deferred", wrong: 2},
		"a password alone":     {env: map[string]string{"VEEAM_VBAWS_PASSWORD": "secret"}, vb365: "absent", vbaws: "absent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			environment(t, test.env)
			configured, diags := configure(t.Context(), t, test.blocks)
			state := func(absent, ready bool) string {
				switch {
				case absent:
					return "absent"
				case ready:
					return "ready"
				}
				return "deferred"
			}
			vb365, vbaws := configured.VB365(), configured.VBAWS()
			if have := state(vb365 == nil, vb365 != nil && vb365.Client != nil); have != test.vb365 {
				t.Errorf("vb365 is %s", have)
			}
			if have := state(vbaws == nil, vbaws != nil && vbaws.Client != nil); have != test.vbaws {
				t.Errorf("vbaws is %s", have)
			}
			if len(diags) != test.wrong {
				t.Errorf("diagnostics: %q", diags)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	var all []any
	for _, v := range vb365api.Versions() {
		all = append(all, string(v))
	}
	for _, version := range append(all, "auto", unknown{}, nil) {
		environment(t, nil)
		if _, diags := configure(t.Context(), t, block{"vb365": with(endpoint("https://vb365.example.com"), "api_version", version)}); len(diags) > 0 {
			t.Errorf("%v: %q", version, diags)
		}
	}
	for product, list := range map[string]string{"vb365": `"v8", "v7", "v6", "v5", "v4", "v3"`, "vbaws": `"1.0-rev0"`} {
		for _, version := range []string{"v9", "V8", "8", "1.99-rev0", "latest"} {
			environment(t, nil)
			_, diags := configure(t.Context(), t, block{product: with(endpoint("https://a.example.com"), "api_version", version)})
			want := product + `.api_version: Invalid Configuration: api_version of block "` + product + `" must be "auto" or one of "`
			if len(diags) != 1 || !strings.HasPrefix(diags[0], want) || !strings.Contains(diags[0], list) {
				t.Errorf("%s %s: %q", product, version, diags)
			}
		}
	}
}

// TestPorts: an endpoint without a port gets the one of its product.
func TestPorts(t *testing.T) {
	environment(t, nil)
	for product, port := range map[string]string{"vb365": "4443", "vbaws": "11005"} {
		_, diags := configure(t.Context(), t, block{product: endpoint(product + ".example.com")})
		if len(diags) != 1 || !strings.Contains(diags[0], "https://"+product+".example.com:"+port) {
			t.Errorf("%q", diags)
		}
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	if have := userAgent("1.2.3", "1.11.4"); !regexp.MustCompile(`^terraform-provider-veeam/1\.2\.3 \(terraform/1\.11\.4; plugin-framework/\S+\)$`).MatchString(have) {
		t.Errorf("the user agent is %q", have)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	var resp provider.MetadataResponse
	New("1.2.3")().Metadata(t.Context(), provider.MetadataRequest{}, &resp)
	if resp.TypeName != "veeam" || resp.Version != "1.2.3" || !slices.Equal(strings.Split(Address, "/")[1:], []string{"veeam-community", "veeam"}) {
		t.Errorf("%+v, %s", resp, Address)
	}
}
