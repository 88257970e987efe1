// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// token is the token endpoint (H15 to H8:authorization, S6 to S8 token). Fields
// it does not need are ignored, which clients rely on.
func (s *Simulator) token(c *call) answer {
	form, ok := tokenForm(c)
	if !ok {
		return s.fail(c, badMedia, "The content type is not supported.")
	}
	guarded := c.dialect.antiforgery
	if c.dialect.antiforgery && form.Has("disable_antiforgery_token") {
		truth, err := strconv.ParseBool(form.Get("disable_antiforgery_token"))
		if err != nil {
			return s.fail(c, invalidBody, "The value of disable_antiforgery_token is not valid.")
		}
		guarded = !truth
	}

	var pair appliance.Pair
	switch grant := form.Get("grant_type"); grant {
	case "password":
		if pair, ok = s.tokens.Login(form.Get("username"), form.Get("password")); !ok {
			return s.failLogin(c, http.StatusBadRequest, "invalid_grant", "The user name or password is incorrect.")
		}
	case "refresh_token":
		if s.lacksAntiforgery(c.dialect, form.Get("refresh_token")) {
			return s.fail(c, antiforgery, "The antiforgery token is missing.")
		}
		if pair, ok = s.refresh(c.dialect, form.Get("refresh_token")); !ok {
			status := http.StatusBadRequest
			if s.config.Behaviour.DeadRefresh != 0 {
				status = s.config.Behaviour.DeadRefresh
			}
			return s.failLogin(c, status, "invalid_grant", "The refresh token is not valid.")
		}
	default:
		return s.failLogin(c, http.StatusBadRequest, "unsupported_grant_type", fmt.Sprintf("The grant type %q is not supported.", grant))
	}
	if guarded {
		s.guarded[pair.Access], s.guarded[pair.Refresh] = true, true
	}
	return answer{status: http.StatusOK, body: s.tokenAnswer(c.dialect, pair)}
}

// tokenForm reads the fields from a form or, where the version has it, JSON.
func tokenForm(c *call) (url.Values, bool) {
	media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(c.body))
		return form, err == nil
	case err == nil && media == "application/json" && c.dialect.jsonToken:
		var members map[string]any
		if json.Unmarshal(c.body, &members) != nil {
			return nil, false
		}
		form := url.Values{}
		for name, member := range members {
			if member != nil {
				form.Set(name, fmt.Sprint(member))
			}
		}
		return form, true
	}
	return nil, false
}

func (s *Simulator) refresh(d *dialect, token string) (appliance.Pair, bool) {
	if d.oneTime && !s.config.Behaviour.ReusableRefresh {
		return s.tokens.RefreshOnce(token)
	}
	return s.tokens.Refresh(token)
}

// lacksAntiforgery: from v7 a token asked for without disable_antiforgery_token
// works only with a cookie (H8:authorization) whose name is not documented, so
// no client of this simulator can have it.
func (s *Simulator) lacksAntiforgery(d *dialect, token string) bool {
	return d.antiforgery && !s.config.Behaviour.IgnoreAntiforgery && s.guarded[token]
}

func (s *Simulator) tokenAnswer(d *dialect, pair appliance.Pair) map[string]any {
	body := map[string]any{
		"access_token":  pair.Access,
		"refresh_token": pair.Refresh,
		"token_type":    "bearer",
		"expires_in":    int64(pair.Lifetime.Seconds()),
		"userName":      pair.User,
		".issued":       pair.Issued.UTC().Format(d.timeFormat),
		".expires":      pair.Expires.UTC().Format(d.timeFormat),
	}
	if s.config.Behaviour.QuotedNumbers {
		body["expires_in"] = fmt.Sprint(body["expires_in"])
	}
	return body
}

func (s *Simulator) failLogin(c *call, status int, code, message string) answer {
	style := s.config.Behaviour.LoginErrors
	if style == "" {
		style = Message
		if c.dialect.oauthErrors {
			style = OAuth
		}
	}
	if style == OAuth {
		return answer{status: status, body: map[string]any{"error": code, "error_description": message}}
	}
	reply := s.fail(c, invalidBody, message)
	reply.status = status
	return reply
}

// logout ends the token it is called with (S7, S8 logout).
func (s *Simulator) logout(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	s.tokens.Logout(appliance.BearerToken(c.Request))
	return answer{status: c.dialect.logout}
}

// serviceInstance tells the build (S6 to S8 RESTServiceInstance).
func (s *Simulator) serviceInstance(c *call) answer {
	if reply, ok := s.noBody(c); !ok {
		return reply
	}
	return answer{status: http.StatusOK, body: s.shape(map[string]any{
		"installationId": s.installation, "version": s.product.build,
	}, sparseInstance)}
}

// noBody refuses a body where the API has none.
func (s *Simulator) noBody(c *call) (answer, bool) {
	if len(c.body) > 0 {
		return s.fail(c, invalidBody, "The request must not have a body."), false
	}
	return answer{}, true
}

// decode reads the JSON body of a request.
func (s *Simulator) decode(c *call, fields []field, target any) (answer, bool) {
	if len(c.body) == 0 {
		return s.fail(c, invalidBody, "The request body is missing."), false
	}
	media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || !strings.EqualFold(media, "application/json") {
		return s.fail(c, badMedia, "The content type is not supported."), false
	}
	check := schema{version: c.dialect.number, anyCase: s.config.Behaviour.AnyCaseFields}
	if err := check.decode(c.body, fields, target); err != nil {
		return s.fail(c, invalidBody, err.Error()), false
	}
	return answer{}, true
}

// decodeList reads a JSON body that is an array of objects.
func (s *Simulator) decodeList(c *call, fields []field) ([]any, answer, bool) {
	var wrapped struct{ Elements []any }
	named := *c
	if named.body = nil; len(c.body) > 0 {
		named.body = fmt.Appendf(nil, `{"elements":%s}`, c.body)
	}
	element := field{name: "elements", kind: list, first: c.dialect.number, last: c.dialect.number, notNull: true, fields: fields}
	reply, ok := s.decode(&named, []field{element}, &wrapped)
	return wrapped.Elements, reply, ok
}
