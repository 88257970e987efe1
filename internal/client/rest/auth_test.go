// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble runs a test of an account with the clock of synctest.
func inBubble(t *testing.T, a *account, test func(t *testing.T, c *Client), change ...func(*Options)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, inMemory(t, a.answer, change...)) })
}

func mustHave(t *testing.T, a *account, want string) {
	t.Helper()
	if got := a.requests(); got != want {
		t.Errorf("requests %q, want %q", got, want)
	}
}

func TestFiftyCallersLogInOnce(t *testing.T) {
	a := &account{}
	inBubble(t, a, func(t *testing.T, c *Client) {
		var wait sync.WaitGroup
		for range 50 {
			wait.Go(func() {
				if err := get(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if want := "password" + strings.Repeat(" call", 50); a.requests() != want {
			t.Errorf("requests %q", a.requests())
		}
	})
}

func TestNoRequestBeforeTheFirstCall(t *testing.T) {
	a := &account{}
	inBubble(t, a, func(t *testing.T, _ *Client) { mustHave(t, a, "") })
}

func TestLoginAlone(t *testing.T) {
	a := &account{}
	inBubble(t, a, func(t *testing.T, c *Client) {
		for range 3 {
			if err := c.Login(t.Context()); err != nil {
				t.Error(err)
			}
		}
		mustHave(t, a, "password")
	})
}

func TestRefreshBeforeExpiry(t *testing.T) {
	for name, c := range map[string]struct {
		lifetime int
		fresh    time.Duration // no refresh yet
		stale    time.Duration // a refresh by then
	}{
		"a minute before":            {3600, 58 * time.Minute, 59 * time.Minute},
		"a quarter of a short life":  {60, 44 * time.Second, 45 * time.Second},
		"one second":                 {1, 700 * time.Millisecond, 750 * time.Millisecond},
		"long after the end of life": {3600, time.Minute, 48 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			a := &account{lifetime: c.lifetime}
			inBubble(t, a, func(t *testing.T, client *Client) {
				began := time.Now()
				for _, at := range []time.Duration{0, c.fresh, c.stale} {
					time.Sleep(at - time.Since(began))
					if err := get(t.Context(), client); err != nil {
						t.Fatal(err)
					}
				}
				mustHave(t, a, "password call call refresh call")
			})
		})
	}
}

func TestTokenWithoutALifetimeIsKept(t *testing.T) {
	a := &account{}
	inBubble(t, a, func(t *testing.T, c *Client) {
		for range 3 {
			if err := get(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			time.Sleep(1000 * time.Hour)
		}
		mustHave(t, a, "password call call call")
	})
}

func TestRefusedRefreshIsFollowedByALogin(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 500} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			a := &account{lifetime: 3600, refuse: map[string]int{"refresh": status}}
			inBubble(t, a, func(t *testing.T, c *Client) {
				for range 2 {
					if err := get(t.Context(), c); err != nil {
						t.Fatal(err)
					}
					time.Sleep(2 * time.Hour)
				}
				mustHave(t, a, "password call refresh password call")
			})
		})
	}
}

func TestRevokedTokenIsRefreshed(t *testing.T) {
	a := &account{}
	inBubble(t, a, func(t *testing.T, c *Client) {
		_ = get(t.Context(), c)
		a.revoke()
		if err := get(t.Context(), c); err != nil {
			t.Error(err)
		}
		mustHave(t, a, "password call call refresh call")
	})
}

func TestEveryTokenRejected(t *testing.T) {
	a := &account{neverAccept: true}
	inBubble(t, a, func(t *testing.T, c *Client) {
		err := get(t.Context(), c)
		var login *AuthError
		if !errors.As(err, &login) || !errors.Is(err, ErrUnauthorized) || !strings.Contains(err.Error(), "the account svc:") {
			t.Fatalf("err = %v", err)
		}
		noCanary(t, err.Error())
		mustHave(t, a, "password call refresh call password call")
	})
}

func TestRejectedAfterARefusedRefresh(t *testing.T) {
	a := &account{neverAccept: true, refuse: map[string]int{"refresh": 400}}
	inBubble(t, a, func(t *testing.T, c *Client) {
		var login *AuthError
		if err := get(t.Context(), c); !errors.As(err, &login) {
			t.Fatalf("err = %v", err)
		}
		mustHave(t, a, "password call refresh password call")
	})
}

// A POST may be sent again after a 401: the server has not processed it.
func TestPostAfterARevokedToken(t *testing.T) {
	a := &account{}
	inBubble(t, a, func(t *testing.T, c *Client) {
		_ = get(t.Context(), c)
		a.revoke()
		status, err := c.Do(t.Context(), Request{Method: http.MethodPost, Path: "/thing", Body: map[string]int{"n": 1}})
		if err != nil || status != 200 {
			t.Errorf("%d, %v", status, err)
		}
		mustHave(t, a, "password call call refresh call")
	})
}

func TestRefusedAccountIsAskedOnce(t *testing.T) {
	for _, status := range []int{400, 401, 403} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			a := &account{refuse: map[string]int{"password": status}}
			inBubble(t, a, func(t *testing.T, c *Client) {
				var wait sync.WaitGroup
				for range 20 {
					wait.Go(func() {
						err := get(t.Context(), c)
						var login *AuthError
						var api *APIError
						if !errors.As(err, &login) || !errors.As(err, &api) || api.Status != status {
							t.Errorf("err = %v", err)
							return
						}
						noCanary(t, err.Error())
					})
				}
				wait.Wait()
				_ = get(t.Context(), c)
				mustHave(t, a, "password")
			})
		})
	}
}

func TestFailedLoginIsTriedAgainLater(t *testing.T) {
	a := &account{refuse: map[string]int{"password": 500}}
	inBubble(t, a, func(t *testing.T, c *Client) {
		var login *AuthError
		if err := get(t.Context(), c); err == nil || errors.As(err, &login) {
			t.Fatalf("err = %v", err)
		}
		a.refuse = nil
		time.Sleep(failureTTL)
		if err := get(t.Context(), c); err != nil {
			t.Error(err)
		}
		mustHave(t, a, "password password call")
	})
}

func TestAccessTokenIsUsedAsItIs(t *testing.T) {
	a := &account{valid: map[string]bool{"canary-access": true}}
	inBubble(t, a, func(t *testing.T, c *Client) {
		if err := get(t.Context(), c); err != nil {
			t.Error(err)
		}
		a.revoke()
		err := get(t.Context(), c)
		var login *AuthError
		if !errors.As(err, &login) || !strings.Contains(err.Error(), "the configured access token") {
			t.Fatalf("err = %v", err)
		}
		noCanary(t, err.Error())
		mustHave(t, a, "call call")
	}, withToken)
}

// An appliance that keeps the refresh token does not send it again.
func TestRefreshTokenThatStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var grants []string
		c := inMemory(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Path != tokenPath {
				return answerOf(200, nil, ""), nil
			}
			_ = r.ParseForm()
			grants = append(grants, r.PostForm.Get("grant_type")+r.PostForm.Get("refresh_token"))
			if len(grants) > 1 {
				return answerOf(200, nil, `{"access_token":"canary-b","expires_in":3600}`), nil
			}
			return answerOf(200, nil, `{"access_token":"canary-a","refresh_token":"canary-r","expires_in":3600}`), nil
		})
		for range 3 {
			if err := get(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
		}
		if got := strings.Join(grants, " "); got != "password refresh_tokencanary-r refresh_tokencanary-r" {
			t.Errorf("%d grants", len(grants))
		}
	})
}
