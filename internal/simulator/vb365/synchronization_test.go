// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// forSync is forAll without v3, which has no synchronization.
func forSync(t *testing.T, c Config, test func(t *testing.T, a *api)) {
	t.Helper()
	forAll(t, c, func(t *testing.T, a *api) {
		if a.version > "v3" {
			test(t, a)
		}
	})
}

// cloud seeds a repository with object storage that is out of sync.
func (a *api) cloud(name string) string {
	return a.AddRepository(Repository{Name: name, OutOfSync: true, ObjectStorage: ObjectStorage{Type: AmazonS3}})
}

// sync starts a synchronization in the form of the version.
func (a *api) sync(id string) reply {
	a.t.Helper()
	if a.version >= "v6" {
		return a.call("POST", "/BackupRepositories/"+id+"/Sync")
	}
	return a.post("/BackupRepositories/"+id+"/action", `{"sync":null}`)
}

// stop stops a synchronization in the form of the version.
func (a *api) stop(session string) reply {
	a.t.Helper()
	if a.version >= "v6" {
		return a.call("POST", "/RepositorySynchronizeSessions/"+session+"/StopSynchronize")
	}
	return a.post("/RepositorySynchronizeSessions/"+session+"/action", `{"stop":{}}`)
}

func (a *api) started(id string) string {
	a.t.Helper()
	session, _ := a.want(a.sync(id), 200).object()["id"].(string)
	if !isUUID.MatchString(session) {
		a.t.Fatalf("session %q", session)
	}
	return session
}

// states reads a session n times.
func (a *api) states(session string, n int) string {
	a.t.Helper()
	var seen []string
	for range n {
		r := a.get("/RepositorySynchronizeSessions/" + session)
		if r.status != 200 {
			seen = append(seen, fmt.Sprint(r.status))
			continue
		}
		seen = append(seen, fmt.Sprint(r.object()["state"]))
	}
	return strings.Join(seen, " ")
}

func (a *api) outOfSync(id string) bool {
	a.t.Helper()
	out, ok := a.want(a.get("/BackupRepositories/"+id), 200).object()["isOutOfSync"].(bool)
	if !ok {
		a.t.Fatal("no isOutOfSync")
	}
	return out
}

func TestSyncAnswersItsSession(t *testing.T) {
	t.Parallel()
	forSync(t, Config{Sync: SyncPlan{Polls: 3}}, func(t *testing.T, a *api) {
		id := a.cloud("r")
		r := a.want(a.sync(strings.ToUpper(id)), 200)
		body := r.object()
		keys := []string{"_links", "error", "id", "progressPercent", "repositoryId", "state"}
		if a.version < "v6" {
			keys = slices.DeleteFunc(keys, func(key string) bool { return key == "error" })
		}
		if got := slices.Sorted(maps.Keys(body)); !slices.Equal(got, keys) {
			t.Errorf("%s: properties %v, want %v", a.version, got, keys)
		}
		wantFields(t, body, map[string]any{"repositoryId": id, "state": "Synchronizing", "progressPercent": 0.0, "error": ""})
		session := body["id"].(string)
		links := body["_links"].(map[string]any)
		if href := links["self"].(map[string]any)["href"].(string); !strings.HasSuffix(href, "/"+a.version+"/RepositorySynchronizeSessions/"+session) {
			t.Errorf("self link %s", href)
		}
		if got := a.want(a.get("/RepositorySynchronizeSessions/"+session), 200).text; got != r.text {
			t.Errorf("got %s, want %s", got, r.text)
		}
		list := a.want(a.get("/repositorysynchronizesessions"), 200).list()
		if len(list) != 1 || list[0]["id"] != session || list[0]["progressPercent"] != 25.0 {
			t.Errorf("%s: list %v", a.version, list)
		}
		if got, _ := a.Repository(id); got.Syncs != 1 {
			t.Errorf("%d synchronizations", got.Syncs)
		}
	})
}

func TestSyncCourse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		plan      SyncPlan
		states    string
		error     string
		outOfSync bool
	}{
		{"gone at once", SyncPlan{}, "404 404 404 404", "", false},
		{"gone", SyncPlan{Polls: 2}, "Synchronizing Synchronizing 404 404", "", false},
		{"none", SyncPlan{Polls: 1, End: EndNone}, "Synchronizing None None None", "", false},
		{"failed", SyncPlan{Polls: 1, End: EndFailed, Error: "Access denied"}, "Synchronizing Failed Failed Failed", "Access denied", true},
		{"failed for no reason", SyncPlan{End: EndFailed}, "Failed Failed Failed Failed", "The object storage cannot be reached.", true},
		{"lost", SyncPlan{Polls: 1, End: EndLost}, "Synchronizing 404 404 404", "", true},
		{"for ever", SyncPlan{End: EndRunning}, "Synchronizing Synchronizing Synchronizing Synchronizing", "", true},
	} {
		forSync(t, Config{}, func(t *testing.T, a *api) {
			id := a.cloud("r")
			a.PlanSync(c.plan)
			session := a.started(id)
			if got := a.states(session, 4); got != c.states {
				t.Errorf("%s: got %s, want %s", c.name, got, c.states)
			}
			if got := a.outOfSync(id); got != c.outOfSync {
				t.Errorf("%s: out of sync %t", c.name, got)
			}
			if body := a.get("/RepositorySynchronizeSessions/" + session).object(); a.version >= "v6" && body["state"] == "Failed" && body["error"] != c.error {
				t.Errorf("%s: error %v, want %s", c.name, body["error"], c.error)
			}
		})
	}
}

func TestSyncListCountsAsARead(t *testing.T) {
	t.Parallel()
	forSync(t, Config{}, func(t *testing.T, a *api) {
		one, two := a.cloud("one"), a.cloud("two")
		a.PlanSyncFor(strings.ToUpper(two), SyncPlan{Polls: 2})
		a.PlanSync(SyncPlan{Polls: 1})
		first, second := a.started(one), a.started(two)
		for i, want := range [][]string{{first, second}, {second}, {}} {
			got := []string{}
			for _, item := range a.get("/RepositorySynchronizeSessions").list() {
				got = append(got, item["id"].(string))
			}
			if !slices.Equal(got, want) {
				t.Errorf("list %d: got %v, want %v", i+1, got, want)
			}
			if i == 0 && len(a.SyncSessions()) != 1 {
				t.Error("a look from inside does not show what the list used up")
			}
		}
	})
}

func TestSyncDuration(t *testing.T) {
	t.Parallel()
	c := newClock()
	a := serve(t, Config{Sync: SyncPlan{Duration: 4 * time.Minute}, Now: c.Now, TokenLifetime: 24 * time.Hour})
	id := a.cloud("r")
	session := a.started(id)
	for _, want := range []float64{0, 25, 50, 75} {
		body := a.get("/RepositorySynchronizeSessions/" + session).object()
		if body["progressPercent"] != want || body["state"] != SyncSynchronizing {
			t.Errorf("got %v, want %v percent", body, want)
		}
		if !a.outOfSync(id) {
			t.Error("in sync too early")
		}
		c.advance(time.Minute)
	}
	if a.outOfSync(id) || len(a.SyncSessions()) != 0 {
		t.Error("still synchronizing after its time")
	}
	a.want(a.get("/RepositorySynchronizeSessions/"+session), 404)
}

func TestSyncIsForObjectStorage(t *testing.T) {
	t.Parallel()
	for _, option := range []int{0, 409} {
		forSync(t, Config{Behaviour: Behaviour{NoStorage: option}}, func(t *testing.T, a *api) {
			id := a.AddRepository(Repository{Name: "disk"})
			status := byVersion(a, 0, 500, 500, 500, 500, 400)
			if option != 0 {
				status = option
			}
			a.wantError(a.sync(id), status, "ParameterValidationFailure")
			a.wantError(a.sync(nobody), 404, "ResourceNotFound")
			if r, _ := a.Repository(id); r.Syncs != 0 || len(a.SyncSessions()) != 0 {
				t.Error("a refused synchronization was started")
			}
		})
	}
}

func TestSecondSync(t *testing.T) {
	t.Parallel()
	for _, refuse := range []bool{false, true} {
		forSync(t, Config{Sync: SyncPlan{Polls: 1, End: EndFailed}, Behaviour: Behaviour{RefuseSecondSync: refuse}}, func(t *testing.T, a *api) {
			id := a.cloud("r")
			first := a.started(id)
			if refuse {
				a.wantError(a.sync(id), byVersion(a, 0, 500, 500, 500, 500, 409), "OperationConflict")
			} else if second := a.started(id); second != first {
				t.Error("a second session while the first one runs")
			}
			a.states(first, 2)
			if third := a.started(id); third == first || len(a.SyncSessions()) != 1 {
				t.Error("a synchronization after a failed one does not replace its session")
			}
			if r, _ := a.Repository(id); r.Syncs != 2 {
				t.Errorf("%d synchronizations", r.Syncs)
			}
		})
	}
}

func TestStopSync(t *testing.T) {
	t.Parallel()
	forSync(t, Config{Sync: SyncPlan{Polls: 9}}, func(t *testing.T, a *api) {
		id := a.cloud("r")
		session := a.started(id)
		a.wantEmpty(a.stop(session), byVersion(a, 0, 200, 200, 200, 200, 204))
		a.wantError(a.get("/RepositorySynchronizeSessions/"+session), 404, "ResourceNotFound")
		a.wantError(a.stop(session), 404, "ResourceNotFound")
		if !a.outOfSync(id) {
			t.Error("a stopped synchronization brought the repository in sync")
		}
		a.PlanSync(SyncPlan{End: EndFailed})
		failed := a.started(id)
		a.wantEmpty(a.stop(failed), byVersion(a, 0, 200, 200, 200, 200, 204))
		if got := a.states(failed, 1); got != SyncFailed {
			t.Errorf("an ended session is %s after a stop", got)
		}
	})
}

func TestSyncRequestsAreStrict(t *testing.T) {
	t.Parallel()
	forSync(t, Config{Sync: SyncPlan{Polls: 9}}, func(t *testing.T, a *api) {
		id := a.cloud("r")
		session := a.started(id)
		repository, running := "/BackupRepositories/"+id, "/RepositorySynchronizeSessions/"+session
		if a.version >= "v6" {
			for _, path := range []string{repository + "/Sync", running + "/StopSynchronize"} {
				for _, body := range []string{`{}`, `null`, `{"sync":null}`} {
					a.wantError(a.post(path, body), 400, "ParameterValidationFailure")
				}
				a.want(a.get(path), 405)
			}
			a.want(a.post(repository+"/action", `{"sync":null}`), 404)
			a.want(a.post(running+"/action", `{"stop":{}}`), 404)
		} else {
			for _, body := range []string{``, `{}`, `{"sync":{}}`, `{"sync":true}`, `{"Sync":null}`, `{"rescan":null}`, `{"sync":null,"stop":{}}`} {
				a.wantError(a.post(repository+"/action", body), 400, nil)
			}
			for _, body := range []string{``, `{}`, `{"stop":null}`, `{"stop":{"force":true}}`, `{"Stop":{}}`} {
				a.wantError(a.post(running+"/action", body), 400, nil)
			}
			a.want(a.send("POST", repository+"/action", "", `{"sync":null}`), 415)
			a.want(a.call("POST", repository+"/Sync"), 404)
			a.want(a.call("POST", running+"/StopSynchronize"), 404)
		}
		a.wantFor("anonymous", a.as("").sync(id), 401)
		if got := a.states(session, 1); got != SyncSynchronizing {
			t.Errorf("a refused request left the session %s", got)
		}
	})
}

func TestVersionThreeHasNoSync(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Product: "3.0"}).at("v3")
	id := a.cloud("r")
	a.want(a.sync(id), 404)
	a.want(a.get("/RepositorySynchronizeSessions"), 404)
}

func TestSyncSessionsBehindTheBack(t *testing.T) {
	t.Parallel()
	a := serve(t, Config{Sync: SyncPlan{Polls: 9}})
	id := a.cloud("r")
	session := a.started(id)
	a.SetSyncSession(nobody, func(*SyncSession) { t.Error("called") })
	a.SetSyncSession(session, func(x *SyncSession) { x.State, x.Error = "Odd", "text" })
	if body := a.get("/RepositorySynchronizeSessions/" + session).object(); body["state"] != "Odd" || body["error"] != "text" {
		t.Errorf("got %v", body)
	}
	a.DropSyncSessions()
	a.want(a.get("/RepositorySynchronizeSessions/"+session), 404)
	session = a.started(id)
	a.DeleteRepository(id)
	a.want(a.get("/RepositorySynchronizeSessions/"+session), 404)
}

func TestSyncSessionWithoutID(t *testing.T) {
	t.Parallel()
	forSync(t, Config{Sync: SyncPlan{Polls: 9}, Behaviour: Behaviour{OmitSyncSessionID: true, QuotedNumbers: true}}, func(t *testing.T, a *api) {
		body := a.get("/RepositorySynchronizeSessions/" + a.started(a.cloud("r"))).object()
		if _, present := body["id"]; present != (a.version >= "v7") {
			t.Errorf("%s: got %v", a.version, body)
		}
		if body["progressPercent"] != "0" {
			t.Errorf("progress %v", body["progressPercent"])
		}
	})
}
