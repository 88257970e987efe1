// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// A wrong password is sent once: not with the next revision, and not by the next call.
func TestRefusedAccountEndsProbing(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403} {
		f := newFake(t, "1.7-rev0")
		f.refuse = func(w http.ResponseWriter, _ string) {
			reply(w, status, problem(status, "accessDenied", "Access denied", "AccessDenied", ""))
		}
		c := f.client(wrongPassword)
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				_, err := c.Repositories(context.Background())
				if _, ok := errors.AsType[*rest.AuthError](err); !ok {
					t.Errorf("err = %v", err)
					return
				}
				noCanary(t, err.Error())
			})
		}
		wait.Wait()
		if _, err := c.RescanRevision(t.Context()); err == nil {
			t.Error("no error")
		}
		must(t, f, "POST /api/v1/token 1.9-rev0")
	}
}

func TestWrongPasswordAfterStepping(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.7-rev0")
	_, err := f.client(wrongPassword).Revision(t.Context())
	var login *rest.AuthError
	if !errors.As(err, &login) || !strings.Contains(err.Error(), "the account terraform") || !strings.Contains(err.Error(), "Wrong user name or password") {
		t.Fatalf("err = %v", err)
	}
	must(t, f, "POST /api/v1/token 1.9-rev0", "POST /api/v1/token 1.8-rev0", "POST /api/v1/token 1.7-rev0")
}

func TestRefusedAccessToken(t *testing.T) {
	t.Parallel()
	f := newFake(t, Revisions()...)
	c := f.client(func(config *Config) { config.Rest.AccessToken = "canary-unknown" })
	_, err := c.Revision(t.Context())
	var login *rest.AuthError
	if !errors.As(err, &login) || !strings.Contains(err.Error(), "the configured access token") {
		t.Fatalf("err = %v", err)
	}
	noCanary(t, err.Error())
	must(t, f, "GET /api/v1/system/time 1.9-rev0")
}

func TestMFAAccount(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.8-rev0")
	f.token = func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 200, `{"mfa_enabled":true,"mfa_token":"canary-mfa"}`)
	}
	_, err := f.client().Repositories(t.Context())
	var login *rest.AuthError
	if !errors.As(err, &login) || login.Reason != rest.ReasonMFA {
		t.Fatalf("err = %v", err)
	}
	noCanary(t, err.Error())
	must(t, f, "POST /api/v1/token 1.9-rev0", "POST /api/v1/token 1.8-rev0")
}

// Another service at the endpoint must not get the password again and again.
func TestAnotherServiceEndsProbing(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"html": "<html><body>404 Not Found</body></html>", "json": `{"message":"no such page"}`, "oauth": `{"error":"not_found"}`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.refuse = func(w http.ResponseWriter, _ string) { reply(w, 404, body) }
			_, err := f.client().Revision(t.Context())
			if err == nil || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), "answered POST /api/v1/token with 404 Not Found") {
				t.Errorf("err = %v", err)
			}
			must(t, f, "POST /api/v1/token 1.9-rev0")
		})
	}
}

// The refresh and everything after it stay in the accepted revision.
func TestRefreshUsesTheAcceptedRevision(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.7-rev0")
	fail := true
	f.routes["GET /api/v1/sessions/"+sessionID] = func(w http.ResponseWriter, _ *http.Request) {
		if fail {
			fail = false
			reply(w, 401, problem(401, "expiredAccessToken", "Expired", "ExpiredToken", ""))
			return
		}
		reply(w, 200, `{"id":"`+sessionID+`","status":"Running"}`)
	}
	c := f.client()
	if _, err := c.Revision(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.forget()
	if _, err := c.Session(t.Context(), sessionID); err != nil {
		t.Fatal(err)
	}
	must(t, f, "GET /api/v1/sessions/"+sessionID+" 1.7-rev0", "POST /api/v1/token 1.7-rev0", "GET /api/v1/sessions/"+sessionID+" 1.7-rev0")
	if body := f.log[1].body; body != "grant_type=refresh_token&refresh_token="+refreshToken {
		t.Errorf("body %q", body)
	}
}

func TestLoginOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.9-rev0")
	if _, err := f.client().Revision(t.Context()); err != nil {
		t.Fatal(err)
	}
	e := f.last()
	if e.body != "grant_type=password&password="+password+"&username="+username {
		t.Errorf("body %q", e.body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "X-Api-Version": "1.9-rev0", "Authorization": "",
	} {
		if got := e.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
