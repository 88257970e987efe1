// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const oddPassword = `canary-odd-"<&\%+ü/`

// TestServerRepeatsSecrets: servers put what they were sent into their messages; the user sees the message, not the secret.
func TestServerRepeatsSecrets(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	says := func(method, path string, status int, body string) {
		w.vb365.ClearFaults()
		w.vb365.Inject(appliance.Fault{Method: method, Path: path, Status: status, ContentType: "application/json", Body: body})
	}
	says("POST", "/v8/token", 400, `{"message":"The password `+loginPassword+` is wrong."}`)
	w.fail(applyArgs, "The password *** is wrong.")
	says("POST", "/v8/token", 400, `{"error":"invalid_grant","error_description":"`+loginPassword+`"}`)
	w.fail(applyArgs, "*** [invalid_grant]")
	says("POST", "/v8/Proxies", 500, `{"message":"Logging in as EXAMPLE\\proxy-admin with `+proxyPassword+` failed.","errorCode":"`+proxyPassword+`"}`)
	w.fail(applyArgs, `Logging in as EXAMPLE\proxy-admin with *** failed. [***]`)

	w.vb365.ClearFaults()
	w.apply()
	says("POST", "/v8/Proxies/*/Remove", 500, `{"message":"`+proxyPassword+`, really?"}`)
	w.fail(destroyArgs, "***, really?")
	says("GET", "/v8/Proxies/*", 500, `{"message":"Who sent `+loginPassword+`?"}`)
	w.fail(planArgs, "Who sent ***?")
	w.vb365.ClearFaults()

	token := w.vb365.Tokens().Issue(user).Access
	w.unset("VEEAM_VB365_USERNAME")
	w.unset("VEEAM_VB365_PASSWORD")
	w.env["VEEAM_VB365_ACCESS_TOKEN"] = token
	w.secrets = append(w.secrets, token)
	says("GET", "/v8/Proxies/*", 401, `{"message":"Bearer `+token+` has ended."}`)
	w.fail(planArgs, "Bearer *** has ended.")
}

// TestServerRepeatsSecretsInOddPlaces: the place and the spelling make no difference, nor that another call carried it.
func TestServerRepeatsSecretsInOddPlaces(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{Product: "5.0"})
	w.config(aProxy)
	w.env["VEEAM_VB365_PASSWORD"] = oddPassword
	w.vb365.Tokens().SetUser(user, oddPassword)
	w.secrets = append(w.secrets, oddPassword)
	asJSON := func(value any) string { content, _ := json.Marshal(value); return string(content) }
	sent := url.Values{"password": {oddPassword}}.Encode()
	body := asJSON(map[string]any{
		"message": "The form was " + sent, "error_description": "The body was " + asJSON(map[string]string{"p": oddPassword}), "errorCode": oddPassword,
		"title": "Basic " + base64.StdEncoding.EncodeToString([]byte(oddPassword)), "details": url.PathEscape(oddPassword) + ", not " + proxyPassword,
		"errors": map[string]any{oddPassword: []string{"The field is unknown."}},
	})
	w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/v8/Proxies", Status: 400, ContentType: "application/json", Body: body})
	w.fail(applyArgs, `The form was password=***: The body was {"p":"***"}: Basic ***: ***, not ***: ***: The field is unknown. [***]`)
	w.vb365.ClearFaults()
	w.vb365.Inject(appliance.Fault{
		Path: "/v8/Proxies", Status: 302, Header: http.Header{"Location": {"https://" + proxyPassword + ".example.com/" + sent}, "X-Sent": {sent}},
	})
	w.fail(applyArgs, "a redirect, which is not followed", "its target is https://***.example.com")

	id := w.vbaws.AddRepository(vbaws.Repository{Name: "daily"})
	w.vbaws.PlanNext(vbaws.SessionPlan{
		Outcome: vbaws.StatusFailed, Reason: "Cannot log in with " + loginPassword,
		Log: []vbaws.LogItem{{Status: "Error", Message: loginPassword + "\x1b[2J is wrong"}, {Status: "Error\x1b[2J", Message: "Over"}},
	})
	w.config("resource \"veeam_vbaws_repository_rescan\" \"this\" {\n  repository_id = \"" + id + "\"\n}\n")
	r := w.fail(applyArgs, "Cannot log in with ***", "Error: *** [2J is wrong", "Error [2J: Over")
	if strings.Contains(r.output, "\x1b") {
		t.Errorf("the output moves the cursor: %q", r.output)
	}
}

// TestDumpOfTheProvider: a provider that is made to say where it is, as when it crashes, says nothing that it holds.
func TestDumpOfTheProvider(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("the system does not show its processes in /proc")
	}
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.env["TF_LOG_PATH"] = filepath.Join(w.dir, "dump.log")
	w.vb365.Inject(appliance.Fault{Method: "POST", Path: "/v8/Proxies", Latency: time.Hour})
	seen, quit := w.seen("POST", "/v8/Proxies"), make(chan error, 1)
	go func() { <-seen; quit <- w.quitProvider() }()
	w.fail(applyArgs)
	if err := <-quit; err != nil {
		t.Fatal(err)
	}
	dump, err := os.ReadFile(w.env["TF_LOG_PATH"])
	if err != nil || !bytes.Contains(dump, []byte("SIGQUIT")) || !bytes.Contains(dump, []byte("rest.(*Client).roundTrip")) {
		t.Errorf("the log has no dump of the provider: %v", err)
	}
}

// quitProvider ends the providers that this test's CLI has started, in the way that makes them show their goroutines.
func (w *world) quitProvider() error {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	ended := 0
	for _, file := range environments {
		environment, _ := os.ReadFile(file) // of other users' processes: none
		program, _ := os.Readlink(filepath.Join(filepath.Dir(file), "exe"))
		if filepath.Base(program) != "terraform-provider-veeam" || !bytes.Contains(environment, []byte("HOME="+w.dir+"\x00")) {
			continue
		}
		id, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			return err
		}
		process, err := os.FindProcess(id)
		if err != nil {
			return err
		}
		if err := process.Signal(syscall.SIGQUIT); err != nil {
			return err
		}
		ended++
	}
	if ended == 0 {
		return errors.New("no provider was found")
	}
	return nil
}

// TestLogIsUseful: the log names each request with its outcome, so that a report of a problem can be made from it.
func TestLogIsUseful(t *testing.T) {
	w := newWorld(t, vb365.Config{}, vbaws.Config{})
	w.config(aProxy)
	w.env["TF_LOG"], w.env["TF_LOG_PATH"] = "", "" // the search for secrets empties the log
	w.env["TF_LOG_PROVIDER"] = "DEBUG"
	w.env["VEEAM_VB365_MAX_RETRIES"] = "1"
	w.vb365.Inject(appliance.Fault{Method: "GET", Path: "/v8/Proxies", Times: 1, Status: http.StatusServiceUnavailable})
	r := w.apply()
	r.wants(w, "method=POST", "path=/v8/Proxies", "status=201", "attempt=2", "duration_ms=", "request_id=", "request failed")
	if _, err := os.Stat(filepath.Join(w.dir, "crash.log")); err == nil {
		t.Error("there is a crash log")
	}
}
