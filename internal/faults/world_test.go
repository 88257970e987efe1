// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"context"
	"net/http"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	account         = `EXAMPLE\svc-terraform`
	password        = "canary-login-8c41"
	machinePassword = "canary-machine-77ab"

	retries = 1
)

// secrets are what no message may hold: the passwords, and the beginning of every token that a simulator issues.
var secrets = []string{password, machinePassword, "access-", "refresh-"}

// world is one cell: an appliance, a CLI, and the operation that the fault is for.
type world struct {
	cli
	op     operation
	m365   *vb365.Running
	aws    *vbaws.Running
	server *appliance.Server
	tokens *appliance.Tokens

	ids map[string]any // of what the set-up made

	hook     sync.Mutex
	before   func()
	arrivals int // of what passes for the operation, since before was set
}

var authority = sync.OnceValues(appliance.NewCA)

// newWorld starts the appliance whose operation it is.
func newWorld(ctx context.Context, op operation, f fault) *world {
	w := &world{op: op, ids: map[string]any{}}
	w.ctx, w.objects = ctx, map[string]object{}
	options := appliance.Options{CA: must(authority()), HTTP1: f.http1, Wrap: w.watch}
	clock := func() time.Time { return time.Now().Add(f.skew) }
	login := arguments{
		"username": account, "password": password, "max_retries": retries, "request_timeout": "30s", "api_version": op.version,
	}
	if f.requestTimeout != "" {
		login["request_timeout"] = f.requestTimeout
	}
	block := "vb365"
	if op.aws {
		block = "vbaws"
		w.aws = must(vbaws.Start(vbaws.Config{
			Product: op.product, Users: map[string]vbaws.User{account: {Password: password, Role: vbaws.Administrator}}, Now: clock,
		}, options))
		w.server, w.tokens = w.aws.Server, w.aws.Tokens()
	} else {
		login["proxy_credentials"] = arguments{"default": arguments{"username": `EXAMPLE\proxy-admin`, "password": machinePassword}}
		w.m365 = must(vb365.Start(vb365.Config{Product: op.product, Users: map[string]string{account: password}, Now: clock}, options))
		w.server, w.tokens = w.m365.Server, w.m365.Tokens()
	}
	if op.byToken {
		delete(login, "username")
		delete(login, "password")
		login["access_token"] = w.tokens.Issue(account).Access
	}
	login["endpoint"], login["certificate_sha256"] = w.server.URL(), w.server.Fingerprint()
	w.provider = arguments{block: login}
	return w
}

// watch lets a fault do something right before the operation arrives.
func (w *world) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.op.is(r.Method, r.URL.Path) {
			w.arrive()
		}
		next.ServeHTTP(rw, r)
	})
}

func (w *world) arrive() {
	w.hook.Lock()
	defer w.hook.Unlock()
	w.arrivals++
	if w.before != nil && w.arrivals == 1+w.op.skip {
		w.before()
	}
}

func (op operation) is(method, urlPath string) bool {
	matched, err := path.Match(op.path, urlPath)
	return err == nil && matched && method == op.method
}

// once runs something when the operation arrives next, before it is served; nil is nothing.
func (w *world) once(do func()) {
	w.hook.Lock()
	defer w.hook.Unlock()
	w.arrivals, w.before = 0, do
}

// id is one that the set-up made.
func (w *world) id(name string) string {
	text, _ := w.ids[name].(string)
	return text
}

// sent is how often the operation was sent since the log was reset.
func (w *world) sent() int { return w.server.Count(w.op.method, w.op.path) - w.op.skip }

// predecessor is what was sent right before the operation in a run without a fault; false when the operation was the first.
func predecessor(log []appliance.Exchange, op operation) (before appliance.Exchange, nth int, ok bool) {
	at := slices.IndexFunc(log, func(e appliance.Exchange) bool { return op.is(e.Method, e.Path) })
	for skip := op.skip; skip > 0 && at >= 0; skip-- {
		at += 1 + slices.IndexFunc(log[at+1:], func(e appliance.Exchange) bool { return op.is(e.Method, e.Path) })
	}
	if at <= 0 {
		return before, 0, false
	}
	before = log[at-1]
	for _, e := range log[:at-1] {
		if e.Method == before.Method && e.Path == before.Path {
			nth++
		}
	}
	return before, nth, true
}
