// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// removalPatience is how long a proxy may be listed after its removal was accepted, or its response lost. The documents describe the
// removal as done when it is answered (S6 to S8 Proxy_Remove); what lasts so much longer does not happen, and a destroy of many
// proxies must not wait for it until the timeout.
const removalPatience = 20 * time.Second

var errStillListed = fmt.Errorf("the server still lists the proxy %s later", removalPatience)

// remove issues the remove action once and confirms that the proxy is gone. That it was not there is success; on
// any refusal the state stays, so that the next destroy tries again.
func (r *proxyResource) remove(ctx context.Context, state *proxyModel, diags *diagnostics) {
	force := object[removalModel](ctx, state.Removal, diags).Force.ValueBool() || r.data.ForcesRemovals(ctx)
	machine := machine(ctx, r.data, state, nil, diags)
	if diags.HasError() {
		return
	}
	id := state.ID.ValueString()
	defer r.data.Hosts.BeginRemoval(id)()
	lines := progress.Log(ctx, state.displayName()+": removal requested")
	defer lines.Stop()
	// The pool in state may be an old one: Terraform does not refresh what is not in the configuration any more. A proxy that its
	// pool does not let go may be removed nevertheless: the server decides.
	leaving := r.data.Client.LeaveProxyPool(ctx, id)
	err := r.data.Client.RemoveProxy(ctx, id, api.RemoveOptions{MachineCredentials: machine.MachineCredentials, Force: force})
	var refused *rest.APIError
	switch {
	case err == nil:
		lines.Say(state.displayName() + ": removal accepted")
		if err = r.waitGone(ctx, id); err != nil {
			err = fmt.Errorf("the server accepted the removal, but the end of the removal was not confirmed: %w", err)
			break
		}
		lines.Say(state.displayName() + ": removed")
	case rest.OutcomeUnknown(err):
		// The request is not sent again; should the proxy stay, the next destroy sends it.
		search, cancel := context.WithTimeout(context.WithoutCancel(ctx), operation.Patience(ctx))
		defer cancel()
		if r.waitGone(search, id) == nil {
			return
		}
		err = fmt.Errorf("the response to the removal was lost, and the server still lists the proxy: %w", err)
	case errors.As(err, &refused):
		// Versions up to v7 may answer 400 or 500 for a proxy that is not there, and a 404 may come from something in
		// front of the server: what a read says decides.
		if _, readErr := r.data.Client.Proxy(ctx, id); errors.Is(readErr, rest.ErrNotFound) {
			return
		}
	}
	if err != nil {
		diags.AddError("Unable to Remove Backup Proxy", conn.Product.Detail(state.displayName(), err, r.removalAdvice(ctx, state, machine, force, err, leaving)...))
	}
}

// waitGone reads the proxy until the server does not know it any more.
func (r *proxyResource) waitGone(ctx context.Context, id string) error {
	began := time.Now()
	return r.data.Client.AwaitProxy(ctx, id, func(_ api.Proxy, err error) (bool, error) {
		switch {
		case errors.Is(err, rest.ErrNotFound):
			return true, nil
		case err == nil && time.Since(began) > removalPatience:
			return false, errStillListed
		}
		return false, err
	})
}

// removalAdvice names the settings that help when the server refuses.
func (r *proxyResource) removalAdvice(ctx context.Context, state *proxyModel, machine machineAccess, force bool, err, leaving error) []string {
	const stays = "The proxy stays in state; the next destroy tries again."
	var refused *rest.APIError
	switch {
	case errors.Is(err, errStillListed):
		return []string{stays + " If the server still lists it then, check the machine and the jobs of the server in the Veeam console."}
	case !errors.As(err, &refused) || errors.Is(err, rest.ErrUnauthorized):
		return nil
	}
	advice := []string{stays}
	if !errors.Is(err, api.ErrOffline) {
		advice = append(advice, machine.advice(state.HostName.ValueString()))
	}
	version, versionErr := r.data.Client.Version(ctx)
	switch {
	case versionErr != nil || force:
	case version.Supports(api.FeatureForce):
		advice = append(advice, removalHint(causeOf(err)))
	case causeOf(err) == causeCredentials:
	default:
		advice = append(advice, fmt.Sprintf("API version %s has no forced removal: bring the machine online, and free the proxy of its repositories and jobs, in the Veeam console.", version))
	}
	if leaving != nil {
		advice = append(advice, fmt.Sprintf("The proxy could not leave its proxy pool: %v. A pool must keep an active proxy, and does not let go of "+
			"one in maintenance mode. Remove the proxy from the pool, or destroy the pool first.", leaving))
	}
	return advice
}
