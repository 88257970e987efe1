// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// failureRow is a rescan that does not go as usual.
type failureRow struct {
	name      string
	arguments string                    // besides triggers
	disturb   func(w *world, id string) // arranges how the next rescan of the subject goes; faults are cleared afterwards
	mend      func(w *world, id string) // takes back what else was arranged
	says      []string                  // in the output; {id}, {title} and {session} stand for the subject, its name and ID, and its newest session
	succeeds  bool                      // nothing fails in the end
	posts     int                       // how often the rescan is sent, if not once
	recorded  map[string]any            // what the state records; nil: the server did not accept the rescan
	goesOn    bool                      // the session goes on on the appliance: an update that comes again waits for it
	next      string                    // the triggers' value of that update, if it is another one
}

// rescanFault disturbs the POST of a subject.
func rescanFault(k rescanKind, fault appliance.Fault) func(*world, string) {
	return func(w *world, id string) {
		f := fault // of this test alone: others use the same row at the same time
		f.Method, f.Path = http.MethodPost, strings.ReplaceAll(k.path, "{id}", id)
		k.server(w).Inject(f)
	}
}

// session plans the outcome of a repository's next session.
func session(plan vbaws.SessionPlan) func(*world, string) {
	return func(w *world, id string) { w.vbaws.PlanFor(id, plan) }
}

const (
	problem403 = `{"type":"https://vbaws.example.com:11005/api/v1/problems/accessDenied","title":"Access denied.","status":403,"errorCode":"AccessDenied","details":"The role is not sufficient."}`
	problem409 = `{"type":"https://vbaws.example.com:11005/api/v1/problems/unknownError","title":"A retention task holds the repository.","status":409,"errorCode":"UnknownError"}`
	problem500 = `{"type":"https://vbaws.example.com:11005/api/v1/problems/unknownError","title":"Internal error.","status":500,"errorCode":"UnknownError","details":"The database is locked."}`
	problem    = "application/problem+json"
	soonTime   = "4s"
	soon       = "timeouts = { create = \"" + soonTime + "\", update = \"" + soonTime + "\" }"
)

var repositoryFailures = []failureRow{
	{
		name: "failed",
		disturb: session(vbaws.SessionPlan{Outcome: vbaws.StatusFailed, Polls: 1, Reason: "The bucket is gone.", Log: []vbaws.LogItem{
			{Status: "Success", Message: "The folder was found."},
			{Status: "Warning", Message: "Object 7 is unreadable."},
			{Status: "Error", Message: "NoSuchBucket: the bucket does not exist."},
		}}),
		says: []string{
			"Repository {title}, session {session}: the session ended with status Failed: The bucket is gone. " +
				"From its log: Warning: Object 7 is unreadable. Error: NoSuchBucket: the bucket does not exist. " +
				"Fix the cause; the next apply starts the rescan again.",
		},
		recorded: map[string]any{"session_status": "Failed", "session_result": "Failed"},
	},
	{
		name:     "canceled",
		disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusCanceled}),
		says:     []string{"Repository {title}, session {session}: the session ended with status Canceled: Stopped by a user. Fix the cause;"},
		recorded: map[string]any{"session_status": "Canceled", "session_result": "Cancelled"},
	},
	{
		name:     "warning",
		disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusWarning, Reason: "Skipped.", Log: []vbaws.LogItem{{Status: "Warning", Message: "Object 8 was skipped."}}}),
		says:     []string{"Repository Rescan Ended With a Warning", "Repository {title}, session {session}: the session ended with status Warning: Skipped. From its log: Warning: Object 8 was skipped."},
		succeeds: true,
		recorded: map[string]any{"session_status": "Warning", "session_result": "Warning"},
	},
	{
		name: "timed_out", arguments: soon,
		disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusRunning}),
		says:     []string{"Repository {title}, session {session}: the rescan started, but its outcome is unknown (last status: Running)", "raise it in the timeouts attribute"},
		recorded: map[string]any{"session_status": "Running", "session_result": "Running", "stopped_at": nil},
		goesOn:   true,
	},
	{
		name: "timed_out_before_other_triggers", arguments: soon,
		disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusRunning}),
		says:     []string{"Repository {title}, session {session}: the rescan started, but its outcome is unknown (last status: Running)"},
		recorded: map[string]any{"session_status": "Running"},
		goesOn:   true, next: "3",
	},
	{
		name: "never_begun", arguments: soon,
		disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusNeverExecuted}),
		says:     []string{"Repository {title}, session {session}: the rescan started, but its outcome is unknown (last status: NeverExecuted)"},
		recorded: map[string]any{"session_status": "NeverExecuted", "started_at": nil},
		goesOn:   true,
	},
	{
		name: "unknown_status", arguments: soon,
		disturb:  session(vbaws.SessionPlan{Outcome: "Paused"}),
		says:     []string{"Repository {title}, session {session}: the rescan started, but its outcome is unknown (last status: Paused)"},
		recorded: map[string]any{"session_status": "Paused"},
		goesOn:   true,
	},
	{
		name:     "queued_at_first",
		disturb:  session(vbaws.SessionPlan{Queued: 2, Polls: 1}),
		succeeds: true,
		recorded: map[string]any{"session_status": "Succeeded", "session_result": "Success"},
	},
	{
		name:    "forbidden",
		disturb: rescanFault(repositoryRescans, appliance.Fault{Status: 403, Body: problem403, ContentType: problem}),
		says:    []string{"answered POST /api/v1/repositories/{id}/rescan with 403 Forbidden: Access denied. The role is not sufficient. [AccessDenied]", `Give the account of block "vbaws" the role that the operation requires.`},
	},
	{
		name:    "conflict",
		disturb: rescanFault(repositoryRescans, appliance.Fault{Status: 409, Body: problem409, ContentType: problem}),
		says:    []string{"answered POST /api/v1/repositories/{id}/rescan with 409 Conflict: A retention task holds the repository."},
	},
	{
		name:    "server_error",
		disturb: rescanFault(repositoryRescans, appliance.Fault{Status: 500, Body: problem500, ContentType: problem}),
		says:    []string{"answered POST /api/v1/repositories/{id}/rescan with 500 Internal Server Error: Internal error. The database is locked."},
	},
	{
		name:    "answer_lost",
		disturb: rescanFault(repositoryRescans, appliance.Fault{DropAfter: true}),
		says:    []string{"Repository {title}: no usable response from Veeam Backup for AWS to POST /api/v1/repositories/{id}/rescan", "The appliance may have started the rescan"},
	},
	{
		name:    "answer_cut",
		disturb: rescanFault(repositoryRescans, appliance.Fault{Truncate: 12}),
		says:    []string{"Repository {title}: no usable response from Veeam Backup for AWS to POST /api/v1/repositories/{id}/rescan: response truncated", "The appliance may have started the rescan"},
	},
	{
		name:    "answer_of_a_gateway",
		disturb: rescanFault(repositoryRescans, appliance.Fault{Status: 502, Body: "<html>Bad Gateway</html>", ContentType: "text/html"}),
		says:    []string{"answered POST /api/v1/repositories/{id}/rescan with 502 Bad Gateway: an HTML page", "The appliance may have started the rescan"},
	},
	{
		name:    "no_session_named",
		disturb: rescanFault(repositoryRescans, appliance.Fault{Status: 202, Body: "{}", ContentType: "application/json"}),
		says:    []string{"POST /api/v1/repositories/{id}/rescan: the appliance accepted the rescan but returned no session", "The appliance may have started the rescan"},
	},
	{
		name:    "busy",
		disturb: rescanFault(repositoryRescans, appliance.Fault{Status: 503}),
		says:    []string{"answered POST /api/v1/repositories/{id}/rescan with 503 Service Unavailable"},
	},
	{
		name:     "asked_to_come_back",
		disturb:  rescanFault(repositoryRescans, appliance.Fault{Status: 503, Header: http.Header{"Retry-After": {"0"}}, Times: 1}),
		succeeds: true, posts: 2,
		recorded: map[string]any{"session_status": "Succeeded"},
	},
	{
		name:     "too_many_requests",
		disturb:  rescanFault(repositoryRescans, appliance.Fault{Status: 429, Times: 1}),
		succeeds: true, posts: 2,
		recorded: map[string]any{"session_status": "Succeeded"},
	},
}

// cut takes a proxy off the network, and mended brings it back.
func cut(w *world, id string) {
	proxy, _ := w.vb365.Proxy(id)
	w.vb365.AddMachine(vb365.Machine{HostName: proxy.HostName, Unreachable: true})
}

func mended(w *world, id string) {
	proxy, _ := w.vb365.Proxy(id)
	w.vb365.AddMachine(vb365.Machine{HostName: proxy.HostName})
}

// readFault disturbs the reads of a proxy, alone and with the others.
func readFault(fault appliance.Fault) func(*world, string) {
	return func(w *world, id string) {
		f := fault
		f.Method, f.Path = http.MethodGet, "/v8/Proxies/"+id
		w.vb365.Inject(f)
		f.Path = "/v8/Proxies"
		w.vb365.Inject(f)
	}
}

var proxyFailures = []failureRow{
	{
		name: "timed_out", arguments: soon, disturb: cut, mend: mended,
		says: []string{
			`Proxy "timed_out.example.com" (ID {id}): the server accepted the rescan, and the proxy is not reported online (last status: Offline)`,
			"Check that the proxy service runs on the machine", "raise it in the timeouts attribute",
		},
		recorded: map[string]any{"status": "Offline"},
	},
	{
		name:     "online_after_a_while",
		disturb:  func(w *world, id string) { w.vb365.SetProxy(id, func(p *vb365.Proxy) { p.Status = vb365.Offline }) },
		succeeds: true,
		recorded: map[string]any{"status": "Online"},
	},
	{
		name:     "status_unreadable",
		disturb:  readFault(appliance.Fault{Status: 500, Body: `{"message":"Internal error."}`, ContentType: "application/json"}),
		says:     []string{"Proxy {id}: the server accepted the rescan, and the proxy is not reported online (last status: unknown): Veeam Backup for Microsoft 365 answered GET /v8/Proxies/{id} with 500 Internal Server Error: Internal error."},
		recorded: map[string]any{"status": nil},
	},
	{
		name:    "proxy_unknown",
		disturb: rescanFault(proxyRescans, appliance.Fault{Status: 404, Body: `{"message":"The proxy was not found.","errorCode":"ResourceNotFound"}`, ContentType: "application/json"}),
		says:    []string{`Proxy "proxy_unknown.example.com" (ID {id}): Veeam Backup for Microsoft 365 answered POST /v8/Proxies/{id}/Rescan with 404 Not Found: The proxy was not found. [ResourceNotFound]`, "The server has no proxy with this ID."},
	},
	{
		name:    "forbidden",
		disturb: rescanFault(proxyRescans, appliance.Fault{Status: 403, Body: `{"message":"Access is denied."}`, ContentType: "application/json"}),
		says:    []string{"answered POST /v8/Proxies/{id}/Rescan with 403 Forbidden: Access is denied.", `Give the account of block "vb365" the role that the operation requires.`},
	},
	{
		name:    "conflict",
		disturb: rescanFault(proxyRescans, appliance.Fault{Status: 409, Body: `{"message":"A rescan is running.","errorCode":"OperationConflict"}`, ContentType: "application/json"}),
		says:    []string{"answered POST /v8/Proxies/{id}/Rescan with 409 Conflict: A rescan is running. [OperationConflict]"},
	},
	{
		name:    "server_error",
		disturb: rescanFault(proxyRescans, appliance.Fault{Status: 500, Body: `{"message":"The service is stopping."}`, ContentType: "application/json"}),
		says:    []string{"answered POST /v8/Proxies/{id}/Rescan with 500 Internal Server Error: The service is stopping."},
	},
	{
		name:    "answer_lost",
		disturb: rescanFault(proxyRescans, appliance.Fault{DropAfter: true}),
		says:    []string{`Proxy "answer_lost.example.com" (ID {id}): no usable response from Veeam Backup for Microsoft 365 to POST /v8/Proxies/{id}/Rescan`},
	},
	{
		name:    "busy",
		disturb: rescanFault(proxyRescans, appliance.Fault{Status: 503}),
		says:    []string{"answered POST /v8/Proxies/{id}/Rescan with 503 Service Unavailable"},
	},
	{
		name:     "asked_to_come_back",
		disturb:  rescanFault(proxyRescans, appliance.Fault{Status: 503, Header: http.Header{"Retry-After": {"0"}}, Times: 1}),
		succeeds: true, posts: 2,
		recorded: map[string]any{"status": "Online"},
	},
}
