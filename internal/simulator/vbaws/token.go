// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"cmp"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// mfaLifetime is a guess: the vendor names no lifetime of an MFA token.
const mfaLifetime = 5 * time.Minute

type mfaLogin struct {
	user    string
	expires time.Time
}

// restLogin is the schema RESTLogin of SPEC10. A login that waits for its MFA code carries no access token, a
// complete one no MFA token; the schema allows no null.
type restLogin struct {
	AccessToken  string `json:"access_token,omitempty"`
	TokenType    string `json:"token_type,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	ExpiresIn    int    `json:"expires_in,omitempty"` // seconds
	Issued       string `json:".issued,omitempty"`
	Expires      string `json:".expires,omitempty"`
	Username     string `json:"username"`
	RoleName     string `json:"roleName"`
	MFAEnabled   bool   `json:"mfa_enabled"`
	MFAToken     string `json:"mfa_token,omitempty"`
}

// login is POST /token. Field names and the grant type are matched without case, as real appliances do.
func (s *Simulator) login(c *call) answer {
	mediaType, _, _ := mime.ParseMediaType(c.request.Header.Get("Content-Type"))
	if mediaType != "application/x-www-form-urlencoded" {
		return invalidRequest.answer("The content type must be application/x-www-form-urlencoded.", "")
	}
	sent, err := url.ParseQuery(string(c.body))
	if err != nil {
		return invalidRequest.answer("The form is malformed.", "")
	}
	form := fields(sent)
	switch strings.ToLower(form.first("grant_type")) {
	case "password":
		return s.passwordLogin(form)
	case "refresh_token":
		return s.refreshLogin(form)
	case "mfa":
		return s.mfaLogin(form)
	case "authorization_code":
		// Codes come from a browser session, which does not exist here: every code is a wrong one.
		return s.refuseLogin("The authorization code is unknown.")
	case "":
		return invalidRequest.answer("The field grant_type is required.", "")
	default:
		return invalidRequest.answer("The value of grant_type is unknown.", "")
	}
}

func (s *Simulator) passwordLogin(form fields) answer {
	name := form.first("username")
	if name == "" || form.first("password") == "" {
		return invalidRequest.answer("The fields username and password are required.", "")
	}
	if !s.tokens.Check(name, form.first("password")) {
		return s.refuseLogin("The user name or password is incorrect.")
	}
	if s.config.Users[name].MFA == "" {
		return s.issued(s.tokens.Issue(name))
	}
	token := "mfa-" + randomID()
	s.tokens.Remember(token)
	s.mfa[token] = mfaLogin{user: name, expires: s.now().Add(mfaLifetime)}
	return answer{status: http.StatusOK, body: restLogin{
		Username: name, RoleName: s.role(name), MFAEnabled: true, MFAToken: token,
	}}
}

func (s *Simulator) refreshLogin(form fields) answer {
	if form.first("refresh_token") == "" {
		return invalidRequest.answer("The field refresh_token is required.", "")
	}
	pair, ok := s.tokens.Refresh(form.first("refresh_token"))
	if !ok {
		return s.refuseLogin("The refresh token is invalid or has expired.")
	}
	return s.issued(pair)
}

func (s *Simulator) mfaLogin(form fields) answer {
	token := form.first("mfa_token")
	if token == "" || form.first("mfa_code") == "" {
		return invalidRequest.answer("The fields mfa_token and mfa_code are required.", "")
	}
	login, ok := s.mfa[token]
	if !ok || !s.now().Before(login.expires) || s.config.Users[login.user].MFA != form.first("mfa_code") {
		return s.refuseLogin("The MFA token or code is incorrect.")
	}
	delete(s.mfa, token)
	return s.issued(s.tokens.Issue(login.user))
}

func (s *Simulator) refuseLogin(details string) answer {
	return badCredentials.as(s.config.Behaviour.BadCredentials).answer(details, "")
}

func (s *Simulator) issued(pair appliance.Pair) answer {
	s.expiries[pair.Access] = pair.Expires
	// These two carry a zone, whatever Behaviour says of the other times: public clients read them as RFC 3339.
	const layout = "2006-01-02T15:04:05Z"
	return answer{status: http.StatusOK, body: restLogin{
		AccessToken: pair.Access, TokenType: "bearer", RefreshToken: pair.Refresh,
		ExpiresIn: int(pair.Lifetime / time.Second),
		Issued:    pair.Issued.UTC().Format(layout), Expires: pair.Expires.UTC().Format(layout),
		Username: pair.User, RoleName: s.role(pair.User), MFAEnabled: s.config.Users[pair.User].MFA != "",
	}}
}

// logout is DELETE /token: 204 without a body (SPEC10).
func (s *Simulator) logout(c *call) answer {
	s.tokens.Logout(appliance.BearerToken(c.request))
	return answer{status: http.StatusNoContent}
}

func (s *Simulator) role(user string) string {
	return cmp.Or(s.config.Users[user].Role, Administrator)
}

// systemVersion is GET /system/version: the product's build, four numbers (SPEC10 ProductVersion).
func (s *Simulator) systemVersion(*call) answer {
	return answer{status: http.StatusOK, body: map[string]string{
		"about": "Veeam Backup for AWS", "version": s.product.version,
	}}
}

// systemTime is GET /system/time (SPEC10 DateTimeInfo).
func (s *Simulator) systemTime(*call) answer {
	return answer{status: http.StatusOK, body: map[string]string{"utcDateTime": s.timestamp(s.now())}}
}

func (s *Simulator) timestamp(t time.Time) string {
	return t.UTC().Format(s.config.Behaviour.Timestamps.layout())
}
