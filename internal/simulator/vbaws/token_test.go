// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func passwordForm(user, password string) url.Values {
	return url.Values{"grant_type": {"password"}, "username": {user}, "password": {password}}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := start(t, Config{TokenLifetime: 90 * time.Second})
	s.token = ""
	r := s.want(http.StatusOK, s.form(passwordForm("operator", operatorPassword)))
	for field, want := range map[string]any{
		"token_type": "bearer", "expires_in": 90.0, "username": "operator", "roleName": Operator,
		"mfa_enabled": false,
		".issued":     "2026-03-04T05:06:07Z", ".expires": "2026-03-04T05:07:37Z",
	} {
		if got, ok := r.json[field]; !ok || got != want {
			t.Errorf("%s: got %v, want %v", field, got, want)
		}
	}
	if _, ok := r.json["mfa_token"]; ok {
		t.Errorf("a complete login carries an MFA token: %s", r.text)
	}
	if r.json["refresh_token"] == "" || r.json["refresh_token"] == r.json["access_token"] {
		t.Errorf("got %s", r.text)
	}
	s.token = r.json["access_token"].(string)
	s.want(http.StatusOK, s.get("/system/time"))

	// Real appliances take these spellings, and clients use them.
	s.want(http.StatusOK, s.form(url.Values{"grant_type": {"Password"}, "Username": {"admin"}, "Password": {adminPassword}}))
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	wrong := map[string]url.Values{
		"password":      passwordForm("admin", "wrong"),
		"user":          passwordForm("nobody", adminPassword),
		"refresh token": {"grant_type": {"refresh_token"}, "refresh_token": {"x"}},
		"mfa token":     {"grant_type": {"mfa"}, "mfa_token": {"x"}, "mfa_code": {"123456"}},
		"code":          {"grant_type": {"authorization_code"}, "code": {"x"}},
	}
	for _, status := range []int{401, 400} {
		s := start(t, Config{Behaviour: Behaviour{BadCredentials: status}})
		for what, form := range wrong {
			r := s.form(form)
			s.wantProblem(status, "AccessDenied", "accessDenied", r)
			if strings.Contains(r.text, "wrong") {
				t.Errorf("%s: the refusal repeats what was sent: %s", what, r.text)
			}
		}
	}
	s := start(t, Config{})
	for _, form := range []url.Values{
		{},
		{"username": {"admin"}, "password": {adminPassword}},
		{"grant_type": {"client_credentials"}},
		{"grant_type": {"password"}, "username": {"admin"}},
		{"grant_type": {"password"}, "password": {adminPassword}},
		{"grant_type": {"refresh_token"}},
		{"grant_type": {"mfa"}, "mfa_token": {"x"}},
	} {
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", s.form(form))
	}
	for contentType, body := range map[string]string{
		"application/json":                  `{"grant_type":"password","username":"admin","password":"correct horse"}`,
		"":                                  passwordForm("admin", adminPassword).Encode(),
		"application/x-www-form-urlencoded": "grant_type=%zz",
	} {
		r := s.send("POST", "/token", strings.NewReader(body), http.Header{"Content-Type": {contentType}})
		s.wantProblem(http.StatusBadRequest, "UnexpectedContent", "validationError", r)
	}
}

func TestMFA(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	begin := func() string {
		r := s.want(http.StatusOK, s.form(passwordForm("careful", adminPassword)))
		if _, ok := r.json["access_token"]; ok || r.json["mfa_enabled"] != true {
			t.Fatalf("got %s", r.text)
		}
		return r.json["mfa_token"].(string)
	}
	answer := func(token, code string) reply {
		return s.form(url.Values{"grant_type": {"mfa"}, "mfa_token": {token}, "mfa_code": {code}})
	}
	token := begin()
	s.wantProblem(http.StatusUnauthorized, "AccessDenied", "accessDenied", answer(token, "000000"))
	r := s.want(http.StatusOK, answer(token, "123456"))
	s.token = r.json["access_token"].(string)
	s.want(http.StatusOK, s.get("/system/time"))
	s.wantProblem(http.StatusUnauthorized, "AccessDenied", "accessDenied", answer(token, "123456"))

	token = begin()
	s.token = token
	s.wantProblem(http.StatusUnauthorized, "InvalidToken", "invalidAccessToken", s.get("/system/time"))
	s.clock.advance(mfaLifetime)
	s.wantProblem(http.StatusUnauthorized, "AccessDenied", "accessDenied", answer(token, "123456"))
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	for _, reusable := range []bool{false, true} {
		s := start(t, Config{RefreshLifetime: 3 * time.Hour, Behaviour: Behaviour{ReusableRefreshToken: reusable}})
		first := s.form(passwordForm("admin", adminPassword))
		refresh := func(token any) reply {
			return s.form(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.(string)}})
		}
		s.clock.advance(2 * time.Hour)
		second := s.want(http.StatusOK, refresh(first.json["refresh_token"]))
		if second.json["access_token"] == first.json["access_token"] || second.json["refresh_token"] == first.json["refresh_token"] {
			t.Error("a refresh did not make a new pair")
		}
		s.token = second.json["access_token"].(string)
		s.want(http.StatusOK, s.get("/system/version"))
		again := refresh(first.json["refresh_token"])
		if reusable {
			s.want(http.StatusOK, again)
		} else {
			s.wantProblem(http.StatusUnauthorized, "AccessDenied", "accessDenied", again)
		}
		s.clock.advance(3 * time.Hour)
		s.wantProblem(http.StatusUnauthorized, "AccessDenied", "accessDenied", refresh(second.json["refresh_token"]))
	}
}

func TestAccessToken(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"", "InvalidToken"} {
		s := start(t, Config{Behaviour: Behaviour{ExpiredTokenCode: code}})
		s.clock.advance(time.Hour - time.Second)
		s.want(http.StatusOK, s.get("/system/time"))
		s.clock.advance(time.Second)
		want := "ExpiredToken"
		if code != "" {
			want = code
		}
		s.wantProblem(http.StatusUnauthorized, want, "expiredAccessToken", s.get("/system/time"))

		s.token = s.login("admin", adminPassword)
		s.Tokens().RevokeAccess()
		s.wantProblem(http.StatusUnauthorized, "InvalidToken", "invalidAccessToken", s.get("/system/time"))
		s.token = "made-up"
		s.wantProblem(http.StatusUnauthorized, "InvalidToken", "invalidAccessToken", s.get("/system/time"))
		s.token = ""
		for _, path := range []string{"/system/time", "/system/version", "/repositories", "/sessions", "/repositories/" + unknownID} {
			s.wantProblem(http.StatusUnauthorized, "InvalidToken", "noAccessToken", s.get(path))
		}
		s.wantProblem(http.StatusUnauthorized, "InvalidToken", "noAccessToken", s.delete("/token"))
	}
}

func TestBearerIsMatchedWithoutCase(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	s.want(http.StatusOK, s.send("GET", "/system/time", nil, http.Header{"Authorization": {"bearer " + s.token}}))
	s.want(http.StatusUnauthorized, s.send("GET", "/system/time", nil, http.Header{"Authorization": {s.token}}))
}

func TestLogout(t *testing.T) {
	t.Parallel()
	s := start(t, Config{})
	login := s.form(passwordForm("admin", adminPassword))
	s.token = login.json["access_token"].(string)
	r := s.want(http.StatusNoContent, s.delete("/token"))
	if r.text != "" {
		t.Errorf("got a body: %s", r.text)
	}
	s.wantProblem(http.StatusUnauthorized, "InvalidToken", "invalidAccessToken", s.get("/system/time"))
	refresh := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {login.json["refresh_token"].(string)}}
	s.wantProblem(http.StatusUnauthorized, "AccessDenied", "accessDenied", s.form(refresh))
}
