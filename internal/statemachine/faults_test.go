// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

const (
	user          = `EXAMPLE\svc-terraform`
	loginPassword = "canary-login-c41e"
	proxyUser     = `EXAMPLE\proxy-admin`
	proxyPassword = "canary-proxy-8d07"
)

// disturbances are what may happen to a request.
var disturbances = map[string]appliance.Fault{
	"cut before":       {DropBefore: true},
	"cut after":        {DropAfter: true},
	"broken off":       {Truncate: 5},
	"refused login":    {Status: 401, ContentType: "application/json", Body: `{"message":"Who?"}`},
	"forbidden":        {Status: 403, ContentType: "application/json", Body: `{"message":"Not you."}`},
	"not found, HTML":  {Status: 404, ContentType: "text/html", Body: "<html>" + rawBody},
	"bad request":      {Status: 400, ContentType: "application/json", Body: `{"message":"Odd."}`},
	"too many":         {Status: 429, Header: http.Header{"Retry-After": {"2"}}},
	"fails":            {Status: 500, ContentType: "application/json", Body: `{"message":"Unexpected."}`},
	"gateway":          {Status: 502, ContentType: "text/html", Body: "<html>" + rawBody},
	"gateway, late":    {Status: 504, ContentType: "text/html", Body: "<html>" + rawBody},
	"unavailable":      {Status: 503, ContentType: "text/html", Body: "<html>" + rawBody},
	"asks to wait":     {Status: 503, Header: http.Header{"Retry-After": {"3"}}},
	"nothing":          {Status: 200},
	"not JSON":         {Status: 200, ContentType: "text/html", Body: "<html>" + rawBody},
	"an empty object":  {Status: 200, ContentType: "application/json", Body: "{}"},
	"too slow":         {Latency: 90e9},
	"redirect":         {Status: 302, Header: http.Header{"Location": {"https://other.example.com/\xff"}}},
	"words, no object": {Status: 500, ContentType: "text/plain", Body: rawBody},
}

// trouble is what can happen to commands.
type trouble struct {
	server    *appliance.Server
	targets   [][2]string     // methods and paths worth a fault, beside all
	calm, ctx context.Context // without and with an interruption
	seen      []string        // secrets

	mu        sync.Mutex
	requests  int // until the user interrupts; 0: never
	interrupt context.CancelFunc
}

// wrap goes around the appliance.
func (x *trouble) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x.mu.Lock()
		if x.requests--; x.requests == 0 {
			x.interrupt()
		}
		x.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// settle ends all trouble. What an interrupted command left going in the background ends, too, as it would with the
// provider's process.
func (x *trouble) settle() {
	x.server.ClearFaults()
	if x.ctx.Err() != nil {
		time.Sleep(10 * time.Minute) // in a bubble
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ctx, x.requests = x.calm, 0
}

// disturb arms at most one fault, for one request of the next command, or has the user interrupt that. It tells whether
// there is trouble to come.
func (x *trouble) disturb(t *rapid.T) (disturbed bool) {
	x.settle()
	switch rapid.IntRange(0, 5).Draw(t, "trouble") {
	case 0, 1, 2:
		return false
	case 3:
		x.mu.Lock()
		defer x.mu.Unlock()
		x.requests = rapid.IntRange(1, 12).Draw(t, "requests before Ctrl-C")
		x.ctx, x.interrupt = context.WithCancel(x.calm)
		return true
	}
	f := disturbances[rapid.SampledFrom(slices.Sorted(maps.Keys(disturbances))).Draw(t, "fault")]
	target := rapid.SampledFrom(append([][2]string{{"", ""}, {http.MethodGet, ""}}, x.targets...)).Draw(t, "target")
	if f.Status == http.StatusOK && target[0] != http.MethodGet {
		return false // nobody can tell that a change did not happen which is answered so
	}
	f.Method, f.Path = target[0], target[1]
	f.Skip, f.Times = rapid.IntRange(0, 4).Draw(t, "skip"), 1
	if f.Path != "" {
		f.Skip /= 3
	}
	x.server.Inject(f)
	return true
}

// forget empties the appliance's log, once all that is on its way there has arrived: what an interrupted command left behind
// is not the next one's.
func (x *trouble) forget() {
	synctest.Wait()
	x.server.ResetLog()
}

// secrets are those that the appliance has seen so far.
func (x *trouble) secrets() []string {
	for _, e := range x.server.Requests() {
		if token, found := strings.CutPrefix(e.Header.Get("Authorization"), "Bearer "); found && !slices.Contains(x.seen, token) {
			x.seen = append(x.seen, token)
		}
	}
	return append([]string{loginPassword, proxyPassword}, x.seen...)
}

// logbook holds the provider's log, to which also what outlives a command writes.
type logbook struct {
	mu    sync.Mutex
	lines []byte
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, p...)
	return len(p), nil
}

// take gives what was written since the last call.
func (l *logbook) take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

// posts counts, by path, the requests since the last reset of the log that may have started something. Those that the
// appliance refused so that they may be sent again are none, and neither are logins.
func (x *trouble) posts() map[string]int {
	counts := map[string]int{}
	for _, e := range x.server.Requests() {
		again := slices.Contains([]int{401, 429}, e.Status) || e.Status == 503 && !e.Dropped
		if e.Method == http.MethodPost && !strings.HasSuffix(strings.ToLower(e.Path), "/token") && !again {
			counts[e.Path]++
		}
	}
	return counts
}
