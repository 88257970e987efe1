// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"net/http"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

const unknownRepository = "a7bcabe6-91f7-40ca-ad73-915d43a8e86c"

// TestUnknownRepositoryIsToldAtPlan: a repository that surely does not exist is an error of the plan, on its argument, with the
// repositories that may have been meant; nothing is sent that could change anything.
func TestUnknownRepositoryIsToldAtPlan(t *testing.T) {
	w := newRepositoryWorld(t, vbaws.Config{})
	near := []string{
		"Unable to Rescan Repository", `no repository has the ID "` + unknownRepository + `"; there are: "repository" (ID ` + w.id + ")",
		"Take the ID from the data source veeam_vbaws_repository or veeam_vbaws_repositories.",
	}
	only := func(r result) {
		t.Helper()
		made(t, r.vbaws, "GET /api/v1/repositories/{id}") // beside the list, which is left out
	}
	w.config(repositoryRescans.hcl("this", unknownRepository, ""))
	only(w.fail(applyArgs, append(near, "with veeam_vbaws_repository_rescan.this", `repository_id = "`+unknownRepository+`"`)...))
	w.config(`resource "veeam_vbaws_repositories_rescan" "fleet" { repository_ids = ["` + w.id + `", "` + unknownRepository + `"] }`)
	only(w.fail(applyArgs, append(near, "with veeam_vbaws_repositories_rescan.fleet")...))

	// Also of one that has been rescanned before, but only when it is to be rescanned again.
	w.rescan("1", "")
	w.apply()
	w.vbaws.RemoveRepository(w.id)
	w.planIsEmpty()
	w.nothingSent("a plan that fires nothing")
	w.rescan("2", "")
	w.fail(planArgs, `no repository has the ID "`+w.id+`"; there are no repositories`)
}

// TestUnknownRepositoryIsToldAtApply: an appliance that does not answer the plan's question is asked by the rescan itself.
func TestUnknownRepositoryIsToldAtApply(t *testing.T) {
	w := newRepositoryWorld(t, vbaws.Config{})
	silence := func() {
		for _, path := range []string{"/api/v1/repositories", "/api/v1/repositories/*"} {
			w.vbaws.Inject(appliance.Fault{Method: http.MethodGet, Path: path, Status: 403, Body: problem403, ContentType: problem})
		}
	}
	silence()
	w.config(repositoryRescans.hcl("this", unknownRepository, ""))
	w.planChanges()
	w.fail(applyArgs, "Repository "+unknownRepository+": Veeam Backup for AWS answered POST /api/v1/repositories/"+unknownRepository+"/rescan with 404",
		"The appliance has no repository with this ID.")
	w.stateLacks(repositoryRescan)

	w.vbaws.ClearFaults()
	w.rescan("1", "")
	w.apply()
	before := w.attributes(repositoryRescan)["session_id"]
	silence()
	w.vbaws.RemoveRepository(w.id)
	w.rescan("2", "")
	w.fail(applyArgs, "The appliance has no repository with this ID.")
	w.stateHas(repositoryRescan, map[string]any{"session_id": before, "triggers": map[string]any{"a": "1"}, "(status)": ""})
}
