// SPDX-License-Identifier: MPL-2.0

package contract

import (
	"slices"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	client "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

// aws is the client and the simulator in one revision of the API.
type aws struct {
	conversation
	*client.Client
	sim      *vbaws.Running
	revision client.Revision
}

// TestOperationsOfVBAWS asks all that the client can ask of an appliance that has every kind of object, in each revision;
// what is refused, too.
func TestOperationsOfVBAWS(t *testing.T) {
	t.Parallel()
	for _, revision := range client.Revisions() {
		t.Run(string(revision), func(t *testing.T) {
			t.Parallel()
			products := vbaws.Products()
			at := slices.IndexFunc(products, func(p string) bool { return slices.Contains(vbaws.Revisions(p), string(revision)) })
			users := map[string]vbaws.User{user: {Password: password, Role: vbaws.Administrator}}
			sim, err := vbaws.Start(vbaws.Config{Product: products[at], Users: users}, appliance.Options{Wrap: checks.Wrap(t, VBAWS, true)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(sim.Close)
			a := aws{conversation{t}, connectAWS(t, sim, revision, password), sim, revision}
			a.service()
			a.infrastructure()
			a.rescans()
			a.sessions()
			a.covered(VBAWS, string(revision))
		})
	}
}

func connectAWS(t *testing.T, sim *vbaws.Running, revision client.Revision, password rest.Secret) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Rest: connection(t, sim.Server, password), Revision: revision})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// service is about the revisions and the login.
func (a aws) service() {
	a.Helper()
	_, err := connectAWS(a.T, a.sim, "", password).Revision(a.Context())
	a.ok(err)
	_, err = connectAWS(a.T, a.sim, a.revision, "another").Repositories(a.Context())
	a.refused(err)
	_, err = a.AcceptedRevisions(a.Context())
	a.ok(err)
	_, err = a.ApplianceVersion(a.Context())
	a.ok(err)
	a.sim.Tokens().RevokeAccess() // the next one takes a new token for the one for refreshing
	_, err = a.ApplianceVersion(a.Context())
	a.ok(err)
}

func (a aws) infrastructure() {
	a.Helper()
	a.sim.AddIAMRole(vbaws.IAMRole{
		Name: "own", Kind: vbaws.RoleOfAppliance, Default: true, Description: "a", AWSAccountID: "123456789012", Permissions: []string{"FsxBackup"},
	})
	other := a.sim.AddIAMRole(vbaws.IAMRole{Name: "other", Kind: vbaws.RoleOfOtherAccount, RegionType: vbaws.RegionsGovernment})
	a.sim.AddIAMRole(vbaws.IAMRole{Name: "keys", Kind: vbaws.AccessKeys, AccessKey: "AKIAEXAMPLE", RegionType: vbaws.RegionsChina})
	a.sim.AddRepository(vbaws.Repository{
		Name: "full", Description: "a", RoleID: other, Bucket: "bucket", Folder: "folder", Region: "us-east-1", Hint: "a", Encryption: true,
		StorageClass: "StandardStorage", Immutability: map[string]any{"enabled": true}, InUse: true,
	})
	a.sim.AddRepository(vbaws.Repository{Name: "plain"})
	all, err := a.Repositories(a.Context())
	a.ok(err)
	for _, r := range all {
		_, err := a.Repository(a.Context(), r.ID)
		a.ok(err)
	}
	_, err = a.Repository(a.Context(), id)
	a.refused(err)
	_, err = a.IAMRoles(a.Context())
	a.ok(err)
	_, err = a.Regions(a.Context())
	a.ok(err)
}

// rescans starts every kind of session, and some that the appliance refuses.
func (a aws) rescans() {
	a.Helper()
	if a.revision.HasRescan() {
		_, err := a.RescanRepository(a.Context(), a.sim.Repositories()[0].ID)
		a.ok(err)
		_, err = a.RescanRepository(a.Context(), id)
		a.refused(err)
	}
	role, region := a.sim.IAMRoles()[0].ID, a.sim.Regions()[0].ID
	for _, regions := range [][]string{nil, {region}} {
		_, err := a.RescanIAMRole(a.Context(), role, regions)
		a.ok(err)
	}
	_, err := a.RescanIAMRole(a.Context(), id, nil) // then looks for the role
	a.refused(err)
	_, err = a.RescanIAMRole(a.Context(), role, []string{id})
	a.refused(err)
	_, err = a.RescanBuckets(a.Context(), role)
	a.ok(err)
	_, err = a.RescanBuckets(a.Context(), id)
	a.refused(err)
	if a.revision.HasVirtualMachinesRescan() {
		_, err = a.RescanVirtualMachines(a.Context())
		a.ok(err)
	}
}

// sessions of every status, one by one and all in one list.
func (a aws) sessions() {
	a.Helper()
	role := a.sim.IAMRoles()[0].ID
	for _, outcome := range []string{
		vbaws.StatusSucceeded, vbaws.StatusWarning, vbaws.StatusFailed, vbaws.StatusCanceled, vbaws.StatusRunning, vbaws.StatusNeverExecuted,
	} {
		a.sim.PlanFor(role, vbaws.SessionPlan{Queued: 1, Polls: 1, Outcome: outcome})
		session, err := a.RescanBuckets(a.Context(), role)
		a.ok(err)
		for range 3 {
			_, err = a.Session(a.Context(), session)
			a.ok(err)
			_, err = a.SessionLog(a.Context(), session)
			a.ok(err)
		}
	}
	for _, since := range []time.Time{{}, time.Now()} {
		_, err := a.Sessions(a.Context(), since)
		a.ok(err)
	}
	_, err := a.Session(a.Context(), id)
	a.refused(err)
	_, err = a.SessionLog(a.Context(), id)
	a.refused(err)
}
