// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

// remove issues the remove action once and sees to it that the proxy is gone. That it was not there is success; on
// any refusal the state stays, so that the next destroy tries again.
func (r *proxyResource) remove(ctx context.Context, state *proxyModel, diags *diagnostics) {
	force := object[removalModel](ctx, state.Removal, diags).Force.ValueBool() || r.appliance.forcesRemovals(ctx)
	machine := r.appliance.machine(ctx, state, nil, diags)
	if diags.HasError() {
		return
	}
	id := state.ID.ValueString()
	err := r.appliance.Client.RemoveProxy(ctx, id, api.RemoveOptions{MachineCredentials: machine.MachineCredentials, Force: force})
	var refused *rest.APIError
	switch {
	case err == nil && r.appliance.removals.believe():
		return
	case err == nil:
		var looks int
		if looks, err = r.waitGone(ctx, id); err == nil {
			r.appliance.removals.seen(looks == 1)
		}
	case rest.OutcomeUnknown(err):
		err = r.findRemoved(ctx, id, err)
	case errors.As(err, &refused):
		// Versions up to v7 may answer 400 or 500 for a proxy that is not there, and a 404 may come from something in
		// front of the server: what a read says decides.
		if _, readErr := r.appliance.Client.Proxy(ctx, id); errors.Is(readErr, rest.ErrNotFound) {
			return
		}
	}
	if err != nil {
		diags.AddError("Unable to Remove Backup Proxy", product.Detail(state.object(), err, r.removalAdvice(ctx, state, machine, force, err)...))
	}
}

// waitGone reads the proxy until the server does not know it any more, and counts the reads.
func (r *proxyResource) waitGone(ctx context.Context, id string) (looks int, err error) {
	err = r.appliance.Client.AwaitProxy(ctx, id, func(_ api.Proxy, err error) (bool, error) {
		looks++
		return errors.Is(err, rest.ErrNotFound), ignoreNotFound(err)
	})
	if err != nil {
		err = fmt.Errorf("the server accepted the removal and still lists the proxy: %w", err)
	}
	return looks, err
}

// removals remembers whether the server removes a proxy before it answers; of an answer that was lost nothing is learned. No document says so, but for its answer, which
// names nothing that could go on (S6 to S8 Proxy_Remove). A server that has shown it several times in a run is believed, and
// looked at again now and then: a fleet's destroy would otherwise cost a read for each removal.
type removals struct {
	mu       sync.Mutex
	atOnce   int // how often it was so
	later    bool
	believed int
}

const (
	proofOfRemoval = 10  // so many removals are looked at before the server is believed
	looksAfter     = 100 // so many are believed before one is looked at again
)

func (r *removals) seen(atOnce bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.atOnce++
	r.later = r.later || !atOnce
}

// believe tells whether the answer to the removal is enough.
func (r *removals) believe() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.later || r.atOnce < proofOfRemoval {
		return false
	}
	r.believed++
	return r.believed%looksAfter != 0
}

// findRemoved resolves a lost answer to the removal: the proxy may be gone, or go within a moment. The request is not
// sent again; should the proxy stay, the next destroy sends it.
func (r *proxyResource) findRemoved(ctx context.Context, id string, lost error) error {
	search, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience(ctx))
	defer cancel()
	if _, err := r.waitGone(search, id); err != nil {
		return fmt.Errorf("the answer to the removal was lost, and the server still lists the proxy: %w", lost)
	}
	return nil
}

// removalAdvice names the settings that help when the server refuses.
func (r *proxyResource) removalAdvice(ctx context.Context, state *proxyModel, machine machineAccess, force bool, err error) []string {
	var refused *rest.APIError
	if !errors.As(err, &refused) || errors.Is(err, rest.ErrUnauthorized) {
		return nil
	}
	advice := []string{"The proxy stays in state; the next destroy tries again."}
	if !errors.Is(err, rest.ErrOffline) {
		advice = append(advice, machine.advice(state.HostName.ValueString()))
	}
	version, versionErr := r.appliance.Client.Version(ctx)
	switch {
	case versionErr != nil || force:
	case version.Supports(api.FeatureForce):
		advice = append(advice, "Only a forced removal goes through while the machine is unreachable, the proxy is in use, or it is the server's default proxy. Set\n\n"+
			"  removal = { force = true }\n\napply that, and destroy again.")
	default:
		advice = append(advice, fmt.Sprintf("API version %s knows no forced removal: bring the machine online, and free the proxy of its repositories and jobs, in the Veeam console.", version))
	}
	if !state.ProxyPoolID.IsNull() {
		advice = append(advice, fmt.Sprintf("The proxy belongs to proxy pool %s; a pool must keep an active proxy. Take the proxy out of the pool first.", state.ProxyPoolID.ValueString()))
	}
	return advice
}
