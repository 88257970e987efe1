// SPDX-License-Identifier: MPL-2.0

// Package proxy holds the backup proxy, with its data sources, its list resource and the action for its maintenance mode.
package proxy

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/crud"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/progress"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

var (
	_ resource.ResourceWithConfigure      = &proxyResource{}
	_ resource.ResourceWithIdentity       = &proxyResource{}
	_ resource.ResourceWithImportState    = &proxyResource{}
	_ resource.ResourceWithModifyPlan     = &proxyResource{}
	_ resource.ResourceWithValidateConfig = &proxyResource{}
)

const (
	defaultReadTimeout   = 5 * time.Minute
	defaultChangeTimeout = 30 * time.Minute // the server installs software on the machine meanwhile
)

// proxyResource is veeam_vb365_proxy: its life cycle reads from top to bottom.
type proxyResource struct {
	data *conn.ProviderData
}

// NewResource makes veeam_vb365_proxy.
func NewResource() resource.Resource { return &proxyResource{} }

func (r *proxyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vb365_proxy"
}

func (r *proxyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = conn.Product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *proxyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config proxyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Create(ctx, defaultChangeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	host := plan.HostName.ValueString()
	end, namesakes, ok := r.claimHost(ctx, &plan, &resp.Diagnostics)
	if !ok {
		return
	}
	defer end()
	spec := plan.toCreate(ctx, &config, &resp.Diagnostics)
	machine := machine(ctx, r.data, &plan, &config, &resp.Diagnostics)
	spec.Username, spec.Password, spec.SSH = machine.username(), machine.Password, machine.SSH
	config.checkPasswords(ctx, &proxyModel{}, true, resp.Diagnostics.AddAttributeError)
	if resp.Diagnostics.HasError() {
		return
	}
	lines := progress.Log(ctx, plan.displayName()+": creation requested")
	defer lines.Stop()
	created, err := r.data.Client.AddProxy(ctx, spec)
	if err == nil && created.ID == "" || rest.OutcomeUnknown(err) {
		created, err = r.adoptCreated(ctx, spec, namesakes, err)
	}
	if err != nil {
		r.reportRefusal(ctx, &plan, err, &resp.Diagnostics, machine.advice(host), plan.attachAdvice(err))
		return
	}

	lines.Say(fmt.Sprintf("Proxy %q (%s): created", host, created.ID))
	r.data.NoteProxy(created.ID, host)
	r.finish(ctx, &plan, created, &resp.Diagnostics)
	crud.SetIdentity(ctx, resp.Identity, plan.ID, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// finish completes the model from the object that the creation answered, read again where the answer was a partial one.
func (r *proxyResource) finish(ctx context.Context, model *proxyModel, proxy api.Proxy, diags *diagnostics) {
	if proxy.Status == "" || proxy.Port == nil {
		read, err := r.data.Client.Proxy(ctx, proxy.ID)
		switch {
		case err == nil:
			proxy = read
		case proxy.HostName == "":
			diags.AddError("Unable to Create Backup Proxy", conn.Product.Detail(model.displayName(), fmt.Errorf("the server created the proxy, but it could not be read: %w", err)))
		}
	}
	version, err := r.data.Client.Version(ctx) // known since the first call
	if err != nil {
		diags.AddError("Unable to Create Backup Proxy", conn.Product.Detail(model.displayName(), err))
	}
	response := *model
	response.fromAPI(ctx, version, proxy, diags)
	model.complete(response)
	model.complete(proxyModel{}) // null is what the response lacks
}

func (r *proxyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state proxyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	crud.SetIdentity(ctx, resp.Identity, state.ID, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || r.data.Client == nil {
		return // without a client the provider's configuration is not known yet: nothing can be refreshed
	}
	ctx, cancel := operation.WithTimeout(ctx, "read", timeout)
	defer cancel()
	prior := state
	proxy, err := r.data.Client.SharedProxy(ctx, state.ID.ValueString())
	if errors.Is(err, rest.ErrNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err == nil {
		r.data.NoteProxy(proxy.ID, proxy.HostName)
		var version api.Version
		if version, err = r.data.Client.Version(ctx); err == nil {
			state.fromAPI(ctx, version, proxy, &resp.Diagnostics)
		}
	}
	if err != nil {
		resp.Diagnostics.AddError("Unable to Read Backup Proxy", conn.Product.Detail(state.displayName(), err))
		return
	}
	if !reflect.DeepEqual(state, prior) { // to set a state is the costliest part of a refresh, and most refreshes find no change
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

func (r *proxyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan, config proxyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	timeout, diags := plan.Timeouts.Update(ctx, defaultChangeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "update", timeout)
	defer cancel()
	plan.refuseReplacement(ctx, &state, imported(ctx, req.Private), &resp.Diagnostics)
	r.checkVersion(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := r.edit(ctx, &state, &plan, &config, &resp.Diagnostics); err != nil {
		resp.Diagnostics.AddError("Unable to Update Backup Proxy", conn.Product.Detail(plan.displayName(), err,
			machine(ctx, r.data, &plan, &config, &resp.Diagnostics).advice(plan.HostName.ValueString())))
		return
	}
	r.data.NoteProxy(state.ID.ValueString(), plan.HostName.ValueString())
	plan.complete(state)
	crud.SetIdentity(ctx, resp.Identity, state.ID, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// edit sends what differs between state and plan. What the server makes of it is for the next refresh to show.
func (r *proxyResource) edit(ctx context.Context, state, plan, config *proxyModel, diags *diagnostics) error {
	machine := machine(ctx, r.data, plan, config, diags)
	spec := plan.toEdit(ctx, state, config, diags)
	visible := !reflect.ValueOf(spec).IsZero() // a read shows whether the edit was processed
	settingsChanged := visible || plan.secretsChanged(ctx, state, diags)
	config.checkPasswords(ctx, state, settingsChanged, diags.AddAttributeError)
	if diags.HasError() {
		return nil
	}
	client, id := r.data.Client, state.ID.ValueString()
	if settingsChanged {
		// An edit deploys to the machine again, so its credentials go along.
		spec.Username, spec.Password, spec.SSH = machine.username(), machine.Password, machine.SSH
		plan.serviceAccountPassword(ctx, state, config, &spec, diags)
		err := client.EditProxy(ctx, id, spec)
		if visible && rest.OutcomeUnknown(err) {
			err = confirmChange(ctx, client, id, err, spec.AppliedTo)
		}
		if err != nil {
			return err
		}
	}
	if boolPointer(plan.MaintenanceMode) == nil || plan.MaintenanceMode.Equal(state.MaintenanceMode) {
		return nil
	}
	lines := progress.Log(ctx, state.displayName()+": change of maintenance mode requested")
	defer lines.Stop()
	return setMaintenance(ctx, client, id, plan.MaintenanceMode.ValueBool(), machine, func(current api.Proxy) {
		lines.Say(fmt.Sprintf("%s: maintenance mode is %s", state.displayName(), current.MaintenanceModeState))
	})
}

func (r *proxyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state proxyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	timeout, diags := state.Timeouts.Delete(ctx, defaultChangeTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "delete", timeout)
	defer cancel()
	r.remove(ctx, &state, &resp.Diagnostics)
}
