// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// answering starts a server that answers its n-th request since the last call of set by a function, and a client of it.
func answering(f *testing.F) (c *Client, set func(answer func(n int) []byte), asked func() int) {
	f.Helper()
	var answer atomic.Pointer[func(int) []byte]
	var requests atomic.Int64
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write((*answer.Load())(int(requests.Add(1)) - 1))
	}))
	f.Cleanup(server.Close)
	endpoint, err := url.Parse(server.URL)
	if err != nil {
		f.Fatal(err)
	}
	c, err = New(Config{Rest: rest.Options{Endpoint: endpoint, TLS: rest.TLSOptions{InsecureSkipVerify: true}, AccessToken: "t"}, Revision: "1.3-rev0"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(c.CloseIdleConnections)
	set = func(a func(int) []byte) { requests.Store(0); answer.Store(&a) }
	return c, set, func() int { return int(requests.Load()) }
}

// Whatever an appliance answers, the client asks for no more than it needs, and what it gives holds together.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `{}`, `{"results":null,"totalCount":0}`, `{"results":[{}],"totalCount":9}`, `{"results":[{"id":"r"},{"id":"r"},{"id":"q"}],"totalCount":"7"}`,
		`{"sessionId":"` + sessionID + `"}`, `{"id":"` + sessionID + `","status":"Fai\u0000led\r\nby many","result":"a\u001b[31mb"}`, `{"sessionId":7}`, `{"sessionId":"s\r\n\u0000"}`, `{"sessionId":" \n"}`, `{"version":"5\n0","log":[{"status":"Error\r\n","message":"a\u0007"}]}`, `<html>`,
	} {
		f.Add([]byte(seed))
	}
	c, set, asked := answering(f)
	set(func(int) []byte { return []byte(`{}`) })
	if _, err := c.RescanRevision(f.Context()); err != nil { // looked for once, and known from then on
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		within := func(most int, call func()) {
			t.Helper()
			set(func(int) []byte { return body })
			call()
			if asked() > most {
				t.Errorf("%d requests", asked())
			}
		}
		within(2, func() {
			list, err := c.Repositories(t.Context())
			ids := map[string]bool{}
			for _, r := range list {
				ids[r.ID] = true
			}
			if len(ids) != len(list) || err != nil && list != nil {
				t.Errorf("repositories %+v, %v", list, err)
			}
		})
		within(2, func() { _, _ = c.Sessions(t.Context(), time.Time{}) })
		within(1, func() {
			s, err := c.Session(t.Context(), sessionID)
			if (err == nil) != (s.ID != "" && s.Status != "") {
				t.Errorf("%+v, %v", s, err)
			}
			for _, text := range []string{s.Type, s.Status, s.Result, s.Reason} {
				oneLine(t, text)
			}
		})
		within(1, func() {
			log, _ := c.SessionLog(t.Context(), sessionID)
			for _, item := range log {
				oneLine(t, item.Status)
				oneLine(t, item.Message)
			}
		})
		for _, rescan := range []func() (string, error){
			func() (string, error) { return c.RescanRepository(t.Context(), repositoryID) },
			func() (string, error) { return c.RescanVirtualMachines(t.Context()) },
		} {
			within(1, func() {
				id, err := rescan()
				if (id == "") != (err != nil) {
					t.Errorf("session %q, %v", id, err)
				}
				oneLine(t, id)
			})
		}
		within(1, func() {
			version, _ := c.ApplianceVersion(t.Context())
			oneLine(t, version)
		})
	})
}

// A list ends, whatever its pages hold and whatever total they tell, and holds each element once. Three bytes make a
// page: how many elements, the first of them, the total; the last page comes again and again.
func FuzzPages(f *testing.F) {
	f.Add([]byte{2, 0, 4, 2, 2, 4})
	f.Add([]byte{0, 0, 9})
	f.Add([]byte{3, 0, 255, 3, 1, 255, 3, 2, 255, 3, 3, 0})
	c, set, asked := answering(f)
	f.Fuzz(func(t *testing.T, script []byte) {
		pages := slices.Collect(slices.Chunk(script, 3))
		if len(pages) == 0 || len(pages) > 50 || len(pages[len(pages)-1]) < 3 {
			t.Skip("not whole pages")
		}
		set(func(n int) []byte {
			p := pages[min(n, len(pages)-1)]
			results := []map[string]string{}
			for i := range p[0] % 8 {
				results = append(results, map[string]string{"id": uid(fmt.Sprint(int(p[1]) + int(i))), "name": "n"})
			}
			body, _ := json.Marshal(map[string]any{"results": results, "totalCount": p[2]})
			return body
		})
		regions, err := c.Regions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if asked() > len(pages)+1 {
			t.Errorf("%d requests for %d pages", asked(), len(pages))
		}
		ids := map[string]bool{}
		for _, r := range regions {
			ids[r.ID] = true
		}
		if len(ids) != len(regions) {
			t.Errorf("listed twice: %v", regions)
		}
	})
}

func FuzzParseRevision(f *testing.F) {
	f.Add("1.3-rev0")
	f.Add("1.3-rev0 ")
	f.Fuzz(func(t *testing.T, text string) {
		revision, known := ParseRevision(text)
		if known != (text != "" && string(revision) == text) || known != slices.Contains(Revisions(), Revision(text)) {
			t.Errorf("%q gives %q, %t", text, revision, known)
		}
		if known && len(revision.older()) >= len(Revisions()) {
			t.Errorf("%q has no place in the table", text)
		}
	})
}
