// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Whatever an appliance answers to a list or a read, the client ends, does not panic, and gives either an error or
// proxies that hold together.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `{}`, `[null]`, `{"results":[{}]}`, `{"results":null}`, `<html>`, `{"id":"p","port":"9193"}`,
		`[{"id":"p","port":9193,"threadsNumber":"64","isDefault":"true"}]`,
		`{"offset":0,"limit":1,"results":[{"id":"p","hostName":"px","internetProxySettings":{"port":"x"}}]}`,
		`{"id":"r","capacityBytes":"7","isOutOfSync":"true","objectStorage":{"type":7}}`, `{"id":"s","state":"Failed","error":"a\r\nb","progressPercent":"x"}`,
		`{"limit":-1,"results":[{"id":"p","throttlingValue":1e400}]}`,
	} {
		f.Add([]byte(seed))
	}
	var body atomic.Pointer[[]byte]
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(*body.Load()) }))
	f.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		f.Fatal(err)
	}
	clients := map[Version]*Client{}
	for _, v := range []Version{V5, V8} {
		c, err := New(Config{Rest: rest.Options{Endpoint: endpoint, TLS: rest.TLSOptions{InsecureSkipVerify: true}, AccessToken: "t"}, Version: v})
		if err != nil {
			f.Fatal(err)
		}
		f.Cleanup(c.CloseIdleConnections)
		clients[v] = c
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		body.Store(&data)
		for v, c := range clients {
			proxies, err := c.Proxies(t.Context())
			if err == nil && proxies == nil {
				t.Errorf("%s: neither proxies nor an error", v)
			}
			if v == V8 {
				ids := make([]string, 0, len(proxies))
				for _, p := range proxies {
					ids = append(ids, p.ID)
				}
				slices.Sort(ids)
				if len(slices.Compact(ids)) != len(proxies) {
					t.Errorf("a proxy is listed twice: %v", ids)
				}
			}
			if p, err := c.Proxy(t.Context(), "p"); err == nil && p.ID == "" {
				t.Errorf("%s: a proxy without ID passes for one", v)
			}
			if repositories, err := c.Repositories(t.Context()); err == nil && repositories == nil {
				t.Errorf("%s: neither repositories nor an error", v)
			}
			if r, err := c.Repository(t.Context(), "p"); err == nil && r.ID == "" {
				t.Errorf("%s: a repository without ID passes for one", v)
			}
			if s, err := c.SyncSession(t.Context(), "p"); err == nil && s.ID == "" || strings.ContainsAny(s.Error, "\r\n") {
				t.Errorf("%s: %+v, %v", v, s, err)
			}
		}
	})
}

// A figure means the same in quotes and without, and so does a boolean.
func FuzzQuotedScalars(f *testing.F) {
	f.Add("px1.example.com", int64(9193), int64(64), true)
	f.Add("\"\\\x00", int64(-1), int64(1)<<62, false)
	f.Fuzz(func(t *testing.T, host string, port, threads int64, flag bool) {
		name, err := json.Marshal(host)
		if err != nil {
			t.Fatal(err)
		}
		const form = `{"id":"p","hostName":%[1]s,"port":%[5]s%[2]d%[5]s,"threadsNumber":%[5]s%[3]d%[5]s,"useInternetProxy":%[5]s%[4]t%[5]s,"role":[%[2]d]}`
		var plain, quoted proxyAnswer
		for quote, target := range map[string]*proxyAnswer{"": &plain, `"`: &quoted} {
			if err := json.Unmarshal(fmt.Appendf(nil, form, name, port, threads, flag, quote), target); err != nil {
				t.Fatal(err)
			}
		}
		p := plain.proxy()
		if p.Port != port || p.ThreadsNumber == nil || *p.ThreadsNumber != threads || p.UseInternetProxy != flag {
			t.Errorf("%+v", p)
		}
		if q := quoted.proxy(); !reflect.DeepEqual(p, q) {
			t.Errorf("plain %+v\nquoted %+v", p, q)
		}
	})
}
