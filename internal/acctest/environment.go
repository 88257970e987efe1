// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// Accounts of the simulators and of the machines of proxies. The passwords may turn up in nothing that a CLI or the provider writes.
const (
	User            = `EXAMPLE\svc-terraform`
	Password        = "canary-login-7f3a"
	MachineUser     = `EXAMPLE\proxy-admin`
	MachinePassword = "canary-proxy-91bc"
)

// CLI is the path of the Terraform or OpenTofu that acceptance tests run; without one they are skipped.
var CLI = os.Getenv("VEEAM_TEST_CLI")

// terraform-plugin-testing is configured by variables of the process.
func init() {
	if CLI == "" {
		return
	}
	_ = os.Setenv("TF_ACC_TERRAFORM_PATH", CLI)
	if strings.Contains(filepath.Base(CLI), "tofu") {
		_ = os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org")
		_ = os.Setenv("TF_ACC_PROVIDER_NAMESPACE", "hashicorp")
	}
}

// Environment is a server and an appliance, both simulated, until the test ends.
type Environment struct {
	VB365 *vb365.Running
	VBAWS *vbaws.Running
}

// New starts the simulators, with the account of this package where the configurations name none. It skips the test where it is not to run.
func New(t *testing.T, m365 vb365.Config, aws vbaws.Config) *Environment {
	t.Helper()
	return NewWith(t, m365, aws, appliance.Options{}, appliance.Options{})
}

// NewWith is New with options of the two simulators.
func NewWith(t *testing.T, m365 vb365.Config, aws vbaws.Config, ofVB365, ofVBAWS appliance.Options) *Environment {
	t.Helper()
	RequireSelected(t)
	if CLI == "" {
		t.Skip("VEEAM_TEST_CLI does not name a CLI")
	}
	if m365.Users == nil {
		m365.Users = map[string]string{User: Password}
	}
	if aws.Users == nil {
		aws.Users = map[string]vbaws.User{User: {Password: Password, Role: vbaws.Administrator}}
	}
	ofVB365.Name, ofVBAWS.Name = "vb365", "vbaws"
	e := &Environment{}
	var err error
	if e.VB365, err = vb365.Start(m365, ofVB365); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.VB365.Close)
	if e.VBAWS, err = vbaws.Start(aws, ofVBAWS); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.VBAWS.Close)
	return e
}

// ProviderConfig is the provider block for the simulators.
func (e *Environment) ProviderConfig() string {
	product := func(name, endpoint, ca, more string) string {
		return fmt.Sprintf("  %s = {\n    endpoint = %q\n    username = %q\n    password = %q\n    ca_certificate = %q\n%s  }\n",
			name, endpoint, User, Password, ca, more)
	}
	machine := fmt.Sprintf("    proxy_credentials = { default = { username = %q, password = %q } }\n", MachineUser, MachinePassword)
	return "provider \"veeam\" {\n" + product("vb365", e.VB365.URL(), string(e.VB365.CAPEM()), machine) +
		product("vbaws", e.VBAWS.URL(), string(e.VBAWS.CAPEM()), "") + "}\n"
}

// Test runs the steps with terraform-plugin-testing. The provider is served by the process of the test, and its block precedes each configuration.
func (e *Environment) Test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	for i := range steps {
		if steps[i].Config != "" {
			steps[i].Config = e.ProviderConfig() + steps[i].Config
		}
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"veeam": providerserver.NewProtocol6WithError(provider.New("test")()),
		},
		Steps: steps,
	})
}
