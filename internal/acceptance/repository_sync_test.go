// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"fmt"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/acctest"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const syncAddress = "veeam_vb365_repository_sync.this"

func syncConfig(id, extra string) string {
	return fmt.Sprintf("resource \"veeam_vb365_repository_sync\" \"this\" {\n  repository_id = %q\n%s\n}", id, extra)
}

// outOfSync seeds a repository that a synchronization has something to do for.
func (w *world) outOfSync() string {
	return w.vb365.AddRepository(vb365.Repository{Name: "Archive", ObjectStorage: vb365.ObjectStorage{Type: "AmazonS3"}, OutOfSync: true})
}

// TestRepositorySync takes a synchronization through its life in every version that has it.
func TestRepositorySync(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for version, productVersion := range products {
		if version == "v3" {
			continue
		}
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: productVersion, Sync: vb365.SyncPlan{Polls: 2}}, vbaws.Config{})
			id := w.outOfSync()
			repository := "/" + version + "/BackupRepositories/{id}"
			session := "/" + version + "/RepositorySynchronizeSessions/{id}"
			post := "POST " + repository + "/Sync"
			if version == "v4" || version == "v5" {
				post = "POST " + repository + "/action"
			}

			w.config(syncConfig(id, `triggers = { generation = "1" }`))
			r := w.apply()
			if have := r.vb365; len(have) < 6 || have[0] != "GET "+repository || have[2] != post || have[3] != "GET "+session || have[len(have)-1] != "GET "+repository {
				t.Errorf("other requests than expected: %v", have)
			}
			w.stateHas(syncAddress, map[string]any{"session_status": "Succeeded", "out_of_sync": false})
			first := w.attributes(syncAddress)["session_id"]
			made(t, w.planIsEmpty().vb365)

			w.config(syncConfig(id, `
  triggers = { generation = "1" }
  timeouts = { create = "5m" }`))
			made(t, w.apply().vb365)

			w.config(syncConfig(id, `triggers = { generation = "2" }`))
			w.planChanges("known after apply", "1 to change")
			w.apply()
			if second := w.attributes(syncAddress)["session_id"]; second == first {
				t.Error("the session is still the first one")
			}
			made(t, w.destroy().vb365)
			if r, _ := w.vb365.Repository(id); r.Syncs != 2 {
				t.Errorf("%d synchronizations", r.Syncs)
			}
		})
	}
}

// TestRepositorySyncEnds goes through the ways in which a synchronization ends badly; each leaves its session in state,
// and the next apply fires once more, unless the session still runs.
func TestRepositorySyncEnds(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	for name, c := range map[string]struct {
		plan   vb365.SyncPlan
		status string
		says   string
		again  int // synchronizations after the next apply
	}{
		"failed":    {vb365.SyncPlan{End: vb365.EndFailed, Error: "The bucket is gone."}, "Failed", "The bucket is gone", 3},
		"timed out": {vb365.SyncPlan{Polls: 10}, "Synchronizing", "last status: Synchronizing", 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{}, vbaws.Config{})
			id := w.outOfSync()
			w.config(syncConfig(id, `triggers = { generation = "1" }`))
			w.apply()
			w.vb365.PlanSync(c.plan)
			w.config(syncConfig(id, `
  triggers = { generation = "2" }
  timeouts = { update = "5s" }`))
			w.fail(applyArgs, "Unable to Synchronize Repository", c.says)
			w.stateHas(syncAddress, map[string]any{"session_status": c.status, "triggers": map[string]any{"generation": "1"}})
			if w.attributes(syncAddress)["session_id"] == nil {
				t.Error("the state has no session")
			}
			w.config(syncConfig(id, `triggers = { generation = "2" }`))
			w.apply()
			w.stateHas(syncAddress, map[string]any{"session_status": "Succeeded", "out_of_sync": false, "triggers": map[string]any{"generation": "2"}})
			if r, _ := w.vb365.Repository(id); r.Syncs != c.again {
				t.Errorf("%d synchronizations, want %d", r.Syncs, c.again)
			}
			made(t, w.planIsEmpty().vb365)
		})
	}
}

// TestRepositorySyncAtPlan: what cannot be synchronized is an error of the plan, on the attribute.
func TestRepositorySyncAtPlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		product string
		id      func(*world) string
		says    string
	}{
		"unknown":       {"8", func(*world) string { return "00000000-0000-4000-8000-000000000000" }, "has no backup repository with this ID"},
		"on the proxy":  {"8", func(w *world) string { return w.vb365.AddRepository(vb365.Repository{Name: "Local"}) }, "is not on object storage"},
		"in version v3": {"3.0", (*world).outOfSync, "v4 to v8"},
		"no ID":         {"8", func(*world) string { return "Archive" }, "must be an ID such as"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: c.product}, vbaws.Config{})
			w.config(syncConfig(c.id(w), ""))
			w.fail(planArgs, c.says, "repository_id")
		})
	}
}

// TestRepositoriesDataSource finds repositories by name, owner and state, in every version.
func TestRepositoriesDataSource(t *testing.T) {
	acctest.LifeCycle(t)
	t.Parallel()
	const owner = "36500000-0000-4000-8000-000000000001"
	for version, productVersion := range products {
		t.Run(version, func(t *testing.T) {
			w := newWorld(t, vb365.Config{Product: productVersion}, vbaws.Config{})
			w.outOfSync()
			w.vb365.AddRepository(vb365.Repository{Name: "Local", ProxyID: owner, CapacityBytes: 1000, FreeSpaceBytes: 400})
			w.config(fmt.Sprintf(`
data "veeam_vb365_repositories" "all" {}
data "veeam_vb365_repositories" "named" { name = "arch*" }
data "veeam_vb365_repositories" "owned" { proxy_id = %q }
data "veeam_vb365_repositories" "synced" { out_of_sync = false }
data "veeam_vb365_repositories" "none" { name = "nothing" }
output "names" {
  value = [for d in [
    data.veeam_vb365_repositories.all, data.veeam_vb365_repositories.named, data.veeam_vb365_repositories.owned,
    data.veeam_vb365_repositories.synced, data.veeam_vb365_repositories.none,
  ] : join("+", d.repositories[*].name)]
}
output "capacity" { value = data.veeam_vb365_repositories.owned.repositories[0].capacity_bytes }
output "object_storage" { value = data.veeam_vb365_repositories.named.repositories[0].object_storage }`, owner))
			r := w.apply()
			names, onObjects := `"Archive+Local", "Archive", "Local", "Local", "",`, "object_storage = true"
			if version == "v3" { // knows no object storage, and so nothing of a cache
				names, onObjects = `"Archive+Local", "Archive", "Local", "Archive+Local", "",`, "object_storage = false"
			}
			r.wants(w, names, "capacity = 1000", onObjects)
		})
	}
}

// TestRepositorySyncUnwaited: nobody waits, later refreshes record the end, also one without success, and ask no more.
func TestRepositorySyncUnwaited(t *testing.T) {
	w := newWorld(t, vb365.Config{Sync: vb365.SyncPlan{Polls: 1}}, vbaws.Config{})
	id := w.outOfSync()
	w.config(syncConfig(id, `
  triggers            = { generation = "1" }
  wait_for_completion = false`))
	w.apply()
	w.stateHas(syncAddress, map[string]any{"session_status": "Synchronizing", "out_of_sync": nil})
	refresh := []string{"apply", "-refresh-only", "-auto-approve", "-no-color"}
	made(t, w.succeed(refresh...).vb365, "GET /v8/RepositorySynchronizeSessions/{id}")
	made(t, w.succeed(refresh...).vb365, "GET /v8/RepositorySynchronizeSessions/{id}", "GET /v8/BackupRepositories/{id}")
	w.stateHas(syncAddress, map[string]any{"session_status": "Succeeded", "out_of_sync": false})
	made(t, w.planIsEmpty().vb365)
}
