// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"net/url"
	"testing"
	"time"
)

func passwordGrant(username, password string, extra ...string) string {
	form := url.Values{"grant_type": {"password"}, "username": {username}, "password": {password}}
	for i := 0; i < len(extra); i += 2 {
		form.Set(extra[i], extra[i+1])
	}
	return form.Encode()
}

func refreshGrant(token string) string {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}, "disable_antiforgery_token": {"true"}}.Encode()
}

func TestTokenAnswer(t *testing.T) {
	t.Parallel()
	c := newClock()
	forAll(t, Config{Now: c.Now, TokenLifetime: 10 * time.Minute}, func(t *testing.T, a *api) {
		// Empty and unknown fields are harmless, v3 to v6 do not know the switch.
		r := a.want(a.login(passwordGrant(user, password, "disable_antiforgery_token", "true", "refresh_token", "", "x", "y")), 200)
		body := r.object()
		if body["expires_in"] != float64(600) || body["userName"] != user || body["token_type"] != "bearer" {
			t.Errorf("token answer %v", body)
		}
		http1123, rfc3339 := "Fri, 02 Jan 2026 03:04:05 GMT", "2026-01-02T03:04:05Z"
		if want := byVersion(a, http1123, http1123, http1123, rfc3339, rfc3339, rfc3339); body[".issued"] != want {
			t.Errorf(".issued is %v, want %v", body[".issued"], want)
		}
		if want := "2026-01-02T03:14:05Z"; a.version >= "v6" && body[".expires"] != want {
			t.Errorf(".expires is %v, want %v", body[".expires"], want)
		}
		a.want(a.as(body["access_token"].(string)).get("/Proxies"), 200)
		a.want(a.as(body["refresh_token"].(string)).get("/Proxies"), 401)
	})
}

func TestTokenRequests(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		fromV6 := func(before, since int) int { return byVersion(a, before, before, before, since, since, since) }
		fromV7 := func(before, since int) int { return byVersion(a, before, before, before, before, since, since) }
		json := `{"grant_type":"password","username":"EXAMPLE\\joe","password":"right","disable_antiforgery_token":true,"client_id":null}`
		for name, row := range map[string]struct {
			contentType, body string
			want              int
		}{
			"form":             {formType, passwordGrant(user, password), 200},
			"form, charset":    {formType + "; charset=utf-8", passwordGrant(user, password), 200},
			"JSON":             {jsonType, json, fromV6(415, 200)},
			"broken JSON":      {jsonType, json[1:], 415},
			"no type":          {"", passwordGrant(user, password), 415},
			"text":             {"text/plain", passwordGrant(user, password), 415},
			"no grant":         {formType, "username=x&password=y", 400},
			"other grant":      {formType, "grant_type=client_credentials", 400},
			"wrong password":   {formType, passwordGrant(user, "wrong"), 400},
			"wrong user":       {formType, passwordGrant("joe", password), 400},
			"wrong refresh":    {formType, refreshGrant("x"), 400},
			"odd antiforgery":  {formType, passwordGrant(user, password, "disable_antiforgery_token", "yes"), fromV7(200, 400)},
			"camel-case field": {formType, "grantType=password&username=x&password=y", 400},
		} {
			a.wantFor(name, a.as("").send("POST", "/token", row.contentType, row.body), row.want)
		}
		a.want(a.as("").send("POST", "/Token", formType, passwordGrant(user, password)), 200)
		a.wantEmpty(a.as("").get("/token"), 405)
	})
}

func TestLoginErrorStyle(t *testing.T) {
	t.Parallel()
	for _, style := range []ErrorStyle{"", OAuth, Message} {
		t.Run("style "+string(style), func(t *testing.T) {
			t.Parallel()
			forAll(t, Config{Behaviour: Behaviour{LoginErrors: style}}, func(t *testing.T, a *api) {
				want := style
				if style == "" {
					want = byVersion(a, OAuth, OAuth, OAuth, Message, Message, Message)
				}
				r := a.login(passwordGrant(user, "wrong"))
				if want == Message {
					a.wantError(r, 400, "ParameterValidationFailure")
					return
				}
				body := a.want(r, 400).object()
				if body["error"] != "invalid_grant" || body["error_description"] == "" || len(body) != 2 {
					t.Errorf("error %v", body)
				}
			})
		})
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	for _, reusable := range []bool{false, true} {
		forAll(t, Config{Behaviour: Behaviour{ReusableRefresh: reusable}}, func(t *testing.T, a *api) {
			first := a.Tokens().Issue(user)
			second := a.want(a.login(refreshGrant(first.Refresh)), 200).object()
			if second["access_token"] == first.Access || second["refresh_token"] == first.Refresh {
				t.Error("the refresh gives no new pair")
			}
			again := 200
			if a.version == "v8" && !reusable {
				again = 400
			}
			a.want(a.login(refreshGrant(first.Refresh)), again)
			a.want(a.login(refreshGrant(second["refresh_token"].(string))), 200)
		})
	}
}

func TestDeadRefresh(t *testing.T) {
	t.Parallel()
	for option, want := range map[int]int{0: 400, 400: 400, 401: 401} {
		a := serve(t, Config{Behaviour: Behaviour{DeadRefresh: option}})
		pair := a.Tokens().Issue(user)
		a.Tokens().RevokeAll()
		a.want(a.login(refreshGrant(pair.Refresh)), want)
	}
}

func TestRefreshTokensExpire(t *testing.T) {
	t.Parallel()
	c := newClock()
	a := serve(t, Config{Now: c.Now, RefreshLifetime: time.Hour})
	pair := a.Tokens().Issue(user)
	c.advance(time.Hour)
	a.want(a.login(refreshGrant(pair.Refresh)), 400)
}

func TestBearerIsRequired(t *testing.T) {
	t.Parallel()
	c := newClock()
	forAll(t, Config{Now: c.Now}, func(t *testing.T, a *api) {
		a.AddProxy(Proxy{ID: nobody, HostName: "px1"})
		expired := serve(t, Config{Product: "8"}).token // of another appliance, thus unknown here
		for _, token := range []string{"", "x", expired} {
			for _, path := range []string{"/Proxies", "/Proxies/" + nobody} {
				r := a.as(token).get(path)
				a.wantEmpty(r, 401)
				if r.header.Get("WWW-Authenticate") != "Bearer" {
					t.Error("no challenge")
				}
			}
			a.wantEmpty(a.as(token).rescan(nobody), 401)
			a.wantEmpty(a.as(token).remove(nobody, "", "", false), 401)
			a.wantEmpty(a.as(token).post("/Proxies", "{}"), 401)
		}
		if len(a.Proxies()) != 1 || a.Proxies()[0].Rescans != 0 {
			t.Error("a refused request had an effect")
		}
	})
}

func TestAccessTokensExpire(t *testing.T) {
	t.Parallel()
	c := newClock()
	a := serve(t, Config{Now: c.Now, TokenLifetime: time.Minute})
	c.advance(time.Minute - time.Second)
	a.want(a.get("/Proxies"), 200)
	c.advance(time.Second)
	a.wantEmpty(a.get("/Proxies"), 401)
}

func TestTokensAcrossVersions(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Product: "8"})
	for _, from := range products["8"].serves {
		token := a.at(from).login(passwordGrant(user, password, "disable_antiforgery_token", "true")).object()
		for _, to := range products["8"].serves {
			a.want(a.at(to).as(token["access_token"].(string)).get("/Proxies"), 200)
		}
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	forAll(t, Config{}, func(t *testing.T, a *api) {
		pair := a.Tokens().Issue(user)
		wantStatus := byVersion(a, 404, 404, 404, 404, 200, 204)
		a.wantEmpty(a.as(pair.Access).call("POST", "/token/logout"), wantStatus)
		alive := byVersion(a, 200, 200, 200, 200, 401, 401)
		a.want(a.as(pair.Access).get("/Proxies"), alive)
		if a.version >= "v7" {
			a.want(a.login(refreshGrant(pair.Refresh)), 400)
			a.want(a.as("").call("POST", "/token/logout"), 401)
			a.want(a.post("/token/logout", "{}"), 400)
			a.want(a.get("/Proxies"), 200)
		}
	})
}

func TestAntiforgery(t *testing.T) {
	t.Parallel()
	for _, ignore := range []bool{false, true} {
		for _, disable := range []string{"", "false", "true"} {
			forAll(t, Config{Behaviour: Behaviour{IgnoreAntiforgery: ignore}}, func(t *testing.T, a *api) {
				id := a.AddProxy(Proxy{HostName: "px1"})
				grant := passwordGrant(user, password)
				if disable != "" {
					grant = passwordGrant(user, password, "disable_antiforgery_token", disable)
				}
				pair := a.want(a.login(grant), 200).object()
				b := a.as(pair["access_token"].(string))
				b.want(b.get("/Proxies/"+id), 200)
				refused := a.version >= "v7" && !ignore && disable != "true"
				if refused {
					a.wantError(b.rescan(id), 400, nil)
					a.wantError(a.login(refreshGrant(pair["refresh_token"].(string))), 400, nil)
				} else {
					a.want(b.rescan(id), byVersion(a, 200, 200, 200, 200, 200, 204))
					a.want(a.login(refreshGrant(pair["refresh_token"].(string))), 200)
				}
			})
		}
	}
}

func TestQuotedExpiry(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Behaviour: Behaviour{QuotedNumbers: true}})
	if got := a.login(passwordGrant(user, password)).object()["expires_in"]; got != "3600" {
		t.Errorf("expires_in is %#v", got)
	}
}

// TestServedVersions: what a product does not serve is a 404 for everybody,
// the token path included, and 401 tells a probe that a version is there.
// TestVerbs goes through every resource of every version: "" is not there.
