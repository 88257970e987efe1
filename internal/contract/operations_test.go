// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"fmt"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	vb365client "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	vbawsclient "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

const (
	user     = `EXAMPLE\svc-terraform`
	password = "a-password"
)

// checks of all tests that let the clients speak with the simulators.
var checks = New(os.Getenv("VEEAM_OPENAPI_DIR"))

// TestMain writes the report when all have spoken.
func TestMain(m *testing.M) {
	code := m.Run()
	if err := checks.WriteReport(os.Getenv("VEEAM_CONTRACT_REPORT"), nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// connection is what a client needs to speak with a simulator.
func connection(t *testing.T, server *appliance.Server, password rest.Secret) rest.Options {
	t.Helper()
	endpoint, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	fingerprint, err := rest.ParseFingerprint(server.Fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	return rest.Options{Endpoint: endpoint, TLS: rest.TLSOptions{Fingerprint: fingerprint}, Username: user, Password: password}
}

// conversation is a test that talks with an appliance about all that it has.
type conversation struct{ *testing.T }

// ok wants calls to succeed.
func (c conversation) ok(errs ...error) {
	c.Helper()
	for _, err := range errs {
		if err != nil {
			c.Error(err)
		}
	}
}

// refused wants a call to fail, by what the appliance said.
func (c conversation) refused(err error) {
	c.Helper()
	if err == nil {
		c.Error("no error")
	}
}

// covered wants each operation of a version to have been asked.
func (c conversation) covered(p *Product, version string) {
	c.Helper()
	if checks.routers[version] == nil {
		c.Skip("VEEAM_OPENAPI_DIR does not name a folder")
	}
	for _, o := range operations[p] {
		if p.within(o.span, version) && checks.tally.seen(p, version, o.Call) == 0 {
			c.Errorf("%s (%s) was not asked", o.Call, o.Method)
		}
	}
}

// TestOperationsAreThoseOfTheClients holds the list of operations against the methods of the clients.
func TestOperationsAreThoseOfTheClients(t *testing.T) {
	t.Parallel()
	// Methods that send nothing of their own.
	composed := map[*Product][]string{
		VB365: {
			"AwaitProxies", "AwaitProxy", "CloseIdleConnections", "EachProxy", "KnownProxies", "Login", "PinnedVersion", "ProxyByHost", "ServedVersions",
			"SharedProxies", "SharedProxy", "SharedProxyByHost", "SharedProxyEach",
		},
		VBAWS: {"CheckVirtualMachinesRescan", "CloseIdleConnections", "FindNewSessions", "FindSessions", "RescanRevision", "WaitSession", "WaitSessions"},
	}
	for p, client := range map[*Product]reflect.Type{
		VB365: reflect.TypeFor[*vb365client.Client](), VBAWS: reflect.TypeFor[*vbawsclient.Client](),
	} {
		known := slices.Clone(composed[p])
		for _, o := range operations[p] {
			known = append(known, o.Method)
		}
		for method := range client.Methods() {
			if !slices.Contains(known, method.Name) {
				t.Errorf("%s: no operation is listed for %s", p.name, method.Name)
			}
			known = slices.DeleteFunc(known, func(k string) bool { return k == method.Name })
		}
		if len(known) > 0 {
			t.Errorf("%s: the client has no method %s", p.name, strings.Join(known, ", "))
		}
	}
}
