// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// rescanKind is one of the rescans of a thing, which behave alike in all that a user sees of triggers.
type rescanKind struct {
	object   string                         // the resource's type
	subject  string                         // the attribute that names what is rescanned
	computed []string                       // what a fired rescan sets
	add      func(w *world) (id string)     // of a thing to rescan
	remove   func(w *world, id string)      // behind the provider's back
	path     string                         // of the POST, with {id}
	reads    string                         // the request that tells how it ended, or how several did
	server   func(*world) *appliance.Server // of the product
}

var repositoryRescans = rescanKind{
	object: "veeam_vbaws_repository_rescan", subject: "repository_id",
	computed: []string{"session_id", "session_status", "session_result", "started_at", "stopped_at"},
	add:      func(w *world) string { return w.vbaws.AddRepository(vbaws.Repository{Name: "repository"}) },
	remove:   func(w *world, id string) { w.vbaws.RemoveRepository(id) },
	path:     "/api/v1/repositories/{id}/rescan", reads: "GET /api/v1/sessions",
	server: func(w *world) *appliance.Server { return w.vbaws.Server },
}

var iamRoleRescans = rescanKind{
	object: "veeam_vbaws_iam_role_rescan", subject: "iam_role_id", computed: repositoryRescans.computed,
	add: addIAMRole, remove: func(w *world, id string) { w.vbaws.RemoveIAMRole(id) },
	path: "/api/v1/accounts/amazon/{id}/rescan", reads: "GET /api/v1/sessions",
	server: func(w *world) *appliance.Server { return w.vbaws.Server },
}

var bucketRescans = rescanKind{
	object: "veeam_vbaws_bucket_rescan", subject: "iam_role_id", computed: repositoryRescans.computed,
	add: addIAMRole, remove: func(w *world, id string) { w.vbaws.RemoveIAMRole(id) },
	path: "/api/v1/cloudInfrastructure/buckets/rescan/{id}", reads: "GET /api/v1/sessions",
	server: func(w *world) *appliance.Server { return w.vbaws.Server },
}

// addIAMRole adds a role of a name that there is not yet.
func addIAMRole(w *world) string {
	return w.vbaws.AddIAMRole(vbaws.IAMRole{Name: fmt.Sprintf("Role %d", len(w.vbaws.IAMRoles())+1)})
}

var proxyRescans = rescanKind{
	object: "veeam_vb365_proxy_rescan", subject: "proxy_id",
	computed: []string{"rescanned_at", "status"},
	add:      func(w *world) string { return w.vb365.AddProxy(vb365.Proxy{HostName: "proxy.example.com"}) },
	remove:   func(w *world, id string) { w.vb365.DeleteProxy(id) },
	path:     "/v8/Proxies/{id}/Rescan", reads: "GET /v8/Proxies",
	server: func(w *world) *appliance.Server { return w.vb365.Server },
}

// hcl writes a rescan.
func (k rescanKind) hcl(name, id, arguments string) string {
	return fmt.Sprintf("resource %q %q {\n  %s = %q\n%s\n}\n", k.object, name, k.subject, id, arguments)
}

func (k rescanKind) address(name string) string { return k.object + "." + name }

// fired counts the rescans of a subject during the last command.
func (k rescanKind) fired(w *world, id string) int {
	return k.server(w).Count(http.MethodPost, strings.ReplaceAll(k.path, "{id}", id))
}

// post is the request of a rescan as made lists it.
func (k rescanKind) post() string { return "POST " + k.path }

// nothingSent checks that the last command made no request to either appliance, not even for a token.
func (w *world) nothingSent(what string) {
	w.Helper()
	for _, server := range []*appliance.Server{w.vb365.Server, w.vbaws.Server} {
		for _, e := range server.Requests() {
			w.Errorf("%s: %s %s was sent", what, e.Method, e.Path)
		}
	}
}

// plannedChange is a change as the JSON form of a saved plan tells it.
type plannedChange struct {
	Actions       []string
	Before, After map[string]any
	AfterUnknown  map[string]any `json:"after_unknown"`
}

const savedPlan = "saved.tfplan"

// plan saves a plan, for apply to carry out by applySaved, and reads it by address.
func (w *world) plan() (map[string]plannedChange, result) {
	w.Helper()
	r := w.succeed("plan", "-input=false", "-no-color", "-parallelism=50", "-out="+savedPlan)
	shown := w.succeed("show", "-json", savedPlan).output
	var plan struct {
		Changes []struct {
			Address string
			Change  plannedChange
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(shown[strings.Index(shown, "{"):]), &plan); err != nil {
		w.Fatalf("the plan as JSON: %v", err)
	}
	changes := map[string]plannedChange{}
	for _, c := range plan.Changes {
		changes[c.Address] = c.Change
	}
	return changes, r
}

// applySaved carries out what plan has saved.
func (w *world) applySaved() result {
	w.Helper()
	return w.succeed("apply", "-input=false", "-no-color", "-parallelism=50", savedPlan)
}

// when gives a channel that is closed as soon as the requests that the appliances have received fulfil the condition, to
// interrupt or disturb a running command.
func (w *world) when(condition func() bool) <-chan struct{} {
	held := make(chan struct{})
	stop := w.Context()
	go func() {
		for {
			vb365, vbaws := w.vb365.Arrival(), w.vbaws.Arrival()
			if condition() {
				close(held)
				return
			}
			select {
			case <-vb365:
			case <-vbaws:
			case <-stop.Done():
				return
			}
		}
	}()
	return held
}
