// SPDX-License-Identifier: MPL-2.0

package faults

import (
	"net/http"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const (
	repositoryRescanType = "veeam_vbaws_repository_rescan"
	repositoriesType     = "veeam_vbaws_repositories_rescan"
	iamRoleRescanType    = "veeam_vbaws_iam_role_rescan"
	bucketRescanType     = "veeam_vbaws_bucket_rescan"
	vmRescanType         = "veeam_vbaws_virtual_machines_rescan"

	awsRepositories = "/api/v1/repositories"
	awsSessions     = "/api/v1/sessions"
	awsRoles        = "/api/v1/accounts/amazon"
)

func oneBucket(w *world) {
	w.ids["repository"] = w.aws.AddRepository(vbaws.Repository{Name: "archive"})
	w.ids["role"] = w.aws.AddIAMRole(vbaws.IAMRole{Name: "backup"})
}

func twoBuckets(w *world) {
	oneBucket(w)
	w.ids["repositories"] = []any{w.ids["repository"], w.aws.AddRepository(vbaws.Repository{Name: "other"})}
}

func oneSession(w *world) {
	w.ids["session"] = w.aws.AddSession(vbaws.Session{Log: []vbaws.LogItem{{Status: "Success", Message: "Done."}}})
}

func rescannedRepository(w *world) {
	oneBucket(w)
	mustSucceed(w.run(repositoryRescanType, with("repository_id", "repository", arguments{"triggers": arguments{"v": "1"}})(w)))
}

// watched lets the next session be seen running.
func watched(setup func(*world)) func(*world) {
	return func(w *world) {
		setup(w)
		w.aws.PlanNext(vbaws.SessionPlan{Polls: 4})
	}
}

// runningRescan is one that nobody waits for.
func runningRescan(w *world) {
	oneBucket(w)
	w.aws.PlanNext(vbaws.SessionPlan{Polls: 1})
	mustSucceed(w.run(repositoryRescanType, unattended(w)))
}

func unattended(w *world) arguments {
	return with("repository_id", "repository", arguments{"wait_for_completion": false})(w)
}

func failingRescan(w *world) {
	oneBucket(w)
	w.aws.PlanNext(vbaws.SessionPlan{Outcome: vbaws.StatusWarning})
}

func sessions(w *world) int { return len(w.aws.Sessions()) }

// patient outlasts the ten seconds in which a new session may be unreadable.
var patient = arguments{"timeouts": arguments{"create": "20s", "update": "20s"}}

var vbawsOperations = []operation{
	{name: "AWS negotiation", class: login, method: http.MethodPost, path: "/api/v1/token", aws: true, product: "7.0", version: "auto", skip: 4, setup: oneBucket, scenario: read("veeam_vbaws_repositories", nothing)},
	{name: "AWS login", class: login, method: http.MethodPost, path: "/api/v1/token", aws: true, setup: oneBucket, scenario: read("veeam_vbaws_repositories", nothing)},
	{name: "AWS token refresh", class: refresh, method: http.MethodPost, path: "/api/v1/token", aws: true, setup: oneBucket, scenario: reread("veeam_vbaws_appliance")},
	{name: "AWS revision probe", class: get, byToken: true, method: http.MethodGet, path: "/api/v1/system/time", aws: true, product: "10", version: "auto", skip: 1, setup: oneBucket, scenario: read("veeam_vbaws_repositories", nothing)},
	{name: "AWS system version", class: get, method: http.MethodGet, path: "/api/v1/system/version", aws: true, setup: oneBucket, scenario: read("veeam_vbaws_appliance", nothing)},
	{name: "AWS repositories list", class: list, method: http.MethodGet, path: awsRepositories, aws: true, setup: oneBucket, scenario: read("veeam_vbaws_repositories", nothing)},
	{name: "AWS repository get", class: get, method: http.MethodGet, path: awsRepositories + "/*", aws: true, setup: oneBucket, scenario: read("veeam_vbaws_repository", with("id", "repository", nil))},
	{name: "AWS IAM roles list", class: list, method: http.MethodGet, path: awsRoles, aws: true, setup: oneBucket, scenario: read("veeam_vbaws_iam_roles", nothing)},
	{name: "AWS IAM role look-up", class: get, method: http.MethodGet, path: awsRoles + "/*", aws: true, setup: oneBucket, scenario: read("veeam_vbaws_iam_role", with("id", "role", nil))},
	{name: "AWS regions list", class: list, method: http.MethodGet, path: "/api/v1/cloudInfrastructure/regions", aws: true, setup: oneBucket, scenario: read("veeam_vbaws_regions", nothing)},
	{name: "AWS session get", class: get, method: http.MethodGet, path: awsSessions + "/*", aws: true, setup: oneSession, scenario: read("veeam_vbaws_session", with("id", "session", nil))},
	{name: "AWS session log", class: get, method: http.MethodGet, path: awsSessions + "/*/log", aws: true, setup: oneSession, scenario: read("veeam_vbaws_session", with("id", "session", nil))},
	{name: "AWS rescan refresh", class: get, method: http.MethodGet, path: awsSessions + "/*", aws: true, setup: runningRescan, scenario: planned(repositoryRescanType, unattended)},
	{name: "AWS repository check", courtesy: true, class: list, method: http.MethodGet, path: awsRepositories, aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: planned(repositoryRescanType, with("repository_id", "repository", limited))},
	{name: "AWS repository rescan", class: change, method: http.MethodPost, path: awsRepositories + "/*/rescan", aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: applied(repositoryRescanType, with("repository_id", "repository", limited))},
	{name: "AWS repository rescan again", class: change, method: http.MethodPost, path: awsRepositories + "/*/rescan", aws: true, effects: sessions, fires: true, setup: rescannedRepository, scenario: applied(repositoryRescanType, with("repository_id", "repository", again))},
	{name: "AWS rescan wait", resumes: true, class: get, late: true, waits: true, method: http.MethodGet, path: awsSessions + "/*", aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: applied(repositoryRescanType, with("repository_id", "repository", limited))},
	{name: "AWS rescan wait again", class: get, late: true, waits: true, method: http.MethodGet, path: awsSessions + "/*", aws: true, effects: sessions, fires: true, setup: watched(rescannedRepository), scenario: applied(repositoryRescanType, with("repository_id", "repository", again))},
	{name: "AWS log of a warning", courtesy: true, class: get, late: true, method: http.MethodGet, path: awsSessions + "/*/log", aws: true, effects: sessions, fires: true, setup: failingRescan, scenario: applied(repositoryRescanType, with("repository_id", "repository", limited))},
	{name: "AWS rescan action", class: change, method: http.MethodPost, path: awsRepositories + "/*/rescan", aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: invoked(repositoryRescanType, with("repository_id", "repository", nil))},
	{name: "AWS fleet rescan", members: 2, resumes: true, class: change, method: http.MethodPost, path: awsRepositories + "/*/rescan", aws: true, effects: sessions, fires: true, setup: twoBuckets, scenario: applied(repositoriesType, with("repository_ids", "repositories", patient))},
	{name: "AWS fleet wait", courtesy: true, members: 2, resumes: true, class: list, late: true, waits: true, method: http.MethodGet, path: awsSessions, aws: true, effects: sessions, fires: true, setup: twoBuckets, scenario: applied(repositoriesType, with("repository_ids", "repositories", patient))},
	{name: "AWS IAM role rescan", class: change, method: http.MethodPost, path: awsRoles + "/*/rescan", aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: applied(iamRoleRescanType, with("iam_role_id", "role", limited))},
	{name: "AWS regions of a rescan", class: list, method: http.MethodGet, path: "/api/v1/cloudInfrastructure/regions", aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: applied(iamRoleRescanType, with("iam_role_id", "role", arguments{"region_names": []string{"us-east-1"}, "timeouts": limits}))},
	{name: "AWS bucket rescan", class: change, method: http.MethodPost, path: "/api/v1/cloudInfrastructure/buckets/rescan/*", aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: applied(bucketRescanType, with("iam_role_id", "role", limited))},
	{name: "AWS EC2 rescan", class: change, method: http.MethodPost, path: "/api/v1/virtualMachines/rescan", aws: true, effects: sessions, fires: true, setup: oneBucket, scenario: applied(vmRescanType, func(*world) arguments { return limited })},
}
