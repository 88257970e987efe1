// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const repositoryRescanAction = "veeam_vbaws_repository_rescan"

// Every change of the session's status is told, and how it ends decides about the action.
func TestRepositoryRescanAction(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{})
	id := w.vbaws.AddRepository(vbaws.Repository{Name: "archive"})
	for name, c := range map[string]struct {
		plan   vbaws.SessionPlan
		config block
		states []string
		says   []string // diagnostics
		fails  bool
	}{
		"succeeds": {vbaws.SessionPlan{Queued: 1, Polls: 2}, nil, []string{"accepted", "NeverExecuted", "Running", "Succeeded"}, nil, false},
		"warns": {
			vbaws.SessionPlan{Outcome: vbaws.StatusWarning},
			nil,
			[]string{"accepted", "Warning"},
			[]string{"Repository Rescan Ended With a Warning: {object}, session {session}: the session ended with status Warning"},
			false,
		},
		"fails": {
			vbaws.SessionPlan{Outcome: vbaws.StatusFailed, Log: []vbaws.LogItem{{Status: "Error", Message: "Lock 7 is held."}}},
			nil,
			[]string{"accepted", "Failed"},
			[]string{"Unable to Rescan Repository: {object}, session {session}: the session ended with status Failed", "From its log:\n  Error: Lock 7 is held.", "invoke the action again"},
			true,
		},
		"is not waited for": {vbaws.SessionPlan{Outcome: vbaws.StatusRunning}, block{"wait_for_completion": false}, []string{"accepted"}, nil, false},
		"takes too long": {
			vbaws.SessionPlan{Outcome: vbaws.StatusRunning},
			block{"timeouts": block{"invoke": "600ms"}},
			[]string{"accepted", "Running"},
			[]string{"its outcome is unknown (last status: Running)", "raise it in the timeouts attribute"},
			true,
		},
	} {
		config := block{"repository_id": id}
		maps.Copy(config, c.config)
		w.vbaws.PlanNext(c.plan)
		said, diags := w.invoke(t.Context(), repositoryRescanAction, config)
		sessions := w.vbaws.Sessions()
		session := sessions[len(sessions)-1].ID
		object := `Repository "archive" (ID ` + id + ")"
		want := []string{object + ": starting the rescan"}
		for _, state := range c.states {
			want = append(want, object+", session "+session+": "+state)
		}
		if !slices.Equal(said, want) {
			t.Errorf("%s: said %q, want %q", name, said, want)
		}
		texts := strings.Join(failures(diags), "\n")
		for _, text := range c.says {
			if text = strings.NewReplacer("{object}", object, "{session}", session).Replace(text); !strings.Contains(texts, text) {
				t.Errorf("%s: ended with %q, want %q", name, texts, text)
			}
		}
		failed := slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError })
		if failed != c.fails || len(c.says) == 0 && texts != "" {
			t.Errorf("%s: ended with %q", name, texts)
		}
	}
}

// A cancelled action stops waiting at once and says which session goes on.
func TestRepositoryRescanActionCancelled(t *testing.T) {
	w := newWire(t, vb365.Config{}, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}})
	id := w.vbaws.AddRepository(vbaws.Repository{Name: "archive"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := w.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{
		ActionType: repositoryRescanAction, Config: w.encode(w.schemas.ActionSchemas[repositoryRescanAction].Schema, block{"repository_id": id}),
	})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for event := range stream.Events {
		switch e := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			if strings.HasSuffix(e.Message, ": Running") {
				cancel()
			}
		case tfprotov6.CompletedInvokeActionEventType:
			texts = failures(e.Diagnostics)
		}
	}
	if len(texts) != 1 || !strings.Contains(texts[0], "session "+w.vbaws.Sessions()[0].ID) || !strings.Contains(texts[0], "The operation was cancelled.") {
		t.Errorf("said in the end: %q", texts)
	}
}

// What is wrong with an action is said before it is invoked, and nothing is rescanned.
func TestRepositoryRescanActionBeforeInvocation(t *testing.T) {
	for name, c := range map[string]struct {
		product, id string
		says        []string
	}{
		"malformed ID":       {"5.0", "archive", []string{"must be an ID"}},
		"unknown repository": {"5.0", "a7bcabe6-91f7-40ca-ad73-915d43a8e86c", []string{`no repository has the ID "a7bcabe6-91f7-40ca-ad73-915d43a8e86c"; there are: "archive" (ID a7bcabe6-91f7-40ca-ad73-915d43a8e86b)`}},
		"appliance without the rescan": {"8.0", "a7bcabe6-91f7-40ca-ad73-915d43a8e86b", []string{
			"was removed from the API", "This appliance has version 8.1.0.7", "add it again", "veeam_vbaws_iam_role_rescan", "veeam_vbaws_bucket_rescan", "veeam_vbaws_virtual_machines_rescan",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, vb365.Config{}, vbaws.Config{Product: c.product})
			w.vbaws.AddRepository(vbaws.Repository{ID: "a7bcabe6-91f7-40ca-ad73-915d43a8e86b", Name: "archive"})
			said, diags := w.invoke(t.Context(), repositoryRescanAction, block{"repository_id": c.id})
			texts := strings.Join(failures(diags), " ")
			for _, text := range c.says {
				if !strings.Contains(texts, text) {
					t.Errorf("%q after %q, want %q", texts, said, text)
				}
			}
			if n := w.vbaws.Count(http.MethodPost, "/api/v1/repositories/*/rescan"); n != 0 || len(said) > 0 {
				t.Errorf("%d rescans, said %q", n, said)
			}
		})
	}
}
