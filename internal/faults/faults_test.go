// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// kind is what a fault means to a client.
type kind int

const (
	unsent   kind = iota // nothing of the request has left
	busy                 // the server says that it did not take the request and may later
	doubtful             // whether the request was processed is not known
	final                // the server refuses
	denied               // the server refuses every token
	stale                // the token has ended, and another one can be had
	harmless             // the answer is as good as any
	useless              // the answer is a success without anything to read
	garbled              // the answer lacks what it should hold
	strange              // the answer holds words that nobody knows
)

// fault is a column of the matrix.
type fault struct {
	code, name string
	kind       kind
	once       bool // the next attempt meets a healthy server
	processed  bool // the server does what is asked for
	passes     bool // ... after a while
	body       bool // the fault is one of the answer's body
	arm        func(w *world, healthy []appliance.Exchange)

	http1          bool
	skew           time.Duration // of the server's clock
	requestTimeout string
	heavy          bool // costs so much that only one runs at a time
}

// on injects the fault for the operation.
func on(f appliance.Fault) func(*world, []appliance.Exchange) {
	return func(w *world, _ []appliance.Exchange) {
		own := f // cells run side by side
		own.Method, own.Path, own.Skip = w.op.method, w.op.path, w.op.skip
		w.server.Inject(own)
	}
}

const page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

// said is an error of the server that repeats the password it was given.
const said = `{"message":"Failure while serving ` + password + `","errorCode":"InternalError"}`

var retryAfter = http.Header{"Retry-After": {"1"}}

func faults() []fault {
	return []fault{
		{code: "--", name: "none", kind: harmless, processed: true, arm: func(*world, []appliance.Exchange) {}},
		{code: "cr", name: "connection refused", kind: unsent, http1: true, arm: refuse},
		{code: "rb", name: "reset before the request is processed", kind: doubtful, arm: on(appliance.Fault{DropBefore: true})},
		{code: "ro", name: "the same, once", kind: doubtful, once: true, arm: on(appliance.Fault{DropBefore: true, Times: 1})},
		{code: "ra", name: "reset after the request is processed", kind: doubtful, processed: true, arm: on(appliance.Fault{DropAfter: true})},
		{code: "r1", name: "the same over HTTP/1.1", kind: doubtful, processed: true, http1: true, arm: on(appliance.Fault{DropAfter: true})},
		{code: "oa", name: "the same, and five more requests are cut", kind: doubtful, processed: true, passes: true, arm: vanish},
		{code: "tr", name: "truncated body", kind: doubtful, processed: true, body: true, arm: on(appliance.Fault{Truncate: 7})},
		{code: "sb", name: "body slower than request_timeout", kind: doubtful, processed: true, body: true, requestTimeout: "4s", arm: on(appliance.Fault{Stall: true})},
		{code: "sh", name: "error with a body slower than request_timeout", kind: final, requestTimeout: "4s", arm: on(appliance.Fault{Status: 409, Body: said, Stall: true})},
		{code: "en", name: "endless body", kind: useless, body: true, heavy: true, requestTimeout: "2m", arm: on(appliance.Fault{Endless: true, Body: "{"})},
		{code: "gw", name: "502 with an HTML page", kind: doubtful, arm: on(appliance.Fault{Status: 502, Body: page, ContentType: "text/html"})},
		{code: "go", name: "the same, once", kind: doubtful, once: true, arm: on(appliance.Fault{Status: 502, Body: page, ContentType: "text/html", Times: 1})},
		{code: "ga", name: "502 after the request is processed", kind: doubtful, processed: true, arm: on(appliance.Fault{Rewrite: func(int, []byte) (int, []byte) { return 502, []byte(page) }})},
		{code: "un", name: "503", kind: doubtful, arm: on(appliance.Fault{Status: 503})},
		{code: "ua", name: "503 after the request is processed", kind: doubtful, processed: true, arm: on(appliance.Fault{Rewrite: func(int, []byte) (int, []byte) { return 503, nil }})},
		{code: "ta", name: "408 after the request is processed", kind: doubtful, processed: true, arm: on(appliance.Fault{Rewrite: func(int, []byte) (int, []byte) { return 408, nil }})},
		{code: "ca", name: "524 after the request is processed", kind: doubtful, processed: true, arm: on(appliance.Fault{Rewrite: func(int, []byte) (int, []byte) { return 524, []byte(page) }})},
		{code: "ur", name: "503 with Retry-After", kind: busy, arm: on(appliance.Fault{Status: 503, Header: retryAfter})},
		{code: "tm", name: "429", kind: busy, arm: on(appliance.Fault{Status: 429})},
		{code: "1x", name: "401 once", kind: stale, once: true, arm: on(appliance.Fault{Status: 401, Times: 1})},
		{code: "1*", name: "401 always", kind: denied, arm: on(appliance.Fault{Status: 401})},
		{code: "ex", name: "access token ended", kind: stale, arm: func(w *world, _ []appliance.Exchange) { w.once(w.tokens.RevokeAccess) }},
		{code: "rv", name: "access token ended, refresh token refused", kind: stale, arm: func(w *world, _ []appliance.Exchange) { w.once(w.tokens.RevokeAll) }},
		{code: "03", name: "403", kind: final, arm: on(appliance.Fault{Status: 403})},
		{code: "04", name: "404", kind: final, arm: on(appliance.Fault{Status: 404})},
		{code: "09", name: "409", kind: final, arm: on(appliance.Fault{Status: 409, Body: said})},
		{code: "50", name: "500 without a body", kind: final, arm: on(appliance.Fault{Status: 500})},
		{code: "5b", name: "500 with a body", kind: final, arm: on(appliance.Fault{Status: 500, Body: said})},
		{code: "s+", name: "server's clock 5 hours ahead", kind: harmless, processed: true, skew: 5 * time.Hour, arm: dated(5 * time.Hour)},
		{code: "s-", name: "server's clock 5 hours behind", kind: harmless, processed: true, skew: -5 * time.Hour, arm: dated(-5 * time.Hour)},
		{code: "ct", name: "wrong content type", kind: harmless, processed: true, arm: on(appliance.Fault{Header: http.Header{"Content-Type": {"application/octet-stream"}}})},
		{code: "hp", name: "200 with an HTML page", kind: useless, body: true, arm: on(appliance.Fault{Status: 200, Body: page, ContentType: "text/html"})},
		{code: "df", name: "duplicate JSON fields", kind: harmless, processed: true, body: true, arm: on(appliance.Fault{Rewrite: rewrite(duplicate)})},
		{code: "mf", name: "missing fields", kind: garbled, processed: true, body: true, arm: on(appliance.Fault{Rewrite: rewrite(missing)})},
		{code: "ue", name: "unknown enum values", kind: strange, processed: true, body: true, arm: on(appliance.Fault{Rewrite: rewrite(unknown)})},
	}
}

func rewrite(change func([]byte) []byte) func(int, []byte) (int, []byte) {
	return func(status int, body []byte) (int, []byte) { return status, change(body) }
}

// refuse lets the server go away right before the operation.
func refuse(w *world, healthy []appliance.Exchange) {
	before, nth, ok := predecessor(healthy, w.op)
	if !ok {
		w.server.Refuse()
		return
	}
	path := identifier.ReplaceAllString(before.Path, "*")
	w.server.Inject(appliance.Fault{Method: before.Method, Path: path, Skip: nth, Times: 1, Refuse: true})
}

// identifier is what differs from world to world.
var identifier = regexp.MustCompile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

// vanish lets the server process the operation, and then cuts more requests than one read has attempts.
func vanish(w *world, _ []appliance.Exchange) {
	w.once(func() {
		w.server.Inject(appliance.Fault{Method: w.op.method, Path: w.op.path, Times: 1, DropAfter: true})
		w.server.Inject(appliance.Fault{Times: 5, DropBefore: true})
	})
}

// dated gives every answer the date of the server's clock.
func dated(skew time.Duration) func(*world, []appliance.Exchange) {
	return func(w *world, _ []appliance.Exchange) {
		w.server.Inject(appliance.Fault{Header: http.Header{"Date": {time.Now().Add(skew).UTC().Format(http.TimeFormat)}}})
	}
}

// duplicate writes every member of every object twice, the first time as null.
func duplicate(body []byte) []byte {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return body
	}
	var b bytes.Buffer
	var write func(any)
	write = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			b.WriteByte('{')
			for i, name := range slices.Sorted(maps.Keys(v)) {
				if i > 0 {
					b.WriteByte(',')
				}
				key := must(json.Marshal(name))
				b.Write(key)
				b.WriteString(":null,")
				b.Write(key)
				b.WriteByte(':')
				write(v[name])
			}
			b.WriteByte('}')
		case []any:
			b.WriteByte('[')
			for i, element := range v {
				if i > 0 {
					b.WriteByte(',')
				}
				write(element)
			}
			b.WriteByte(']')
		default:
			b.Write(must(json.Marshal(v)))
		}
	}
	write(v)
	return b.Bytes()
}

func missing(body []byte) []byte {
	if len(body) == 0 {
		return body
	}
	return []byte("{}")
}

// unknown gives every field that holds one of a few words another word.
func unknown(body []byte) []byte {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return body
	}
	words := []string{"status", "state", "type", "result", "operatingSystem", "maintenanceModeState", "throttlingUnit", "retentionType", "regionType", "storageClass", "token_type"}
	var change func(any)
	change = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				if _, text := member.(string); text && slices.Contains(words, name) {
					v[name] = "Unheard"
				}
				change(member)
			}
		case []any:
			for _, element := range v {
				change(element)
			}
		}
	}
	change(v)
	return must(json.Marshal(v))
}
