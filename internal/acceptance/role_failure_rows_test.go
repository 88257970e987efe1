// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// roleFailures are the rows of the two rescans that work on an IAM role. Their life cycle is that of the rescan of a
// repository, so the rows are fewer: one for each way in which it can end.
func roleFailures(k rescanKind, kind, subject string) []failureRow {
	return []failureRow{
		{
			name: "failed",
			disturb: session(vbaws.SessionPlan{Outcome: vbaws.StatusFailed, Polls: 1, Reason: "The role cannot be assumed.", Log: []vbaws.LogItem{
				{Status: "Success", Message: "Region us-east-1 was read."},
				{Status: "Error", Message: "AccessDenied: sts:AssumeRole."},
			}}),
			says: []string{
				"Unable to Rescan " + kind,
				subject + ", session {session}: the session ended with status Failed: The role cannot be assumed. From its log: Error: AccessDenied: sts:AssumeRole. " +
					"Fix the cause; the next apply starts the rescan again.",
			},
			recorded: map[string]any{"session_status": "Failed", "session_result": "Failed"},
		},
		{
			name:     "canceled",
			disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusCanceled}),
			says:     []string{subject + ", session {session}: the session ended with status Canceled: Stopped by a user. Fix the cause;"},
			recorded: map[string]any{"session_status": "Canceled", "session_result": "Cancelled"},
		},
		{
			name:     "warning",
			disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusWarning, Reason: "Skipped.", Log: []vbaws.LogItem{{Status: "Warning", Message: "us-west-1 is disabled."}}}),
			says:     []string{kind + " Rescan Ended With a Warning", subject + ", session {session}: the session ended with status Warning: Skipped. From its log: Warning: us-west-1 is disabled."},
			succeeds: true,
			recorded: map[string]any{"session_status": "Warning", "session_result": "Warning"},
		},
		{
			name: "timed_out", arguments: soon,
			disturb:  session(vbaws.SessionPlan{Outcome: vbaws.StatusRunning}),
			says:     []string{subject + ", session {session}: the rescan started, but its outcome is unknown (last status: Running)", "raise it in the timeouts attribute"},
			recorded: map[string]any{"session_status": "Running", "session_result": "Running", "stopped_at": nil},
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
			disturb: rescanFault(k, appliance.Fault{Status: 403, Body: problem403, ContentType: problem}),
			says:    []string{"answered " + k.post() + " with 403 Forbidden: Access denied.", `Give the account of block "vbaws" the role that the operation requires.`},
		},
		{
			name:    "rescan_missing", // the IAM role is there
			disturb: rescanFault(k, appliance.Fault{Status: 404, ContentType: problem, Body: `{"title":"Not found.","status":404,"errorCode":"InvalidURI"}`}),
			says:    []string{subject + ": this appliance of Veeam Backup for AWS does not have the rescan of"},
		},
		{
			name:    "server_error",
			disturb: rescanFault(k, appliance.Fault{Status: 500, Body: problem500, ContentType: problem}),
			says:    []string{subject + ": Veeam Backup for AWS answered " + k.post() + " with 500 Internal Server Error: Internal error. The database is locked."},
		},
		{
			name:    "answer_lost",
			disturb: rescanFault(k, appliance.Fault{DropAfter: true}),
			says:    []string{subject + ": no usable response from Veeam Backup for AWS to " + k.post(), "The appliance may have started the rescan"},
		},
		{
			name:     "asked_to_come_back",
			disturb:  rescanFault(k, appliance.Fault{Status: 503, Header: http.Header{"Retry-After": {"0"}}, Times: 1}),
			succeeds: true, posts: 2,
			recorded: map[string]any{"session_status": "Succeeded"},
		},
	}
}
