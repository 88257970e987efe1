// SPDX-License-Identifier: MPL-2.0

package sessionrun_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/sessionrun"
)

var (
	none    = types.MapNull(types.StringType)
	unknown = types.MapUnknown(types.StringType)
)

// triggers makes a map of "key=value" texts; "key=?" is a value that is not known yet, "key" a null one.
func triggers(texts ...string) types.Map {
	elements := map[string]attr.Value{}
	for _, text := range texts {
		key, value, given := strings.Cut(text, "=")
		switch {
		case !given:
			elements[key] = types.StringNull()
		case value == "?":
			elements[key] = types.StringUnknown()
		default:
			elements[key] = types.StringValue(value)
		}
	}
	return types.MapValueMust(types.StringType, elements)
}

// changes are all that can happen to the triggers of an existing rescan.
var changes = []struct {
	name           string
	prior, planned types.Map
	fires          bool
}{
	{"never any", none, none, false},
	{"nothing changes", triggers("a=1"), triggers("a=1"), false},
	{"another order", triggers("a=1", "b=2"), triggers("b=2", "a=1"), false},
	{"a value changes", triggers("a=1"), triggers("a=2"), true},
	{"only the case of a value changes", triggers("a=x"), triggers("a=X"), true},
	{"two keys swap their values", triggers("a=1", "b=2"), triggers("a=2", "b=1"), true},
	{"a key is renamed", triggers("a=1"), triggers("b=1"), true},
	{"a key is added", triggers("a=1"), triggers("a=1", "b=2"), true},
	{"a key is removed", triggers("a=1", "b=2"), triggers("a=1"), true},
	{"the first key is added", triggers(), triggers("a=1"), true},
	{"the last key is removed", triggers("a=1"), triggers(), true},
	{"a value becomes null", triggers("a=1"), triggers("a"), true},
	{"a null becomes empty text", triggers("a"), triggers("a="), true},
	{"a value is not known yet", triggers("a=1"), triggers("a=?"), true},
	{"a new key's value is not known yet", triggers("a=1"), triggers("a=1", "b=?"), true},
	{"the map is not known yet", triggers("a=1"), unknown, true},
	{"the map is added", none, triggers("a=1"), false},
	{"an empty map is added", none, triggers(), false},
	{"a map is added that is not known yet", none, unknown, false},
	{"the map is removed", triggers("a=1"), none, false},
	{"an empty map is removed", triggers(), none, false},
}

func TestFires(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		if sessionrun.Fires(c.prior, c.planned) != c.fires {
			t.Errorf("%s: want %t", c.name, c.fires)
		}
	}
}

// object is a rescan with two computed attributes.
var object = func() schema.Schema {
	s := schema.Schema{Attributes: sessionrun.Attributes("rescan", "server")}
	s.Attributes["subject_id"] = schema.StringAttribute{Required: true}
	s.Attributes["session"] = schema.StringAttribute{Computed: true}
	s.Attributes["ended"] = schema.StringAttribute{Computed: true}
	return s
}()

// value is an object as the protocol carries it; the computed ones are unknown when session is "?".
func value(t *testing.T, subject string, triggers types.Map, session string) tftypes.Value {
	t.Helper()
	carried, err := triggers.ToTerraformValue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) tftypes.Value {
		switch s {
		case "?":
			return tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		case "":
			return tftypes.NewValue(tftypes.String, nil)
		}
		return tftypes.NewValue(tftypes.String, s)
	}
	ended := ""
	if session == "?" {
		ended = "?"
	}
	return tftypes.NewValue(object.Type().TerraformType(t.Context()), map[string]tftypes.Value{
		"subject_id": text(subject), "triggers": carried, "wait_for_completion": tftypes.NewValue(tftypes.Bool, true),
		"session": text(session), "ended": text(ended),
	})
}

// plan runs sessionrun.Plan as the framework does, which has made the computed attributes of a changed object unknown.
func plan(t *testing.T, state, planned tftypes.Value) (fires bool, session, ended types.String) {
	t.Helper()
	req := resource.ModifyPlanRequest{State: tfsdk.State{Raw: state, Schema: object}, Plan: tfsdk.Plan{Raw: planned, Schema: object}}
	resp := resource.ModifyPlanResponse{Plan: req.Plan}
	fires = sessionrun.Plan(t.Context(), req, &resp, []path.Path{path.Root("subject_id")}, "session", "ended")
	if !planned.IsNull() {
		resp.Diagnostics.Append(resp.Plan.GetAttribute(t.Context(), path.Root("session"), &session)...)
		resp.Diagnostics.Append(resp.Plan.GetAttribute(t.Context(), path.Root("ended"), &ended)...)
	}
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return fires, session, ended
}

// TestPlanOfUpdates: the computed attributes are known after apply exactly when the rescan will or may fire, and
// otherwise what the state holds, null included.
func TestPlanOfUpdates(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			fires, session, ended := plan(t, value(t, "one", c.prior, "s-1"), value(t, "one", c.planned, "?"))
			if fires != c.fires {
				t.Errorf("fires = %t, want %t", fires, c.fires)
			}
			if session.IsUnknown() != c.fires || ended.IsUnknown() != c.fires {
				t.Errorf("planned are %s and %s", session, ended)
			}
			if !c.fires && (session.ValueString() != "s-1" || !ended.IsNull()) {
				t.Errorf("planned are %s and %s instead of the state's values", session, ended)
			}
		})
	}
}

// TestPlanOfOthers: a rescan also fires for a new subject, and never when it is destroyed.
func TestPlanOfOthers(t *testing.T) {
	t.Parallel()
	nothing := tftypes.NewValue(object.Type().TerraformType(t.Context()), nil)
	state := value(t, "one", triggers("a=1"), "s-1")
	for name, c := range map[string]struct {
		state, planned tftypes.Value
		fires          bool
	}{
		"create":                       {nothing, value(t, "one", none, "?"), true},
		"create with triggers":         {nothing, value(t, "one", triggers("a=1"), "?"), true},
		"another subject":              {state, value(t, "two", triggers("a=1"), "?"), true},
		"a subject not known yet":      {state, value(t, "?", triggers("a=1"), "?"), true},
		"another subject, no triggers": {state, value(t, "two", none, "?"), true},
		"another spelling of the ID":   {state, value(t, "ONE", triggers("a=1"), "?"), false},
		"destroy":                      {state, nothing, false},
	} {
		fires, session, _ := plan(t, c.state, c.planned)
		if fires != c.fires || fires && !session.IsUnknown() {
			t.Errorf("%s: fires = %t with session %s, want %t", name, fires, session, c.fires)
		}
	}
}
