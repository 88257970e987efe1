// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
)

// alternative is one answer to a question that the vendor's documents leave open.
type alternative struct {
	name     string
	config   vb365.Config
	versions string
	argument string         // of the proxy, besides those of the life cycle
	before   func(w *world) // the first apply
	// during the life of the proxy, which is configured by hcl; the plan for that is empty again after it.
	during func(w *world, id, hcl string)
}

func behave(b vb365.Behaviour) vb365.Config { return vb365.Config{Behaviour: b} }

// alternatives are all of them. Where the life cycle would not come across a switch, during does.
var alternatives = []alternative{
	{name: "unknown id 400", config: behave(vb365.Behaviour{UnknownID: 400}), versions: "v3 v7"},
	{name: "unknown id 500", config: behave(vb365.Behaviour{UnknownID: 500}), versions: "v3 v7"},
	{name: "login errors in OAuth style", config: behave(vb365.Behaviour{LoginErrors: vb365.OAuth}), versions: "v8", during: wrongLogin},
	{name: "login errors as messages", config: behave(vb365.Behaviour{LoginErrors: vb365.Message}), versions: "v3", during: wrongLogin},
	{name: "duplicate 400", config: behave(vb365.Behaviour{Duplicate: 400}), versions: "v8", during: ownedByOther},
	{name: "duplicate 409", config: behave(vb365.Behaviour{Duplicate: 409}), versions: "v7", during: ownedByOther},
	{name: "refused 400", config: behave(vb365.Behaviour{Refused: 400}), versions: "v8", during: refusedRemoval},
	{name: "refused 409", config: behave(vb365.Behaviour{Refused: 409}), versions: "v5", during: refusedRemoval},
	{name: "DELETE is served", config: behave(vb365.Behaviour{Delete: 200}), versions: "v3"},
	{name: "DELETE is unknown", config: behave(vb365.Behaviour{Delete: 404}), versions: "v5"},
	{name: "add 200", config: behave(vb365.Behaviour{Add: 200}), versions: "v4"},
	{name: "other host name is refused", config: behave(vb365.Behaviour{RejectOtherHostName: true}), versions: "v3 v8"},
	{name: "limit is clamped", config: behave(vb365.Behaviour{ClampLimit: true}), versions: "v8", before: manyOthers},
	{name: "next links lead to v7", config: behave(vb365.Behaviour{NextLinksOfV7: true}), versions: "v8", before: manyOthers},
	{
		name: "maintenance alone without effect", config: behave(vb365.Behaviour{StandaloneMaintenance: true}), versions: "v8", argument: `timeouts = { update = "5s" }`,
		during: func(w *world, _, hcl string) {
			w.config(strings.Replace(hcl, "\n}", "\n  maintenance_mode = true\n}", 1))
			w.fail(applyArgs, "Unable to Update Backup Proxy", "raise it in the timeouts attribute")
		},
	},
	{
		name: "offline in maintenance", config: behave(vb365.Behaviour{OfflineInMaintenance: true}), versions: "v8",
		during: func(w *world, id, _ string) {
			w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.MaintenanceModeState = vb365.MaintenanceEnabled })
		},
	},
	{name: "refresh once", config: vb365.Config{TokenLifetime: time.Second, RemovalPolls: 5}, versions: "v8"},
	{name: "refresh again and again", config: vb365.Config{TokenLifetime: time.Second, RemovalPolls: 5, Behaviour: vb365.Behaviour{ReusableRefresh: true}}, versions: "v8"},
	{name: "dead refresh 400", config: vb365.Config{TokenLifetime: time.Second, RefreshLifetime: 1, RemovalPolls: 5}, versions: "v5"},
	{name: "dead refresh 401", config: vb365.Config{TokenLifetime: time.Second, RefreshLifetime: 1, RemovalPolls: 5, Behaviour: vb365.Behaviour{DeadRefresh: 401}}, versions: "v5"},
	{name: "offline view fails", config: behave(vb365.Behaviour{OfflineViewFails: true}), versions: "v7", during: offline},
	{name: "offline view lacks details", versions: "v7", during: offline},
	{name: "no antiforgery", config: behave(vb365.Behaviour{IgnoreAntiforgery: true}), versions: "v7"},
	{name: "force checks credentials", config: behave(vb365.Behaviour{ForceChecksCredentials: true}), versions: "v5 v8", argument: forced},
	{name: "default proxy stays", config: behave(vb365.Behaviour{KeepDefault: true}), versions: "v5", argument: forced, during: refusedAsDefault},
	{name: "pool members stay", config: behave(vb365.Behaviour{KeepPoolMembers: true}), versions: "v8"},
	{name: "names in any case", config: behave(vb365.Behaviour{AnyCaseFields: true}), versions: "v5"},
	{name: "quoted numbers", config: behave(vb365.Behaviour{QuotedNumbers: true}), versions: "v4 v6 v8"},
	{name: "sparse responses", config: behave(vb365.Behaviour{Sparse: true}), versions: "v6 v7 v8", during: sparse},
	{name: "no internet proxy settings", config: behave(vb365.Behaviour{OmitInternetProxySettings: true}), versions: "v3 v5"},
	{name: "ServiceInstance in all", config: behave(vb365.Behaviour{ServiceInstanceInAll: true}), versions: "v3"},
}

// TestProxyWhateverTheServerDoes takes a proxy through its life with every answer that the vendor's silence allows.
func TestProxyWhateverTheServerDoes(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, a := range alternatives {
		for version := range strings.FieldsSeq(a.versions) {
			t.Run(a.name+" "+version, func(t *testing.T) {
				w := newProxyWorld(t, version, a.config)
				w.secrets = append(w.secrets, "canary-web")
				if a.before != nil {
					a.before(w)
				}
				arguments := func(n int) []string {
					return []string{
						fmt.Sprintf(`description = "change %d"`, n), fmt.Sprintf(`network_throttling = { value = %d }`, n),
						fmt.Sprintf(`internet_proxy = { type = "Custom", host_name = "web.example.com", port = 808%d, username = "web", password_wo = "canary-web", password_wo_version = 1 }`, n),
						a.argument,
					}
				}
				id := w.create(proxyConfig(arguments(1)...))
				w.config(proxyConfig(arguments(2)...))
				w.apply()
				server, _ := w.vb365.Proxy(id)
				if server.Description != "change 2" || server.ThrottlingValue != 2 || server.InternetProxy.Port != 8082 || server.InternetProxy.Username != "web" {
					t.Errorf("the server has %+v", server)
				}
				if a.during != nil {
					a.during(w, id, proxyConfig(arguments(2)...))
				}
				w.config(proxyConfig(arguments(2)...))
				w.planIsEmpty()
				if server, _ := w.vb365.Proxy(id); server.Status == vb365.Offline {
					w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Online })
				}
				w.destroy()
				w.stateLacks(proxyAddress)
				if _, there := w.vb365.Proxy(id); there {
					t.Error("the proxy is still registered")
				}
			})
		}
	}
}

// sparse: neither a refresh nor an import takes anything for a change that replaces the proxy.
func sparse(w *world, id, hcl string) {
	if r := w.succeed("plan", "-refresh-only", "-input=false", "-no-color"); !strings.Contains(r.output, "found no differences") {
		w.Errorf("a refresh shows drift: %s", r.output)
	}
	w.config(hcl)
	w.succeed("state", "rm", proxyAddress)
	w.succeed("import", "-no-color", proxyAddress, id)
	w.planChanges("0 to add, 1 to change, 0 to destroy")
	w.apply()
}

func wrongLogin(w *world, _, _ string) {
	w.env["VEEAM_VB365_PASSWORD"] = wrongPassword
	w.fail(planArgs, "refused the account", "The user name or password is incorrect", "VEEAM_VB365_PASSWORD")
	w.env["VEEAM_VB365_PASSWORD"] = loginPassword
}

func ownedByOther(w *world, _, hcl string) {
	w.vb365.AddMachine(vb365.Machine{HostName: "proxy-2.example.com", Username: proxyUser, Password: proxyPassword, OwnedByOther: true})
	w.config(hcl + strings.NewReplacer("this", "other", "proxy-1", "proxy-2").Replace(proxyConfig()))
	w.fail(applyArgs, "is managed by another server", "attach_used_proxy = true")
}

func refusedRemoval(w *world, id, _ string) {
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.InUse = true })
	w.fail(destroyArgs, "is in use", "The proxy stays in state")
	w.stateHas(proxyAddress, map[string]any{"id": id})
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.InUse = false })
}

func refusedAsDefault(w *world, id, _ string) {
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Type = vb365.Local })
	w.fail(destroyArgs, "The default proxy cannot be removed", "The proxy stays in state")
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Type = vb365.Workgroup })
}

func offline(w *world, id, _ string) {
	w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Offline })
}

// manyOthers makes the list longer than a page of the client.
func manyOthers(w *world) {
	for i := range 1001 {
		w.vb365.AddProxy(vb365.Proxy{HostName: fmt.Sprintf("other-%d.example.com", i)})
	}
}
