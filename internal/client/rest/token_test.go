// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAnswerThatIsNoLogin(t *testing.T) {
	for name, c := range map[string]struct{ body, reason string }{
		"MFA":         {`{"mfa_enabled":true,"mfa_token":"canary-mfa","access_token":null}`, ReasonMFA},
		"no token":    {`{"token_type":"bearer"}`, "does not contain an access token"},
		"empty":       {``, "does not contain an access token"},
		"empty token": {`{"access_token":""}`, "does not contain an access token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			client := inMemory(t, func(*http.Request) (*http.Response, error) { requests++; return answerOf(200, nil, c.body), nil })
			for range 2 {
				err := get(t.Context(), client)
				var login *AuthError
				if !errors.As(err, &login) || !strings.Contains(err.Error(), c.reason) {
					t.Fatalf("err = %v", err)
				}
				noCanary(t, err.Error())
			}
			if requests != 1 {
				t.Errorf("%d requests", requests)
			}
		})
	}
}

func TestLongTokens(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"access_token", "refresh_token", "mfa_token"} {
		client := inMemory(t, func(*http.Request) (*http.Response, error) {
			return answerOf(200, nil, `{"access_token":"a","`+field+`":"`+strings.Repeat("canary", tokenLimit)+`"}`), nil
		})
		err := get(t.Context(), client)
		if err == nil || !strings.Contains(err.Error(), "the response contains a token longer than 16 KiB") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// TestFailedLoginIsShared: a server that cannot be reached is not waited for by each object.
func TestFailedLoginIsShared(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() (*http.Response, error){
		"connection refused": func() (*http.Response, error) { return nil, errors.New("refused") },
		"server error":       func() (*http.Response, error) { return answerOf(500, nil, ""), nil },
		"gateway":            func() (*http.Response, error) { return answerOf(502, nil, ""), nil },
		"HTML page":          func() (*http.Response, error) { return answerOf(200, nil, "<html>"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := &account{}
				attempts, down := 0, true
				c := inMemory(t, func(r *http.Request) (*http.Response, error) {
					attempts++
					if down {
						return fail()
					}
					return a.answer(r)
				})
				first := get(t.Context(), c)
				for range 80 {
					time.Sleep(failureTTL / 100)
					if err := get(t.Context(), c); err == nil || err.Error() != first.Error() {
						t.Fatalf("err = %v", err)
					}
				}
				if attempts != 1 {
					t.Errorf("%d logins", attempts)
				}
				time.Sleep(failureTTL)
				down = false
				if err := get(t.Context(), c); err != nil {
					t.Errorf("the server is back: %v", err)
				}
			})
		})
	}
}

func TestCancelledCallerLeavesTheLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		c := inMemory(t, func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(time.Second):
				return a.answer(r)
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		})
		stopped := errors.New("stopped by the test")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 500*time.Millisecond, stopped)
		defer cancel()
		first, second := make(chan error), make(chan error)
		go func() { first <- get(ctx, c) }()
		synctest.Wait()
		go func() { second <- get(context.Background(), c) }()
		if err := <-first; !errors.Is(err, stopped) {
			t.Errorf("err = %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("err = %v", err)
		}
		mustHave(t, a, "password call")
	})
}

// The login that hangs ends with its time limit although nobody's context does.
func TestLoginIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(t, func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() })
		began := time.Now()
		err := get(t.Context(), c)
		if took := time.Since(began); !errors.Is(err, ErrTimeout) || took != time.Minute {
			t.Errorf("%v after %v", err, took)
		}
		if OutcomeUnknown(err) {
			t.Error("a login changes nothing")
		}
	})
}

// A call never leaves when its login fails: nothing about it is unknown.
func TestFailedLoginLeavesNoDoubt(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"gateway": func(*http.Request) (*http.Response, error) { return answerOf(504, nil, ""), nil },
		"cut":     func(r *http.Request) (*http.Response, error) { wrote(r); return nil, errors.New("connection reset") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := inMemory(t, answer).Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing"})
			if err == nil || OutcomeUnknown(err) {
				t.Errorf("%v, unknown: %t", err, OutcomeUnknown(err))
			}
		})
	}
}

func TestFetchTokenOnTheWire(t *testing.T) {
	t.Parallel()
	var sent *http.Request
	var form url.Values
	c := inMemory(t, func(r *http.Request) (*http.Response, error) {
		_ = r.ParseForm()
		sent, form = r, r.PostForm
		return answerOf(200, nil, `{"access_token":"canary-a","refresh_token":"canary-r","expires_in":"60"}`), nil
	})
	before := time.Now()
	token, err := c.FetchToken(t.Context(), tokenPath, http.Header{"X-Api-Version": {"1.0-rev0"}}, url.Values{"grant_type": {"password"}, "password": {"a&b=c d"}})
	if err != nil || token.Access.Reveal() != "canary-a" || token.Refresh.Reveal() != "canary-r" {
		t.Fatalf("err = %v", err)
	}
	if life := token.Expires.Sub(before); life < 59*time.Second || life > 61*time.Second {
		t.Errorf("lives %v", life)
	}
	if sent.Method != "POST" || form.Get("password") != "a&b=c d" || sent.Header.Get("X-Api-Version") != "1.0-rev0" ||
		sent.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || sent.Header.Get("Authorization") != "" {
		t.Errorf("sent %v %v", sent.Header, form)
	}
}

// A token that was just got can be used, however long the server says that it lives.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"canary-a","refresh_token":"canary-b","expires_in":3600}`, `{"access_token":"canary-a","expires_in":"60"}`,
		`{"access_token":"canary-a","expires_in":-1}`, `{"access_token":"canary-a","expires_in":9223372036854775807}`, `{"access_token":"canary-a","expires_in":1e18}`,
		`{"access_token":"canary-a","expires_in":"soon"}`, `{"access_token":7}`, `{"mfa_token":"canary-c","access_token":null}`, ``, `[]`, `<html>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := inMemory(t, func(*http.Request) (*http.Response, error) { return answerOf(200, nil, string(body)), nil })
		asked := time.Now()
		token, err := c.FetchToken(t.Context(), tokenPath, nil, url.Values{"password": {testPassword.Reveal()}})
		if err != nil {
			fitForDiagnostic(t, err.Error(), 2*messageLimit)
			return
		}
		if g := (&cachedToken{Token: token, issued: asked}); !g.usable(asked) {
			t.Errorf("%q: already over, by %s", body, asked.Sub(token.Expires))
		}
	})
}
