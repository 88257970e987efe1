// SPDX-License-Identifier: MPL-2.0

package statemachine

import (
	"net/http"
	"slices"
	"strings"

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

// disturb arms at most one fault, for one request of the next command. It tells whether there is one.
func disturb(t *rapid.T, server *appliance.Server) (disturbed bool) {
	server.ClearFaults()
	if rapid.IntRange(0, 2).Draw(t, "peace") > 0 {
		return false
	}
	names := []string{}
	for name := range disturbances {
		names = append(names, name)
	}
	slices.Sort(names)
	f := disturbances[rapid.SampledFrom(names).Draw(t, "fault")]
	f.Method = rapid.SampledFrom([]string{"", "GET", "POST", "PUT"}).Draw(t, "method")
	if f.Status == http.StatusOK {
		f.Method = http.MethodGet // nobody can tell that a change did not happen which is answered so
	}
	f.Skip, f.Times = rapid.IntRange(0, 6).Draw(t, "skip"), 1
	server.Inject(f)
	return true
}

// canaries are the secrets that an appliance has seen so far.
func canaries(server *appliance.Server) []string {
	all := []string{loginPassword, proxyPassword}
	for _, e := range server.Requests() {
		if token, found := strings.CutPrefix(e.Header.Get("Authorization"), "Bearer "); found && !slices.Contains(all, token) {
			all = append(all, token)
		}
	}
	return all
}

// posts counts, by path, the requests since the last reset of the log that may have started something. Those that the
// appliance refused so that they may be sent again are none, and neither are logins.
func posts(server *appliance.Server) map[string]int {
	counts := map[string]int{}
	for _, e := range server.Requests() {
		again := slices.Contains([]int{401, 429}, e.Status) || e.Status == 503 && !e.Dropped
		if e.Method == http.MethodPost && !strings.HasSuffix(strings.ToLower(e.Path), "/token") && !again {
			counts[e.Path]++
		}
	}
	return counts
}
