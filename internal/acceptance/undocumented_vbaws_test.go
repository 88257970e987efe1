// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// TestUndocumentedBehaviour: where the vendor does not say how an appliance behaves, every likely behaviour works.
func TestUndocumentedBehaviour(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for name, c := range map[string]struct {
		vbaws.Config
		refused []string // the plan's words, where the behaviour is a way to refuse
	}{
		"revision refused with 400":             {Config: vbaws.Config{Product: "4.0", Behaviour: vbaws.Behaviour{UnsupportedRevision: 400}}},
		"revision refused with 404":             {Config: vbaws.Config{Product: "4.0", Behaviour: vbaws.Behaviour{UnsupportedRevision: 404}}},
		"revision refused with 405":             {Config: vbaws.Config{Product: "4.0", Behaviour: vbaws.Behaviour{UnsupportedRevision: 405}}},
		"revision of the rescan refused, 404":   {Config: vbaws.Config{Product: "8.0", Behaviour: vbaws.Behaviour{UnsupportedRevision: 404}}, refused: removed("8.1.0.7", "1.6-rev0")},
		"revision of the rescan refused, 405":   {Config: vbaws.Config{Product: "8.0", Behaviour: vbaws.Behaviour{UnsupportedRevision: 405}}, refused: removed("8.1.0.7", "1.6-rev0")},
		"token endpoint ignores a missing one":  {Config: vbaws.Config{Product: "7.0", Behaviour: vbaws.Behaviour{TokenWithoutRevision: true}}},
		"session hidden at first":               {Config: vbaws.Config{Behaviour: vbaws.Behaviour{FreshSession: vbaws.FreshHidden}}},
		"session queued at first":               {Config: vbaws.Config{Behaviour: vbaws.Behaviour{FreshSession: vbaws.FreshQueued}}},
		"session of type Job":                   {Config: vbaws.Config{Behaviour: vbaws.Behaviour{SessionType: "Job"}}},
		"session of an unknown type":            {Config: vbaws.Config{Behaviour: vbaws.Behaviour{SessionType: "RepositoryRescan"}}},
		"stop time null while running":          {Config: vbaws.Config{Session: vbaws.SessionPlan{Polls: 2}, Behaviour: vbaws.Behaviour{RunningStopTime: vbaws.StopTimeNull}}},
		"stop time zero while running":          {Config: vbaws.Config{Session: vbaws.SessionPlan{Polls: 2}, Behaviour: vbaws.Behaviour{RunningStopTime: vbaws.StopTimeZero}}},
		"times with a zone":                     {Config: vbaws.Config{Behaviour: vbaws.Behaviour{Timestamps: vbaws.TimestampsZoned}}},
		"times with seven digits":               {Config: vbaws.Config{Behaviour: vbaws.Behaviour{Timestamps: vbaws.TimestampsSevenDigits}}},
		"refresh token that can be used again":  {Config: vbaws.Config{Behaviour: vbaws.Behaviour{ReusableRefreshToken: true}}},
		"everything unusual at once, newest 7.": {Config: vbaws.Config{Product: "7.0", Session: vbaws.SessionPlan{Polls: 1}, Behaviour: vbaws.Behaviour{UnsupportedRevision: 405, TokenWithoutRevision: true, FreshSession: vbaws.FreshHidden, SessionType: "Job", RunningStopTime: vbaws.StopTimeZero, Timestamps: vbaws.TimestampsSevenDigits, BadCredentials: 400, ExpiredTokenCode: "InvalidToken"}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newRevisionWorld(t, c.Config)
			if c.refused != nil {
				w.fail(planArgs, c.refused...)
				return
			}
			w.apply()
			session := w.vbaws.Sessions()[0]
			const seconds = "2006-01-02T15:04:05Z"
			w.stateHas(repositoryRescan, map[string]any{
				"session_id": session.ID, "session_status": "Succeeded", "session_result": "Success",
				"started_at": session.Started.Format(seconds), "stopped_at": session.Stopped.Format(seconds),
			})
			w.planIsEmpty()
			w.nothingSent("a plan without changes")
		})
	}
}

// TestUndocumentedStopTime: however a running session writes that it has not stopped, it has no stop time in state.
func TestUndocumentedStopTime(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for name, style := range map[string]vbaws.StopTime{"absent": vbaws.StopTimeAbsent, "null": vbaws.StopTimeNull, "zero": vbaws.StopTimeZero} {
		t.Run(name, func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{Session: vbaws.SessionPlan{Outcome: vbaws.StatusRunning}, Behaviour: vbaws.Behaviour{RunningStopTime: style}})
			w.config(repositoryRescans.hcl("this", w.vbaws.Repositories()[0].ID, "wait_for_completion = false"))
			w.apply()
			w.apply() // the refresh reads the session
			w.stateHas(repositoryRescan, map[string]any{"session_status": "Running", "session_result": "Running", "stopped_at": nil})
			if w.attributes(repositoryRescan)["started_at"] == nil {
				t.Error("the start of the session is not recorded")
			}
		})
	}
}

// TestUndocumentedRefusals: the login, an expired token and a malformed ID are refused in either of the likely ways.
func TestUndocumentedRefusals(t *testing.T) {
	acctest.OneCLI(t)
	t.Parallel()
	for _, status := range []int{400, 401} {
		t.Run(fmt.Sprintf("wrong password %d", status), func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{Behaviour: vbaws.Behaviour{BadCredentials: status}})
			w.env["VEEAM_VBAWS_PASSWORD"] = "canary-wrong-5d20"
			w.secrets = append(w.secrets, "canary-wrong-5d20")
			w.fail(applyArgs, "Veeam Backup for AWS refused the account", "The user name or password is incorrect.", `Check username and password of block "vbaws"`)
			if n := w.vbaws.Count(http.MethodPost, "/api/v1/token"); n != 1 { // the plan's: a second refusal could lock the account
				t.Errorf("%d logins", n)
			}
			w.stateLacks(repositoryRescan)
		})
	}
	for _, code := range []string{"ExpiredToken", "InvalidToken"} {
		t.Run("token expired, "+code, func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{Behaviour: vbaws.Behaviour{ExpiredTokenCode: code}})
			w.useToken(user)
			w.vbaws.Tokens().RevokeAll()
			w.fail(applyArgs, "Veeam Backup for AWS refused the configured access token", `Set a new access_token in block "vbaws" (VEEAM_VBAWS_ACCESS_TOKEN)`)
			w.stateLacks(repositoryRescan)
		})
	}
	for _, status := range []int{400, 404, 405} {
		t.Run(fmt.Sprintf("rescan missing in its revision %d", status), func(t *testing.T) {
			w := newRevisionWorld(t, vbaws.Config{})
			w.vbaws.Inject(appliance.Fault{Method: http.MethodPost, Path: "/api/v1/repositories/*/rescan", Status: status, ContentType: problem, Body: fmt.Sprintf(
				`{"type":"https://vbaws.example.com:11005/api/v1/problems/unsupportedApiVersion","title":"The API version is not supported.","status":%d,"errorCode":"InvalidURI"}`, status)})
			w.fail(applyArgs, "the rescan of a repository was removed from the API of Veeam Backup for AWS in revision 1.4-rev0")
			if n := w.vbaws.Count(http.MethodPost, "/api/v1/repositories/*/rescan"); n != 1 {
				t.Errorf("the rescan was sent %d times", n)
			}
			w.stateLacks(repositoryRescan)
		})
	}
}
