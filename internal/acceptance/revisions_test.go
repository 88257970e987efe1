// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// dialogue lists the requests of the last command to Veeam Backup for AWS with their revision and status. The CLI asks
// the provider anew for a plan and for its execution: apply without a saved plan negotiates twice.
func (w *world) dialogue() (lines []string) {
	for _, e := range w.vbaws.Requests() {
		path := strings.TrimPrefix(uuids.ReplaceAllString(e.Path, "{id}"), "/api/v1")
		if path == "/repositories" { // the check whether the repository exists
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %d", e.Method, path, e.Header.Get("X-Api-Version"), e.Status))
	}
	return lines
}

// newRevisionWorld is a world with a repository on an appliance of some product, and a rescan of it.
func newRevisionWorld(t *testing.T, c vbaws.Config) *world {
	t.Helper()
	w := newWorld(t, vb365.Config{}, c)
	w.config(repositoryRescans.hcl("this", repositoryRescans.add(w), ""))
	return w
}

// useToken gives the provider an access token instead of an account.
func (w *world) useToken(userName string) {
	token := w.vbaws.Tokens().Issue(userName).Access
	w.secrets = append(w.secrets, token)
	w.env["VEEAM_VBAWS_ACCESS_TOKEN"] = token
	delete(w.env, "VEEAM_VBAWS_USERNAME")
	delete(w.env, "VEEAM_VBAWS_PASSWORD")
}

// times repeats lines of a dialogue.
func times(n int, lines ...string) []string { return slices.Repeat(lines, n) }

// TestRescanOnEveryProduct: appliances 2.0 to 7.0 have the rescan. The provider finds its newest revision, on a recent
// one of them with a single login, and goes on speaking that revision.
func TestRescanOnEveryProduct(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	newer := []string{
		"POST /token 1.3-rev0 400", "POST /token 1.9-rev0 400", "POST /token 1.8-rev0 400", "POST /token 1.7-rev0 400", "POST /token 1.6-rev0 400",
		"POST /token 1.5-rev1 400", "POST /token 1.5-rev0 400", "POST /token 1.4-rev0 400",
	}
	for product, c := range map[string]struct {
		negotiation []string
		revision    string
	}{
		"2.0": {slices.Concat(newer, []string{"POST /token 1.2-rev0 400", "POST /token 1.1-rev0 400", "POST /token 1.0-rev0 200"}), "1.0-rev0"},
		"3.0": {slices.Concat(newer, []string{"POST /token 1.2-rev0 400", "POST /token 1.1-rev0 200"}), "1.1-rev0"},
		"4.0": {slices.Concat(newer, []string{"POST /token 1.2-rev0 200"}), "1.2-rev0"},
		"5.0": {[]string{"POST /token 1.3-rev0 200", "GET /system/time 1.3-rev0 200"}, "1.3-rev0"},
		"6.0": {[]string{"POST /token 1.3-rev0 200", "GET /system/time 1.3-rev0 200"}, "1.3-rev0"},
		"7.0": {[]string{"POST /token 1.3-rev0 200", "GET /system/time 1.3-rev0 200"}, "1.3-rev0"},
	} {
		t.Run(product, func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{Product: product})
			w.apply()
			made(t, w.dialogue(), slices.Concat(times(2, c.negotiation...), []string{
				"POST /repositories/{id}/rescan " + c.revision + " 202", "GET /sessions/{id} " + c.revision + " 200",
			})...)
			w.stateHas(repositoryRescan, map[string]any{"session_status": "Succeeded"})
		})
	}
}

// TestRescanWithAccessToken: without a login, the question for the time finds the revision.
func TestRescanWithAccessToken(t *testing.T) {
	t.Parallel()
	for product, c := range map[string]struct {
		questions []string
		revision  string
	}{
		"7.0": {[]string{"GET /system/time 1.3-rev0 200"}, "1.3-rev0"},
		"4.0": {[]string{
			"GET /system/time 1.3-rev0 400", "GET /system/time 1.9-rev0 400", "GET /system/time 1.8-rev0 400", "GET /system/time 1.7-rev0 400",
			"GET /system/time 1.6-rev0 400", "GET /system/time 1.5-rev1 400", "GET /system/time 1.5-rev0 400", "GET /system/time 1.4-rev0 400",
			"GET /system/time 1.2-rev0 200",
		}, "1.2-rev0"},
	} {
		t.Run(product, func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{Product: product})
			w.useToken(user)
			w.apply()
			made(t, w.dialogue(), slices.Concat(times(2, c.questions...), []string{
				"POST /repositories/{id}/rescan " + c.revision + " 202", "GET /sessions/{id} " + c.revision + " 200",
			})...)
		})
	}
}

// TestRescanWithPinnedRevision: everything is asked in the pinned revision, except a rescan that it does not have.
func TestRescanWithPinnedRevision(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, c := range []struct{ product, pinned, rescan string }{
		{"2.0", "1.0-rev0", "1.0-rev0"},
		{"5.0", "1.0-rev0", "1.0-rev0"},
		{"5.0", "1.2-rev0", "1.2-rev0"},
		{"6.0", "1.4-rev0", "1.3-rev0"},
		{"7.0", "1.3-rev0", "1.3-rev0"},
		{"7.0", "1.5-rev0", "1.3-rev0"},
		{"7.0", "1.5-rev1", "1.3-rev0"},
	} {
		t.Run(c.product+" "+c.pinned, func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{Product: c.product})
			w.env["VEEAM_VBAWS_API_VERSION"] = c.pinned
			w.apply()
			negotiation := []string{"POST /token " + c.pinned + " 200"}
			if c.rescan != c.pinned {
				negotiation = append(negotiation, "GET /system/time "+c.rescan+" 200")
			}
			made(t, w.dialogue(), slices.Concat(times(2, negotiation...), []string{
				"POST /repositories/{id}/rescan " + c.rescan + " 202", "GET /sessions/{id} " + c.pinned + " 200",
			})...)
		})
	}
}

// removed is what the plan says of an appliance without the rescan; it names the version where the account may read it.
func removed(version, revision string) []string {
	this := "This appliance"
	if version != "" {
		this += " has version " + version + " and"
	}
	return []string{
		"Planning failed", "Unable to Rescan Repository", "with " + repositoryRescan, "repository_id =",
		"the rescan of a repository was removed from the API of Veeam Backup for AWS in revision 1.4-rev0, and appliances of version 8 and later accept no older revision.",
		this + " uses revision " + revision + ".",
		"Instead of the rescan, remove the repository from the appliance and add it again", "or keep an appliance of a version up to 7.",
	}
}

// TestRescanRemovedFromTheAPI: appliances 8 and later do not have the rescan, which the plan explains; nothing is sent
// that could change anything.
func TestRescanRemovedFromTheAPI(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, c := range []struct {
		name, product, pinned, role string
		token                       bool
		version, revision           string // that the plan names
		dialogue                    []string
	}{
		{name: "8.0", product: "8.0", version: "8.1.0.7", revision: "1.6-rev0", dialogue: []string{
			"POST /token 1.3-rev0 400", "POST /token 1.9-rev0 400", "POST /token 1.8-rev0 400", "POST /token 1.7-rev0 400", "POST /token 1.6-rev0 200",
			"GET /system/version 1.6-rev0 200",
		}},
		{name: "9", product: "9", version: "9.0.0.0", revision: "1.7-rev0", dialogue: []string{
			"POST /token 1.3-rev0 400", "POST /token 1.9-rev0 400", "POST /token 1.8-rev0 400", "POST /token 1.7-rev0 200", "GET /system/version 1.7-rev0 200",
		}},
		{name: "10", product: "10", version: "10.0.0.232", revision: "1.8-rev0", dialogue: []string{
			"POST /token 1.3-rev0 400", "POST /token 1.9-rev0 400", "POST /token 1.8-rev0 200", "GET /system/version 1.8-rev0 200",
		}},
		{name: "8.0, the account may not read the version", product: "8.0", role: vbaws.Operator, revision: "1.6-rev0", dialogue: []string{
			"POST /token 1.3-rev0 400", "POST /token 1.9-rev0 400", "POST /token 1.8-rev0 400", "POST /token 1.7-rev0 400", "POST /token 1.6-rev0 200",
			"GET /system/version 1.6-rev0 403",
		}},
		{name: "8.0, pinned", product: "8.0", pinned: "1.4-rev0", version: "8.1.0.7", revision: "1.4-rev0", dialogue: []string{
			"POST /token 1.4-rev0 200", "GET /system/time 1.3-rev0 400", "GET /system/version 1.4-rev0 200",
		}},
		{name: "10, pinned", product: "10", pinned: "1.8-rev0", version: "10.0.0.232", revision: "1.8-rev0", dialogue: []string{
			"POST /token 1.8-rev0 200", "GET /system/time 1.3-rev0 400", "GET /system/version 1.8-rev0 200",
		}},
		{name: "10, access token", product: "10", token: true, version: "10.0.0.232", revision: "1.8-rev0", dialogue: []string{
			"GET /system/time 1.3-rev0 400", "GET /system/time 1.9-rev0 400", "GET /system/time 1.8-rev0 200", "GET /system/version 1.8-rev0 200",
		}},
		{name: "8.0, pinned, access token of an operator", product: "8.0", pinned: "1.6-rev0", token: true, role: vbaws.Operator, revision: "1.6-rev0", dialogue: []string{
			"GET /system/time 1.6-rev0 200", "GET /system/time 1.3-rev0 400", "GET /system/version 1.6-rev0 403",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{Product: c.product, Users: map[string]vbaws.User{user: {Password: loginPassword, Role: c.role}}})
			if c.pinned != "" {
				w.env["VEEAM_VBAWS_API_VERSION"] = c.pinned
			}
			if c.token {
				w.useToken(user)
			}
			w.fail(planArgs, removed(c.version, c.revision)...)
			made(t, w.dialogue(), c.dialogue...)
		})
	}
}

// TestPinnedRevisionNotAccepted: a pinned revision that the appliance refuses is told as what it is, at plan time, and is
// not taken for a missing rescan.
func TestPinnedRevisionNotAccepted(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, c := range []struct{ product, pinned string }{{"5.0", "1.5-rev0"}, {"7.0", "1.0-rev0"}, {"8.0", "1.3-rev0"}} {
		for _, token := range []bool{false, true} {
			t.Run(fmt.Sprint(c, token), func(t *testing.T) {
				w := newRevisionWorld(t, vbaws.Config{Product: c.product})
				w.env["VEEAM_VBAWS_API_VERSION"] = c.pinned
				asked := "POST /token "
				if token {
					w.useToken(user)
					asked = "GET /system/time "
				}
				r := w.fail(planArgs, "Planning failed", "Veeam Backup for AWS does not accept the API revision "+c.pinned,
					"The rescan of a repository exists in revisions 1.0-rev0 to 1.3-rev0, which appliances up to version 7 accept.",
					`Set api_version in block "vbaws" (VEEAM_VBAWS_API_VERSION) to a revision that the appliance accepts, or to "auto".`)
				if strings.Contains(r.output, "was removed from the API") {
					t.Errorf("the plan takes it for a missing rescan: %s", r.output)
				}
				made(t, w.dialogue(), asked+c.pinned+" 400")
			})
		}
	}
}

// TestRescansOfUnreachableAppliances: the appliance may be one that the same configuration brings up, so a plan does not
// need it; apply says that nothing listens there, and nothing is recorded or lost.
func TestRescansOfUnreachableAppliances(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := "https://" + listener.Addr().String()
	listener.Close()
	for kind, k := range map[string]rescanKind{"VB365": proxyRescans, "VBAWS": repositoryRescans} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{})
			id := k.add(w)
			reachable := w.env["VEEAM_"+kind+"_ENDPOINT"]
			w.env["VEEAM_"+kind+"_MAX_RETRIES"] = "1"
			refused := func() {
				w.Helper()
				w.env["VEEAM_"+kind+"_ENDPOINT"] = nowhere
				w.planChanges("(known after apply)")
				w.fail(applyArgs, "connection refused", "Nothing was sent. Check endpoint in block", "(VEEAM_"+kind+"_ENDPOINT)")
				w.env["VEEAM_"+kind+"_ENDPOINT"] = reachable
			}
			again := func() {
				w.Helper()
				w.apply()
				if n := k.fired(w, id); n != 1 {
					t.Errorf("the next apply sent the rescan %d times", n)
				}
			}
			w.config(k.hcl("this", id, `triggers = { a = "1" }`))
			refused()
			w.stateLacks(k.address("this"))
			again()
			before := w.attributes(k.address("this"))
			w.config(k.hcl("this", id, `triggers = { a = "2" }`))
			refused()
			w.stateHas(k.address("this"), before)
			again()
			w.stateHas(k.address("this"), map[string]any{"triggers": map[string]any{"a": "2"}})
		})
	}
}
