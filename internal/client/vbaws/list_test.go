// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// lists are all lists that come in pages, by path.
var lists = map[string]func(context.Context, *Client) ([]string, error){
	"/api/v1/repositories": func(ctx context.Context, c *Client) ([]string, error) { return keys(c.Repositories(ctx)) },
	"/api/v1/sessions": func(ctx context.Context, c *Client) ([]string, error) {
		return keys(c.Sessions(ctx, time.Time{}))
	},
	"/api/v1/accounts/amazon":             func(ctx context.Context, c *Client) ([]string, error) { return keys(c.IAMRoles(ctx)) },
	"/api/v1/cloudInfrastructure/regions": func(ctx context.Context, c *Client) ([]string, error) { return keys(c.Regions(ctx)) },
}

func keys[T item](list []T, err error) (ids []string, _ error) {
	for _, element := range list {
		ids = append(ids, element.key())
	}
	return ids, err
}

// eachList runs a test for every list.
func eachList(t *testing.T, test func(t *testing.T, path string, list func(context.Context, *Client) ([]string, error))) {
	t.Helper()
	for path, list := range lists {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			test(t, path, list)
		})
	}
}

// serve pages through n objects, at most limit on a page whatever is asked for.
func serve(f *fake, path string, n, limit int, withTotal bool) {
	f.routes["GET "+path] = func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("Offset"))
		asked, _ := strconv.Atoi(r.URL.Query().Get("Limit"))
		results := []any{}
		for i := offset; i < min(n, offset+asked, offset+limit); i++ {
			results = append(results, map[string]string{"id": uid(fmt.Sprint(i)), "name": "n", "status": "Running"})
		}
		page := map[string]any{"results": results}
		if withTotal {
			page["totalCount"] = n
		}
		body, _ := json.Marshal(page)
		reply(w, 200, string(body))
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n, limit  int
		withTotal bool
		requests  int
	}{
		{0, 500, true, 1},
		{3, 500, true, 1},
		{3, 500, false, 1},
		{500, 500, true, 1},
		{500, 500, false, 2}, // only the empty page tells
		{1201, 500, true, 3},
		{1201, 500, false, 3},
		{250, 100, true, 3}, // the appliance limits pages by itself
	} {
		eachList(t, func(t *testing.T, path string, list func(context.Context, *Client) ([]string, error)) {
			f := newFake(t, "1.7-rev0")
			serve(f, path, c.n, c.limit, c.withTotal)
			got, err := list(t.Context(), f.client(pinned("1.7-rev0"), withToken))
			if err != nil || len(got) != c.n {
				t.Fatalf("%+v: %d of them, %v", c, len(got), err)
			}
			for i, id := range got {
				if id != uid(fmt.Sprint(i)) {
					t.Fatalf("%+v: place %d holds %s", c, i, id)
				}
			}
			var want []string
			for i := range c.requests {
				want = append(want, fmt.Sprintf("GET %s?Limit=500&Offset=%d 1.7-rev0", path, i*c.limit))
			}
			must(t, f, want...)
		})
	}
}

// An appliance that ignores Offset must not keep the client busy for ever.
func TestListOfAServerWithoutOffset(t *testing.T) {
	t.Parallel()
	eachList(t, func(t *testing.T, path string, list func(context.Context, *Client) ([]string, error)) {
		f := newFake(t, "1.7-rev0")
		f.on("GET "+path, 200, fmt.Sprintf(`{"totalCount":1000000,"results":[{"id":%q,"name":"a","status":"Running"},{"id":%q,"name":"b","status":"Running"}]}`, uid("a"), uid("b")))
		got, err := list(t.Context(), f.client(pinned("1.7-rev0")))
		if err != nil || !slices.Equal(got, []string{uid("a"), uid("b")}) || f.count("GET "+path) != 2 {
			t.Errorf("%+v, %v, %v", got, err, f.requests())
		}
	})
}

// Nor must one that always has something new, or too much at once.
func TestListsWithoutEnd(t *testing.T) {
	t.Parallel()
	t.Run("pages", func(t *testing.T) {
		t.Parallel()
		f := newFake(t, "1.7-rev0")
		serve(f, sessionPath, 1<<30, pageSize, true)
		got, err := f.client(pinned("1.7-rev0"), withToken).Sessions(t.Context(), time.Time{})
		if n := len(f.requests()); err == nil || got != nil || !strings.Contains(err.Error(), "GET "+sessionPath+": the list has more than 100000 elements") || n != 201 {
			t.Errorf("%d of them after %d requests, %v", len(got), n, err)
		}
	})
	eachList(t, func(t *testing.T, path string, list func(context.Context, *Client) ([]string, error)) {
		f := newFake(t, "1.7-rev0")
		f.on("GET "+path, 200, `{"totalCount":1,"results":[`+strings.Repeat(`{},`, 20_000)+`{}]}`)
		if got, err := list(t.Context(), f.client(pinned("1.7-rev0"), withToken)); err == nil || !strings.Contains(err.Error(), "more than 20000 elements") {
			t.Errorf("%d of them, %v", len(got), err)
		}
	})
}

// An answer that does not contain a list must not pass for an empty one: everything would look removed.
func TestNoListIsAnError(t *testing.T) {
	t.Parallel()
	eachList(t, func(t *testing.T, path string, list func(context.Context, *Client) ([]string, error)) {
		f := newFake(t, "1.7-rev0")
		c := f.client(pinned("1.7-rev0"))
		for _, body := range []string{"", "null", "{}", `{"data":[{"id":"a"}]}`, `{"results":null}`, `{"totalCount":3}`, `{"totalCount":"3","results":null}`, "[]", "<html>"} {
			f.on("GET "+path, 200, body)
			if got, err := list(t.Context(), c); err == nil {
				t.Errorf("%q: %v without an error", body, got)
			}
		}
		for _, body := range []string{`{"results":[]}`, `{"totalCount":0,"results":[]}`, `{"totalCount":0,"results":null}`, `{"totalCount":0}`} {
			f.on("GET "+path, 200, body)
			if got, err := list(t.Context(), c); err != nil || len(got) != 0 {
				t.Errorf("%q: %v, %v, want none", body, got, err)
			}
		}
	})
}

func TestListRefused(t *testing.T) {
	t.Parallel()
	eachList(t, func(t *testing.T, path string, list func(context.Context, *Client) ([]string, error)) {
		f := newFake(t, "1.7-rev0")
		f.on("GET "+path, 403, problem(403, "accessDenied", "Access denied", "AccessDenied", "Your role is not sufficient."))
		if got, err := list(t.Context(), f.client()); !errors.Is(err, rest.ErrForbidden) || got != nil {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestSessionsSince(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("", 2*60*60)
	for want, since := range map[string]time.Time{
		"Limit=500&Offset=0":                              {},
		"FromUtc=2026-01-02T03:04:05Z&Limit=500&Offset=0": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		"FromUtc=2026-06-30T22:00:00Z&Limit=500&Offset=0": time.Date(2026, 7, 1, 0, 0, 0, 999999999, berlin),
	} {
		f := newFake(t, "1.3-rev0")
		f.on("GET "+sessionPath, 200, `{"totalCount":"1","results":[{"id":"`+sessionID+`","type":"Task","status":"Running","executionStartTime":"2026-01-02T03:04:05.901095"}],"_links":[]}`)
		got, err := f.client(pinned("1.3-rev0"), withToken).Sessions(t.Context(), since)
		if err != nil || len(got) != 1 || got[0].ID != sessionID || got[0].Outcome() != Running || got[0].Started.Second() != 5 {
			t.Errorf("%+v, %v", got, err)
		}
		sent, err := url.QueryUnescape(f.last().uri)
		if err != nil || sent != "/api/v1/sessions?"+want {
			t.Errorf("asked %s, want %s", sent, want)
		}
	}
}

// The filter goes with every page.
func TestSessionsSinceOnEveryPage(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.3-rev0")
	serve(f, sessionPath, 3, 2, true)
	got, err := f.client(pinned("1.3-rev0"), withToken).Sessions(t.Context(), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil || len(got) != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	const from = "GET /api/v1/sessions?FromUtc=2026-01-02T03%3A04%3A05Z&Limit=500&Offset="
	must(t, f, from+"0 1.3-rev0", from+"2 1.3-rev0")
}
