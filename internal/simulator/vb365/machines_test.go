// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"strings"
	"testing"
)

func TestMachineCredentialsOnAdd(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		a.AddMachine(Machine{HostName: "px1", Username: `EXAMPLE\admin`, Password: "p"})
		a.AddMachine(Machine{HostName: "away", Username: "u", Password: "p", Unreachable: true})
		for _, body := range []string{
			`{"hostName":"px1"}`, `{"hostName":"PX1","username":"EXAMPLE\\admin"}`, `{"hostName":"px1","username":"EXAMPLE\\admin","password":"P"}`,
			`{"hostName":"px1","username":"admin","password":"p"}`, `{"hostName":"away","username":"u","password":"p"}`,
		} {
			a.wantError(a.post("/Proxies", body), 500, nil)
		}
		if n := len(a.Proxies()); n != 0 {
			t.Fatalf("%d proxies", n)
		}
		a.want(a.post("/Proxies", `{"hostName":"px1","username":"example\\ADMIN","password":"p"}`), added(a))
		a.SetMachine("AWAY", func(m *Machine) { m.Unreachable = false })
		a.want(a.post("/Proxies", `{"hostName":"away","username":"u","password":"p"}`), added(a))
	})
}

func TestStrictMachines(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{StrictMachines: true})
	a.wantError(a.post("/Proxies", `{"hostName":"px1","username":"u","password":"p"}`), 500, nil)
	a.AddMachine(Machine{HostName: "px1", Username: "u", Password: "p"})
	a.want(a.post("/Proxies", `{"hostName":"px1","username":"u","password":"p"}`), 201)
}

func TestMachineCredentialsOnEdit(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		a.AddMachine(Machine{HostName: "px1", Username: "u", Password: "p"})
		id := a.AddProxy(Proxy{HostName: "px1"})
		a.wantError(a.put("/Proxies/"+id, `{"description":"new","username":"u","password":"wrong"}`), 500, nil)
		a.wantError(a.put("/Proxies/"+id, `{"description":"new","password":"p"}`), 500, nil)
		if p, _ := a.Proxy(id); p.Description != "" {
			t.Error("a refused edit changed something")
		}
		a.want(a.put("/Proxies/"+id, `{"description":"new"}`), edited(a)) // without credentials none are checked
		a.want(a.put("/Proxies/"+id, `{"username":"u","password":"p"}`), edited(a))
		if c, _ := a.LastCredentials("px1"); c.Operation != "edit" || *c.Password != "p" {
			t.Errorf("last operation %s", c.Operation)
		}
	})
}

func linux() Machine {
	return Machine{HostName: "lx1", OperatingSystem: Linux, SSH: SSHAccess{
		Account: "admin", Password: "p", PrivateKeyBase64: "a2V5", PrivateKeyPassphrase: "pp", Port: 2222,
		Fingerprint: "SHA256:abc", PublicBase64Key: "aG9zdA==",
	}}
}

func TestLinuxProxy(t *testing.T) {
	t.Parallel()
	for ssh, ok := range map[string]bool{
		`{"account":"admin","accountPassword":"p","port":2222,"publicBase64Key":"aG9zdA=="}`:                                  true,
		`{"account":"admin","privateKeyBase64":"a2V5","privateKeyPassphrase":"pp","port":2222,"ignoreFingerprintCheck":true}`: true,
		`{"account":"admin","accountPassword":"p","port":2222,"ignoreFingerprintCheck":true,"fingerprint":"x"}`:               true,
		`{"account":"admin","accountPassword":"p","port":2222,"publicBase64Key":"aG9zdA==","fingerprint":"SHA256:abc"}`:       true,
		`{"account":"admin","accountPassword":"p","port":2222,"publicBase64Key":"aG9zdA==","fingerprint":"x"}`:                false,
		`{"account":"admin","accountPassword":"p","port":2222}`:                                                               false,
		`{"account":"admin","accountPassword":"p","ignoreFingerprintCheck":true}`:                                             false,
		`{"account":"admin","accountPassword":"x","port":2222,"ignoreFingerprintCheck":true}`:                                 false,
		`{"account":"admin","port":2222,"ignoreFingerprintCheck":true}`:                                                       false,
		`{"account":"admin","privateKeyBase64":"a2V5","port":2222,"ignoreFingerprintCheck":true}`:                             false,
		`{"account":"root","accountPassword":"p","port":2222,"ignoreFingerprintCheck":true}`:                                  false,
		`null`: false,
	} {
		a := serve(t, Config{})
		a.AddMachine(linux())
		body := `{"hostName":"lx1","operatingSystem":"Linux","sshSettings":` + ssh + `}`
		if !ok {
			a.wantError(a.post("/Proxies", body), 500, nil)
			continue
		}
		r := a.wantFor(ssh, a.post("/Proxies", body), 201)
		if r.object()["operatingSystem"] != "Linux" || r.object()["serviceAccount"] != "veeam365backup" || strings.Contains(r.text, "sshSettings") {
			t.Errorf("proxy %s", r.text)
		}
		if c, _ := a.LastCredentials("lx1"); *c.SSH.Account != "admin" {
			t.Error("the SSH settings did not arrive")
		}
		id := r.object()["id"].(string)
		a.want(a.post("/Proxies/"+id+"/Remove", `{"userName":"admin","userPassword":"p"}`), 500)
		a.want(a.post("/Proxies/"+id+"/Remove", `{"sshSettings":`+ssh+`}`), 204)
	}
}

func TestOperatingSystemOfTheMachine(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	a.AddMachine(linux())
	a.AddMachine(Machine{HostName: "px1", Username: "u", Password: "p"})
	a.want(a.post("/Proxies", `{"hostName":"px1","operatingSystem":"Linux","username":"u","password":"p"}`), 500)
	a.want(a.post("/Proxies", `{"hostName":"lx1","sshSettings":{"account":"admin","accountPassword":"p","port":2222,"ignoreFingerprintCheck":true}}`), 500)
}

func TestCheckSSH(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{})
	a.AddMachine(linux())
	check := func(host, body string) map[string]any {
		return a.want(a.post("/Proxies/CheckSshConnectionConfig?host="+host, body), 200).object()
	}
	good := `{"account":"admin","accountPassword":"p","port":2222`
	for body, want := range map[string]string{
		good + `}`: "Success", good + `,"publicBase64Key":"aG9zdA=="}`: "Success", good + `,"publicBase64Key":"eA=="}`: "Failed",
		`{"account":"admin","accountPassword":"x","port":2222}`: "Failed", `{}`: "Failed",
	} {
		r := check("LX1", body)
		if r["status"] != want || r["fingerprint"] != "SHA256:abc" || r["publicBase64Key"] != "aG9zdA==" {
			t.Errorf("%s: %v, want %s", body, r, want)
		}
	}
	if r := check("undeclared", good+`}`); r["status"] != "Success" {
		t.Errorf("undeclared machine: %v", r)
	}
	a.SetMachine("lx1", func(m *Machine) { m.Unreachable = true })
	if r := check("lx1", good+`}`); r["status"] != "Failed" || len(r) != 1 { // the others must not be null
		t.Errorf("unreachable machine: %v", r)
	}
	a.wantError(a.post("/Proxies/CheckSshConnectionConfig", good+`}`), 400, "ParameterValidationFailure")
	a.wantError(a.post("/Proxies/CheckSshConnectionConfig?host=lx1", `{"user":"x"}`), 400, "ParameterValidationFailure")
	a.wantError(a.post("/Proxies/CheckSshConnectionConfig?host=lx1", ``), 400, "ParameterValidationFailure")
}

func TestLinuxMachineWithoutPassword(t *testing.T) {
	t.Parallel()
	const anyHost = `,"ignoreFingerprintCheck":true}`
	a := serve(t, Config{})
	a.AddMachine(Machine{HostName: "key", OperatingSystem: Linux, SSH: SSHAccess{Account: "admin", PrivateKeyBase64: "a2V5"}})
	a.AddMachine(Machine{HostName: "open", OperatingSystem: Linux, SSH: SSHAccess{Account: "admin"}})
	add := func(host, ssh string) reply {
		return a.post("/Proxies", `{"hostName":"`+host+`","operatingSystem":"Linux","sshSettings":`+ssh+`}`)
	}
	a.want(add("key", `{"account":"admin"`+anyHost), 500)
	a.want(add("key", `{"account":"admin","accountPassword":"x"`+anyHost), 500)
	a.want(add("key", `{"account":"admin","privateKeyBase64":"a2V5"`+anyHost), 201)
	a.want(add("open", `{"account":"admin","accountPassword":"x"`+anyHost), 500)
	a.want(add("open", `{"account":"admin"`+anyHost), 201)
}
