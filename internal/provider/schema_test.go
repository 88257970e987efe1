// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func protocolServer(t *testing.T) (tfprotov6.ProviderServer, *tfprotov6.GetProviderSchemaResponse) {
	t.Helper()
	server := providerserver.NewProtocol6(New("test")())()
	resp, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Errorf("the schema has a fault: %s: %s", d.Summary, d.Detail)
	}
	return server, resp
}

// attribute is one attribute of any schema, with the path to it.
type attribute struct {
	*tfprotov6.SchemaAttribute
	path string
}

// objects are the schemas of all objects, each under its kind and name: "resource.veeam_vb365_proxy".
func objects(resp *tfprotov6.GetProviderSchemaResponse) map[string]*tfprotov6.Schema {
	all := map[string]*tfprotov6.Schema{}
	for kind, schemas := range map[string]map[string]*tfprotov6.Schema{
		"resource": resp.ResourceSchemas, "data": resp.DataSourceSchemas, "ephemeral": resp.EphemeralResourceSchemas, "list": resp.ListResourceSchemas,
	} {
		for name, schema := range schemas {
			all[kind+"."+name] = schema
		}
	}
	for name, action := range resp.ActionSchemas {
		all["action."+name] = action.Schema
	}
	return all
}

// attributes flattens all schemas of the provider.
func attributes(resp *tfprotov6.GetProviderSchemaResponse) []attribute {
	var all []attribute
	var walk func(path string, list []*tfprotov6.SchemaAttribute)
	walk = func(path string, list []*tfprotov6.SchemaAttribute) {
		for _, a := range list {
			all = append(all, attribute{a, path + "." + a.Name})
			if a.NestedType != nil {
				walk(path+"."+a.Name, a.NestedType.Attributes)
			}
		}
	}
	walk("provider", resp.Provider.Block.Attributes)
	for name, schema := range objects(resp) {
		walk(name, schema.Block.Attributes)
	}
	return all
}

// TestNames: the name of each object says to which product it belongs.
func TestNames(t *testing.T) {
	t.Parallel()
	_, resp := protocolServer(t)
	all := slices.Sorted(maps.Keys(objects(resp)))
	pattern := regexp.MustCompile(`^[a-z]+\.veeam_(vb365|vbaws)_[a-z_]*[a-z]$`)
	for _, name := range all {
		if !pattern.MatchString(name) {
			t.Errorf("%s is no good name", name)
		}
	}
	for _, name := range []string{"resource.veeam_vb365_proxy", "resource.veeam_vb365_proxy_rescan", "resource.veeam_vbaws_repository_rescan"} {
		if !slices.Contains(all, name) {
			t.Errorf("%s is missing", name)
		}
	}
}

// TestDescriptions: the documentation is made of the descriptions, so each attribute has one, in whole sentences that
// hold together when the page puts them in a row.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	_, resp := protocolServer(t)
	for name, schema := range objects(resp) {
		if len(schema.Block.Description) < 40 || !strings.HasSuffix(schema.Block.Description, ".") {
			t.Errorf("%s has the description %q", name, schema.Block.Description)
		}
	}
	sentence := regexp.MustCompile("(?s)^[A-Z`].*[.]$")
	for _, a := range attributes(resp) {
		if !sentence.MatchString(a.Description) || strings.Contains(a.Description, "  ") || strings.Count(a.Description, "`")%2 != 0 {
			t.Errorf("%s has the description %q", a.path, a.Description)
		}
		// The library of the timeouts knows plain descriptions only.
		if a.DescriptionKind != tfprotov6.StringKindMarkdown && !strings.Contains(a.path, ".timeouts.") {
			t.Errorf("the description of %s is not rendered as Markdown", a.path)
		}
	}
}

// TestOmittedArguments: the description of each optional argument says what happens without it.
func TestOmittedArguments(t *testing.T) {
	t.Parallel()
	_, resp := protocolServer(t)
	for _, a := range attributes(resp) {
		if a.Optional && !strings.Contains(a.Description, "efaults to ") && !strings.Contains(a.Description, "f omitted, ") && !strings.Contains(a.Description, " are omitted, ") {
			t.Errorf("%s does not say what happens if it is omitted: %q", a.path, a.Description)
		}
	}
}

// TestSecretsAreDeclared: what carries a secret is write-only where it would be stored otherwise, and sensitive elsewhere. Not
// both: Terraform stores the path of a sensitive attribute with each object, which slows a fleet down, and of a write-only
// one there is no value to hide.
func TestSecretsAreDeclared(t *testing.T) {
	t.Parallel()
	_, resp := protocolServer(t)
	secret := regexp.MustCompile(`(password|access_token|passphrase|private_key)(_wo)?$`)
	seen := 0
	for _, a := range attributes(resp) {
		if !secret.MatchString(a.Name) {
			if a.Sensitive || a.WriteOnly {
				t.Errorf("%s is treated as a secret", a.path)
			}
			continue
		}
		seen++
		// The configurations of providers and actions are never stored.
		stored := !strings.HasPrefix(a.path, "provider.") && !strings.HasPrefix(a.path, "action.")
		if a.WriteOnly != stored || a.Sensitive == stored {
			t.Errorf("%s: write-only is %v, sensitive is %v", a.path, a.WriteOnly, a.Sensitive)
		}
	}
	if seen < 14 {
		t.Errorf("only %d secrets were looked at", seen)
	}
}

// TestWriteOnlyVersions: a write-only value is sent again only when a number beside it changes, so each has one.
func TestWriteOnlyVersions(t *testing.T) {
	t.Parallel()
	_, resp := protocolServer(t)
	paths := map[string]bool{}
	all := attributes(resp)
	for _, a := range all {
		paths[a.path] = true
	}
	for _, a := range all {
		if parent, _ := strings.CutSuffix(a.path, "."+a.Name); a.WriteOnly && !paths[a.path+"_version"] && !paths[parent+".secrets_wo_version"] {
			t.Errorf("%s has no version beside it", a.path)
		}
	}
}

// TestEveryArgumentHasAVariable: each argument of a product's block names its environment variable, or has it by the
// rule that stands in the description of the provider.
func TestEveryArgumentHasAVariable(t *testing.T) {
	t.Parallel()
	_, resp := protocolServer(t)
	for _, b := range resp.Provider.Block.Attributes {
		for _, a := range b.NestedType.Attributes {
			variable := fmt.Sprintf("`VEEAM_%s_%s`", strings.ToUpper(b.Name), strings.ToUpper(a.Name))
			if a.Name == "proxy_credentials" {
				variable = "`VEEAM_VB365_PROXY_USERNAME` and `VEEAM_VB365_PROXY_PASSWORD`"
			}
			if !strings.Contains(a.Description, variable) {
				t.Errorf("%s.%s does not name %s: %q", b.Name, a.Name, variable, a.Description)
			}
			if !a.Optional {
				t.Errorf("%s.%s cannot be left to the environment", b.Name, a.Name)
			}
		}
	}
}

// TestEmptyBlockWithEnvironment: the environment's server is used instead of that of a misspelt endpoint, with a warning.
func TestEmptyBlockWithEnvironment(t *testing.T) {
	environment(t, map[string]string{"VEEAM_VB365_ENDPOINT": "https://vb365.example.com"})
	server, resp := protocolServer(t)
	for name, vb365 := range map[string]any{"Empty Block": block{"endpoint": nil}, "": nil} {
		diags := validate(t.Context(), t, server, resp.Provider.ValueType(), block{"vb365": vb365})
		if name == "" && len(diags) == 0 {
			continue
		}
		if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning || diags[0].Summary != name ||
			!strings.HasSuffix(diags[0].Detail, " All settings come from the environment variables VEEAM_VB365_….") {
			t.Errorf("%q: %v", name, diags)
		}
	}
}

// TestValidation: mistakes that need no server are found by validate, on the argument that has them.
func TestValidation(t *testing.T) {
	environment(t, nil)
	server, resp := protocolServer(t)
	const exclusive = "Invalid Attribute Combination"
	tests := map[string]struct {
		vb365 block
		want  map[string]string // path: summary
	}{
		"nothing":                 {},
		"an empty block":          {vb365: block{}, want: map[string]string{"vb365": "Empty Block"}},
		"a misspelt endpoint":     {vb365: block{"endpoint": nil}, want: map[string]string{"vb365": "Empty Block"}},
		"no URL":                  {vb365: block{"endpoint": "http://vb365.example.com"}, want: map[string]string{"endpoint": "Invalid Configuration"}},
		"no duration":             {vb365: block{"request_timeout": "90"}, want: map[string]string{"request_timeout": "Invalid Configuration"}},
		"no version":              {vb365: block{"api_version": "9"}, want: map[string]string{"api_version": "Invalid Configuration"}},
		"no fingerprint":          {vb365: block{"certificate_sha256": "AB:CD"}, want: map[string]string{"certificate_sha256": "Invalid Configuration"}},
		"control characters":      {vb365: block{"username": "EXAMPLE\terraform", "password": "secret\n"}, want: map[string]string{"username": "Invalid Configuration", "password": "Invalid Configuration"}},
		"pasted values":           {vb365: block{"endpoint": "https://vb365.example.com\n", "access_token": "\uFEFFtoken\r\n", "api_version": "v8 ", "request_timeout": " 90s", "certificate_sha256": pin + "\n"}},
		"a tab in an entry":       {vb365: block{"proxy_credentials": block{"default": block{"username": "EXAMPLE\new-admin", "password": "p"}}}, want: map[string]string{"username": "Invalid Attribute Value"}},
		"a line end in an entry":  {vb365: block{"proxy_credentials": block{"default": block{"username": "a", "password": "p\n"}}}, want: map[string]string{"password": "Invalid Attribute Value"}},
		"an entry that is null":   {vb365: block{"proxy_credentials": block{"default": nil}}},
		"all in order":            {vb365: block{"endpoint": "https://vb365.example.com", "username": "a", "password": "b", "max_retries": 0, "insecure_skip_verify": false, "ca_certificate_file": "ca.pem"}},
		"unknown values":          {vb365: block{"endpoint": unknown{}, "password": unknown{}, "max_retries": unknown{}, "proxy_credentials": unknown{}}},
		"empty texts":             {vb365: block{"endpoint": "", "username": "", "password": "", "api_version": ""}, want: map[string]string{"endpoint": "Invalid Attribute Value Length", "username": "Invalid Attribute Value Length", "password": "Invalid Attribute Value Length", "api_version": "Invalid Attribute Value Length"}},
		"token and password":      {vb365: block{"access_token": "a", "password": "b"}, want: map[string]string{"access_token": exclusive}},
		"token and name":          {vb365: block{"access_token": "a", "username": "b"}, want: map[string]string{"access_token": exclusive}},
		"two authorities":         {vb365: block{"ca_certificate": "a", "ca_certificate_file": "b"}, want: map[string]string{"ca_certificate": exclusive}},
		"authority and pin":       {vb365: block{"ca_certificate_file": "a", "certificate_sha256": pin}, want: map[string]string{"ca_certificate_file": exclusive}},
		"too many retries":        {vb365: block{"max_retries": 21}, want: map[string]string{"max_retries": "Invalid Attribute Value"}},
		"a negative retry":        {vb365: block{"max_retries": -1}, want: map[string]string{"max_retries": "Invalid Attribute Value"}},
		"no request at all":       {vb365: block{"max_concurrent_requests": 0}, want: map[string]string{"max_concurrent_requests": "Invalid Attribute Value"}},
		"machines' accounts":      {vb365: block{"proxy_credentials": block{"default": block{"username": "a", "password": "b"}, "linux": block{"ssh_private_key": "c"}}}},
		"a machine without words": {vb365: block{"proxy_credentials": block{"default": block{}}}, want: map[string]string{"default": "Empty Block"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			kind := resp.Provider.ValueType()
			root := block{}
			if test.vb365 != nil {
				root["vb365"] = test.vb365
			}
			have := map[string]string{}
			for _, d := range validate(t.Context(), t, server, kind, root) {
				steps := d.Attribute.Steps()
				have[fmt.Sprint(steps[len(steps)-1])] = d.Summary
			}
			if !maps.Equal(have, test.want) {
				t.Errorf("diagnostics %v instead of %v", have, test.want)
			}
		})
	}
}

func validate(ctx context.Context, t *testing.T, server tfprotov6.ProviderServer, kind tftypes.Type, root block) []*tfprotov6.Diagnostic {
	t.Helper()
	config, err := tfprotov6.NewDynamicValue(kind, value(kind, root))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}
