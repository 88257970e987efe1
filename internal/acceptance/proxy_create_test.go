// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestCreateOfRegisteredHost says how to import what is there, and posts nothing.
func TestCreateOfRegisteredHost(t *testing.T) {
	t.Parallel()
	for _, version := range removalVersions {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			id := w.vb365.AddProxy(vb365.Proxy{HostName: "Proxy-1.Example.Com", Description: "there before"})
			w.config(proxyConfig())
			r := w.fail(applyArgs, "is already registered on the server, with ID "+id, "terraform import veeam_vb365_proxy.NAME "+id, `id = "`+id+`"`,
				`on main.tf line 7, in resource "veeam_vb365_proxy" "this": 7: host_name`)
			made(t, r.vb365, calls(version, "list")...)
			w.stateLacks(proxyAddress)

			// The hint works.
			w.succeed("import", "-no-color", proxyAddress, id)
			w.planIsEmpty()
			w.stateHas(proxyAddress, map[string]any{"id": id, "description": "there before"})
		})
	}
}

// TestCreateWithLostAnswer adopts the proxy that the server has created although its response did not arrive, if a description shows
// that it is the own one, and never posts twice.
func TestCreateWithLostAnswer(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for name, fault := range map[string]appliance.Fault{
		"connection cut": {DropAfter: true},
		"body cut":       {Truncate: 20},
	} {
		for _, version := range removalVersions {
			t.Run(name+" "+version, func(t *testing.T) {
				w := newProxyWorld(t, version, vb365.Config{})
				once := fault
				once.Method, once.Path, once.Times = "POST", "/*/Proxies", 1
				w.vb365.Inject(once)
				w.config(proxyConfig(`description = "lost and found"`))
				made(t, w.apply().vb365, calls(version, "list", "add", "list")...)
				w.stateHas(proxyAddress, map[string]any{"id": w.vb365.Proxies()[0].ID, "description": "lost and found", "status": "Online", "(status)": ""})
				w.planIsEmpty()
			})
		}
	}
	for name, row := range map[string]struct{ arguments, found, said string }{
		"without a description":  {"", "", "no description was sent that identifies it"},
		"of another client":      {`description = "mine"`, "theirs", "its settings differ from those that were sent"},
		"with another port":      {"description = \"mine\"\n  port = 9194", "mine", "its settings differ from those that were sent"},
		"with other throttling":  {"description = \"mine\"\n  network_throttling = { value = 5 }", "mine", "its settings differ from those that were sent"},
		"without, and of others": {"", "theirs", "no description was sent that identifies it"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newProxyWorld(t, "v8", vb365.Config{})
			hold := appliance.NewHold()
			w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/*/Proxies", Times: 1, Hold: hold, DropBefore: true})
			w.config(proxyConfig(row.arguments))
			registered := make(chan string, 1)
			go func() {
				<-hold.Arrived
				registered <- w.vb365.AddProxy(vb365.Proxy{HostName: "Proxy-1.example.com", Description: row.found})
				close(hold.Process)
			}()
			r := w.fail(applyArgs, "Unable to Create Backup Proxy", row.said)
			id := <-registered
			r.wants(w, "terraform import veeam_vb365_proxy.NAME "+id)
			if n := w.vb365.Count("POST", "/v8/Proxies"); n != 1 {
				t.Errorf("the creation was sent %d times", n)
			}
			w.stateLacks(proxyAddress)
			w.succeed("import", "-no-color", proxyAddress, id) // the hint works
		})
	}
	t.Run("without a body", func(t *testing.T) {
		w := newProxyWorld(t, "v6", vb365.Config{})
		w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/*/Proxies", Times: 1, Status: http.StatusOK})
		w.config(proxyConfig())
		w.fail(applyArgs, "the server accepted the creation and does not list the proxy")
		if n := w.vb365.Count("POST", "/*/Proxies"); n != 1 {
			t.Errorf("the creation was sent %d times", n)
		}
		w.stateLacks(proxyAddress)
	})
	t.Run("before processing", func(t *testing.T) {
		w := newProxyWorld(t, "v8", vb365.Config{})
		w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/*/Proxies", Times: 1, DropBefore: true})
		w.config(proxyConfig())
		w.fail(applyArgs, "the response to the creation was lost, and the server does not list the proxy")
		if n := w.vb365.Count("POST", "/*/Proxies"); n != 1 {
			t.Errorf("the creation was sent %d times", n)
		}
		w.stateLacks(proxyAddress)
		made(t, w.apply().vb365, calls("v8", "list", "add")...)
	})
}

// TestCreateInterrupted leaves no orphan on Ctrl-C: a proxy that the server goes on to create is in state, and one that
// it does not is not.
func TestCreateInterrupted(t *testing.T) {
	acctest.Concurrent(t)
	t.Parallel()
	for _, finished := range []bool{true, false} {
		t.Run(fmt.Sprint("finished by the server ", finished), func(t *testing.T) {
			w := newProxyWorld(t, "v8", vb365.Config{})
			w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies", Times: 1, Latency: time.Minute})
			w.config(proxyConfig(`description = "interrupted"`))
			interrupt := make(chan struct{})
			seen := w.seen("POST", "/v8/Proxies")
			go func() {
				<-seen
				close(interrupt)
				if finished {
					w.vb365.AddProxy(vb365.Proxy{HostName: "proxy-1.example.com", Description: "interrupted"})
				}
			}()
			r := w.runUntil(interrupt, applyArgs...)
			if n := w.vb365.Count("POST", "/v8/Proxies"); n != 1 {
				t.Errorf("the creation was sent %d times: %s", n, r.output)
			}
			if finished {
				w.stateHas(proxyAddress, map[string]any{"id": w.vb365.Proxies()[0].ID, "(status)": ""})
				w.planIsEmpty()
				return
			}
			r.wants(w, "The operation was cancelled")
			w.stateLacks(proxyAddress)
			made(t, w.apply().vb365, calls("v8", "list", "add")...)
		})
	}
}

// TestCreateRefused words the refusals of a machine and of the server, and leaves nothing behind.
func TestCreateRefused(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, version := range removalVersions {
		t.Run("wrong credentials "+version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.env["VEEAM_VB365_PROXY_PASSWORD"] = wrongPassword
			w.config(proxyConfig())
			r := w.fail(applyArgs, "The user name or password is incorrect", `came from entry "default" of proxy_credentials (account EXAMPLE\proxy-admin)`)
			made(t, r.vb365, calls(version, "list", "add", "list")...) // the refusal may have meant that the host is registered
			w.stateLacks(proxyAddress)
		})
		t.Run("without credentials "+version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			delete(w.env, "VEEAM_VB365_PROXY_USERNAME")
			delete(w.env, "VEEAM_VB365_PROXY_PASSWORD")
			w.config(proxyConfig())
			w.fail(applyArgs, "The user name or password is incorrect", `Add an entry "default" or "proxy-1.example.com" to proxy_credentials`)
			w.stateLacks(proxyAddress)
		})
		t.Run("unreachable "+version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.vb365.SetMachine("proxy-1.example.com", func(m *vb365.Machine) { m.Unreachable = true })
			w.config(proxyConfig())
			w.fail(applyArgs, "Unable to Create Backup Proxy", "Failed to connect to proxy-1.example.com")
			w.stateLacks(proxyAddress)
		})
		t.Run("owned by another server "+version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.vb365.SetMachine("proxy-1.example.com", func(m *vb365.Machine) { m.OwnedByOther = true })
			w.config(proxyConfig())
			w.fail(applyArgs, "is managed by another server", "attach_used_proxy = true")
			w.stateLacks(proxyAddress)
			w.create(proxyConfig("attach_used_proxy = true"))
			w.config(proxyConfig())
			made(t, w.apply().vb365, calls(version, "read")...) // changing it later sends nothing
		})
	}
}

// TestCreateWithWriteOnlyPassword stores no password, sends it again when its version changes, and only then.
func TestCreateWithWriteOnlyPassword(t *testing.T) {
	t.Parallel()
	const first, second = "canary-first-11", "canary-second-22"
	account := func(password string, version int) string {
		return proxyConfig(`username = "EXAMPLE\\proxy-admin"`, fmt.Sprintf("password_wo = %q", password), fmt.Sprintf("password_wo_version = %d", version))
	}
	for _, version := range removalVersions {
		t.Run(version, func(t *testing.T) {
			w := newProxyWorld(t, version, vb365.Config{})
			w.secrets = append(w.secrets, first, second)
			password := func(p string) {
				w.vb365.SetMachine("proxy-1.example.com", func(m *vb365.Machine) { m.Password = p })
			}
			password(first)
			w.create(account(first, 1))
			w.stateHas(proxyAddress, map[string]any{"password_wo": nil, "password_wo_version": 1.0, "username": proxyUser})

			password(second)
			w.config(account(second, 1))
			w.planIsEmpty()
			w.config(account(second, 2))
			made(t, w.apply().vb365, calls(version, "read", "edit")...)
			have, _ := w.vb365.LastCredentials("proxy-1.example.com")
			if have.Username == nil || *have.Username != proxyUser || have.Password == nil || *have.Password != second {
				t.Error("the edit did not carry the new password")
			}
			w.planIsEmpty()
		})
	}
	t.Run("without its version", func(t *testing.T) {
		w := newProxyWorld(t, "v8", vb365.Config{})
		w.env["TF_VAR_password"] = proxyPassword
		w.config("variable \"password\" {\n  type      = string\n  ephemeral = true\n}\n" +
			proxyConfig(`username = "EXAMPLE\\proxy-admin"`, `password_wo = var.password`))
		r := w.fail(planArgs, `Attribute "password_wo_version" must be specified when "password_wo" is specified`, "password_wo = var.password")
		made(t, r.vb365)
	})
}

// TestCredentialsNameThatIsUnknown is an error of the plan on that attribute.
func TestCredentialsNameThatIsUnknown(t *testing.T) {
	w := newProxyWorld(t, "v8", vb365.Config{})
	w.config(proxyConfig(`credentials_name = "lab"`))
	r := w.fail(planArgs, "Unknown Credentials", `has no entry "lab"; it has "default"`, `8: credentials_name = "lab"`)
	made(t, r.vb365)
	w.config(credentialsConfig(entry("lab", proxyPassword)) + proxyConfig(`credentials_name = "lab"`))
	w.apply()
}

// TestCreateOfManyProxies logs in once, whatever the number of proxies, and asks for each only what it must.
func TestCreateOfManyProxies(t *testing.T) {
	acctest.Concurrent(t)
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config("resource \"veeam_vb365_proxy\" \"this\" {\n  count     = 50\n  host_name = \"proxy-${count.index}.example.com\"\n}\n")
	r := w.succeed(append(slices.Clone(applyArgs), "-parallelism=50")...)
	if r.logins != 1 || w.vb365.Count("POST", "/v8/Proxies") != 50 || len(r.vb365) > 53 { // and a list in which all look for their host
		t.Errorf("%d logins, %d creations, %d requests", r.logins, w.vb365.Count("POST", "/v8/Proxies"), len(r.vb365))
	}
}
