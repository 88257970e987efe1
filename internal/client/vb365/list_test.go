// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// pagesOf serves n objects of a collection in pages as v8 does, at most limit to a page, with a next link that leads
// astray.
func pagesOf(t *testing.T, collection string, n, limit int) *appliance {
	return newAppliance(t, func(line string, _ int) answer {
		target, err := url.ParseRequestURI(strings.TrimPrefix(line, "GET "))
		if err != nil || target.Path != "/v8/"+collection {
			t.Errorf("unexpected request %s", line)
			return answer{status: 404}
		}
		offset, _ := strconv.Atoi(target.Query().Get("offset"))
		var items []string
		for i := offset; i < min(n, offset+limit); i++ {
			items = append(items, fmt.Sprintf(`{"id":"%08d-1111-4222-8333-444455556666","hostName":"px"}`, i))
		}
		return answer{200, fmt.Sprintf(`{"offset":%d,"limit":"%d","results":[%s],"_links":{"next":{"href":"/v7/%s?offset=7"}}}`, offset, limit, strings.Join(items, ","), collection)}
	})
}

// pageLines are the requests for the first n pages of a collection.
func pageLines(collection string, n, limit int) []string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("GET /v8/%s?limit=1000&offset=%d", collection, i*limit))
	}
	return lines
}

// Every list of pages goes the same way.
func TestPaging(t *testing.T) {
	t.Parallel()
	lists := map[string]func(context.Context, *Client) ([]string, error){
		"Proxies": func(ctx context.Context, c *Client) (ids []string, err error) {
			proxies, err := c.Proxies(ctx)
			for _, p := range proxies {
				ids = append(ids, p.ID)
			}
			return ids, err
		},
		"BackupRepositories": func(ctx context.Context, c *Client) (ids []string, err error) {
			repositories, err := c.Repositories(ctx)
			for _, r := range repositories {
				ids = append(ids, r.ID)
			}
			return ids, err
		},
	}
	for _, test := range []struct{ n, limit, requests int }{
		{0, 1000, 1},
		{1, 1000, 1},
		{999, 1000, 1},
		{1000, 1000, 2}, // the second page is empty: v8 tells no total
		{1500, 1000, 2},
		{2000, 1000, 3},
		{250, 100, 3}, // an appliance that gives less than it was asked for, and says so
	} {
		for collection, list := range lists {
			t.Run(fmt.Sprintf("%s, %d by %d", collection, test.n, test.limit), func(t *testing.T) {
				t.Parallel()
				a := pagesOf(t, collection, test.n, test.limit)
				ids, err := list(t.Context(), client(t, a, V8))
				if err != nil || len(ids) != test.n {
					t.Fatalf("%d of them, %v", len(ids), err)
				}
				for i, id := range ids {
					if id != fmt.Sprintf("%08d-1111-4222-8333-444455556666", i) {
						t.Fatalf("place %d holds %s", i, id)
					}
				}
				a.wantLines(t, pageLines(collection, test.requests, test.limit)...)
			})
		}
	}
}

// A server that takes no notice of the offset does not keep the client busy for ever.
func TestPagesThatRepeatEnd(t *testing.T) {
	t.Parallel()
	a := scripted(t, answer{200, `{"limit":1,"results":[{"id":"70300000-1111-4222-8333-444455556666","hostName":"px"}]}`}, answer{200, `{"limit":1,"results":[{"id":"70300000-1111-4222-8333-444455556666","hostName":"px"}]}`})
	proxies, err := client(t, a, V8).Proxies(t.Context())
	if err != nil || len(proxies) != 1 {
		t.Errorf("%+v, %v", proxies, err)
	}
}

// A server that always has something new does not keep the client busy for ever either, nor fill its memory.
func TestListsWithoutEnd(t *testing.T) {
	t.Parallel()
	t.Run("pages", func(t *testing.T) {
		t.Parallel()
		a := pagesOf(t, "Proxies", 1<<30, 2)
		proxies, err := client(t, a, V8).Proxies(t.Context())
		if err == nil || proxies != nil || !strings.Contains(err.Error(), "GET /v8/Proxies: the list has not ended after 1000 pages") || len(a.requests()) != 1000 {
			t.Errorf("%d proxies after %d requests, %v", len(proxies), len(a.requests()), err)
		}
	})
	each(t, func(t *testing.T, v Version) {
		a := scripted(t, listOf(v, strings.Repeat(`{},`, 20_000)+`{}`), listOf(v, strings.Repeat(`{},`, 20_000)+`{}`))
		c := client(t, a, v)
		if _, err := c.Proxies(t.Context()); err == nil || !strings.Contains(err.Error(), "more than 20000 elements") {
			t.Errorf("%v", err)
		}
		if _, err := c.Repositories(t.Context()); err == nil || !strings.Contains(err.Error(), "more than 20000 elements") {
			t.Errorf("%v", err)
		}
	})
}

// Who needs only the first proxies pays only for their pages, and who takes none pays nothing.
func TestEachProxyAsksForAPageWhenItIsNeeded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ take, requests int }{
		{1, 1},
		{99, 1},
		{100, 1}, // the whole first page, and stop
		{101, 2},
		{200, 2},
		{201, 3},
	} {
		t.Run(fmt.Sprintf("%d of 250", test.take), func(t *testing.T) {
			t.Parallel()
			a := pagesOf(t, "Proxies", 250, 100)
			each := client(t, a, V8).EachProxy(t.Context())
			a.wantLines(t) // nothing before the first is taken
			taken := 0
			for p, err := range each {
				if err != nil || p.ID != fmt.Sprintf("%08d-1111-4222-8333-444455556666", taken) {
					t.Fatalf("place %d holds %q, %v", taken, p.ID, err)
				}
				if taken++; taken == test.take {
					break
				}
			}
			a.wantLines(t, pageLines("Proxies", test.requests, 100)...)
		})
	}
}

// A list can be gone through again, and is then asked for again.
func TestEachProxyTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := scripted(t, listOf(v, `{"id":"61000000-1111-4222-8333-444455556666","hostName":"px"}`, `{"id":"62000000-1111-4222-8333-444455556666","hostName":"px"}`), listOf(v, `{"id":"63000000-1111-4222-8333-444455556666","hostName":"px"}`))
		proxies := client(t, a, v).EachProxy(t.Context())
		var ids []string
		for range 2 {
			for p, err := range proxies {
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, p.ID)
			}
		}
		if got := strings.Join(ids, " "); got != "61000000-1111-4222-8333-444455556666 62000000-1111-4222-8333-444455556666 63000000-1111-4222-8333-444455556666" {
			t.Errorf("got %s", got)
		}
		a.wantLines(t, listLine(v, true), listLine(v, true))
	})
}

// What came before a failure was yielded; the failure comes once and ends it, whether the loop goes on or not.
func TestEachProxyFailsOnALaterPage(t *testing.T) {
	t.Parallel()
	a := scripted(t, answer{200, `{"limit":2,"results":[{"id":"61000000-1111-4222-8333-444455556666","hostName":"px"},{"id":"62000000-1111-4222-8333-444455556666","hostName":"px"}]}`}, answer{500, `{"message":"down"}`})
	var seen []string
	for p, err := range client(t, a, V8).EachProxy(t.Context()) {
		if err != nil {
			seen = append(seen, "error")
			continue
		}
		seen = append(seen, p.ID)
	}
	if got := strings.Join(seen, " "); got != "61000000-1111-4222-8333-444455556666 62000000-1111-4222-8333-444455556666 error" {
		t.Errorf("got %s", got)
	}
	if proxies, err := client(t, scripted(t, answer{200, `{"limit":1,"results":[{"id":"61000000-1111-4222-8333-444455556666","hostName":"px"}]}`}, answer{500, ""}), V8).Proxies(t.Context()); err == nil || proxies != nil {
		t.Errorf("a list without its end: %+v, %v", proxies, err)
	}
}

func TestEachProxyWithoutAVersion(t *testing.T) {
	t.Parallel()
	a := newAppliance(t, func(string, int) answer { return answer{404, ""} })
	n := 0
	for _, err := range client(t, a, "").EachProxy(t.Context()) {
		if n++; err == nil || errors.Is(err, rest.ErrNotFound) {
			t.Errorf("%v", err)
		}
	}
	if n != 1 {
		t.Errorf("%d errors", n)
	}
}

// One proxy that is off must not hide the others: up to v7 the list is then asked for without their figures.
func TestEachProxyWithAnOfflineOne(t *testing.T) {
	t.Parallel()
	for _, v := range []Version{V5, V6, V7} {
		a := scripted(t, answer{500, `{"message":"off","errorCode":"ProxyOffline"}`}, listOf(v, `{"id":"61000000-1111-4222-8333-444455556666","hostName":"px"}`, `{"id":"62000000-1111-4222-8333-444455556666","hostName":"px","status":"Offline"}`))
		var ids []string
		for p, err := range client(t, a, v).EachProxy(t.Context()) {
			if err != nil {
				t.Error(err)
			}
			if ids = append(ids, p.ID); len(ids) == 1 {
				break
			}
		}
		if len(ids) != 1 || ids[0] != "61000000-1111-4222-8333-444455556666" {
			t.Errorf("%s: %v", v, ids)
		}
		a.wantLines(t, listLine(v, true), listLine(v, false))
	}
}
