// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

const pin = "AB:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:CD"

// authority makes a certificate authority and gives its certificate in PEM form.
func authority(t *testing.T) string {
	t.Helper()
	ca, err := appliance.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	return string(ca.PEM())
}

// read gives the options of a product, with what the diagnostics say.
func read(t *testing.T, product string, blocks block) (*settings, rest.Options, []string) {
	t.Helper()
	var diags diag.Diagnostics
	s := newSettings(t.Context(), configuration(t, blocks), product, &diags)
	if !s.present() {
		return s, rest.Options{}, append(messages(diags), "absent")
	}
	return s, s.options("agent/1", "4443"), messages(diags)
}

// TestEachArgumentFromEitherSource: each argument is taken from the configuration, and from its variable where the
// configuration leaves it out; the configuration wins.
func TestEachArgumentFromEitherSource(t *testing.T) {
	pemA, pemB := authority(t), authority(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, []byte(pemB), 0o600); err != nil {
		t.Fatal(err)
	}
	complete := block{"endpoint": "https://vb365.example.com", "username": "user", "password": "secret"}
	tests := []struct {
		argument, variable string
		configured         any // in the configuration; the variable holds the second value
		other              string
		have               func(rest.Options) any
		first, second      any // what configured and other lead to
	}{
		{"endpoint", "ENDPOINT", "https://a.example.com:1", "https://b.example.com:2", func(o rest.Options) any { return o.Endpoint.String() }, "https://a.example.com:1", "https://b.example.com:2"},
		{"username", "USERNAME", "a", "b", func(o rest.Options) any { return o.Username }, "a", "b"},
		{"password", "PASSWORD", "a", "b", func(o rest.Options) any { return o.Password.Reveal() }, "a", "b"},
		{"access_token", "ACCESS_TOKEN", "a", "b", func(o rest.Options) any { return o.AccessToken.Reveal() }, "a", "b"},
		{"ca_certificate", "CA_CERTIFICATE", pemA, pemB, func(o rest.Options) any { return string(o.TLS.CA) }, pemA, pemB},
		{"ca_certificate_file", "CA_CERTIFICATE_FILE", file, file, func(o rest.Options) any { return string(o.TLS.CA) }, pemB, pemB},
		{"certificate_sha256", "CERTIFICATE_SHA256", pin, strings.ToLower(strings.ReplaceAll(pin, "AB:", "cd:")), func(o rest.Options) any { return hex.EncodeToString(o.TLS.Fingerprint)[:2] }, "ab", "cd"},
		{"insecure_skip_verify", "INSECURE_SKIP_VERIFY", false, "true", func(o rest.Options) any { return o.TLS.InsecureSkipVerify }, false, true},
		{"request_timeout", "REQUEST_TIMEOUT", "90s", "2m", func(o rest.Options) any { return o.RequestTimeout }, 90 * time.Second, 2 * time.Minute},
		{"max_retries", "MAX_RETRIES", 0, "7", func(o rest.Options) any { return o.MaxRetries }, 0, 7},
		{"max_concurrent_requests", "MAX_CONCURRENT_REQUESTS", 100, "1", func(o rest.Options) any { return o.MaxConcurrent }, 100, 1},
	}
	var covered []string
	for _, test := range tests {
		covered = append(covered, test.argument)
		t.Run(test.argument, func(t *testing.T) {
			for _, product := range []string{"vb365", "vbaws"} {
				environment(t, map[string]string{"VEEAM_" + strings.ToUpper(product) + "_" + test.variable: test.other})
				blocks := block{}
				for name, v := range complete {
					if test.argument != name && (test.argument != "access_token" || name == "endpoint") {
						blocks[name] = v
					}
				}
				if _, o, _ := read(t, product, block{product: blocks}); test.have(o) != test.second {
					t.Errorf("%s: the variable gives %v instead of %v", product, test.have(o), test.second)
				}
				blocks[test.argument] = test.configured
				_, o, diags := read(t, product, block{product: blocks})
				if test.have(o) != test.first || len(diags) > 0 {
					t.Errorf("%s: the configuration gives %v instead of %v; %v", product, test.have(o), test.first, diags)
				}
			}
		})
	}
	for name, block := range providerSchema(t).Attributes {
		for argument := range block.GetType().TerraformType(t.Context()).(tftypes.Object).AttributeTypes {
			if !slices.Contains(append(covered, "api_version", "proxy_credentials", "force_removal"), argument) {
				t.Errorf("%s.%s is not tested", name, argument)
			}
		}
	}
}

// TestPastedValues: line ends, blanks and byte order marks around a value are no part of it, wherever it comes from.
func TestPastedValues(t *testing.T) {
	for _, around := range [][2]string{{"", "\n"}, {"", "\r\n"}, {" ", "\t"}, {"\uFEFF", " \n"}} {
		pasted := func(text string) string { return around[0] + text + around[1] }
		arguments := map[string]string{
			"endpoint": "https://a.example.com", "access_token": "token", "api_version": "v8", "certificate_sha256": pin, "request_timeout": "90s",
		}
		variables, configured := map[string]string{}, block{}
		for name, value := range arguments {
			configured[name] = pasted(value)
			variables["VEEAM_VB365_"+strings.ToUpper(name)] = pasted(value)
		}
		others := map[string]string{"VEEAM_VB365_MAX_RETRIES": pasted("7"), "VEEAM_VB365_MAX_CONCURRENT_REQUESTS": pasted("8"), "VEEAM_VB365_INSECURE_SKIP_VERIFY": pasted("false")}
		for source, blocks := range map[string]block{"configuration": {"vb365": configured}, "environment": nil} {
			if maps.Copy(variables, others); source == "configuration" {
				environment(t, others)
			} else {
				environment(t, variables)
			}
			s, o, diags := read(t, "vb365", blocks)
			if len(diags) > 0 || o.Endpoint.String() != "https://a.example.com:4443" || o.AccessToken.Reveal() != "token" || s.version(vb365Version) != "v8" ||
				len(o.TLS.Fingerprint) == 0 || o.RequestTimeout != 90*time.Second || o.MaxRetries != 7 || o.MaxConcurrent != 8 || s.failed() {
				t.Errorf("%s, %q: %+v; %v", source, around, o, diags)
			}
		}
	}
	environment(t, map[string]string{"VEEAM_VB365_PROXY_USERNAME": proxyUserName + "\n", "VEEAM_VB365_PROXY_PASSWORD": "secret\n"})
	var diags diag.Diagnostics
	have := proxyCredentials(newSettings(t.Context(), configuration(t, nil), "vb365", &diags))
	if said := messages(diags); have.Entries["default"].Username != proxyUserName || len(said) != 1 || !strings.Contains(said[0], "VEEAM_VB365_PROXY_PASSWORD must not contain a control character (line feed at position 7)") {
		t.Errorf("%+v; %q", have, said)
	}
}

const proxyUserName = `EXAMPLE\proxy-admin`

// TestDefaults are what stands in the descriptions.
func TestDefaults(t *testing.T) {
	environment(t, nil)
	_, o, diags := read(t, "vb365", block{"vb365": block{"endpoint": "https://vb365.example.com/", "username": "user", "password": "secret"}})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if o.Endpoint.String() != "https://vb365.example.com:4443" || o.RequestTimeout != time.Minute || o.MaxRetries != 3 || o.MaxConcurrent != 10 ||
		o.UserAgent != "agent/1" || len(o.TLS.CA)+len(o.TLS.Fingerprint) > 0 || o.TLS.InsecureSkipVerify {
		t.Errorf("the options are %+v", o)
	}
}

// TestMistakes: each leads to one error, on the argument, that names the variable where the value came from there.
func TestMistakes(t *testing.T) {
	const begins = `vb365.endpoint: Invalid Configuration: endpoint of block "vb365" `
	tests := map[string]struct {
		vb365 any
		env   map[string]string
		want  []string
	}{
		"no block, no variable": {want: []string{"absent"}},
		"no endpoint": {
			vb365: block{"username": "user", "password": "secret"},
			want:  []string{`vb365.endpoint: Missing Configuration: Block "vb365" needs endpoint. Set it there, or set the environment variable VEEAM_VB365_ENDPOINT.`},
		},
		"nothing in the block": {vb365: block{}, want: []string{
			`vb365.endpoint: Missing Configuration: Block "vb365" needs endpoint. Set it there, or set the environment variable VEEAM_VB365_ENDPOINT.`,
			`vb365.password: Missing Configuration: Block "vb365" needs password. Set it there, or set the environment variable VEEAM_VB365_PASSWORD.`,
			`vb365.username: Missing Configuration: Block "vb365" needs username. Set it there, or set the environment variable VEEAM_VB365_USERNAME.`,
		}},
		"a host name": {vb365: endpoint("vb365.example.com"), want: []string{begins + "must be a URL such as https://vb365.example.com:4443."}},
		"a host and a port": {
			vb365: endpoint("vb365.example.com:4443"),
			want:  []string{begins + "must be a URL such as https://vb365.example.com:4443."},
		},
		"no host":                  {vb365: endpoint("https://:4443"), want: []string{begins + "must be a URL such as https://vb365.example.com:4443."}},
		"a port of letters":        {vb365: endpoint("https://vb365.example.com:rest"), want: []string{begins + "must be a URL such as https://vb365.example.com:4443."}},
		"a control character":      {vb365: endpoint("https://vb365\t.example.com"), want: []string{begins + `must not contain a control character (tab at position 14); in HCL, write \\ for a backslash.`}},
		"a tab in the account":     {vb365: with(endpoint("https://vb365.example.com"), "username", "EXAMPLE\terraform"), want: []string{`vb365.username: Invalid Configuration: username of block "vb365" must not contain a control character (tab at position 8); in HCL, write \\ for a backslash.`}},
		"a line end of a password": {vb365: with(endpoint("https://vb365.example.com"), "password", "secret\n"), want: []string{`vb365.password: Invalid Configuration: password of block "vb365" must not contain a control character (line feed at position 7); trimspace() removes the line end of a file.`}},
		"no encryption":            {vb365: endpoint("http://vb365.example.com"), want: []string{begins + "must begin with https://: credentials are never sent unencrypted."}},
		"credentials": {
			vb365: endpoint("https://user:secret@vb365.example.com"),
			want:  []string{begins + "must not contain credentials; use username and password."},
		},
		"a path":     {vb365: endpoint("https://vb365.example.com/v8"), want: []string{begins + "must end after host and port: the provider adds the paths of the API itself."}},
		"a query":    {vb365: endpoint("https://vb365.example.com?a=b"), want: []string{begins + "must end after host and port: the provider adds the paths of the API itself."}},
		"a fragment": {vb365: endpoint("https://vb365.example.com#a"), want: []string{begins + "must end after host and port: the provider adds the paths of the API itself."}},
		"a mistake in a variable": {
			vb365: nil, env: map[string]string{"VEEAM_VB365_ENDPOINT": "http://a.example.com", "VEEAM_VB365_USERNAME": "a", "VEEAM_VB365_PASSWORD": "b"},
			want: []string{`vb365.endpoint: Invalid Configuration: endpoint of block "vb365" (from the environment variable VEEAM_VB365_ENDPOINT) must begin with https://: credentials are never sent unencrypted.`},
		},
		"numbers in variables": {vb365: endpoint("https://vb365.example.com"), env: map[string]string{"VEEAM_VB365_MAX_RETRIES": "many", "VEEAM_VB365_MAX_CONCURRENT_REQUESTS": "0"}, want: []string{
			`vb365.max_concurrent_requests: Invalid Configuration: max_concurrent_requests of block "vb365" (from the environment variable VEEAM_VB365_MAX_CONCURRENT_REQUESTS) must be a whole number from 1 to 100.`,
			`vb365.max_retries: Invalid Configuration: max_retries of block "vb365" (from the environment variable VEEAM_VB365_MAX_RETRIES) must be a whole number from 0 to 20.`,
		}},
		"a flag in a variable": {
			vb365: endpoint("https://vb365.example.com"), env: map[string]string{"VEEAM_VB365_INSECURE_SKIP_VERIFY": "perhaps"},
			want: []string{`vb365.insecure_skip_verify: Invalid Configuration: insecure_skip_verify of block "vb365" (from the environment variable VEEAM_VB365_INSECURE_SKIP_VERIFY) must be true or false.`},
		},
		"a duration without a unit": {
			vb365: with(endpoint("https://vb365.example.com"), "request_timeout", "90"),
			want:  []string{`vb365.request_timeout: Invalid Configuration: request_timeout of block "vb365" must be a positive duration such as 90s or 2m.`},
		},
		"a negative duration": {
			vb365: with(endpoint("https://vb365.example.com"), "request_timeout", "-1s"),
			want:  []string{`vb365.request_timeout: Invalid Configuration: request_timeout of block "vb365" must be a positive duration such as 90s or 2m.`},
		},
		"a fingerprint of another kind": {
			vb365: with(endpoint("https://vb365.example.com"), "certificate_sha256", "AB:CD"),
			want:  []string{`vb365.certificate_sha256: Invalid Configuration: certificate_sha256 of block "vb365" must be a fingerprint: a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons.`},
		},
		"no such file": {
			vb365: with(endpoint("https://vb365.example.com"), "ca_certificate_file", "/nowhere/ca.pem"),
			want:  []string{`vb365.ca_certificate_file: Invalid Configuration: ca_certificate_file of block "vb365" must be a readable file: open /nowhere/ca.pem: no such file or directory.`},
		},
		"a CA that is none": {
			vb365: with(endpoint("https://vb365.example.com"), "ca_certificate", "nonsense"),
			want:  []string{`vb365.ca_certificate: Invalid Configuration: ca_certificate of block "vb365" must contain a certificate in PEM format (-----BEGIN CERTIFICATE-----).`},
		},
		"a file of a variable that is no CA": {
			vb365: endpoint("https://vb365.example.com"), env: map[string]string{"VEEAM_VB365_CA_CERTIFICATE_FILE": "settings_test.go"},
			want: []string{`vb365.ca_certificate_file: Invalid Configuration: ca_certificate_file of block "vb365" (from the environment variable VEEAM_VB365_CA_CERTIFICATE_FILE) must contain a certificate in PEM format (-----BEGIN CERTIFICATE-----).`},
		},
		"two ways to verify in variables": {
			vb365: endpoint("https://vb365.example.com"), env: map[string]string{"VEEAM_VB365_CA_CERTIFICATE": authority(t), "VEEAM_VB365_CERTIFICATE_SHA256": pin},
			want: []string{`vb365.ca_certificate: Invalid Configuration: ca_certificate of block "vb365" (from the environment variable VEEAM_VB365_CA_CERTIFICATE) cannot be combined: ca_certificate and certificate_sha256 are given, and only one of them can decide which certificate is accepted. Remove all but one.`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			environment(t, test.env)
			_, _, diags := read(t, "vb365", block{"vb365": test.vb365})
			if diff := cmp.Diff(test.want, diags); diff != "" {
				t.Errorf("other messages (-want +have):\n%s", diff)
			}
		})
	}
}

func endpoint(url string) block {
	return block{"endpoint": url, "username": "user", "password": "secret"}
}

func with(b block, name string, v any) block {
	b[name] = v
	return b
}

// TestSourcesAreNotMixed: what the configuration says of the login, or of the certificate, keeps out what the
// environment says of it in another way.
func TestSourcesAreNotMixed(t *testing.T) {
	environment(t, map[string]string{"VEEAM_VB365_ACCESS_TOKEN": "token", "VEEAM_VB365_CA_CERTIFICATE": authority(t), "VEEAM_VB365_INSECURE_SKIP_VERIFY": "true"})
	_, o, _ := read(t, "vb365", block{"vb365": with(endpoint("https://vb365.example.com"), "certificate_sha256", pin)})
	if o.AccessToken != "" || o.Username != "user" || len(o.TLS.CA) > 0 || o.TLS.InsecureSkipVerify || len(o.TLS.Fingerprint) == 0 {
		t.Errorf("the options are %+v", o)
	}
	environment(t, map[string]string{"VEEAM_VB365_USERNAME": "user", "VEEAM_VB365_PASSWORD": "secret"})
	_, o, diags := read(t, "vb365", block{"vb365": block{"endpoint": "https://vb365.example.com", "access_token": "token"}})
	if o.AccessToken.Reveal() != "token" || o.Username != "" || o.Password != "" || len(diags) > 0 {
		t.Errorf("the options are %+v; %v", o, diags)
	}
	// That the certificate is verified, as it is by default, leaves the question by which authority.
	pem := authority(t)
	environment(t, map[string]string{"VEEAM_VB365_CA_CERTIFICATE": pem})
	_, o, diags = read(t, "vb365", block{"vb365": with(endpoint("https://vb365.example.com"), "insecure_skip_verify", false)})
	if string(o.TLS.CA) != pem || len(diags) > 0 {
		t.Errorf("the options are %+v; %v", o, diags)
	}
}

func TestInsecureWarns(t *testing.T) {
	environment(t, nil)
	_, o, diags := read(t, "vbaws", block{"vbaws": with(endpoint("https://vbaws.example.com"), "insecure_skip_verify", true)})
	if !o.TLS.InsecureSkipVerify || len(diags) != 1 || !strings.HasPrefix(diags[0], "vbaws.insecure_skip_verify: Certificate Is Not Verified: ") {
		t.Errorf("%v, %v", o.TLS, diags)
	}
}

// TestEndpointsGetTheDefaultPort: also one that ends with the colon, and an address of IPv6.
func TestEndpointsGetTheDefaultPort(t *testing.T) {
	environment(t, nil)
	for given, want := range map[string]string{
		"https://vb365.example.com/": "https://vb365.example.com:4443", "https://vb365.example.com:": "https://vb365.example.com:4443",
		"https://[2001:db8::1]": "https://[2001:db8::1]:4443",
	} {
		_, o, diags := read(t, "vb365", block{"vb365": endpoint(given)})
		if len(diags) > 0 || o.Endpoint.String() != want {
			t.Errorf("%s leads to %v; %v", given, o.Endpoint, diags)
		}
	}
}

// TestUnknownValuesAreNoMistakes: at plan, an argument may be the output of an object that is not there yet.
func TestUnknownValuesAreNoMistakes(t *testing.T) {
	environment(t, nil)
	arguments := []string{
		"endpoint", "username", "password", "access_token", "ca_certificate", "ca_certificate_file", "certificate_sha256",
		"insecure_skip_verify", "request_timeout", "max_retries", "max_concurrent_requests",
	}
	for _, argument := range arguments {
		b := endpoint("https://vb365.example.com")
		if argument == "access_token" {
			b = block{"endpoint": "https://vb365.example.com"}
		}
		b[argument] = unknown{}
		if s, _, diags := read(t, "vb365", block{"vb365": b}); !s.unknown || len(diags) > 0 {
			t.Errorf("%s: unknown is %v; %v", argument, s.unknown, diags)
		}
	}
	if s, _, diags := read(t, "vb365", block{"vb365": unknown{}}); !s.unknown || len(diags) > 0 {
		t.Errorf("the block: unknown is %v; %v", s.unknown, diags)
	}
	if s, _, diags := read(t, "vb365", block{"vb365": endpoint("https://vb365.example.com")}); s.unknown || len(diags) > 0 {
		t.Errorf("nothing: unknown is %v; %v", s.unknown, diags)
	}
}

func TestProxyCredentials(t *testing.T) {
	variables := map[string]string{"VEEAM_VB365_PROXY_USERNAME": "env", "VEEAM_VB365_PROXY_PASSWORD": "env-secret"}
	fromEnvironment := conn.Machine{Username: "env", Password: "env-secret", FromEnvironment: true}
	tests := map[string]struct {
		env     map[string]string
		entries any
		want    conn.Credentials
	}{
		"none":             {want: conn.Credentials{Entries: map[string]conn.Machine{}}},
		"the environment":  {env: variables, want: conn.Credentials{Entries: map[string]conn.Machine{"default": fromEnvironment}}},
		"not known":        {entries: unknown{}, want: conn.Credentials{Entries: map[string]conn.Machine{}, Unknown: true}},
		"an unknown entry": {entries: block{"a": unknown{}}, want: conn.Credentials{Entries: map[string]conn.Machine{"a": {Unknown: true}}}},
		"only an unknown password of root": {
			entries: block{"a": block{"ssh_root_password": unknown{}}},
			want:    conn.Credentials{Entries: map[string]conn.Machine{"a": {Unknown: true}}},
		},
		"an unknown password": {
			entries: block{"a": block{"username": "u", "password": unknown{}}},
			want:    conn.Credentials{Entries: map[string]conn.Machine{"a": {Username: "u", Unknown: true}}},
		},
		"an entry beside the environment": {
			env: variables, entries: block{"a": block{"username": "u", "password": "p"}},
			want: conn.Credentials{Entries: map[string]conn.Machine{"a": {Username: "u", Password: "p"}, "default": fromEnvironment}},
		},
		"a default beside the environment": {
			env: variables, entries: block{"default": block{"username": "u", "password": "p"}},
			want: conn.Credentials{Entries: map[string]conn.Machine{"default": {Username: "u", Password: "p"}}},
		},
		"an entry without values is none": {
			env: variables, entries: block{"default": block{}, "a": block{"password": ""}},
			want: conn.Credentials{Entries: map[string]conn.Machine{"default": fromEnvironment}},
		},
		"an entry that is null is none": {
			env: variables, entries: block{"default": nil, "a": nil},
			want: conn.Credentials{Entries: map[string]conn.Machine{"default": fromEnvironment}},
		},
		"a default in other letters beside the environment": {
			env: variables, entries: block{"Default": block{"username": "u", "password": "p"}},
			want: conn.Credentials{Entries: map[string]conn.Machine{"Default": {Username: "u", Password: "p"}}},
		},
		"a password of the environment alone": {
			env:  map[string]string{"VEEAM_VB365_PROXY_PASSWORD": "env-secret"},
			want: conn.Credentials{Entries: map[string]conn.Machine{"default": {Password: "env-secret", FromEnvironment: true}}},
		},
		"a Linux machine": {
			entries: block{"l": block{"username": "u", "ssh_private_key": "k", "ssh_private_key_passphrase": "pp", "ssh_root_password": "r"}},
			want:    conn.Credentials{Entries: map[string]conn.Machine{"l": {Username: "u", SSHPrivateKey: "k", SSHPrivateKeyPassphrase: "pp", SSHRootPassword: "r"}}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			environment(t, test.env)
			var diags diag.Diagnostics
			s := newSettings(t.Context(), configuration(t, block{"vb365": with(endpoint("https://vb365.example.com"), "proxy_credentials", test.entries)}), "vb365", &diags)
			// Compared without printing: secrets print as "***".
			if have := proxyCredentials(s); !cmp.Equal(have, test.want) || diags.HasError() {
				t.Errorf("the credentials are %+v instead of %+v; %v", have, test.want, diags)
			}
		})
	}
}
