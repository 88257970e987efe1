// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// fleet is an appliance with n proxies that a test can change behind the client's back.
type fleet struct {
	*appliance
	mu      sync.Mutex
	removed map[string]bool
	hidden  map[string]bool // in no list
	unknown answer          // to the ID of a removed one
	refused string          // a line that is answered with 500
	refusal string          // and this; empty: with 503
}

func proxyID(i int) string { return fmt.Sprintf("0f0e0d0c-1111-4222-8333-%012d", i) }

func newFleet(t *testing.T, v Version, n int) *fleet {
	t.Helper()
	f := &fleet{removed: map[string]bool{}, unknown: answer{404, `{"errorCode":"ResourceNotFound"}`}}
	f.appliance = newAppliance(t, func(line string, _ int) answer {
		f.mu.Lock()
		defer f.mu.Unlock()
		if line == f.refused {
			if f.refusal == "" {
				return answer{status: 503}
			}
			return answer{500, f.refusal}
		}
		var all []string
		for i := range n {
			one := fmt.Sprintf(`{"id":%q,"hostName":"PX%d.example.com","status":"Online"}`, proxyID(i), i)
			if f.removed[proxyID(i)] {
				continue
			}
			if strings.Contains(line, proxyID(i)) {
				return answer{200, one}
			}
			if !f.hidden[proxyID(i)] {
				all = append(all, one)
			}
		}
		switch {
		case strings.HasPrefix(line, "POST"), strings.HasPrefix(line, "PUT"):
			return answer{status: 204}
		case strings.Contains(line, "Proxies/"):
			return f.unknown
		}
		return listOf(v, all...)
	})
	return f
}

func (f *fleet) lines() (lines []string) {
	for _, r := range f.requests() {
		lines = append(lines, r.line)
	}
	return lines
}

// sharedLine is the request for a list that many share.
func sharedLine(v Version) string {
	return strings.Replace(listLine(v, true), "limit=1000&", "limit=10000&", 1)
}

// sharing is a client that gives reads at the same time plenty of it to come together.
func (f *fleet) sharing(t *testing.T, v Version) *Client {
	t.Helper()
	c := client(t, f.appliance, v)
	c.proxies = c.newProxyCollection(time.Second / 2)
	return c
}

// together reads proxies at the same time.
func together(t *testing.T, read func(ctx context.Context, id string) (Proxy, error), ids ...string) {
	t.Helper()
	var reads sync.WaitGroup
	for _, id := range ids {
		reads.Go(func() {
			if p, err := read(t.Context(), id); err != nil || !strings.EqualFold(p.ID, id) {
				t.Errorf("%s: %+v, %v", id, p, err)
			}
		})
	}
	reads.Wait()
}

func TestSharedReadsAreOneList(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		f := newFleet(t, v, 100)
		c := f.sharing(t, v)
		var ids []string
		for i := range 100 {
			ids = append(ids, strings.ToUpper(proxyID(i)))
		}
		together(t, c.SharedProxy, ids...)
		together(t, c.SharedProxy, ids[:3]...) // a moment later
		f.wantLines(t, sharedLine(v))
	})
}

// One proxy that is asked for alone is a single read, and so is the next; after that a list is cheaper.
func TestSharedReadsOfOneAfterTheOther(t *testing.T) {
	t.Parallel()
	f := newFleet(t, V8, 10)
	c := f.sharing(t, V8)
	for i := range 10 {
		together(t, c.SharedProxy, proxyID(i))
	}
	f.wantLines(t, "GET /v8/Proxies/"+proxyID(0), "GET /v8/Proxies/"+proxyID(1), sharedLine(V8))
}

// What this client changed is read anew, and nothing else; a list that began before the change was over does not answer.
func TestSharedReadsSeeOwnChanges(t *testing.T) {
	t.Parallel()
	changes := map[string]func(c *Client) error{
		"edit":        func(c *Client) error { return c.EditProxy(t.Context(), proxyID(1), ProxySpec{}) },
		"rescan":      func(c *Client) error { return c.RescanProxy(t.Context(), proxyID(1)) },
		"rescan many": func(c *Client) error { return c.RescanProxies(t.Context(), []string{strings.ToUpper(proxyID(1))}) },
		"remove":      func(c *Client) error { return c.RemoveProxy(t.Context(), proxyID(1), RemoveOptions{}) },
		"maintenance": func(c *Client) error { return c.SetMaintenance(t.Context(), proxyID(1), true, MachineCredentials{}) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, V8, 3)
			c := f.sharing(t, V8)
			together(t, c.SharedProxy, proxyID(0), proxyID(1))
			if err := change(c); err != nil {
				t.Fatal(err)
			}
			before := len(f.lines())
			together(t, c.SharedProxy, proxyID(0), proxyID(2))
			if n := len(f.lines()); n != before {
				t.Errorf("the proxies that were not changed were read again: %v", f.lines()[before:])
			}
			together(t, c.SharedProxy, proxyID(1))
			if got := f.lines()[before:]; !slices.Equal(got, []string{"GET /v8/Proxies/" + proxyID(1)}) {
				t.Errorf("the changed proxy was read by %v", got)
			}
			if _, err := c.SharedProxyByHost(t.Context(), "px1.example.com"); err != nil {
				t.Error(err)
			}
			if got := f.lines()[before+1:]; !slices.Equal(got, []string{sharedLine(V8)}) {
				t.Errorf("the host of the changed proxy was looked for by %v", got)
			}
		})
	}
}

func TestSharedHosts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		f := newFleet(t, v, 3)
		c := f.sharing(t, v)
		for range 3 {
			if p, err := c.SharedProxyByHost(t.Context(), "px2.EXAMPLE.com"); err != nil || p.ID != proxyID(2) {
				t.Errorf("%+v, %v", p, err)
			}
			if _, err := c.SharedProxyByHost(t.Context(), "px9.example.com"); !errors.Is(err, rest.ErrNotFound) {
				t.Error(err)
			}
		}
		if _, err := c.AddProxy(t.Context(), ProxySpec{HostName: new("PX9.example.com")}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.SharedProxyByHost(t.Context(), "px8.example.com"); !errors.Is(err, rest.ErrNotFound) { // still known
			t.Error(err)
		}
		if _, err := c.SharedProxyByHost(t.Context(), "px9.example.com"); !errors.Is(err, rest.ErrNotFound) { // looked for again
			t.Error(err)
		}
		f.wantLines(t, sharedLine(v), "POST /"+string(v)+"/Proxies", sharedLine(v))
	})
}

// That a proxy is gone is not told by a list alone, and a list that cannot be read answers for none.
func TestSharedReadsOfWhatTheListLacks(t *testing.T) {
	t.Parallel()
	f := newFleet(t, V8, 3)
	f.removed[proxyID(1)] = true
	c := f.sharing(t, V8)
	var reads sync.WaitGroup
	reads.Go(func() { together(t, c.SharedProxy, proxyID(0)) })
	reads.Go(func() {
		if _, err := c.SharedProxy(t.Context(), proxyID(1)); !errors.Is(err, rest.ErrNotFound) {
			t.Error(err)
		}
	})
	reads.Wait()
	f.wantLines(t, sharedLine(V8), "GET /v8/Proxies/"+proxyID(1))
}

// A list that fails, because of one proxy or of the moment, does not hide the proxies: they are read by their IDs.
func TestSharedReadsWithoutAList(t *testing.T) {
	t.Parallel()
	f := newFleet(t, V7, 3)
	f.refused, f.refusal = sharedLine(V7), `{"message":"No.","errorCode":"ProxyOffline"}`
	together(t, f.sharing(t, V7).SharedProxy, proxyID(0), proxyID(1))
	if got := f.lines(); len(got) != 3 || got[0] != f.refused {
		t.Errorf("requests: %v", got)
	}
	f = newFleet(t, V7, 3)
	f.refused, f.refusal = sharedLine(V7), ""
	together(t, f.sharing(t, V7).SharedProxy, proxyID(0), proxyID(1), proxyID(2))
	if got := f.lines(); len(got) != 4 || got[0] != f.refused {
		t.Errorf("requests: %v", got)
	}
}

// Waits for several proxies are served by lists, and what they lack is read by its ID, as is one alone.
func TestAwaitProxy(t *testing.T) {
	t.Parallel()
	f := newFleet(t, V8, 3)
	c := f.sharing(t, V8)
	f.removed[proxyID(0)] = true
	var waits sync.WaitGroup
	for i := range 3 {
		waits.Go(func() {
			err := c.AwaitProxy(t.Context(), proxyID(i), func(p Proxy, err error) (bool, error) {
				if gone := errors.Is(err, rest.ErrNotFound); gone != (i == 0) || !gone && p.Status != StatusOnline {
					t.Errorf("%+v, %v", p, err)
				}
				return true, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	waits.Wait()
	if err := c.AwaitProxy(t.Context(), proxyID(1), func(Proxy, error) (bool, error) { return true, nil }); err != nil {
		t.Error(err)
	}
	f.wantLines(t, sharedLine(V8), "GET /v8/Proxies/"+proxyID(0), "GET /v8/Proxies/"+proxyID(1))
}

// A list that lacks proxies which can be read by their IDs, as of proxies under removal, ends no wait.
func TestAwaitProxiesThatTheListLacks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		f := newFleet(t, v, 3)
		f.hidden = map[string]bool{proxyID(0): true, proxyID(1): true}
		c := f.sharing(t, v)
		var waits sync.WaitGroup
		for i := range 3 {
			waits.Go(func() {
				err := c.AwaitProxy(t.Context(), proxyID(i), func(p Proxy, err error) (bool, error) {
					if err != nil || p.ID != proxyID(i) {
						t.Errorf("%+v, %v", p, err)
					}
					return true, nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		waits.Wait()
		if n := len(f.lines()); n != 3 {
			t.Errorf("requests: %v", f.lines())
		}
	})
}

// Whatever an unknown ID is answered with, the list of the same round and one read by ID say together that a proxy is gone; later
// rounds need no further list.
func TestMissingProxiesCostOneReadEach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		for _, status := range []int{400, 404, 500} {
			if v == V8 && status != 404 {
				continue
			}
			f := newFleet(t, v, 6)
			f.unknown = answer{status, `{"message":"what proxy?"}`}
			c := f.sharing(t, v)
			for i := range 6 {
				f.removed[proxyID(i)] = true
			}
			lines := []string{sharedLine(v)}
			for round := range 2 {
				var reads sync.WaitGroup
				for i := 3 * round; i < 3*round+3; i++ {
					reads.Go(func() {
						if _, err := c.SharedProxy(t.Context(), proxyID(i)); !errors.Is(err, rest.ErrNotFound) {
							t.Errorf("%d: %v", status, err)
						}
					})
				}
				reads.Wait()
				for i := 3 * round; i < 3*round+3; i++ {
					line := "GET /" + string(v) + "/Proxies/" + proxyID(i)
					if v == V5 || v == V6 || v == V7 {
						line += "?extendedView=true"
					}
					lines = append(lines, line)
				}
			}
			got := f.lines()
			slices.Sort(got)
			slices.Sort(lines)
			if !slices.Equal(got, lines) {
				t.Errorf("%d: requests %v, want %v", status, got, lines)
			}
		}
	})
}

// All proxies come from the list that single reads share, unless one of them was changed since.
func TestSharedProxies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		f := newFleet(t, v, 3)
		c := f.sharing(t, v)
		for range 2 {
			proxies, err := c.SharedProxies(t.Context())
			if err != nil || len(proxies) != 3 || proxies[2].ID != proxyID(2) {
				t.Errorf("%+v, %v", proxies, err)
			}
			together(t, c.SharedProxy, proxyID(0))
		}
		f.wantLines(t, sharedLine(v))
		if err := c.RescanProxy(t.Context(), proxyID(0)); err != nil {
			t.Error(err)
		}
		if _, err := c.SharedProxies(t.Context()); err != nil || len(f.lines()) != 3 {
			t.Errorf("%v, requests %v", err, f.lines())
		}
	})
}

// Several proxies that one caller reads, or waits for, cost one list, and one read for each that the list lacks.
func TestReadAndAwaitEach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		f := newFleet(t, v, 4)
		f.hidden = map[string]bool{proxyID(0): true}
		f.removed[proxyID(1)] = true
		c := f.sharing(t, v)
		ids := []string{proxyID(0), proxyID(1), proxyID(2), proxyID(3)}
		check := func(at int, p Proxy, err error) {
			if gone := errors.Is(err, rest.ErrNotFound); gone != (at == 1) || !gone && p.ID != ids[at] {
				t.Errorf("%d: %+v, %v", at, p, err)
			}
		}
		proxies, errs := c.SharedProxyEach(t.Context(), ids)
		for at := range ids {
			check(at, proxies[at], errs[at])
		}
		if n := len(f.lines()); n != 3 {
			t.Errorf("requests: %v", f.lines())
		}
		for at, err := range c.AwaitProxies(t.Context(), ids, func(at int, p Proxy, err error) (bool, error) {
			check(at, p, err)
			return true, err
		}) {
			check(at, Proxy{ID: ids[at]}, err)
		}
		if n := len(f.lines()); n != 6 {
			t.Errorf("requests: %v", f.lines())
		}
	})
}
