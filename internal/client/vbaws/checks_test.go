// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// A response that is about another object, has an ID that is no UUID, or lacks what every object of its kind has, is an
// error that names the request, and nothing of it is returned.
func TestResponsesAreValidated(t *testing.T) {
	t.Parallel()
	const other = "11111111-2222-4333-8444-555555555555"
	nothing := func(v any, err error) (bool, error) { return fmt.Sprint(v) == "" || fmt.Sprint(v) == "[]", err }
	list := func(element string) string { return `{"totalCount":1,"results":[` + element + `]}` }
	element := []string{`{"name":"n"}`, `{"id":7,"name":"n"}`, `{"id":"../x","name":"n"}`, `{"id":"` + other + `"}`, `{"id":"` + other + `","name":" "}`, `null`, `{}`}
	var lists []string
	for _, e := range element {
		lists = append(lists, list(e), list(`{"id":"`+repositoryID+`","name":"good"},`+e))
	}
	for name, c := range map[string]struct {
		route  string
		bodies []string
		call   func(context.Context, *Client) (nothing bool, err error)
	}{
		"repository": {
			"GET " + repositoryPath + "/" + repositoryID,
			[]string{`{}`, `null`, ``, `[]`, `{"id":"` + repositoryID + `"}`, `{"name":"n"}`, `{"id":"` + other + `","name":"n"}`, `{"id":"` + repositoryID + `\u001b[2J","name":"n"}`},
			func(ctx context.Context, c *Client) (bool, error) {
				r, err := c.Repository(ctx, repositoryID)
				return r == Repository{}, err
			},
		},
		"IAM role": {
			roleLine,
			[]string{`{}`, `{"id":"` + roleID + `"}`, `{"name":"n"}`, `{"id":"` + other + `","name":"n"}`},
			func(ctx context.Context, c *Client) (bool, error) {
				r, err := c.IAMRole(ctx, roleID)
				return r == IAMRole{}, err
			},
		},
		"session": {
			"GET " + sessionPath + "/" + sessionID,
			[]string{`{}`, `null`, ``, `{"id":"` + sessionID + `"}`, `{"id":"` + sessionID + `","status":null}`, `{"id":"` + sessionID + `","status":" "}`, `{"status":"Succeeded"}`, `{"id":"` + other + `","status":"Succeeded"}`},
			func(ctx context.Context, c *Client) (bool, error) {
				s, err := c.Session(ctx, sessionID)
				return s == Session{}, err
			},
		},
		"session log": {
			"GET " + sessionPath + "/" + sessionID + "/log",
			[]string{`{}`, `{"log":null}`, `{"sessionId":"` + other + `","log":[]}`, `{"sessionId":"x","log":[{"status":"Error"}]}`},
			func(ctx context.Context, c *Client) (bool, error) { return nothing(c.SessionLog(ctx, sessionID)) },
		},
		"version": {
			"GET " + versionPath,
			[]string{`{}`, `{"version":null}`, `{"version":" "}`},
			func(ctx context.Context, c *Client) (bool, error) { return nothing(c.ApplianceVersion(ctx)) },
		},
		"repositories": {"GET " + repositoryPath, lists, func(ctx context.Context, c *Client) (bool, error) { return nothing(c.Repositories(ctx)) }},
		"IAM roles":    {"GET " + iamRolePath, lists, func(ctx context.Context, c *Client) (bool, error) { return nothing(c.IAMRoles(ctx)) }},
		"regions":      {"GET " + regionPath, lists, func(ctx context.Context, c *Client) (bool, error) { return nothing(c.Regions(ctx)) }},
		"rescan": {
			rescanRoute,
			[]string{`{}`, `{"sessionId":"x"}`, `{"sessionId":"` + sessionID + `/../x"}`},
			func(ctx context.Context, c *Client) (bool, error) {
				return nothing(c.RescanRepository(ctx, repositoryID))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.3-rev0")
			client := f.client(pinned("1.3-rev0"))
			for _, body := range c.bodies {
				f.on(c.route, 200, body)
				nothing, err := c.call(t.Context(), client)
				if err == nil || !nothing || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), c.route) || strings.Contains(err.Error(), "\x1b") {
					t.Errorf("%s: %v", body, err)
				}
			}
		})
	}
}

// A 404 of the login or of a probe says nothing about the object that is asked for.
func TestNotFoundIsOfTheObject(t *testing.T) {
	t.Parallel()
	const notFound = `{"message":"no route"}`
	for name, c := range map[string]struct {
		change []func(*Config)
		path   string
	}{
		"login":                {nil, tokenPath},
		"login with a pin":     {[]func(*Config){pinned("1.3-rev0")}, tokenPath},
		"probe":                {[]func(*Config){withToken}, timePath},
		"probe of a known pin": {[]func(*Config){withToken, pinned("1.4-rev0")}, timePath},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.4-rev0", "1.3-rev0")
			f.on("GET "+timePath, 404, notFound)
			f.on("POST "+tokenPath, 404, notFound)
			f.token = f.routes["POST "+tokenPath]
			client := f.client(c.change...)
			calls := map[string]func() error{
				"rescan": func() error { _, err := client.RescanRepository(t.Context(), repositoryID); return err },
				"role":   func() error { _, err := client.RescanIAMRole(t.Context(), roleID, nil); return err },
			}
			if c.change == nil || c.path == tokenPath {
				calls["session"] = func() error { _, err := client.Session(t.Context(), sessionID); return err }
				calls["repository"] = func() error { _, err := client.Repository(t.Context(), repositoryID); return err }
			}
			for call, do := range calls {
				if name == "probe of a known pin" && call == "role" {
					continue // needs no probe
				}
				err := do()
				if err == nil || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), c.path) {
					t.Errorf("%s: %v", call, err)
				}
			}
		})
	}
}

// An appliance, or a gateway in front of one, that serves nothing but the login, the list of repositories, the rescan, and
// single sessions is enough for the rescan of a repository, however the revision is found.
func TestMinimalServer(t *testing.T) {
	t.Parallel()
	for answer, status := range map[string]int{"bare": 0, "problem": 404, "refused": 403, "broken": 500} {
		for mode, change := range map[string][]func(*Config){
			"auto": nil, "pinned": {pinned("1.3-rev0")}, "pinned to another": {pinned("1.4-rev0")}, "token": {withToken}, "token, pinned": {withToken, pinned("1.3-rev0")},
		} {
			t.Run(answer+" "+mode, func(t *testing.T) {
				t.Parallel()
				f := newFake(t, "1.4-rev0", "1.3-rev0")
				for _, path := range []string{timePath, versionPath, sessionPath} {
					f.on("GET "+path, status, problem(status, "resourceNotFound", "Not found", "NotFound", "No such resource."))
					if status == 0 {
						f.on("GET "+path, 404, "")
					}
				}
				f.on("GET "+repositoryPath, 200, `{"totalCount":1,"results":[`+d20Repository+`]}`)
				f.on(rescanRoute, 202, started)
				f.on("GET "+sessionPath+"/"+sessionID, 200, `{"id":"`+sessionID+`","status":"Succeeded"}`)
				c := f.client(change...)
				session, err := c.RescanRepository(t.Context(), repositoryID)
				if err != nil || session != sessionID {
					t.Fatalf("%q, %v after %v", session, err, f.requests())
				}
				second := uid("second")
				f.on("GET "+sessionPath+"/"+second, 200, `{"id":"`+second+`","status":"Succeeded"}`)
				if unfinished := c.WaitSessions(t.Context(), []Session{{ID: session}, {ID: second}}, func(Session) {}); len(unfinished) != 0 {
					t.Errorf("unfinished: %v", unfinished)
				}
			})
		}
	}
}
