// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestExportsWork(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
	status, body := p.vb365().get("/v8/Proxies/" + proxyID(1))
	if status != http.StatusOK || !strings.Contains(body, proxyHost(1)) {
		t.Errorf("got %d %s", status, body)
	}
	status, body = p.vbaws("1.3-rev0").get("/api/v1/repositories/" + p.variables["VEEAM_DEMO_REPOSITORY_ID"])
	if status != http.StatusOK || !strings.Contains(body, `"name":"archive-1"`) {
		t.Errorf("got %d %s", status, body)
	}
	if p.variables["VEEAM_VB365_PROXY_USERNAME"] != `EXAMPLE\proxy-admin` || p.variables["VEEAM_VB365_PROXY_PASSWORD"] == "" {
		t.Errorf("got %v", p.variables)
	}
	if len(p.variables) != 11 {
		t.Errorf("got %d variables: %s", len(p.variables), p.text)
	}
}

func TestProductsAndVersions(t *testing.T) {
	t.Parallel()
	old := startProgram(t, "--vb365-product", "3.0", "--vbaws-product", "10")
	old.login("VEEAM_VB365_", "/v3/Token", http.Header{})
	vbaws := old.vbaws("1.8-rev0")
	if status, body := vbaws.postJSON("/api/v1/repositories/"+repositoryID(1)+"/rescan", ""); status != http.StatusNotFound {
		t.Errorf("a rescan on product 10: %d %s", status, body)
	}
	for _, leave := range []string{"none", ""} {
		if p := startProgram(t, "--vb365-product", leave); strings.Contains(p.text, "VB365") || p.vbaws("1.3-rev0") == nil {
			t.Errorf("got %s", p.text)
		}
		if p := startProgram(t, "--vbaws-product", leave); strings.Contains(p.text, "VBAWS") || p.vb365() == nil {
			t.Errorf("got %s", p.text)
		}
	}
}

func TestAccount(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "--user", `EXAMPLE\it's me`, "--password", "pass'word $HOME", "--vbaws-operator")
	if p.variables["VEEAM_VB365_USERNAME"] != `EXAMPLE\it's me` {
		t.Errorf("got %s", p.text)
	}
	p.vb365()
	if status, body := p.vbaws("1.3-rev0").get("/api/v1/system/version"); status != http.StatusForbidden {
		t.Errorf("an operator reads the version: %d %s", status, body)
	}
	admin := startProgram(t)
	if status, body := admin.vbaws("1.3-rev0").get("/api/v1/system/version"); status != http.StatusOK {
		t.Errorf("an administrator reads the version: %d %s", status, body)
	}
}

func TestTokenLifetime(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "--token-lifetime", "1ns")
	for prefix, path := range map[string]string{"VEEAM_VB365_": "/v8/Proxies", "VEEAM_VBAWS_": "/api/v1/repositories"} {
		token := "/v8/Token"
		header := http.Header{}
		if prefix == "VEEAM_VBAWS_" {
			token, header = "/api/v1/token", http.Header{"X-Api-Version": {"1.3-rev0"}}
		}
		if status, body := p.login(prefix, token, header).get(path); status != http.StatusUnauthorized {
			t.Errorf("%s: got %d %s", path, status, body)
		}
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ duration, outcome, want string }{
		{"0", "Failed", `"status":"Failed"`},
		{"1h", "Failed", `"status":"Running"`},
		{"0", "Running", `"status":"Running"`},
	} {
		p := startProgram(t, "--session-duration", c.duration, "--session-outcome", c.outcome)
		vbaws := p.vbaws("1.0-rev0")
		status, body := vbaws.postJSON("/api/v1/repositories/"+repositoryID(2)+"/rescan", "")
		var link struct{ SessionID string }
		if json.Unmarshal([]byte(body), &link) != nil || status != http.StatusAccepted {
			t.Fatalf("got %d %s", status, body)
		}
		if _, body := vbaws.get("/api/v1/sessions/" + link.SessionID); !strings.Contains(body, c.want) {
			t.Errorf("%+v: got %s", c, body)
		}
	}
}

func TestRescanDuration(t *testing.T) {
	t.Parallel()
	for duration, want := range map[string]string{"0": "Online", "1h": "Offline"} {
		vb365 := startProgram(t, "--rescan-duration", duration).vb365()
		if status, body := vb365.postJSON("/v8/Proxies/"+proxyID(2)+"/Rescan", ""); status/100 != 2 {
			t.Fatalf("got %d %s", status, body)
		}
		if _, body := vb365.get("/v8/Proxies/" + proxyID(2)); !strings.Contains(body, `"status":"`+want+`"`) {
			t.Errorf("%s: got %s", duration, body)
		}
	}
}

func TestMachines(t *testing.T) {
	t.Parallel()
	add := func(host, password string) string {
		return `{"hostName":"` + host + `","operatingSystem":"Windows","username":"EXAMPLE\\admin","password":"` + password + `"}`
	}
	remove := func(password string) string {
		return `{"userName":"EXAMPLE\\admin","userPassword":"` + password + `"}`
	}
	flags := []string{"--proxy-user", `EXAMPLE\admin`, "--proxy-password", "opens", "--machine", "new.example.com"}
	for _, c := range []struct {
		strict     bool
		path, body string
		ok         bool
	}{
		{false, "/v8/Proxies", add("any.example.com", "wrong"), true},
		{false, "/v8/Proxies", add("new.example.com", "wrong"), false},
		{false, "/v8/Proxies", add("new.example.com", "opens"), true},
		{false, "/v8/Proxies/" + proxyID(1) + "/Remove", remove("wrong"), true},
		{true, "/v8/Proxies", add("any.example.com", "opens"), false},
		{true, "/v8/Proxies", add("new.example.com", "opens"), true},
		{true, "/v8/Proxies/" + proxyID(1) + "/Remove", remove("wrong"), false},
		{true, "/v8/Proxies/" + proxyID(1) + "/Remove", remove("opens"), true},
	} {
		args := flags
		if c.strict {
			args = append([]string{"--strict"}, flags...)
		}
		status, body := startProgram(t, args...).vb365().postJSON(c.path, c.body)
		if ok := status/100 == 2; ok != c.ok || strings.Contains(body, "unknown property") {
			t.Errorf("strict %t, %s %s: got %d %s", c.strict, c.path, c.body, status, body)
		}
	}
}

func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "--fault", "GET:/v8/Proxies:status=503,times=1,html,retry-after=7", "--fault", "*:/api/v1/sessions:drop=after",
		"--fault", `GET:/v8/*:status=403,body={"message":"Denied","code":1}`)
	vb365, vbaws := p.vb365(), p.vbaws("1.3-rev0")
	if status, body := vb365.get("/v8/Proxies"); status != http.StatusServiceUnavailable || body != errorPage {
		t.Errorf("got %d %s", status, body)
	}
	if status, body := vb365.get("/v8/Proxies"); status != http.StatusForbidden || body != `{"message":"Denied","code":1}` {
		t.Errorf("after the first fault: %d %s", status, body)
	}
	if status, body := vb365.get("/v8/Proxies/" + proxyID(1)); status != http.StatusOK {
		t.Errorf("beside the faults: %d %s", status, body)
	}
	if status, body := vbaws.get("/api/v1/sessions"); status != 0 {
		t.Errorf("got %d %s", status, body)
	}
	if status, body := vbaws.get("/api/v1/repositories"); status != http.StatusOK {
		t.Errorf("beside the fault: %d %s", status, body)
	}
}

func TestCertificate(t *testing.T) {
	t.Parallel()
	for flaw, want := range map[string]string{"expired": "has expired", "not-yet-valid": "not yet valid", "other-name": "cannot validate certificate for 127.0.0.1"} {
		p := startProgram(t, "--certificate", flaw)
		for _, prefix := range []string{"VEEAM_VB365_", "VEEAM_VBAWS_"} {
			if status, text := p.client(prefix, http.Header{}).get("/"); status != 0 || !strings.Contains(text, want) {
				t.Errorf("%s, %s: %d %s", prefix, flaw, status, text)
			}
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "requests.log")
	if err := os.WriteFile(file, []byte("kept\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startProgram(t, "--log", "--log-file", file)
	p.vb365().get("/v8/Proxies")
	p.vbaws("1.3-rev0").get("/api/v1/system/time")
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := "kept\n" + p.log(); got != string(written) {
		t.Errorf("stdout and file differ:\n%s\n%s", got, written)
	}
	for _, want := range []string{"vb365  POST /v8/Token ", "vb365  GET /v8/Proxies -> 200", "vbaws  POST /api/v1/token ", "vbaws  GET /api/v1/system/time -> 200"} {
		if !strings.Contains(p.log(), want) {
			t.Errorf("no %q in:\n%s", want, p.log())
		}
	}
	if strings.Contains(p.log(), p.variables["VEEAM_VB365_PASSWORD"]) {
		t.Error("the log shows the password")
	}

	quiet := startProgram(t)
	quiet.vb365()
	if quiet.stop(); quiet.log() != "" {
		t.Errorf("without --log: %s", quiet.log())
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	envFile, caFile := filepath.Join(folder, "it's.env"), filepath.Join(folder, "ca.pem")
	p := startProgram(t, "--env-file", envFile, "--ca-file", caFile, "--password", `a'b"c$d\e f`)
	if p.variables["VEEAM_VB365_CA_CERTIFICATE_FILE"] != caFile || p.variables["VEEAM_VBAWS_CA_CERTIFICATE_FILE"] != caFile {
		t.Errorf("got %v", p.variables)
	}
	p.vbaws("1.3-rev0")
	info, err := os.Stat(envFile)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file with the password has mode %v", info.Mode())
	}
	if shell, err := exec.LookPath("sh"); err == nil {
		command := exec.Command(shell, "-c", `. "$1" && printf '%s|%s' "$VEEAM_VB365_PASSWORD" "$VEEAM_VBAWS_ENDPOINT"`, "sh", envFile)
		got, err := command.Output()
		if want := `a'b"c$d\e f|` + p.variables["VEEAM_VBAWS_ENDPOINT"]; err != nil || string(got) != want {
			t.Errorf("a shell reads %s, want %s (%v)", got, want, err)
		}
	}
	p.stop()
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 2 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestEnvFileForPowerShell(t *testing.T) {
	t.Parallel()
	envFile := filepath.Join(t.TempDir(), "veeam.ps1")
	startProgram(t, "--env-file", envFile, "--password", `a'b"c$d\e f`)
	content, err := os.ReadFile(envFile)
	if err != nil {
		t.Fatal(err)
	}
	if want := "$env:VEEAM_VB365_PASSWORD = 'a''b\"c$d\\e f'\n"; !strings.Contains(string(content), want) || strings.Contains(string(content), "export") {
		t.Errorf("got %s, want a line %s", content, want)
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
	caFile := p.variables["VEEAM_VB365_CA_CERTIFICATE_FILE"]
	if _, err := os.Stat(caFile); err != nil {
		t.Error(err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := os.Stat(filepath.Dir(caFile)); !os.IsNotExist(err) {
		t.Errorf("the folder of the certificate is left: %v", err)
	}
	for _, prefix := range []string{"VEEAM_VB365_", "VEEAM_VBAWS_"} {
		address := strings.TrimPrefix(p.variables[prefix+"ENDPOINT"], "https://")
		if connection, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			connection.Close()
			t.Errorf("%s still listens", address)
		}
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "--vb365-listen", "localhost:0", "--vbaws-listen", "127.0.0.1:0")
	p.vb365()
	taken := strings.TrimPrefix(p.variables["VEEAM_VBAWS_ENDPOINT"], "https://")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"--vbaws-listen", taken}, &stdout, &stderr); code != 1 || !strings.Contains(stderr.String(), taken) {
		t.Errorf("a taken port: %d %s", code, stderr.String())
	}
	if stdout.Len() > 0 {
		t.Errorf("got %s", stdout.String())
	}
}

func TestFilesThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	nowhere := filepath.Join(t.TempDir(), "missing", "file")
	for _, option := range []string{"--ca-file", "--env-file", "--log-file"} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{option, nowhere}, &stdout, &stderr); code != 1 || !strings.Contains(stderr.String(), "missing") {
			t.Errorf("%s: %d %s", option, code, stderr.String())
		}
	}
}
