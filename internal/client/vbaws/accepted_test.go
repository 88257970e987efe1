// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// timeLines are the questions for all revisions.
func timeLines() (lines []string) {
	for _, r := range Revisions() {
		lines = append(lines, "GET /api/v1/system/time "+string(r))
	}
	return lines
}

func TestAcceptedRevisions(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, p.accepts...)
			c := f.client()
			got, err := c.AcceptedRevisions(t.Context())
			if err != nil || !slices.Equal(got, p.accepts) {
				t.Errorf("got %v, %v, want %v", got, err, p.accepts)
			}
			var want []string
			for _, r := range Revisions()[:p.attempts] { // the login, which finds the revision in use
				want = append(want, "POST /api/v1/token "+string(r))
			}
			must(t, f, append(want, timeLines()...)...)
			if got, err := c.Revision(t.Context()); err != nil || got != p.newest {
				t.Errorf("Revision = %q, %v", got, err)
			}
		})
	}
}

func TestAcceptedRevisionsWithAPin(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.5-rev0", "1.4-rev0", "1.3-rev0")
			c := f.client(pinned("1.4-rev0"), change)
			got, err := c.AcceptedRevisions(t.Context())
			if err != nil || !slices.Equal(got, []Revision{"1.5-rev0", "1.4-rev0", "1.3-rev0"}) {
				t.Errorf("got %v, %v", got, err)
			}
			want := timeLines()
			if mode == "password" {
				want = append([]string{"POST /api/v1/token 1.4-rev0"}, want...)
			}
			must(t, f, want...)
			if got, err := c.Revision(t.Context()); err != nil || got != "1.4-rev0" {
				t.Errorf("Revision = %q, %v", got, err)
			}
		})
	}
}

// However a revision is refused, and also where the login takes any.
func TestAcceptedRevisionsWhateverTheRefusal(t *testing.T) {
	t.Parallel()
	for name, refuse := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.6-rev0", "1.5-rev1")
			f.refuse, f.tokenNeutral = refuse, true
			got, err := f.client().AcceptedRevisions(t.Context())
			if err != nil || !slices.Equal(got, []Revision{"1.6-rev0", "1.5-rev1"}) {
				t.Errorf("got %v, %v", got, err)
			}
			lines := slices.DeleteFunc(f.requests(), func(line string) bool { return strings.HasPrefix(line, "GET /api/v1/repositories?Limit=1&") })
			if want := append([]string{"POST /api/v1/token 1.9-rev0"}, timeLines()...); !slices.Equal(lines, want) {
				t.Errorf("requests %v", lines)
			}
		})
	}
}

func TestNoRevisionIsAccepted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   []func(*Config)
		neutral  bool
		requests int
	}{
		"password":        {nil, false, 11},
		"access token":    {[]func(*Config){withToken}, false, 11},
		"pin":             {[]func(*Config){pinned("1.4-rev0")}, false, 1}, // the login ends it
		"pin and token":   {[]func(*Config){pinned("1.4-rev0"), withToken}, false, 11},
		"login takes all": {nil, true, 12},
		"wrong password":  {[]func(*Config){wrongPassword}, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "2.0-rev0")
			f.tokenNeutral = c.neutral
			got, err := f.client(c.change...).AcceptedRevisions(t.Context())
			var refused *RevisionError
			var login *rest.AuthError
			if got != nil || !errors.As(err, &refused) && !errors.As(err, &login) || errors.As(err, &login) != (name == "wrong password") {
				t.Errorf("got %v, %v", got, err)
			}
			if n := len(f.requests()); n != c.requests {
				t.Errorf("%d requests, want %d: %v", n, c.requests, f.requests())
			}
			noCanary(t, err.Error())
		})
	}
}

// An unclear answer for one revision leaves no list.
func TestAcceptedRevisionsInTrouble(t *testing.T) {
	t.Parallel()
	f := newFake(t, Revisions()...)
	f.routes["GET "+timePath] = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("x-api-version") == "1.5-rev0" {
			w.WriteHeader(500)
			return
		}
		reply(w, 200, "{}")
	}
	got, err := f.client().AcceptedRevisions(t.Context())
	var refused *RevisionError
	if got != nil || err == nil || errors.As(err, &refused) {
		t.Errorf("got %v, %v", got, err)
	}
}
