// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestSeeds(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "--proxies", "4", "--repositories", "12")
	vb365 := p.vb365()
	for n, want := range []string{"", `"status":"Online"`, `"status":"Offline"`, `"status":"Online"`, `"status":"Online"`} {
		if n == 0 {
			continue
		}
		if status, body := vb365.get("/v8/Proxies/" + proxyID(n)); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("proxy %d: %d %s", n, status, body)
		}
		if !strings.Contains(p.text, proxyID(n)) {
			t.Errorf("proxy %d is not announced", n)
		}
	}
	if _, body := vb365.get("/v8/Proxies/" + proxyID(4)); !strings.Contains(body, `"proxyPoolId":"`+poolID+`"`) {
		t.Errorf("the proxy in a pool: %s", body)
	}
	if status, body := vb365.postJSON("/v8/Proxies/"+proxyID(3)+"/Remove", `{}`); status != http.StatusConflict {
		t.Errorf("removing the proxy in use: %d %s", status, body)
	}
	if status, body := vb365.get("/v8/Proxies"); status != http.StatusOK || strings.Count(body, `"hostName"`) < 5 || !strings.Contains(body, `"localhost"`) {
		t.Errorf("got %d %s", status, body)
	}
	var list struct{ TotalCount int }
	if _, body := p.vbaws("1.0-rev0").get("/api/v1/repositories"); json.Unmarshal([]byte(body), &list) != nil || list.TotalCount != 12 {
		t.Errorf("got %s", body)
	}
	if repositoryID(12) != "a3500000-0000-4000-8000-000000000012" || !strings.Contains(p.text, repositoryID(12)) {
		t.Errorf("got %s", p.text)
	}

	empty := startProgram(t, "--proxies", "0", "--repositories", "0", "--roles", "0")
	if _, ok := empty.variables["VEEAM_DEMO_REPOSITORY_ID"]; ok || strings.Contains(empty.text, "#   ") {
		t.Errorf("got %s", empty.text)
	}
}

func TestSeedsOfRepositoriesRolesAndRegions(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "--repositories", "3", "--roles", "3")
	vb365, vbaws := p.vb365(), p.vbaws("1.0-rev0")
	for n, want := range map[int]string{1: `"isOutOfSync":true`, 2: `"capacityBytes":1099511627776`, 3: `"type":"AmazonS3"`} {
		if status, body := vb365.get("/v8/BackupRepositories/" + vb365RepositoryID(n)); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("repository %d: %d %s", n, status, body)
		}
		if !strings.Contains(p.text, vb365RepositoryID(n)) || !strings.Contains(p.text, roleID(n)) {
			t.Errorf("number %d is not announced", n)
		}
	}
	for n, want := range map[int]string{1: `"IAMRole":`, 2: `"IAMRoleFromAnotherAccount":`, 3: `"name":"Backup Role 3"`} {
		if status, body := vbaws.get("/api/v1/accounts/amazon/" + roleID(n)); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("role %d: %d %s", n, status, body)
		}
	}
	var roles, regions struct{ TotalCount int }
	_, body := vbaws.get("/api/v1/accounts/amazon")
	_, all := vbaws.get("/api/v1/cloudInfrastructure/regions")
	if json.Unmarshal([]byte(body), &roles) != nil || json.Unmarshal([]byte(all), &regions) != nil || roles.TotalCount != 3 || regions.TotalCount != 5 {
		t.Errorf("got %s, %s", body, all)
	}
	for i, name := range regionNames {
		if status, body := vbaws.get("/api/v1/cloudInfrastructure/regions/" + regionID(i+1)); status != http.StatusOK || !strings.Contains(body, `"name":"`+name+`"`) {
			t.Errorf("region %d: %d %s", i+1, status, body)
		}
	}
	if _, body := vbaws.get("/api/v1/repositories/" + repositoryID(1)); !strings.Contains(body, roleID(1)) {
		t.Errorf("the role of a repository: %s", body)
	}
}

// TestSynchronizations: they follow the options of sessions.
func TestSynchronizations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ duration, outcome, session, repository string }{
		{"0", "Succeeded", `"errorCode":"ResourceNotFound"`, `"isOutOfSync":false`},
		{"0", "Warning", `"errorCode":"ResourceNotFound"`, `"isOutOfSync":false`},
		{"0", "Failed", `"state":"Failed"`, `"isOutOfSync":true`},
		{"0", "Canceled", `"errorCode":"ResourceNotFound"`, `"isOutOfSync":true`},
		{"0", "Running", `"state":"Synchronizing"`, `"isOutOfSync":true`},
		{"0", "NeverExecuted", `"state":"Synchronizing"`, `"isOutOfSync":true`},
		{"1h", "Succeeded", `"state":"Synchronizing"`, `"isOutOfSync":true`},
	} {
		vb365 := startProgram(t, "--session-duration", c.duration, "--session-outcome", c.outcome).vb365()
		status, body := vb365.postJSON("/v8/BackupRepositories/"+vb365RepositoryID(1)+"/Sync", "")
		var session struct{ ID string }
		if json.Unmarshal([]byte(body), &session) != nil || status != http.StatusOK {
			t.Fatalf("got %d %s", status, body)
		}
		if _, body := vb365.get("/v8/RepositorySynchronizeSessions/" + session.ID); !strings.Contains(body, c.session) {
			t.Errorf("%+v: got %s", c, body)
		}
		if _, body := vb365.get("/v8/BackupRepositories/" + vb365RepositoryID(1)); !strings.Contains(body, c.repository) {
			t.Errorf("%+v: got %s", c, body)
		}
		if status, body := vb365.postJSON("/v8/BackupRepositories/"+vb365RepositoryID(2)+"/Sync", ""); status != http.StatusBadRequest {
			t.Errorf("without object storage: %d %s", status, body)
		}
	}
}

func TestInventoryRescans(t *testing.T) {
	t.Parallel()
	vbaws := startProgram(t, "--session-duration", "0", "--session-outcome", "Warning").vbaws("1.3-rev0")
	for path, body := range map[string]string{
		"/api/v1/accounts/amazon/" + roleID(1) + "/rescan":        `{"regionIds":["` + regionID(3) + `"]}`,
		"/api/v1/cloudInfrastructure/buckets/rescan/" + roleID(1): "",
		"/api/v1/virtualMachines/rescan":                          "",
	} {
		status, answered := vbaws.postJSON(path, body)
		var link struct{ SessionID string }
		if json.Unmarshal([]byte(answered), &link) != nil || status != http.StatusAccepted {
			t.Fatalf("%s: got %d %s", path, status, answered)
		}
		if _, body := vbaws.get("/api/v1/sessions/" + link.SessionID); !strings.Contains(body, `"status":"Warning"`) {
			t.Errorf("%s: got %s", path, body)
		}
	}
}
