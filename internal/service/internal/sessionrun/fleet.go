// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
)

// FleetSpec is what is specific to one resource that starts a run for each member of a fleet, and waits for them together. What an apply
// does follows from the recorded outcomes alone. D is the provider data of the product.
type FleetSpec[D any] struct {
	Name     string // "proxies_rescan"
	Doc      string
	Noun     string // "rescan": what a run is
	Acceptor string // "server": what runs it

	Members     string // "proxy_ids": the attribute with the IDs of the members
	MembersDoc  string
	Outcomes    string // "outcomes": the attribute with what became of the last run of each member, by ID
	OutcomesDoc string
	Outcome     map[string]schema.Attribute // of one outcome; all are strings
	WaitDoc     string                      // of wait_for_completion; if empty, that of other runs
	Timeout     time.Duration               // the default of the timeouts

	Handover func(data *D) *Handover[attr.Value]
	// Next returns what an apply does for a member with this outcome.
	Next func(outcome attr.Value, waits bool) Step
	// Run does what is due, updates the outcomes and reports failures. It returns whether there is something to record.
	Run func(ctx context.Context, data *D, f *Fleet, diags *diag.Diagnostics) (recorded bool)
	// Refresh updates the outcomes of members whose end no apply has seen. It returns whether there is news to save.
	Refresh func(ctx context.Context, data *D, outcomes map[string]attr.Value, diags *diag.Diagnostics) (news bool)
	// Check reports at plan what the runs of these members will fail with. There is a client.
	Check func(ctx context.Context, data *D, at path.Path, ids []string, report Report)
	// Note and Noted are those of Spec, by member.
	Note  func(data *D, ids []string)
	Noted func(data *D, ids []string) bool
}

// Step is what an apply does for a member.
type Step int

// The steps.
const (
	Done   Step = iota // nothing
	Start              // start a run
	Resume             // wait for the run that an earlier apply has started
)

// Fleet is what one apply does.
type Fleet struct {
	Members      []string              // all IDs, sorted
	Due, Running []string              // the members to start a run for, and those to wait for
	Outcomes     map[string]attr.Value // by member
	All          bool                  // a trigger has changed: all members are due
	Waits        bool                  // for the end of the runs
}

// NewFleet returns the constructor of the resource that the provider registers.
func NewFleet[D any](p product.Product[D], spec FleetSpec[D]) func() resource.Resource {
	element := types.ObjectType{AttrTypes: map[string]attr.Type{}}
	for name := range spec.Outcome {
		element.AttrTypes[name] = types.StringType
	}
	if spec.Note == nil {
		spec.Note = func(*D, []string) {}
		spec.Noted = func(*D, []string) bool { return false }
	}
	return func() resource.Resource { return &fleet[D]{product: p, spec: spec, element: element} }
}

// fleet is a record of the runs of all members.
type fleet[D any] struct {
	product product.Product[D]
	spec    FleetSpec[D]
	element types.ObjectType
	data    *D
}

func (r *fleet[D]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.product.TypeName(req.ProviderTypeName, r.spec.Name)
}

func (r *fleet[D]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = r.product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *fleet[D]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := Attributes(r.spec.Noun, r.spec.Acceptor)
	if wait, ok := attributes["wait_for_completion"].(schema.BoolAttribute); ok && r.spec.WaitDoc != "" {
		wait.MarkdownDescription = r.spec.WaitDoc
		attributes["wait_for_completion"] = wait
	}
	attributes["timeouts"] = Timeouts(ctx, r.spec.Noun, r.spec.Timeout)
	attributes[r.spec.Members] = schema.SetAttribute{
		Required: true, ElementType: types.StringType, MarkdownDescription: r.spec.MembersDoc,
		Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(validate.UUID())},
	}
	attributes[r.spec.Outcomes] = schema.MapNestedAttribute{
		Computed: true, MarkdownDescription: r.spec.OutcomesDoc, NestedObject: schema.NestedAttributeObject{Attributes: r.spec.Outcome},
	}
	resp.Schema = schema.Schema{MarkdownDescription: r.spec.Doc, Attributes: attributes}
}

// ImportState says why a fleet has no import.
func (r *fleet[D]) ImportState(_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError(importSummary(r.spec.Noun), noImport)
}

// fleetModel is the model; the names of two of its attributes differ from fleet to fleet.
type fleetModel struct {
	members  []string // those that are known, sorted
	known    bool     // all members are
	triggers types.Map
	waits    types.Bool
	outcomes map[string]attr.Value
	timeouts timeouts.Value
}

// decode reads the model from a plan or a state.
func (r *fleet[D]) decode(ctx context.Context, from interface {
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}, diags *diag.Diagnostics,
) (m fleetModel) {
	var set types.Set
	var outcomes types.Map
	for name, target := range map[string]any{
		r.spec.Members: &set, "triggers": &m.triggers, "wait_for_completion": &m.waits, r.spec.Outcomes: &outcomes, "timeouts": &m.timeouts,
	} {
		diags.Append(from.GetAttribute(ctx, path.Root(name), target)...)
	}
	m.outcomes, m.known = outcomes.Elements(), !set.IsUnknown()
	for _, element := range set.Elements() {
		if id, ok := element.(types.String); ok && !id.IsUnknown() {
			m.members = append(m.members, id.ValueString())
		} else {
			m.known = false
		}
	}
	slices.Sort(m.members)
	return m
}

// plan is what an apply does for the members, whose outcomes were recorded before.
func (r *fleet[D]) plan(m fleetModel, outcomes map[string]attr.Value, all bool) *Fleet {
	f := &Fleet{Members: m.members, Outcomes: map[string]attr.Value{}, All: all, Waits: m.waits.ValueBool()}
	for _, id := range m.members {
		step := Start
		if outcome, recorded := outcomes[id]; recorded {
			f.Outcomes[id] = outcome
			if !all {
				step = r.spec.Next(outcome, f.Waits)
			}
		}
		switch step {
		case Start:
			f.Due = append(f.Due, id)
		case Resume:
			f.Running = append(f.Running, id)
		case Done:
		}
	}
	return f
}

// ModifyPlan shows for which members apply will start a run, or wait: their outcomes are unknown, those of the others are as recorded.
func (r *fleet[D]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	planned := r.decode(ctx, req.Plan, &resp.Diagnostics)
	f := r.plan(planned, nil, false)
	if !req.State.Raw.IsNull() && !resp.Diagnostics.HasError() {
		state := r.decode(ctx, req.State, &resp.Diagnostics)
		f = r.plan(planned, state.outcomes, Fires(state.triggers, planned.triggers))
		if planned.known {
			outcomes, diags := PlanOutcomes(f, r.element)
			resp.Diagnostics.Append(diags...)
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(r.spec.Outcomes), outcomes)...)
		}
	}
	if resp.Diagnostics.HasError() || len(f.Due) == 0 && planned.known || !r.product.Available(r.data) {
		return
	}
	report := AtPlan(req, resp)
	if r.spec.Noted(r.data, f.Due) {
		report = resp.Diagnostics.AddAttributeWarning
	}
	r.spec.Check(ctx, r.data, path.Root(r.spec.Members), f.Due, report)
}

// PlanOutcomes is the planned map of outcomes, which are objects of strings: unknown ones for the members that are due or waited for,
// the recorded ones for the others.
func PlanOutcomes(f *Fleet, element types.ObjectType) (types.Map, diag.Diagnostics) {
	unknown := make(map[string]attr.Value, len(element.AttrTypes))
	for name := range element.AttrTypes {
		unknown[name] = types.StringUnknown()
	}
	planned := maps.Clone(f.Outcomes)
	for _, id := range slices.Concat(f.Due, f.Running) {
		// Not an unknown object: the CLI shows nothing of one that is added to the map.
		planned[id] = types.ObjectValueMust(element.AttrTypes, unknown)
	}
	return types.MapValue(element, planned)
}

// Create starts what a creation that it replaces, because that one failed, has left undone.
func (r *fleet[D]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan := r.decode(ctx, req.Plan, &resp.Diagnostics)
	timeout, diags := plan.timeouts.Create(ctx, r.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	taken := map[string]attr.Value{}
	for _, id := range plan.members {
		if outcome, left := r.spec.Handover(r.data).Take(Key(r.spec.Name, plan.triggers, types.StringValue(id))); left {
			taken[id] = outcome
		}
	}
	f := r.plan(plan, taken, false)
	if !r.spec.Run(ctx, r.data, f, &resp.Diagnostics) && len(f.Due) == len(f.Members) {
		return // otherwise there are outcomes that were taken and that are nowhere else any more
	}
	resp.Diagnostics.Append(MarkCreation(ctx, resp.Private, resp.Diagnostics.HasError())...)
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(r.spec.Outcomes), r.value(f.Outcomes, &resp.Diagnostics))...)
}

func (r *fleet[D]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	state, plan := r.decode(ctx, req.State, &resp.Diagnostics), r.decode(ctx, req.Plan, &resp.Diagnostics)
	timeout, diags := plan.timeouts.Update(ctx, r.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "update", timeout)
	defer cancel()
	f := r.plan(plan, state.outcomes, Fires(state.triggers, plan.triggers))
	if r.spec.Run(ctx, r.data, f, &resp.Diagnostics) {
		resp.Diagnostics.Append(MarkCreation(ctx, resp.Private, false)...)
		resp.State.Raw = req.Plan.Raw
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(r.spec.Outcomes), r.value(f.Outcomes, &resp.Diagnostics))...)
	}
}

func (r *fleet[D]) value(outcomes map[string]attr.Value, diags *diag.Diagnostics) types.Map {
	value, problems := types.MapValue(r.element, outcomes)
	diags.Append(problems...)
	return value
}

// Read follows the runs until all have ended. From then on the object is a record, about which nothing is asked. The record of a failed
// creation stays as it is: what is unfinished in it tells Delete that a replacement follows which must not start everything again.
func (r *fleet[D]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := r.decode(ctx, req.State, &resp.Diagnostics)
	creationFailed, diags := CreationFailed(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !r.product.Available(r.data) {
		return
	}
	r.spec.Note(r.data, state.members)
	if !creationFailed && r.spec.Refresh(ctx, r.data, state.outcomes, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(r.spec.Outcomes), r.value(state.outcomes, &resp.Diagnostics))...)
	}
}

// Delete sends nothing. A record with unfinished members, which a failed creation leaves, goes without the failed ones to the creation
// that replaces it.
func (r *fleet[D]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := r.decode(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.spec.Note(r.data, state.members)
	f := r.plan(state, state.outcomes, false)
	if len(f.Due)+len(f.Running) == 0 {
		return
	}
	for id, outcome := range f.Outcomes {
		if !slices.Contains(f.Due, id) {
			r.spec.Handover(r.data).Leave(Key(r.spec.Name, state.triggers, types.StringValue(id)), outcome)
		}
	}
}
