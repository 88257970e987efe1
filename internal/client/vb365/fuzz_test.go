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
	"unicode"
	"unicode/utf8"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// Whatever an appliance answers to a list or a read, the client ends, does not panic, and gives either an error or
// proxies that hold together.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `{}`, `[null]`, `{"results":[{}]}`, `{"results":null}`, `<html>`, `{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","port":"9193"}`,
		`[{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","port":9193,"threadsNumber":"64","isDefault":"true"}]`,
		`{"offset":0,"limit":1,"results":[{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","internetProxySettings":{"port":"x"}}]}`,
		`{"id":"72000000-1111-4222-8333-444455556666","hostName":"px","capacityBytes":"7","isOutOfSync":"true","objectStorage":{"type":7}}`, `{"id":"73000000-1111-4222-8333-444455556666","hostName":"px","state":"Failed","error":"a\r\nb","progressPercent":"x"}`,
		`{"id":"73000000-1111-4222-8333-444455556666","hostName":"px","state":"Failed\u001b","error":"a\u0000b","status":"On\r\nline"}`, `[{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","status":"Off\u001b[2Jline"}]`,
		`{"id":"73000000-1111-4222-8333-444455556666","hostName":"px","progressPercent":1e300}`,
		`{"limit":-1,"results":[{"id":"70000000-1111-4222-8333-444455556666","hostName":"px","throttlingValue":1e400}]}`,
	} {
		f.Add([]byte(seed))
	}
	var body atomic.Pointer[[]byte]
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(*body.Load()) }))
	f.Cleanup(server.Close)
	clients := map[Version]*Client{V5: fuzzClient(f, server, V5), V8: fuzzClient(f, server, V8)}
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
			if p, err := c.Proxy(t.Context(), "70000000-1111-4222-8333-444455556666"); err == nil && p.ID == "" || !fitForDiagnostic(p.Status) {
				t.Errorf("%s: %+v, %v", v, p, err)
			}
			if repositories, err := c.Repositories(t.Context()); err == nil && repositories == nil {
				t.Errorf("%s: neither repositories nor an error", v)
			}
			if r, err := c.Repository(t.Context(), "72000000-1111-4222-8333-444455556666"); err == nil && r.ID == "" {
				t.Errorf("%s: a repository without ID passes for one", v)
			}
			if s, err := c.SyncSession(t.Context(), "73000000-1111-4222-8333-444455556666"); err == nil && s.ID == "" || !fitForDiagnostic(s.Error) || !fitForDiagnostic(s.State) ||
				s.Progress != nil && (*s.Progress < 0 || *s.Progress > 100) {
				t.Errorf("%s: %+v, %v", v, s, err)
			}
		}
	})
}

func fitForDiagnostic(text string) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= 601 && !strings.ContainsFunc(text, unicode.IsControl)
}

// A list in pages ends, whatever its pages hold, and holds each element once. Three bytes make a page: how many elements,
// the first of them, the limit; the last page comes again and again.
func FuzzPages(f *testing.F) {
	f.Add([]byte{2, 0, 2, 2, 2, 2, 1, 4, 2})
	f.Add([]byte{0, 0, 0})
	f.Add([]byte{3, 0, 3, 3, 1, 3, 3, 2, 1, 7, 3, 0})
	var pages atomic.Pointer[[][]byte]
	var asked atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		all := *pages.Load()
		p := all[min(int(asked.Add(1))-1, len(all)-1)]
		results := []map[string]string{}
		for i := range p[0] % 8 {
			results = append(results, map[string]string{"id": fmt.Sprintf("%08d-1111-4222-8333-444455556666", int(p[1])+int(i)), "hostName": "px"})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"results": results, "limit": p[2]})
	}))
	f.Cleanup(server.Close)
	c := fuzzClient(f, server, V8)
	f.Fuzz(func(t *testing.T, script []byte) {
		all := slices.Collect(slices.Chunk(script, 3))
		if len(all) == 0 || len(all) > 50 || len(all[len(all)-1]) < 3 {
			t.Skip("not whole pages")
		}
		asked.Store(0)
		pages.Store(&all)
		proxies, err := c.Proxies(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if int(asked.Load()) > len(all)+1 {
			t.Errorf("%d requests for %d pages", asked.Load(), len(all))
		}
		ids := map[string]bool{}
		for _, p := range proxies {
			ids[p.ID] = true
		}
		if len(ids) != len(proxies) {
			t.Errorf("listed twice: %v", proxies)
		}
	})
}

func FuzzParseVersion(f *testing.F) {
	f.Add("v8")
	f.Add("V8 ")
	f.Fuzz(func(t *testing.T, text string) {
		version, known := ParseVersion(text)
		if known != slices.Contains(Versions(), Version(text)) || known && (string(version) != text || !version.Supports(FeatureType) && version > V5) {
			t.Errorf("%q gives %q, %t", text, version, known)
		}
	})
}

func fuzzClient(f *testing.F, server *httptest.Server, v Version) *Client {
	f.Helper()
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		f.Fatal(err)
	}
	c, err := New(Config{Rest: rest.Options{Endpoint: endpoint, TLS: rest.TLSOptions{InsecureSkipVerify: true}, AccessToken: "t"}, Version: v})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(c.CloseIdleConnections)
	return c
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
		const form = `{"id":"70000000-1111-4222-8333-444455556666","hostName":%[1]s,"port":%[5]s%[2]d%[5]s,"threadsNumber":%[5]s%[3]d%[5]s,"useInternetProxy":%[5]s%[4]t%[5]s,"role":[%[2]d]}`
		var plain, quoted proxyResponse
		for quote, target := range map[string]*proxyResponse{"": &plain, `"`: &quoted} {
			if err := json.Unmarshal(fmt.Appendf(nil, form, name, port, threads, flag, quote), target); err != nil {
				t.Fatal(err)
			}
		}
		p := plain.proxy()
		if p.Port == nil || *p.Port != port || p.ThreadsNumber == nil || *p.ThreadsNumber != threads || p.UseInternetProxy == nil || *p.UseInternetProxy != flag {
			t.Errorf("%+v", p)
		}
		if q := quoted.proxy(); !reflect.DeepEqual(p, q) {
			t.Errorf("plain %+v\nquoted %+v", p, q)
		}
	})
}
