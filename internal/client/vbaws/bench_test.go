// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// BenchmarkRescans starts a rescan of each repository and waits for its session, ten at a time, as an apply does. Sessions end at
// the second look.
func BenchmarkRescans(b *testing.B) {
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprintf("sessions=%d", n), func(b *testing.B) {
			measure(b, func(b *testing.B, c *Client) {
				repositories := make(chan string)
				var objects sync.WaitGroup
				for range 10 {
					objects.Go(func() {
						for id := range repositories {
							session := start(b, c, id)
							if ended, err := c.WaitSession(b.Context(), Session{ID: session}, func(Session) {}); err != nil || ended.Outcome() != Succeeded {
								b.Errorf("%+v, %v", ended, err)
							}
						}
					})
				}
				for i := range n {
					repositories <- fmt.Sprint(i)
				}
				close(repositories)
				objects.Wait()
			})
		})
	}
}

// BenchmarkFleet starts all rescans of a fleet first, and has one wait for all.
func BenchmarkFleet(b *testing.B) {
	const n = 1000
	b.Run(fmt.Sprintf("sessions=%d", n), func(b *testing.B) {
		measure(b, func(b *testing.B, c *Client) {
			var sessions []Session
			for i := range n {
				sessions = append(sessions, Session{ID: start(b, c, fmt.Sprint(i))})
			}
			if lost := c.WaitSessions(b.Context(), sessions, func(Session) {}); len(lost) > 0 {
				b.Errorf("lost %v", lost)
			}
		})
	})
}

func start(b *testing.B, c *Client, repository string) string {
	b.Helper()
	session, err := c.RescanRepository(b.Context(), repository)
	if err != nil {
		b.Error(err)
	}
	return session
}

func measure(b *testing.B, work func(*testing.B, *Client)) {
	b.Helper()
	a := newBenchAppliance(b)
	endpoint, err := url.Parse(a.URL)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := New(Config{Revision: "1.3-rev0", Rest: rest.Options{
			Endpoint: endpoint, TLS: rest.TLSOptions{InsecureSkipVerify: true}, AccessToken: "access-token", UserAgent: "test/1",
		}})
		if err != nil {
			b.Fatal(err)
		}
		work(b, c)
		c.CloseIdleConnections()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b.ReportMetric(float64(a.asked)/float64(b.N), "requests/op")
	b.ReportMetric(float64(a.listed)/float64(b.N), "listed/op")
}

// benchAppliance starts sessions, and shows each once as running.
type benchAppliance struct {
	*httptest.Server
	mu            sync.Mutex
	sessions      []benchSession
	asked, listed int // requests, and sessions in lists
}

type benchSession struct {
	started time.Time
	shown   bool
}

func newBenchAppliance(b *testing.B) *benchAppliance {
	b.Helper()
	a := &benchAppliance{}
	a.Server = httptest.NewUnstartedServer(a)
	a.EnableHTTP2 = true
	a.StartTLS()
	b.Cleanup(a.Close)
	return a
}

func (a *benchAppliance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Method == http.MethodPost:
		a.sessions = append(a.sessions, benchSession{started: time.Now()})
		w.WriteHeader(http.StatusAccepted)
		write(w, map[string]any{"sessionId": benchID(len(a.sessions) - 1)})
	case r.URL.Path == sessionPath:
		since, _ := time.Parse(time.RFC3339, r.URL.Query().Get("FromUtc"))
		var offset, limit int
		_, _ = fmt.Sscan(r.URL.Query().Get("Offset"), &offset)
		_, _ = fmt.Sscan(r.URL.Query().Get("Limit"), &limit)
		var found []int
		for i, s := range a.sessions {
			if !s.started.Before(since) {
				found = append(found, i)
			}
		}
		shown := []any{}
		for _, i := range found[min(offset, len(found)):min(offset+limit, len(found))] {
			shown = append(shown, a.show(i))
		}
		a.listed += len(shown)
		write(w, map[string]any{"totalCount": len(found), "results": shown})
	case r.URL.Path == timePath:
		write(w, map[string]any{"utcDateTime": "2026-01-01T00:00:00.123456"})
	default:
		i, _ := strconv.Atoi(strings.TrimLeft(path.Base(r.URL.Path)[24:], "0"))
		write(w, a.show(i))
	}
}

func (a *benchAppliance) show(i int) map[string]any {
	s := &a.sessions[i]
	session := map[string]any{
		"id": benchID(i), "type": "Job", "status": "Running", "executionStartTime": s.started.UTC().Format("2006-01-02T15:04:05.999999"),
		"executionStopTime": nil, "executionDuration": 17, "usn": i, "reason": "", "_links": []any{}, "_embedded": map[string]any{},
	}
	if s.shown {
		session["status"], session["result"] = "Succeeded", "Success"
	}
	s.shown = true
	return session
}

func benchID(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

func write(w http.ResponseWriter, answer any) {
	_ = json.NewEncoder(w).Encode(answer)
}
