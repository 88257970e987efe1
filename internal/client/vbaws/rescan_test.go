// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const (
	roleID   = "757efdd7-128e-470c-90b6-1b274dbf502f"
	roleLine = "GET /api/v1/accounts/amazon/" + roleID
)

// rescans are all but that of a repository: the call, and byte for byte what it sends.
var rescans = map[string]struct {
	call   func(context.Context, *Client) (string, error)
	path   string
	body   string
	first  Revision
	object bool // works on a role, which may be unknown
}{
	"role": {
		func(ctx context.Context, c *Client) (string, error) { return c.RescanIAMRole(ctx, roleID, nil) },
		"/api/v1/accounts/amazon/" + roleID + "/rescan", `{}`, "1.0-rev0", true,
	},
	"role, in regions": {
		func(ctx context.Context, c *Client) (string, error) {
			return c.RescanIAMRole(ctx, roleID, []string{"a", "b"})
		},
		"/api/v1/accounts/amazon/" + roleID + "/rescan", `{"regionIds":["a","b"]}`, "1.0-rev0", true,
	},
	"buckets": {
		func(ctx context.Context, c *Client) (string, error) { return c.RescanBuckets(ctx, roleID) },
		"/api/v1/cloudInfrastructure/buckets/rescan/" + roleID, "", "1.0-rev0", true,
	},
	"virtual machines": {
		func(ctx context.Context, c *Client) (string, error) { return c.RescanVirtualMachines(ctx) },
		"/api/v1/virtualMachines/rescan", "", "1.1-rev0", false,
	},
}

const started = `{"sessionId":"` + sessionID + `","_links":[]}`

func TestRescansInEveryRevision(t *testing.T) {
	t.Parallel()
	for name, rescan := range rescans {
		for _, revision := range Revisions() {
			t.Run(name+" "+string(revision), func(t *testing.T) {
				t.Parallel()
				f := newFake(t, revision)
				f.on("POST "+rescan.path, 202, started)
				got, err := rescan.call(t.Context(), f.client(pinned(revision), withToken))
				if revision < rescan.first {
					var unsupported *UnsupportedError
					if !errors.As(err, &unsupported) || unsupported.Revision != revision || unsupported.Since != rescan.first || got != "" {
						t.Errorf("got %q, %v", got, err)
					}
					must(t, f) // nothing is sent
					return
				}
				if err != nil || got != sessionID {
					t.Fatalf("got %q, %v", got, err)
				}
				must(t, f, "POST "+rescan.path+" "+string(revision))
				e := f.last()
				want := map[string]string{"Authorization": "Bearer " + userToken, "Accept": "application/json", "Content-Type": ""}
				if rescan.body != "" {
					want["Content-Type"] = "application/json"
				}
				for header, value := range want {
					if got := e.header.Get(header); got != value {
						t.Errorf("%s: %q, want %q", header, got, value)
					}
				}
				if e.body != rescan.body {
					t.Errorf("body %s, want %s", e.body, rescan.body)
				}
			})
		}
	}
}

// Whether the rescan of EC2 instances is there is known before it is started, and starts nothing.
func TestCheckVirtualMachinesRescan(t *testing.T) {
	t.Parallel()
	for _, revision := range Revisions() {
		for mode, change := range map[string]func(*Config){"pinned": pinned(revision), "found": func(*Config) {}} {
			f := newFake(t, revision)
			err := f.client(change).CheckVirtualMachinesRescan(t.Context())
			var unsupported *UnsupportedError
			if lacks := errors.As(err, &unsupported); lacks != (revision == "1.0-rev0") || !lacks && err != nil {
				t.Errorf("%s, %s: %v", revision, mode, err)
			}
			if unsupported != nil && (unsupported.Revision != revision || unsupported.Since != "1.1-rev0") {
				t.Errorf("%s, %s: %v", revision, mode, err)
			}
			if n := f.count("POST " + vmRescanPath); n != 0 {
				t.Errorf("%s, %s: it was started %d times", revision, mode, n)
			}
		}
	}
}

// Rescans go in the revision in use, also when a rescan of a repository was the first to ask and chose an old one.
func TestRescansUseTheRevisionInUse(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			for _, repositoryFirst := range []bool{false, true} {
				f := newFake(t, p.accepts...)
				f.on(rescanRoute, 202, started)
				c := f.client()
				want := p.newest
				if repositoryFirst {
					_, err := c.RescanRepository(t.Context(), repositoryID)
					if (err == nil) != (p.rescan != "") {
						t.Fatal(err)
					}
					if p.rescan != "" {
						want = p.rescan
					}
				}
				for name, rescan := range rescans {
					f.on("POST "+rescan.path, 202, started)
					f.forget()
					_, err := rescan.call(t.Context(), c)
					if want < rescan.first {
						var unsupported *UnsupportedError
						if !errors.As(err, &unsupported) || f.count("POST "+rescan.path) != 0 {
							t.Errorf("%s: %v", name, err)
						}
						continue
					}
					if err != nil || f.last().String() != "POST "+rescan.path+" "+string(want) || f.count("POST "+rescan.path) != 1 {
						t.Errorf("%s after a repository's %t: %v, %v", name, repositoryFirst, err, f.requests())
					}
				}
			}
		})
	}
}

// Where the login takes any revision, the refused POST did nothing and is sent again in the right one; where that one
// lacks the rescan, it is not sent.
func TestRescansStepDown(t *testing.T) {
	t.Parallel()
	for name, rescan := range rescans {
		for _, accepted := range []Revision{"1.7-rev0", "1.0-rev0"} {
			f := newFake(t, accepted)
			f.tokenNeutral = true
			f.on("POST "+rescan.path, 202, started)
			got, err := rescan.call(t.Context(), f.client())
			posts := f.count("POST " + rescan.path)
			if accepted < rescan.first {
				var unsupported *UnsupportedError
				if !errors.As(err, &unsupported) || posts != 1 { // the refused one
					t.Errorf("%s: %v, %v", name, err, f.requests())
				}
				continue
			}
			if err != nil || got != sessionID || posts != 2 || f.last().revision != string(accepted) {
				t.Errorf("%s: %q, %v, %v", name, got, err, f.requests())
			}
		}
	}
}

// How an appliance answers for a rescan that it does not have is not documented. The revision stays in use.
func TestRescanThatTheApplianceLacks(t *testing.T) {
	t.Parallel()
	for answer, handler := range map[string]http.HandlerFunc{
		"problem 400": func(w http.ResponseWriter, _ *http.Request) { refuseRevision(400)(w, "") },
		"problem 404": func(w http.ResponseWriter, _ *http.Request) { refuseRevision(404)(w, "") },
		"405":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(405) },
		"bare 404":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
	} {
		for name, rescan := range rescans {
			for mode, change := range map[string]func(*Config){"auto": func(*Config) {}, "pinned": pinned("1.7-rev0")} {
				t.Run(answer+" "+name+" "+mode, func(t *testing.T) {
					t.Parallel()
					f := newFake(t, "1.7-rev0", "1.6-rev0")
					f.routes["POST "+rescan.path] = handler
					f.on(roleLine, 200, `{"id":"`+roleID+`","name":"n"}`)
					c := f.client(change)
					_, err := rescan.call(t.Context(), c)
					var unsupported *UnsupportedError
					if !errors.As(err, &unsupported) || unsupported.Revision != "1.7-rev0" || unsupported.Since != "" || errors.Is(err, rest.ErrNotFound) {
						t.Errorf("err = %v", err)
					}
					if f.count("POST "+rescan.path) != 1 {
						t.Errorf("requests %v", f.requests())
					}
					if got, err := c.Revision(t.Context()); err != nil || got != "1.7-rev0" {
						t.Errorf("Revision = %q, %v", got, err)
					}
				})
			}
		}
	}
}

func TestRescanOfAnUnknownRole(t *testing.T) {
	t.Parallel()
	for name, rescan := range rescans {
		if !rescan.object {
			continue
		}
		f := newFake(t, "1.7-rev0")
		_, err := rescan.call(t.Context(), f.client(withToken, pinned("1.7-rev0")))
		if !errors.Is(err, rest.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
		must(t, f, "POST "+rescan.path+" 1.7-rev0", roleLine+" 1.7-rev0")
	}
}

func TestRescansRefused(t *testing.T) {
	t.Parallel()
	for name, rescan := range rescans {
		for status, target := range map[int]error{403: rest.ErrForbidden, 409: rest.ErrConflict, 400: nil, 500: nil} {
			f := newFake(t, "1.7-rev0")
			f.on("POST "+rescan.path, status, problem(status, "x", "Refused", "UnknownError", "Not now."))
			_, err := rescan.call(t.Context(), f.client(withToken, pinned("1.7-rev0")))
			if err == nil || target != nil && !errors.Is(err, target) || !strings.Contains(err.Error(), "Not now.") || rest.OutcomeUnknown(err) {
				t.Errorf("%s, %d: %v", name, status, err)
			}
			must(t, f, "POST "+rescan.path+" 1.7-rev0")
		}
	}
}

// A rescan whose answer is lost or useless is not sent again.
func TestRescansAreSentOnce(t *testing.T) {
	t.Parallel()
	retries := func(config *Config) { config.Rest.MaxRetries = 3 }
	for name, rescan := range rescans {
		f := newFake(t, "1.7-rev0")
		c := f.client(withToken, pinned("1.7-rev0"), retries)
		for _, body := range []string{"", "{}", `{"sessionId":null}`, `{"sessionId":7}`} {
			f.on("POST "+rescan.path, 202, body)
			if got, err := rescan.call(t.Context(), c); !errors.Is(err, ErrNoSession) || got != "" || !strings.Contains(err.Error(), rescan.path) {
				t.Errorf("%s, %q: %q, %v", name, body, got, err)
			}
		}
		f.forget()
		for _, lost := range []http.HandlerFunc{
			func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) },
			func(w http.ResponseWriter, _ *http.Request) { reply(w, 202, "<html>") },
		} {
			f.routes["POST "+rescan.path] = lost
			if _, err := rescan.call(t.Context(), c); !rest.OutcomeUnknown(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if f.count("POST ") != 3 || len(f.requests()) != 3 {
			t.Errorf("%s: %v", name, f.requests())
		}
	}
}

// A pinned revision that the appliance refuses is told as such, by the login or by the rescan.
func TestRescansWithARefusedPin(t *testing.T) {
	t.Parallel()
	for name, rescan := range rescans {
		for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
			f := newFake(t, "1.7-rev0")
			_, err := rescan.call(t.Context(), f.client(pinned("1.9-rev0"), change))
			var refused *RevisionError
			if !errors.As(err, &refused) || f.count("POST "+rescan.path) > 1 {
				t.Errorf("%s, %s: %v, %v", name, mode, err, f.requests())
			}
			if mode == "password" {
				must(t, f, "POST /api/v1/token 1.9-rev0")
			}
		}
	}
}

// An ID that would address the collection, or a path above it, is not sent; any other is escaped.
func TestRoleIDs(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.7-rev0")
	c := f.client(withToken, pinned("1.7-rev0"))
	for _, bad := range []string{"", ".", ".."} {
		if _, err := c.RescanIAMRole(t.Context(), bad, nil); err == nil {
			t.Errorf("RescanIAMRole(%q) succeeded", bad)
		}
		if _, err := c.RescanBuckets(t.Context(), bad); err == nil {
			t.Errorf("RescanBuckets(%q) succeeded", bad)
		}
	}
	must(t, f)
	f.on("POST /api/v1/cloudInfrastructure/buckets/rescan/a/../b?c", 202, started)
	if _, err := c.RescanBuckets(t.Context(), "a/../b?c"); err != nil || f.last().uri != "/api/v1/cloudInfrastructure/buckets/rescan/a%2F..%2Fb%3Fc" {
		t.Errorf("%v, %v", err, f.requests())
	}
}

func TestUnsupportedText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  UnsupportedError
		want string
	}{
		{
			UnsupportedError{"the rescan of EC2 instances", "1.0-rev0", "1.1-rev0"},
			"revision 1.0-rev0 of the API of Veeam Backup for AWS does not have the rescan of EC2 instances; it exists since 1.1-rev0",
		},
		{
			UnsupportedError{"the rescan of an IAM role", "1.9-rev0", ""},
			"this appliance of Veeam Backup for AWS does not have the rescan of an IAM role in revision 1.9-rev0 of its API; another revision (api_version) or another version of the appliance may have it",
		},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestRevisionsWithTheRescanOfVirtualMachines(t *testing.T) {
	t.Parallel()
	for _, r := range Revisions() {
		if got, want := r.HasVirtualMachinesRescan(), r != "1.0-rev0"; got != want {
			t.Errorf("%s: %t", r, got)
		}
	}
	if Revision("9.9-rev9").HasVirtualMachinesRescan() || oldest(func(Revision) bool { return false }) != "" {
		t.Error("an unknown revision has something")
	}
}
