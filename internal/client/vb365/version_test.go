// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// probes are the requests that find a version, newest first.
var probes = []string{
	"GET /v8/ServiceInstance", "GET /v7/ServiceInstance", "GET /v6/ServiceInstance",
	"GET /v5/Proxies", "GET /v4/Proxies", "GET /v3/Proxies",
}

// serving answers probes as a product does whose newest version is v: 404 for what it does not serve, then status.
func serving(t *testing.T, v Version, served answer) *appliance {
	t.Helper()
	return newAppliance(t, func(line string, _ int) answer {
		if strings.HasPrefix(line, "GET /"+string(v)+"/") {
			return served
		}
		return answer{404, ""}
	})
}

func TestProbe(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for _, served := range []answer{{401, ""}, {403, `{"message":"no"}`}, {200, `{"version":"8.0.2.159"}`}, {400, ""}, {405, ""}} {
			a := serving(t, v, served)
			c := client(t, a, "")
			for range 2 { // the second asks nothing
				if got, err := c.Version(t.Context()); err != nil || got != v {
					t.Fatalf("with %d: %q, %v", served.status, got, err)
				}
			}
			want := probes[:8-int(v[1]-'0')+1]
			a.wantLines(t, want...)
			for _, r := range a.requests() {
				if got := r.header.Get("Authorization"); got != "" {
					t.Errorf("%s carries %q", r.line, got)
				}
			}
		}
	})
}

func TestPinnedVersionIsNotProbed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		if got, err := client(t, scripted(t), v).Version(t.Context()); err != nil || got != v {
			t.Errorf("%q, %v", got, err)
		}
	})
}

func TestConcurrentCallersShareOneProbe(t *testing.T) {
	t.Parallel()
	a := serving(t, V6, answer{401, ""})
	c := client(t, a, "")
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			if got, err := c.Version(t.Context()); err != nil || got != V6 {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	callers.Wait()
	a.wantLines(t, probes[:3]...)
}

// The caller who began the probe may leave; the others still get its answer.
func TestProbeOutlivesItsFirstCaller(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}), make(chan struct{})
	a := newAppliance(t, func(_ string, n int) answer {
		if n == 0 {
			close(arrived)
			<-release
		}
		return answer{401, ""}
	})
	c := client(t, a, "")
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { _, err := c.Version(ctx); left <- err }()
	<-arrived
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the first caller got %v", err)
	}
	close(release)
	if got, err := c.Version(t.Context()); err != nil || got != V8 {
		t.Errorf("%q, %v", got, err)
	}
	a.wantLines(t, probes[0])
}

// A server in trouble must not lead to an older version, and is not asked again by each of many objects.
func TestFailedProbeIsShared(t *testing.T) {
	t.Parallel()
	for _, trouble := range []answer{{500, `{"message":"starting"}`}, {503, ""}, {429, ""}, {302, ""}, {200, "<html>a web server</html>"}} {
		a := scripted(t, trouble)
		c := client(t, a, "")
		_, first := c.Version(t.Context())
		_, second := c.Proxies(t.Context())
		if first == nil || !errors.Is(second, first) {
			t.Errorf("%d: %v, then %v", trouble.status, first, second)
		}
		a.wantLines(t, probes[0])
	}
}

func TestNoVersionServed(t *testing.T) {
	t.Parallel()
	a := newAppliance(t, func(string, int) answer { return answer{404, "<html>nothing here</html>"} })
	_, err := client(t, a, "").Proxies(t.Context())
	if err == nil || errors.Is(err, rest.ErrNotFound) {
		t.Fatalf("%v, want an error that does not say gone", err)
	}
	host := strings.TrimPrefix(a.URL, "https://")
	for _, part := range append([]string{host, "4443"}, probes...) {
		if part = strings.TrimPrefix(part, "GET "); !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
	a.wantLines(t, probes...)
}

// tokens answers token requests with a pair and everything else with an empty list.
func tokens(t *testing.T, v Version, accessTokens ...string) *appliance {
	t.Helper()
	issued := 0
	var mu sync.Mutex
	return newAppliance(t, func(line string, _ int) answer {
		if line != "POST /"+string(v)+"/token" {
			return listOf(v)
		}
		mu.Lock()
		defer mu.Unlock()
		issued++
		return answer{200, fmt.Sprintf(`{"access_token":"access-%d","refresh_token":"refresh-%d","token_type":"bearer","expires_in":"3600","userName":"u",".issued":"x",".expires":"y"}`, issued, issued)}
	})
}

func TestLogin(t *testing.T) {
	t.Parallel()
	const plain = `grant_type=password&password=p%26+%2B%E2%82%AC&username=EXAMPLE%5Csvc`
	each(t, func(t *testing.T, v Version) {
		a := tokens(t, v)
		c := newClient(t, Config{Rest: withPassword(a), Version: v})
		for range 2 { // the second uses the token of the first
			if _, err := c.Proxies(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		a.wantLines(t, "POST /"+string(v)+"/token", listLine(v, true), listLine(v, true))
		got := a.requests()
		want := plain
		if v == V7 || v == V8 {
			want = "disable_antiforgery_token=true&" + plain
		}
		if got[0].body != want || got[0].header.Get("Content-Type") != "application/x-www-form-urlencoded" || got[0].header.Get("Authorization") != "" {
			t.Errorf("form %s, header %v\nwant %s", got[0].body, got[0].header, want)
		}
		if auth := got[1].header.Get("Authorization"); auth != "Bearer access-1" {
			t.Errorf("Authorization: %s", auth)
		}
	})
}

func withPassword(a *appliance) rest.Options {
	options := a.options()
	options.AccessToken, options.Username, options.Password = "", `EXAMPLE\svc`, "p& +€"
	return options
}

// A 401 is answered by a refresh, with the antiforgery switch where there is one.
func TestRefresh(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := scripted(t,
			answer{200, `{"access_token":"access-1","refresh_token":"refresh-1","expires_in":3600}`},
			answer{401, ""},
			answer{200, `{"access_token":"access-2","refresh_token":"refresh-2","expires_in":3600}`},
			listOf(v))
		if _, err := newClient(t, Config{Rest: withPassword(a), Version: v}).Proxies(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := "grant_type=refresh_token&refresh_token=refresh-1"
		if v == V7 || v == V8 {
			want = "disable_antiforgery_token=true&" + want
		}
		got := a.requests()
		if got[2].line != "POST /"+string(v)+"/token" || got[2].body != want {
			t.Errorf("%s %s, want %s", got[2].line, got[2].body, want)
		}
		if auth := got[3].header.Get("Authorization"); auth != "Bearer access-2" {
			t.Errorf("Authorization: %s", auth)
		}
	})
}

func TestRefusedLogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := scripted(t, answer{400, `{"error":"invalid_grant","error_description":"The user name or password is incorrect."}`})
		_, err := newClient(t, Config{Rest: withPassword(a), Version: v}).Proxies(t.Context())
		var refused *rest.AuthError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), "incorrect") {
			t.Errorf("%v, want a LoginError", err)
		}
	})
}

// A version that the appliance does not serve is told by the token endpoint, or by the list when there is no login.
func TestPinnedVersionNotServed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for name, with := range map[string]func(*appliance) rest.Options{"login": withPassword, "token": (*appliance).options} {
			a := newAppliance(t, func(string, int) answer { return answer{404, ""} })
			c := newClient(t, Config{Rest: with(a), Version: v})
			for call, err := range map[string]error{"list": listing(t.Context(), c), "read": reading(t.Context(), c)} {
				var not *NotServedError
				if !errors.As(err, &not) || not.Version != v || errors.Is(err, rest.ErrNotFound) {
					t.Errorf("%s, %s: %v, want a NotServedError that does not say gone", name, call, err)
					continue
				}
				for _, part := range []string{string(v), `api_version = "auto"`} {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("%q does not say %s", err, part)
					}
				}
			}
		}
	})
}

// A login at a version that is not served must not make a removal look as if the proxy were gone.
func TestUnservedLoginIsNotGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := newAppliance(t, func(line string, _ int) answer {
			if line == "GET /v8/ServiceInstance" {
				return answer{401, ""}
			}
			return answer{404, ""}
		})
		err := newClient(t, Config{Rest: withPassword(a), Version: v}).RemoveProxy(t.Context(), id, RemoveOptions{})
		if _, ok := errors.AsType[*NotServedError](err); !ok || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), "it serves v8)") {
			t.Errorf("%v, want a NotServedError that names v8 and does not say gone", err)
		}
		for i, r := range a.requests() { // the login, then probes for the message: no removal
			if login := r.line == "POST /"+string(v)+"/token"; login != (i == 0) || !login && !strings.HasPrefix(r.line, "GET ") {
				t.Errorf("request %d: %s", i+1, r.line)
			}
		}
	})
}

func listing(ctx context.Context, c *Client) error {
	_, err := c.Proxies(ctx)
	return err
}

func reading(ctx context.Context, c *Client) error {
	_, err := c.Proxy(ctx, id)
	return err
}

func TestNew(t *testing.T) {
	t.Parallel()
	a := scripted(t)
	for _, bad := range []Config{
		{Rest: a.options(), Version: "v9"},
		{Rest: a.options(), Version: "auto"},
		{Version: V8},
		{Rest: rest.Options{Endpoint: &url.URL{Scheme: "https", Host: "vb365.example.com:4443"}, TLS: rest.TLSOptions{CA: []byte("no PEM")}}},
	} {
		if _, err := New(bad); err == nil {
			t.Errorf("New(%q, %v) succeeded", bad.Version, bad.Rest.Endpoint)
		}
	}
}

// No connection: the error is passed on at once, and no older version is tried.
func TestProbeOfADeadServer(t *testing.T) {
	t.Parallel()
	dead := httptest.NewTLSServer(http.NotFoundHandler())
	dead.Close()
	a := &appliance{Server: dead}
	_, err := client(t, a, "").Version(t.Context())
	var transport *rest.TransportError
	if !errors.As(err, &transport) || transport.Path != "/v8/ServiceInstance" {
		t.Errorf("%v, want a TransportError of the first probe", err)
	}
}
