// SPDX-License-Identifier: MPL-2.0

package sessionrun

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/product"
)

// Base is embedded in the models of all runs.
type Base struct {
	Triggers          types.Map      `tfsdk:"triggers"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (b *Base) base() *Base { return b }

// Model is a pointer to a struct that embeds Base.
type Model[M any] interface {
	*M
	base() *Base
}

// Report adds a diagnostic about an attribute.
type Report func(at path.Path, summary, detail string)

// Spec is what is specific to one resource that records runs. M is its model, and D the provider data of the product.
type Spec[M, D any] struct {
	Name     string // "repository_rescan"
	Doc      string
	Noun     string // "rescan": what a run is
	Acceptor string // "appliance": what runs it

	Attributes map[string]schema.Attribute // without those of Base; the computed ones are the record
	Subjects   []string                    // the attributes that say what the run is for: a change of them starts it again, in place
	Timeout    time.Duration               // the default of the timeouts

	// Single returns the run that m describes and records.
	Single func(data *D, m *M) Single
	// Keep takes over the record of an object for which nothing is started. Of a new object the record is null.
	Keep func(m, prior *M)
	// Check reports at plan what a run that is coming will fail with. There is a client. It may be nil.
	Check func(ctx context.Context, data *D, planned *M, report Report)
	// Note notes that the object is in state, and Noted reports whether it is. A tainted object, which Terraform plans like one to be
	// created, gets warnings then: an error would prevent its destroy, or lose what its deletion hands over. Both may be nil.
	Note  func(data *D, m *M)
	Noted func(data *D, m *M) bool

	Scope[M]
}

// Scope is for runs that can be limited to a part of their subject. All of it may be nil.
type Scope[M any] struct {
	// Empty reports whether the scope is known to be empty, so that nothing is started, and where and how the plan warns of it.
	Empty func(m *M) (empty bool, at path.Path, summary, detail string)
	// Widened reports whether an update extends the scope, which starts the run.
	Widened func(prior, planned *M) bool
	// Restore takes over the scope of a run that failed, so that the next plan still shows the change.
	Restore func(m, prior *M)
}

// New returns the constructor of the resource that the provider registers.
func New[M any, P Model[M], D any](p product.Product[D], spec Spec[M, D]) func() resource.Resource {
	if spec.Empty == nil {
		spec.Empty = func(*M) (bool, path.Path, string, string) { return false, path.Empty(), "", "" }
		spec.Widened = func(*M, *M) bool { return false }
		spec.Restore = func(*M, *M) {}
	}
	return func() resource.Resource { return &run[M, P, D]{product: p, spec: spec} }
}

// run is a record of the runs that were started.
type run[M any, P Model[M], D any] struct {
	product product.Product[D]
	spec    Spec[M, D]
	data    *D
}

func (r *run[M, P, D]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.product.TypeName(req.ProviderTypeName, r.spec.Name)
}

func (r *run[M, P, D]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = r.product.Configure(req.ProviderData, &resp.Diagnostics)
}

func (r *run[M, P, D]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := Attributes(r.spec.Noun, r.spec.Acceptor)
	attributes["timeouts"] = Timeouts(ctx, r.spec.Noun, r.spec.Timeout)
	maps.Copy(attributes, r.spec.Attributes)
	resp.Schema = schema.Schema{MarkdownDescription: r.spec.Doc, Attributes: attributes}
}

// record is the sorted names of the attributes that are the record.
func (r *run[M, P, D]) record() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(r.spec.Attributes)), func(name string) bool { return !r.spec.Attributes[name].IsComputed() })
}

// ModifyPlan shows whether apply will start a run, and checks what that needs.
func (r *run[M, P, D]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	exists := !req.State.Raw.IsNull()
	var state, plan M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if exists {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if empty, at, summary, detail := r.spec.Empty(&plan); empty {
		r.spec.Keep(&plan, &state)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
		if !req.Plan.Raw.Equal(req.State.Raw) {
			resp.Diagnostics.AddAttributeWarning(at, summary, detail)
		}
		return
	}
	starts := exists && r.spec.Widened(&state, &plan) || Plan(ctx, req, resp, r.subjects(), r.record()...)
	if !starts || r.spec.Check == nil || !r.product.Available(r.data) {
		return
	}
	report := AtPlan(req, resp)
	if r.spec.Noted != nil && r.spec.Noted(r.data, &plan) {
		report = resp.Diagnostics.AddAttributeWarning
	}
	r.spec.Check(ctx, r.data, &plan, report)
}

func (r *run[M, P, D]) subjects() (paths []path.Path) {
	for _, name := range r.spec.Subjects {
		paths = append(paths, path.Root(name))
	}
	return paths
}

func (r *run[M, P, D]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, none M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := P(&plan).base().Timeouts.Create(ctx, r.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if empty, _, _, _ := r.spec.Empty(&plan); empty {
		r.spec.Keep(&plan, &none)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "create", timeout)
	defer cancel()
	if r.spec.Single(r.data, &plan).Create(ctx, resp.Private, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// Update starts a run when a trigger or the subject changed or the scope was widened. The record of another subject than before is
// saved only when all went well.
func (r *run[M, P, D]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var state, plan M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	timeout, diags := P(&plan).base().Timeouts.Update(ctx, r.spec.Timeout)
	resp.Diagnostics.Append(diags...)
	moved := anyMoved(ctx, req.State, req.Plan, r.subjects(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	prior, planned := P(&state).base(), P(&plan).base()
	private := Private{req.Private, resp.Private}
	empty, _, _, _ := r.spec.Empty(&plan)
	if empty || !moved && !r.spec.Widened(&state, &plan) && !Fires(prior.Triggers, planned.Triggers) {
		r.spec.Keep(&plan, &state)
		resp.Diagnostics.Append(Refreshed(ctx, private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	ctx, cancel := operation.WithTimeout(ctx, "update", timeout)
	defer cancel()
	if !r.spec.Single(r.data, &plan).Update(ctx, private, &resp.Diagnostics) || moved && resp.Diagnostics.HasError() {
		return // the state stays as it was
	}
	if resp.Diagnostics.HasError() { // so that the next plan still shows the change
		planned.Triggers = prior.Triggers
		r.spec.Restore(&plan, &state)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// ImportState takes over a subject without starting a run: the record is empty until a trigger changes. The ID is that of the subject.
func (r *run[M, P, D]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	switch {
	case len(r.spec.Subjects) != 1:
		resp.Diagnostics.AddError(importSummary(r.spec.Noun), noImport)
	case !rest.IsUUID(req.ID):
		resp.Diagnostics.AddError(importSummary(r.spec.Noun), fmt.Sprintf("The import ID is %s, a UUID, and not %q.", r.spec.Subjects[0], req.ID))
	default:
		resource.ImportStatePassthroughID(ctx, path.Root(r.spec.Subjects[0]), req, resp)
	}
}

func importSummary(noun string) string {
	return "Unable to Import " + strings.ToUpper(noun[:1]) + noun[1:]
}

// noImport is for resources whose record has no single subject that an ID could name.
const noImport = "This resource only records what it has started, and no ID names such a record. Remove the import; an apply creates the resource, " +
	"which starts what it is for once."

// Read follows the last run until it has ended. From then on the object is a record, about which nothing is asked: a session that the
// server has purged since is no drift. A failure that no apply has seen is reported by the refresh that does. The record of a failed
// creation stays as it is until it is handed over.
func (r *run[M, P, D]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	creationFailed, diags := CreationFailed(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(Refreshed(ctx, Private{req.Private, resp.Private})...)
	if resp.Diagnostics.HasError() || !r.product.Available(r.data) {
		return
	}
	if r.spec.Note != nil {
		r.spec.Note(r.data, &state)
	}
	if creationFailed {
		return
	}
	if single := r.spec.Single(r.data, &state); single.Unfinished() != (Session{}) && single.Refresh(ctx, &resp.Diagnostics) {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// Delete sends nothing. An unfinished session goes to the creation that follows, if this is a replacement.
func (r *run[M, P, D]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	single := r.spec.Single(r.data, &state)
	if session := single.Unfinished(); session.ID != "" {
		single.Handover.Leave(single.Key, session)
	}
}

// minutes writes a timeout as the documentation does: 60m.
func minutes(d time.Duration) string { return fmt.Sprintf("%.0fm", d.Minutes()) }
