// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const canary = "CANARY"

// journal keeps what a log would show.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Debug(_ context.Context, message string, fields map[string]any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprint(message, fields))
}

func (j *journal) Warn(ctx context.Context, message string, fields map[string]any) {
	j.Debug(ctx, message, fields)
}

// secretive is a spec in which every secret carries the canary.
func secretive(v Version) (ProxySpec, MachineCredentials) {
	spec := ProxySpec{
		HostName: new("px1.example.com"), Password: canary + "-machine",
		InternetProxySettings: &InternetProxy{Password: canary + "-web"},
	}
	credentials := MachineCredentials{Username: "u", Password: canary + "-remove"}
	if v == V8 {
		spec.ServiceAccountPassword = canary + "-service"
		spec.SSH = &SSHSettings{
			AccountPassword: canary + "-ssh", PrivateKeyBase64: canary + "-key", PrivateKeyPassphrase: canary + "-phrase", RootPassword: canary + "-root",
		}
		credentials.SSH = spec.SSH
	}
	return spec, credentials
}

// A server that repeats in its error whatever it was sent does not get a secret into errors or logs.
func TestSecretsStayOutOfErrorsAndLogs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		var a *appliance
		a = newAppliance(t, func(_ string, n int) answer {
			sent := a.requests()[n]
			echo, err := json.Marshal(map[string]string{"message": "cannot take " + strings.ReplaceAll(sent.body, `\"`, `"`)})
			if err != nil {
				t.Error(err)
			}
			return answer{409, string(echo)}
		})
		log := &journal{}
		options := a.options()
		options.Logger = log
		c := newClient(t, Config{Rest: options, Version: v})
		spec, credentials := secretive(v)
		ctx := t.Context()
		calls := map[string]func() error{
			"add":    func() error { return add(ctx, c, spec) },
			"edit":   func() error { return c.EditProxy(ctx, id, spec) },
			"remove": func() error { return c.RemoveProxy(ctx, id, RemoveOptions{MachineCredentials: credentials}) },
		}
		if v == V8 {
			calls["maintenance"] = func() error { return c.SetMaintenance(ctx, id, true, credentials) }
			calls["check"] = func() error { _, err := c.CheckSSH(ctx, "px1.example.com", *spec.SSH); return err }
		}
		for name, call := range calls {
			before := len(a.requests())
			err := call()
			if sent := a.requests()[before].body; !strings.Contains(sent, canary) {
				t.Errorf("%s sent no secret: %s", name, sent)
			}
			if err == nil || !strings.Contains(err.Error(), "cannot take") || strings.Contains(err.Error(), canary) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if all := strings.Join(log.lines, "\n"); strings.Contains(all, canary) || !strings.Contains(all, "cannot take") {
			t.Errorf("log:\n%s", all)
		}
		if printed := fmt.Sprintf("%v %+v %#v", spec, credentials, spec.SSH); strings.Contains(printed, canary) {
			t.Errorf("printed: %s", printed)
		}
	})
}

func TestLoginKeepsThePasswordOut(t *testing.T) {
	t.Parallel()
	a := scripted(t, answer{400, `{"error":"invalid_grant","error_description":"no ` + canary + `-login here"}`})
	options := a.options()
	options.AccessToken, options.Username, options.Password = "", "u", rest.Secret(canary+"-login")
	_, err := newClient(t, Config{Rest: options, Version: V8}).Proxies(t.Context())
	if err == nil || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "here") {
		t.Errorf("%v", err)
	}
}
