// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const id = "0f0e0d0c-1111-4222-8333-444455556666"

// request is one call and, byte for byte, the request that the vendor's documents want for it.
type request struct {
	name string
	call func(ctx context.Context, c *Client) error
	line string
	body string // "": no body at all
	code int    // documented
}

func rescan(ctx context.Context, c *Client) error { return c.RescanProxy(ctx, id) }
func rescanTwo(ctx context.Context, c *Client) error {
	return c.RescanProxies(ctx, []string{id, "second"})
}

func synchronize(ctx context.Context, c *Client) error {
	_, err := c.SyncRepository(ctx, id)
	return err
}

func removal(o RemoveOptions) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error { return c.RemoveProxy(ctx, id, o) }
}

func edit(s ProxySpec) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error { return c.EditProxy(ctx, id, s) }
}

func maintenance(on bool, m MachineCredentials) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error { return c.SetMaintenance(ctx, id, on, m) }
}

var (
	machine = MachineCredentials{Username: `EXAMPLE\proxy-admin`, Password: "machine-pw"}
	linux   = MachineCredentials{SSH: &SSHSettings{Account: "veeam", PrivateKeyBase64: "a2V5", UseSuIfSudoUnavailable: new(true), RootPassword: "root-pw"}}

	sshJSON = `{"account":"veeam","privateKeyBase64":"a2V5","UseSuIfSudoUnavailable":true,"rootPassword":"root-pw"}`
)

// common are the properties of all versions.
func common() ProxySpec {
	return ProxySpec{
		HostName: new("px1.example.com"), Description: new(""), Port: new(int64(9193)), Username: new(`EXAMPLE\proxy-admin`), Password: "machine-pw",
		AttachUsedProxy: new(false), EnableNetworkThrottling: new(true), ThrottlingValue: new(int64(0)), ThrottlingUnit: new("MBs"),
		UseInternetProxy: new(true), InternetProxyType: new("Custom"),
		InternetProxySettings: &InternetProxy{HostName: "web.example.com", Port: new(int64(3128)), UseAuthentication: new(true), Username: "web", Password: "web-pw"},
	}
}

const (
	addHead = `{"hostName":"px1.example.com","description":"","port":9193,"username":"EXAMPLE\\proxy-admin","password":"machine-pw","attachUsedProxy":false,`
	addTail = `"enableNetworkThrottling":true,"throttlingValue":0,"throttlingUnit":"MBs","useInternetProxy":true,"internetProxyType":"Custom",` +
		`"internetProxySettings":{"hostName":"web.example.com","port":3128,"useAuthentication":true,"username":"web","userPassword":"web-pw"}`
	editHead = `{"description":"","port":9193,"username":"EXAMPLE\\proxy-admin","password":"machine-pw",`
)

func addition(change func(*ProxySpec)) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error {
		spec := common()
		change(&spec)
		_, err := c.AddProxy(ctx, spec)
		return err
	}
}

func threads(s *ProxySpec) { s.ThreadsNumber = new(int64(64)) }

func domainAndThreads(s *ProxySpec) { s.ThreadsNumber, s.UseDomainNetwork = new(int64(64)), new(true) }

func linuxProxy(s *ProxySpec) {
	s.UseDomainNetwork, s.OperatingSystem, s.SSH = new(false), new("Linux"), linux.SSH
	s.ServiceAccountName, s.ServiceAccountPassword, s.CreateServiceAccount = new("veeam365backup"), "service-pw", new(true)
}

// changed is a full spec of which an edit must drop the immutable properties, whether the version has them or not.
func changed(change func(*ProxySpec)) ProxySpec {
	spec := common()
	spec.UseDomainNetwork, spec.OperatingSystem = new(true), new("Linux")
	change(&spec)
	return spec
}

var requests = map[Version][]request{
	V3: oldRequests("v3"),
	V4: append(oldRequests("v4"), request{"synchronize", synchronize, "POST /v4/BackupRepositories/" + id + "/action", `{"sync":null}`, 200}),
	V5: {
		{"rescan", rescan, "POST /v5/Proxies/" + id + "/action", `{"rescan":null}`, 200},
		{"remove", removal(RemoveOptions{machine, false}), "POST /v5/Proxies/" + id + "/action", `{"remove":{"userName":"EXAMPLE\\proxy-admin","userPassword":"machine-pw","force":false}}`, 200},
		{"remove by force", removal(RemoveOptions{machine, true}), "POST /v5/Proxies/" + id + "/action", `{"remove":{"userName":"EXAMPLE\\proxy-admin","userPassword":"machine-pw","force":true}}`, 200},
		{"remove without credentials", removal(RemoveOptions{}), "POST /v5/Proxies/" + id + "/action", `{"remove":{"force":false}}`, 200},
		{"add", addition(threads), "POST /v5/Proxies", addHead + `"threadsNumber":64,` + addTail + `}`, 201},
		{"edit", edit(changed(threads)), "PUT /v5/Proxies/" + id, editHead + `"threadsNumber":64,` + addTail + `}`, 200},
		{"edit one thing", edit(ProxySpec{Description: new("new")}), "PUT /v5/Proxies/" + id, `{"description":"new"}`, 200},
		{"synchronize", synchronize, "POST /v5/BackupRepositories/" + id + "/action", `{"sync":null}`, 200},
	},
	V6: flatRequests("v6"),
	V7: flatRequests("v7"),
	V8: {
		{"rescan", rescan, "POST /v8/Proxies/" + id + "/Rescan", "", 204},
		{"rescan many", rescanTwo, "POST /v8/Proxies/Rescan", `{"proxies":[{"id":"` + id + `"},{"id":"second"}]}`, 204},
		{"remove", removal(RemoveOptions{machine, false}), "POST /v8/Proxies/" + id + "/Remove", `{"userName":"EXAMPLE\\proxy-admin","userPassword":"machine-pw","force":false}`, 204},
		{"remove by force", removal(RemoveOptions{machine, true}), "POST /v8/Proxies/" + id + "/Remove", `{"userName":"EXAMPLE\\proxy-admin","userPassword":"machine-pw","force":true}`, 204},
		{"remove Linux", removal(RemoveOptions{linux, false}), "POST /v8/Proxies/" + id + "/Remove", `{"force":false,"sshSettings":` + sshJSON + `}`, 204},
		{"remove without credentials", removal(RemoveOptions{}), "POST /v8/Proxies/" + id + "/Remove", `{"force":false}`, 204},
		{"add", addition(func(*ProxySpec) {}), "POST /v8/Proxies", addHead + addTail + `}`, 201},
		{"add Linux", addition(linuxProxy), "POST /v8/Proxies", addHead + `"useDomainNetwork":false,` + addTail + `,"operatingSystem":"Linux","sshSettings":` + sshJSON +
			`,"serviceAccountName":"veeam365backup","serviceAccountPassword":"service-pw","createServiceAccount":true}`, 201},
		{"edit", edit(changed(func(*ProxySpec) {})), "PUT /v8/Proxies/" + id, editHead + addTail + `}`, 204},
		{"edit one thing", edit(ProxySpec{Description: new("new")}), "PUT /v8/Proxies/" + id, `{"description":"new"}`, 204},
		{"maintenance on", maintenance(true, machine), "POST /v8/Proxies/" + id + "/maintenance/enable", `{"username":"EXAMPLE\\proxy-admin","password":"machine-pw"}`, 204},
		{"maintenance off, Linux", maintenance(false, linux), "POST /v8/Proxies/" + id + "/maintenance/disable", `{"sshSettings":` + sshJSON + `}`, 204},
		{"synchronize", synchronize, "POST /v8/BackupRepositories/" + id + "/Sync", "", 200},
		{"maintenance without credentials", maintenance(true, MachineCredentials{}), "POST /v8/Proxies/" + id + "/maintenance/enable", `{}`, 204},
	},
}

// oldRequests are those of v3 and v4: user name and password the right way round, other than in the page's example.
func oldRequests(v string) []request {
	return []request{
		{"rescan", rescan, "POST /" + v + "/Proxies/" + id + "/Action", `{"rescan":null}`, 200},
		{"remove", removal(RemoveOptions{machine, false}), "POST /" + v + "/Proxies/" + id + "/Action", `{"remove":{"username":"EXAMPLE\\proxy-admin","userPassword":"machine-pw"}}`, 200},
		{"remove without credentials", removal(RemoveOptions{}), "POST /" + v + "/Proxies/" + id + "/Action", `{"remove":{}}`, 200},
		{"add", addition(threads), "POST /" + v + "/Proxies", addHead + `"threadsNumber":64,` + addTail + `}`, 201},
		{"edit", edit(changed(threads)), "PUT /" + v + "/Proxies/" + id, editHead + `"threadsNumber":64,` + addTail + `}`, 200},
		{"edit one thing", edit(ProxySpec{Description: new("new")}), "PUT /" + v + "/Proxies/" + id, `{"description":"new"}`, 200},
	}
}

// flatRequests are those of v6 and v7.
func flatRequests(v string) []request {
	return []request{
		{"rescan", rescan, "POST /" + v + "/Proxies/" + id + "/Rescan", "", 200},
		{"rescan many", rescanTwo, "POST /" + v + "/Proxies/Rescan", `{"proxies":[{"id":"` + id + `"},{"id":"second"}]}`, 200},
		{"remove", removal(RemoveOptions{machine, false}), "POST /" + v + "/Proxies/" + id + "/Remove", `{"userName":"EXAMPLE\\proxy-admin","userPassword":"machine-pw","force":false}`, 200},
		{"remove by force", removal(RemoveOptions{machine, true}), "POST /" + v + "/Proxies/" + id + "/Remove", `{"userName":"EXAMPLE\\proxy-admin","userPassword":"machine-pw","force":true}`, 200},
		{"remove without credentials", removal(RemoveOptions{}), "POST /" + v + "/Proxies/" + id + "/Remove", `{"force":false}`, 200},
		{"add", addition(domainAndThreads), "POST /" + v + "/Proxies", addHead + `"useDomainNetwork":true,"threadsNumber":64,` + addTail + `}`, 200},
		{"edit", edit(changed(threads)), "PUT /" + v + "/Proxies/" + id, editHead + `"threadsNumber":64,` + addTail + `}`, 200},
		{"edit one thing", edit(ProxySpec{Description: new("new")}), "PUT /" + v + "/Proxies/" + id, `{"description":"new"}`, 200},
		{"synchronize", synchronize, "POST /" + v + "/BackupRepositories/" + id + "/Sync", "", 200},
	}
}

func TestRequestsByteForByte(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for _, want := range requests[v] {
			a := scripted(t, answer{status: want.code})
			if err := want.call(t.Context(), client(t, a, v)); err != nil {
				t.Errorf("%s: %v", want.name, err)
				continue
			}
			got := a.requests()[0]
			if got.line != want.line {
				t.Errorf("%s: %s, want %s", want.name, got.line, want.line)
			}
			if got.body != want.body {
				t.Errorf("%s: body\n%s\nwant\n%s", want.name, got.body, want.body)
			}
			checkHeader(t, want.name, got.header, want.body != "")
		}
	})
}

func checkHeader(t *testing.T, name string, header http.Header, hasBody bool) {
	t.Helper()
	want := map[string]string{"Authorization": "Bearer access-token", "Accept": "application/json", "User-Agent": "test/1", "Content-Type": ""}
	if hasBody {
		want["Content-Type"] = "application/json"
	}
	for key, value := range want {
		if got := header.Get(key); got != value {
			t.Errorf("%s: header %s is %q, want %q", name, key, got, value)
		}
	}
}

// Any 2xx is success, whatever the documents say.
func TestAnySuccessWillDo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		codes := []int{200, 201, 202, 204}
		c := client(t, newAppliance(t, func(_ string, n int) answer { return answer{status: codes[n%len(codes)]} }), v)
		for _, want := range requests[v] {
			for _, code := range codes {
				if err := want.call(t.Context(), c); err != nil {
					t.Errorf("%s with %d: %v", want.name, code, err)
				}
			}
		}
	})
}

func TestRescanOneByOneBeforeV6(t *testing.T) {
	t.Parallel()
	for v, action := range map[Version]string{V3: "Action", V4: "Action", V5: "action"} {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			a := scripted(t, answer{500, `{"message":"no luck"}`}, answer{status: 200})
			err := client(t, a, v).RescanProxies(t.Context(), []string{"first", "second"})
			a.wantLines(t, "POST /"+string(v)+"/Proxies/first/"+action, "POST /"+string(v)+"/Proxies/second/"+action)
			var api *rest.APIError
			if !errors.As(err, &api) || api.Message != "no luck" {
				t.Errorf("error %v, want that of the first proxy", err)
			}
		})
	}
}

// What the appliance does with an empty list is not documented, so it never sees one.
func TestRescanOfNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		if err := client(t, scripted(t), v).RescanProxies(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

func TestAddProxyReturnsTheProxy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := scripted(t, answer{201, `{"id":"` + id + `","hostName":"px1.example.com","status":"Online"}`}, answer{status: 200})
		c := client(t, a, v)
		p, err := c.AddProxy(t.Context(), ProxySpec{HostName: new("px1.example.com")})
		if err != nil || p.ID != id || p.HostName != "px1.example.com" || p.Status != StatusOnline {
			t.Errorf("%+v, %v", p, err)
		}
		if p, err = c.AddProxy(t.Context(), ProxySpec{HostName: new("px1.example.com")}); err != nil || p.ID != "" || p.HostName != "" {
			t.Errorf("an empty answer: %+v, %v", p, err)
		}
	})
}

// Work on a machine takes as long as it takes: the client's time-out, here too short for anything, does not apply.
func TestRemoteWorkHasNoTimeoutOfItsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := newAppliance(t, func(string, int) answer { return answer{status: 200} })
		options := a.options()
		options.RequestTimeout = time.Nanosecond
		c := newClient(t, Config{Rest: options, Version: v})
		for _, want := range requests[v] {
			if err := want.call(t.Context(), c); err != nil {
				t.Errorf("%s: %v", want.name, err)
			}
		}
		if err := listing(t.Context(), c); err == nil {
			t.Error("a list takes no time at all")
		}
	})
}

func TestCallerEndsRemoteWork(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	a := newAppliance(t, func(string, int) answer {
		close(arrived)
		<-release
		return answer{status: 204}
	})
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	err := client(t, a, V8).RemoveProxy(ctx, id, RemoveOptions{})
	if !errors.Is(err, context.Canceled) || !rest.OutcomeUnknown(err) {
		t.Errorf("%v, outcome unknown: %t", err, rest.OutcomeUnknown(err))
	}
}

// An action whose answer is lost is not sent again, however many retries are allowed.
func TestActionsAreSentOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := newAppliance(t, func(string, int) answer { return answer{502, "<html>"} })
		options := a.options()
		options.MaxRetries = 3
		c := newClient(t, Config{Rest: options, Version: v})
		for _, want := range requests[v] {
			before := len(a.requests())
			if err := want.call(t.Context(), c); !rest.OutcomeUnknown(err) {
				t.Errorf("%s: %v, want an error of unknown outcome", want.name, err)
			}
			if got := len(a.requests()) - before; got != 1 {
				t.Errorf("%s: sent %d times", want.name, got)
			}
		}
	})
}

func TestCheckSSH(t *testing.T) {
	t.Parallel()
	a := scripted(t,
		answer{200, `{"status":"Success","fingerprint":"ab:cd","publicBase64Key":"cHVi"}`},
		answer{200, `{"status":"Failed","fingerprint":null}`})
	c := client(t, a, V8)
	check, err := c.CheckSSH(t.Context(), "px 1.example.com", *linux.SSH)
	if err != nil || check != (SSHCheck{"Success", "ab:cd", "cHVi"}) || !check.OK() {
		t.Errorf("%+v, %v", check, err)
	}
	if check, err = c.CheckSSH(t.Context(), "px1.example.com", SSHSettings{}); err != nil || check.OK() {
		t.Errorf("%+v, %v", check, err)
	}
	a.wantLines(t, "POST /v8/Proxies/CheckSshConnectionConfig?host=px+1.example.com", "POST /v8/Proxies/CheckSshConnectionConfig?host=px1.example.com")
	if got := a.requests(); got[0].body != sshJSON || got[1].body != "{}" {
		t.Errorf("bodies %s, %s", got[0].body, got[1].body)
	}
}

func TestFullSSHSettings(t *testing.T) {
	t.Parallel()
	a := scripted(t, answer{status: 204})
	err := client(t, a, V8).SetMaintenance(t.Context(), id, false, MachineCredentials{SSH: &SSHSettings{
		Account: "a", AccountPassword: "b", Port: new(int64(22)), ConnectionTimeout: new(int64(30000)), PrivateKeyBase64: "c", PrivateKeyPassphrase: "d",
		ElevateAccountToRoot: new(true), AddToSudoers: new(false), UseSuIfSudoUnavailable: new(false), RootPassword: "e",
		Fingerprint: "f", PublicBase64Key: "g", IgnoreFingerprintCheck: new(false),
	}})
	want := `{"sshSettings":{"account":"a","accountPassword":"b","port":22,"connectionTimeout":30000,"privateKeyBase64":"c","privateKeyPassphrase":"d",` +
		`"elevateAccountToRoot":true,"addToSudoers":false,"UseSuIfSudoUnavailable":false,"rootPassword":"e","fingerprint":"f","publicBase64Key":"g","ignoreFingerprintCheck":false}}`
	if got := a.requests()[0].body; err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

// An id that would address the collection, or a path above it, is not sent; any other is escaped.
func TestIDs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		c := client(t, scripted(t), v)
		for _, bad := range []string{"", ".", ".."} {
			if _, err := c.Proxy(t.Context(), bad); err == nil {
				t.Errorf("Proxy(%q) succeeded", bad)
			}
			if err := c.RemoveProxy(t.Context(), bad, RemoveOptions{}); err == nil {
				t.Errorf("RemoveProxy(%q) succeeded", bad)
			}
		}
	})
	a := scripted(t, answer{status: 204})
	if err := client(t, a, V8).RescanProxy(t.Context(), "a/../b?c"); err != nil {
		t.Error(err)
	}
	a.wantLines(t, "POST /v8/Proxies/a%2F..%2Fb%3Fc/Rescan")
}
