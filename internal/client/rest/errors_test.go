// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// failWith gives the error of a call that is answered so.
func failWith(t *testing.T, status int, contentType, body string) *APIError {
	t.Helper()
	c := inMemory(t, func(*http.Request) (*http.Response, error) {
		return answerOf(status, http.Header{"Content-Type": {contentType}}, body), nil
	}, withToken)
	_, err := c.Do(t.Context(), Request{Method: http.MethodDelete, Path: "/v8/Proxies/1"})
	var api *APIError
	if !errors.As(err, &api) {
		t.Fatalf("err = %v", err)
	}
	noCanary(t, err.Error())
	return api
}

func TestErrorShapes(t *testing.T) {
	t.Parallel()
	const asJSON, asProblem = "application/json; charset=utf-8", "application/problem+json"
	for name, c := range map[string]struct {
		status                 int
		contentType, body      string
		code, problem, message string
	}{
		"VB365":              {404, asJSON, `{"message":"Proxy is not found.","errorCode":"ResourceNotFound"}`, "ResourceNotFound", "", "Proxy is not found."},
		"VB365 message only": {400, asJSON, `{"message":"Bad input."}`, "", "", "Bad input."},
		"VBAWS": {
			409, asProblem, `{"type":"https://vbaws.example.com:11005/api/v1/problems/repositoryUsedByPolicy","title":"In use","status":409,"errorCode":"UnknownError","details":"A policy uses it."}`,
			"UnknownError", "repositoryUsedByPolicy", "In use: A policy uses it.",
		},
		"problem details": {400, asProblem, `{"type":"about:blank","title":"Bad Request","detail":"No."}`, "", "about:blank", "Bad Request: No."},
		"OAuth":           {400, asJSON, `{"error":"invalid_grant","error_description":"The password is wrong."}`, "invalid_grant", "", "The password is wrong."},
		"API versioning":  {400, asJSON, `{"error":{"code":"UnsupportedApiVersion","message":"Not supported.","innerError":null}}`, "UnsupportedApiVersion", "", "Not supported."},
		"model state": {
			400, asJSON, `{"title":"One or more validation errors occurred.","errors":{"port":["Too large.","Odd."],"hostName":["Required."]}}`,
			"", "", "One or more validation errors occurred. hostName: Required.; port: Too large., Odd.",
		},
		"said twice":         {400, asJSON, `{"message":"No.","title":"No.","details":"No."}`, "", "", "No."},
		"empty":              {500, "", "", "", "", ""},
		"null":               {500, asJSON, "null", "", "", ""},
		"array":              {500, asJSON, "[1,2]", "", "", ""},
		"string":             {500, asJSON, `"words"`, "", "", ""},
		"cut":                {500, asJSON, `{"message":"Pro`, "", "", ""},
		"junk":               {500, "application/octet-stream", "\x00\xff\x01", "", "", ""},
		"odd fields":         {500, asJSON, `{"message":{"a":1},"errorCode":7,"title":["x"],"details":"Told.","errors":"none","type":{}}`, "", "", "Told."},
		"wrong type, JSON":   {404, "text/plain", `{"message":"Told."}`, "", "", "Told."},
		"control characters": {400, asJSON, `{"message":"one\r\n\ttwo\u0007"}`, "", "", "one two"},
		"the token repeated": {403, asJSON, `{"message":"canary-access is no good","errorCode":"canary-access"}`, "***", "", "*** is no good"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := failWith(t, c.status, c.contentType, c.body)
			if got.Status != c.status || got.Code != c.code || got.Problem != c.problem || got.Message != c.message {
				t.Errorf("got %+v", got)
			}
			if got.Product != "Example" || got.Method != "DELETE" || got.Path != "/v8/Proxies/1" || len(got.RequestID) != 16 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestHTMLErrors(t *testing.T) {
	t.Parallel()
	for contentType, body := range map[string]string{
		"text/html":                "<html><body>502 Bad Gateway</body></html>",
		"text/html; charset=utf-8": "words",
		"":                         "  \n<!DOCTYPE html><html></html>",
		"application/json":         "<html></html>",
	} {
		got := failWith(t, 400, contentType, body)
		if !contains(got.Message, "HTML page") || contains(got.Error(), "Bad Gateway") {
			t.Errorf("%s: %v", contentType, got)
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	e := &APIError{Product: "Example", Method: "POST", Path: "/v8/Proxies", Status: 409, Code: "OperationConflict", Message: "Busy.", RequestID: "0123"}
	if got, want := e.Error(), "Example answered POST /v8/Proxies with 409 Conflict: Busy. [OperationConflict] (request ID 0123)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	e.Code, e.Message = "", ""
	if got, want := e.Error(), "Example answered POST /v8/Proxies with 409 Conflict (request ID 0123)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	long := failWith(t, 400, "application/json", `{"message":"`+strings.Repeat("long ", 5000)+`"}`)
	if n := len(long.Error()); n > 1000 {
		t.Errorf("%d bytes", n)
	}
}

func TestSentinels(t *testing.T) {
	t.Parallel()
	errOther := errors.New("of the product")
	all := map[string]error{"not found": ErrNotFound, "conflict": ErrConflict, "other": errOther, "unauthorized": ErrUnauthorized, "forbidden": ErrForbidden}
	for _, c := range []struct {
		err  APIError
		want string
	}{
		{APIError{Status: 404}, "not found"},
		{APIError{Status: 410}, "not found"},
		{APIError{Status: 500, Kind: ErrNotFound}, "not found"},
		{APIError{Status: 409}, "conflict"},
		{APIError{Status: 400, Kind: ErrConflict}, "conflict"},
		{APIError{Status: 500, Kind: errOther}, "other"},
		{APIError{Status: 401}, "unauthorized"},
		{APIError{Status: 403}, "forbidden"},
		{APIError{Status: 400, Kind: ErrForbidden}, "forbidden"},
		{APIError{Status: 500}, ""},
		{APIError{Status: 400}, ""},
	} {
		wrapped := fmt.Errorf("call: %w", &AuthError{Err: &c.err})
		for name, sentinel := range all {
			if got := errors.Is(wrapped, sentinel); got != (name == c.want) {
				t.Errorf("%d %s is %s: %t", c.err.Status, c.err.Code, name, got)
			}
		}
	}
}

func TestOutcomeUnknownOfOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"none":        {nil, false},
		"another":     {errors.New("x"), false},
		"not sent":    {&TransportError{}, false},
		"sent":        {&TransportError{Sent: true}, true},
		"wrapped":     {fmt.Errorf("x: %w", &TransportError{Sent: true}), true},
		"refused":     {&APIError{Status: 400}, false},
		"unavailable": {&APIError{Status: 503}, true},
		"try later":   {&APIError{Status: 503, RetryAfter: true}, false},
		"gateway":     {&APIError{Status: 502}, true},
		"timeout":     {&APIError{Status: 504}, true},
	} {
		if got := OutcomeUnknown(c.err); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestPasswordRepeatedByTheServer(t *testing.T) {
	t.Parallel()
	c := inMemory(t, func(*http.Request) (*http.Response, error) {
		return answerOf(400, nil, `{"message":"Wrong password canary-machine for canary-access"}`), nil
	}, withToken)
	_, err := c.Do(t.Context(), Request{
		Method: http.MethodPost, Path: "/thing", Body: map[string]string{"password": "canary-machine"}, Mask: []Secret{"canary-machine"},
	})
	if err == nil || !contains(err.Error(), "Wrong password *** for ***") {
		t.Errorf("err = %v", err)
	}
}

// TestLoginRepeatedByTheServer: what the login carried is hidden in the answers to other calls too.
func TestLoginRepeatedByTheServer(t *testing.T) {
	t.Parallel()
	c := inMemory(t, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == tokenPath {
			return answerOf(200, nil, `{"access_token":"canary-a","refresh_token":"canary-b"}`), nil
		}
		return answerOf(400, nil, `{"message":"canary-a, canary-b, canary-password."}`), nil
	})
	_, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/thing"})
	if err == nil || !contains(err.Error(), "***, ***, ***.") {
		t.Errorf("err = %v", err)
	}
}

func FuzzErrorBody(f *testing.F) {
	f.Add("application/json", []byte(`{"message":"No canary-secret.","errorCode":"X"}`))
	f.Add("application/problem+json", []byte(`{"type":"https://x/y","title":"T","errors":{"a":["b"]},"error":{"code":"c"}}`))
	f.Add("text/html", []byte(`<html>`))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		e := &APIError{Status: 400}
		e.describe(contentType, body, veilOf("canary-secret"))
		text := e.Error()
		if contains(text, "canary-secret") || strings.ContainsAny(text, "\r\n\x00") || len([]rune(e.Message)) > messageLimit+1 {
			t.Errorf("not fit for a diagnostic: %q", text)
		}
	})
}

// Sanitizing a text twice is the same as sanitizing it once.
func FuzzTidy(f *testing.F) {
	f.Add("one\r\ntwo\x00\xff", "canary-a", "canary-ab")
	f.Add(strings.Repeat("ä ", messageLimit), "", "x")
	f.Add("canary-canary-ab", "canary-ab", "canary-")
	f.Fuzz(func(t *testing.T, text, a, b string) {
		got := veilOf(Secret(a), Secret(b)).sanitize(text)
		if again := OneLine(got); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
		for _, secret := range []string{a, b} {
			// Asterisks or blanks of a secret may come from sanitizing itself.
			if len(secret) > 2 && !strings.ContainsFunc(secret, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' || r == utf8.RuneError }) && strings.Contains(got, secret) {
				t.Errorf("%q shows %q", got, secret)
			}
		}
		fitForDiagnostic(t, got, messageLimit+1)
	})
}
