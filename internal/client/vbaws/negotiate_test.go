// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// products holds which revisions each appliance accepts, as far as it is published, and what follows from that.
var products = []struct {
	name     string
	accepts  []Revision
	newest   Revision
	attempts int // logins until one is accepted
	rescan   Revision
	logins   int // the same, when a rescan is the first to ask
	asks     int // GET /system/time for the rescan
}{
	{"2.0", []Revision{"1.0-rev0"}, "1.0-rev0", 11, "1.0-rev0", 11, 0},
	{"3.0", []Revision{"1.1-rev0", "1.0-rev0"}, "1.1-rev0", 10, "1.1-rev0", 10, 0},
	{"4.0", []Revision{"1.2-rev0", "1.1-rev0", "1.0-rev0"}, "1.2-rev0", 9, "1.2-rev0", 9, 0},
	{"5.0", []Revision{"1.3-rev0", "1.2-rev0", "1.1-rev0", "1.0-rev0"}, "1.3-rev0", 8, "1.3-rev0", 1, 1},
	{"6.0", []Revision{"1.4-rev0", "1.3-rev0"}, "1.4-rev0", 7, "1.3-rev0", 1, 1},
	{"7.0", []Revision{"1.5-rev0", "1.4-rev0", "1.3-rev0"}, "1.5-rev0", 6, "1.3-rev0", 1, 1},
	{"7.0 updated", []Revision{"1.5-rev1", "1.5-rev0", "1.4-rev0", "1.3-rev0"}, "1.5-rev1", 5, "1.3-rev0", 1, 1},
	{"8.0", []Revision{"1.6-rev0", "1.5-rev1", "1.5-rev0", "1.4-rev0"}, "1.6-rev0", 4, "", 5, 0},
	{"9", []Revision{"1.7-rev0", "1.6-rev0", "1.5-rev1"}, "1.7-rev0", 3, "", 4, 0},
	{"10", []Revision{"1.8-rev0", "1.7-rev0", "1.6-rev0"}, "1.8-rev0", 2, "", 3, 0},
	{"11", []Revision{"1.9-rev0", "1.8-rev0", "1.7-rev0"}, "1.9-rev0", 1, "", 2, 0},
}

// refusals are the ways in which an appliance may refuse a revision.
var refusals = map[string]func(http.ResponseWriter, string){
	"problem 400": refuseRevision(400),
	"problem 404": refuseRevision(404),
	"problem 405": refuseRevision(405),
	"bare 404":    func(w http.ResponseWriter, _ string) { w.WriteHeader(404) },
	"bare 405":    func(w http.ResponseWriter, _ string) { w.WriteHeader(405) },
	"not found": func(w http.ResponseWriter, _ string) {
		reply(w, 404, problem(404, "resourceNotFound", "Not found", "NotFound", ""))
	},
	"invalid": func(w http.ResponseWriter, _ string) {
		reply(w, 400, problem(400, "invalidApiVersion", "Invalid", "UnknownError", ""))
	},
	"unspecified": func(w http.ResponseWriter, _ string) {
		reply(w, 400, problem(400, "apiVersionUnspecified", "", "", ""))
	},
	"aspnet": func(w http.ResponseWriter, v string) {
		reply(w, 400, `{"error":{"code":"UnsupportedApiVersion","message":"The HTTP resource does not support the API version '`+v+`'.","innerError":null}}`)
	},
	"aspnet 8": func(w http.ResponseWriter, _ string) {
		reply(w, 400, `{"type":"https://docs.api-versioning.org/problems#unsupported","title":"Unsupported API version","status":400}`)
	},
	"words only": func(w http.ResponseWriter, _ string) {
		reply(w, 400, `{"title":"Bad request","details":"Wrong x-api-version."}`)
	},
}

func TestRevisionByLogin(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, p.accepts...)
			c := f.client()
			for range 2 {
				if got, err := c.Revision(t.Context()); err != nil || got != p.newest {
					t.Fatalf("Revision = %q, %v; want %q", got, err, p.newest)
				}
			}
			var want []string
			for _, r := range Revisions()[:p.attempts] {
				want = append(want, "POST /api/v1/token "+string(r))
			}
			must(t, f, want...)
		})
	}
}

func TestRevisionByAccessToken(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, p.accepts...)
			c := f.client(withToken)
			for range 2 {
				if got, err := c.Revision(t.Context()); err != nil || got != p.newest {
					t.Fatalf("Revision = %q, %v; want %q", got, err, p.newest)
				}
			}
			var want []string
			for _, r := range Revisions()[:p.attempts] {
				want = append(want, "GET /api/v1/system/time "+string(r))
			}
			must(t, f, want...)
		})
	}
}

func TestRescanRevision(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, p.accepts...)
			c := f.client()
			for range 3 {
				got, err := c.RescanRevision(t.Context())
				var unsupported *RescanUnsupportedError
				switch {
				case got != p.rescan:
					t.Fatalf("RescanRevision = %q, %v; want %q", got, err, p.rescan)
				case p.rescan == "" && (!errors.As(err, &unsupported) || *unsupported != RescanUnsupportedError{Newest: p.newest, Appliance: "8.1.0.7"}):
					t.Fatalf("RescanRevision: %v", err)
				case p.rescan != "" && err != nil:
					t.Fatal(err)
				}
			}
			if got := f.count("POST " + tokenPath); got != p.logins {
				t.Errorf("%d logins, want %d", got, p.logins)
			}
			if got := f.count("GET " + timePath + " 1.3-rev0"); got != p.asks || f.count("GET "+timePath) != p.asks {
				t.Errorf("asked %d times, want %d", got, p.asks)
			}
			versions := 0
			if p.rescan == "" {
				versions = 1
			}
			if got := f.count("GET " + versionPath); got != versions {
				t.Errorf("asked for the version %d times, want %d", got, versions)
			}
		})
	}
}

func TestRefusedRevisionIsRecognised(t *testing.T) {
	t.Parallel()
	for name, refuse := range refusals {
		for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
			t.Run(name+" "+mode, func(t *testing.T) {
				t.Parallel()
				f := newFake(t, "1.6-rev0", "1.4-rev0")
				f.refuse = refuse
				c := f.client(change)
				if got, err := c.Revision(t.Context()); err != nil || got != "1.6-rev0" {
					t.Fatalf("Revision = %q, %v", got, err)
				}
				var unsupported *RescanUnsupportedError
				if _, err := c.RescanRevision(t.Context()); !errors.As(err, &unsupported) {
					t.Fatalf("RescanRevision: %v", err)
				}
			})
		}
	}
}

func TestNoRevisionIsNoRefusedAccount(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "2.0-rev0")
			_, err := f.client(change).Revision(t.Context())
			var refused *RevisionError
			var login *rest.AuthError
			if !errors.As(err, &refused) || errors.As(err, &login) || errors.Is(err, rest.ErrNotFound) {
				t.Fatalf("err = %v", err)
			}
			if !strings.Contains(err.Error(), "1.0-rev0 to 1.9-rev0") || !strings.Contains(err.Error(), "Unsupported API version") {
				t.Errorf("err = %v", err)
			}
			if got := len(f.requests()); got != len(Revisions()) {
				t.Errorf("%d requests", got)
			}
			noCanary(t, err.Error())
		})
	}
}

func TestPinnedRevision(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.5-rev0", "1.4-rev0", "1.3-rev0")
	f.on("GET /api/v1/sessions/"+sessionID, 200, `{"id":"`+sessionID+`","status":"Succeeded"}`)
	c := f.client(pinned("1.4-rev0"))
	if got, err := c.Revision(t.Context()); err != nil || got != "1.4-rev0" || len(f.requests()) != 0 {
		t.Fatalf("Revision = %q, %v after %v", got, err, f.requests())
	}
	if _, err := c.Session(t.Context(), sessionID); err != nil {
		t.Fatal(err)
	}
	if got, err := c.RescanRevision(t.Context()); err != nil || got != "1.3-rev0" {
		t.Fatalf("RescanRevision = %q, %v", got, err)
	}
	must(t, f, "POST /api/v1/token 1.4-rev0", "GET /api/v1/sessions/"+sessionID+" 1.4-rev0", "GET /api/v1/system/time 1.3-rev0")
}

func TestPinnedRevisionRefused(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.5-rev0")
			_, err := f.client(pinned("1.9-rev0"), change).Repositories(t.Context())
			var refused *RevisionError
			var login *rest.AuthError
			if !errors.As(err, &refused) || errors.As(err, &login) || !slices.Equal(refused.Tried, []Revision{"1.9-rev0"}) {
				t.Fatalf("err = %v", err)
			}
			if !strings.Contains(err.Error(), "does not accept the API revision 1.9-rev0") || len(f.requests()) != 1 {
				t.Errorf("err = %v after %v", err, f.requests())
			}
		})
	}
}

// TestPinnedRevisionRefusedForRescan: what is refused is the revision; whether the appliance has the rescan is not known.
func TestPinnedRevisionRefusedForRescan(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
		for _, revision := range []Revision{"1.2-rev0", "1.9-rev0"} {
			t.Run(mode+" "+string(revision), func(t *testing.T) {
				t.Parallel()
				f := newFake(t, "1.5-rev0", "1.3-rev0")
				_, err := f.client(pinned(revision), change).RescanRepository(t.Context(), repositoryID)
				var refused *RevisionError
				var unsupported *RescanUnsupportedError
				if !errors.As(err, &refused) || errors.As(err, &unsupported) || !slices.Equal(refused.Tried, []Revision{revision}) {
					t.Errorf("err = %v", err)
				}
				if len(f.requests()) != 1 {
					t.Errorf("requests %v", f.requests())
				}
			})
		}
	}
}

// TestTokenRevisionAskedOnce: with an access token the search itself asks for the revision of the rescan.
func TestTokenRevisionAskedOnce(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.5-rev0", "1.3-rev0")
	if got, err := f.client(withToken).RescanRevision(t.Context()); err != nil || got != "1.3-rev0" {
		t.Fatalf("RescanRevision = %q, %v", got, err)
	}
	must(t, f, "GET /api/v1/system/time 1.3-rev0")
}

func TestUnknownPin(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Revision: "1.3"}); err == nil || !strings.Contains(err.Error(), "1.0-rev0 to 1.9-rev0") {
		t.Errorf("err = %v", err)
	}
}

// TestFailedNegotiationIsShared: all objects of a run that follow at once get the same error.
func TestFailedNegotiationIsShared(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.7-rev0")
			f.refuse = func(w http.ResponseWriter, _ string) {
				reply(w, 500, problem(500, "unknownError", "Broken", "UnknownError", ""))
			}
			c := f.client(change)
			for range 2 {
				if _, err := c.RescanRevision(t.Context()); err == nil {
					t.Fatal("no error")
				}
			}
			want := 1
			if mode == "access token" {
				want = 2 // the other is for a repository
			}
			if got := len(f.requests()); got != want {
				t.Errorf("%d requests, want %d", got, want)
			}
		})
	}
}

// An unclear response about the rescan is no statement about it.
func TestUnclearRescan(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.5-rev0", "1.3-rev0")
	f.on("GET "+timePath, 500, "")
	c := f.client()
	var unsupported *RescanUnsupportedError
	if _, err := c.RescanRevision(t.Context()); err == nil || errors.As(err, &unsupported) {
		t.Fatalf("err = %v", err)
	}
}

// A page in front of the appliance is no proof of a revision.
func TestAccessTokenAndAnHTMLPage(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.9-rev0")
	f.on("GET "+timePath, 200, "<html>Welcome</html>")
	_, err := f.client(withToken).Revision(t.Context())
	if err == nil || !strings.Contains(err.Error(), "HTML") || len(f.requests()) != 2 { // the other is for a repository
		t.Errorf("err = %v after %v", err, f.requests())
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.9-rev0")
	c := f.client(func(config *Config) { config.Rest.RequestTimeout = 5 * time.Second })
	f.server.Close()
	_, err := c.RescanRevision(t.Context())
	var transport *rest.TransportError
	if !errors.As(err, &transport) || rest.OutcomeUnknown(err) {
		t.Errorf("err = %v", err)
	}
}
