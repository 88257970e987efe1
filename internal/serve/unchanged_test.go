// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/veeam-community/terraform-provider-veeam/internal/provider"
)

// TestSteadyResourcesHaveNoDefaults at the root, where a default may change an object without a word of its configuration.
func TestSteadyResourcesHaveNoDefaults(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		r, ok := newResource().(Steady)
		if !ok {
			continue
		}
		seen++
		var resp resource.SchemaResponse
		r.Schema(t.Context(), resource.SchemaRequest{}, &resp)
		for name, attribute := range resp.Schema.Attributes {
			if field := reflect.ValueOf(attribute).FieldByName("Default"); field.IsValid() && !field.IsZero() {
				t.Errorf("%T: %s has a default", r, name)
			}
		}
	}
	if seen == 0 {
		t.Error("no resource is steady")
	}
}

// aProxy is a proxy in state, with every kind of attribute.
func aProxy() map[string]any {
	return map[string]any{
		"host_name": proxyHost, "description": "a proxy", "port": 9193, "credentials_name": "default", "username": "user", "password_wo_version": 1,
		"attach_used_proxy": true, "use_domain_network": false, "threads_number": 64, "network_throttling": map[string]any{"value": 5, "unit": "KBs"},
		"internet_proxy": map[string]any{"type": "Custom", "host_name": "web.example.com", "port": 3128}, "operating_system": "Windows",
		"maintenance_mode": false, "removal": map[string]any{"force": true}, "timeouts": map[string]any{"create": "30m"}, "id": proxyID, "type": "Workgroup",
		"fqdn": proxyHost, "status": "Online", "version": "8.0.0.1",
	}
}

// settings are the attributes that a configuration may have, and computed those of them that keep their value without it.
var (
	settings = []string{
		"description", "port", "credentials_name", "username", "password_wo_version", "attach_used_proxy", "use_domain_network", "threads_number",
		"network_throttling", "internet_proxy", "operating_system", "maintenance_mode", "removal", "timeouts",
	}
	computed = map[string]bool{
		"description": true, "port": true, "use_domain_network": true, "threads_number": true, "operating_system": true, "maintenance_mode": true,
	}
)

// TestUnchangedIsWhatTheFrameworkPlans: whenever the framework is not asked, its answer would have been the same.
func TestUnchangedIsWhatTheFrameworkPlans(t *testing.T) {
	t.Parallel()
	s := newVeeamServer(t.Context(), t)
	const kind = "veeam_vb365_proxy"
	random := rand.New(rand.NewPCG(1, 2))
	answered, asked := 0, 0
	for range 600 {
		state, config, proposed := aProxy(), map[string]any{"host_name": proxyHost}, aProxy()
		for _, name := range settings {
			switch random.IntN(12) {
			case 0, 1, 2, 3, 4:
				config[name] = state[name]
			case 5, 6: // neither here nor there
				delete(state, name)
				delete(proposed, name)
			case 7:
				if random.IntN(4) == 0 { // in state, and no longer in the configuration
					delete(state, name)
					config[name], proposed[name] = aProxy()[name], aProxy()[name]
				}
			default:
				if !computed[name] {
					delete(state, name)
					delete(proposed, name)
				}
			}
		}
		if throttling, ok := config["network_throttling"].(map[string]any); ok && random.IntN(2) == 0 {
			throttling = maps.Clone(throttling)
			delete(throttling, "unit") // its default applies, and not what is in state
			config["network_throttling"] = throttling
		}
		if random.IntN(5) == 0 {
			config["password_wo"] = "a-password"
		}
		req := &tfprotov6.PlanResourceChangeRequest{
			TypeName: kind, Config: s.encode(s.types[kind], config), PriorState: s.encode(s.types[kind], state), ProposedNewState: s.encode(s.types[kind], proposed),
		}
		if random.IntN(2) == 0 {
			req.PriorIdentity = &tfprotov6.ResourceIdentityData{IdentityData: s.encode(s.proxy, map[string]any{"id": proxyID})}
		}
		if random.IntN(3) == 0 {
			req.PriorPrivate = []byte(`{"key":"InZhbHVlIg=="}`)
		}
		if !unchanged(req) {
			asked++
			continue
		}
		answered++
		here, err := s.PlanResourceChange(t.Context(), req)
		s.ok(err, here.Diagnostics)
		framework, err := s.framework.PlanResourceChange(t.Context(), req)
		s.ok(err, framework.Diagnostics)
		if diff := cmp.Diff(framework, here); diff != "" {
			t.Fatalf("of config %v and state %v the framework plans something else (-framework +here):\n%s", config, state, diff)
		}
	}
	if answered < 100 || asked < 100 {
		t.Errorf("%d plans were answered at once, and for %d the framework was asked", answered, asked)
	}
}

// TestChangesAreForTheFramework: of each of these plans somebody else has to judge.
func TestChangesAreForTheFramework(t *testing.T) {
	t.Parallel()
	s := newVeeamServer(t.Context(), t)
	kind := s.types["veeam_vb365_proxy"]
	of := func(more map[string]any) map[string]any {
		object := map[string]any{"host_name": proxyHost}
		maps.Copy(object, more)
		return object
	}
	known := of(map[string]any{"id": proxyID, "port": 9193, "status": "Online"})
	throttling := func(settings map[string]any) map[string]any {
		return of(map[string]any{"network_throttling": settings})
	}
	inKilobytes := throttling(map[string]any{"value": 5, "unit": "KBs"})
	for name, test := range map[string]struct {
		config, prior, proposed map[string]any
		want                    bool
	}{
		"nothing":                             {of(nil), known, known, true},
		"nothing, nested":                     {inKilobytes, inKilobytes, inKilobytes, true},
		"a creation":                          {of(nil), nil, of(nil), false},
		"a destruction":                       {nil, known, nil, false},
		"an argument":                         {of(map[string]any{"port": 1}), known, of(map[string]any{"port": 1}), false},
		"a default in place of what was set":  {throttling(map[string]any{"value": 5}), inKilobytes, inKilobytes, false},
		"a block that is configured no more":  {of(nil), inKilobytes, inKilobytes, false},
		"a write-only value":                  {of(map[string]any{"password_wo": "a-password"}), of(nil), of(nil), false},
		"a drift that the configuration sees": {of(map[string]any{"port": 1}), known, known, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := &tfprotov6.PlanResourceChangeRequest{
				Config: s.encode(kind, test.config), PriorState: s.encode(kind, test.prior), ProposedNewState: s.encode(kind, test.proposed),
			}
			if have := unchanged(req); have != test.want {
				t.Errorf("unchanged is %v", have)
			}
			req.ClientCapabilities = &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true}
			if unchanged(req) {
				t.Error("with deferrals the framework has to be asked")
			}
		})
	}
}

// TestCurrentStateIsWhatTheFrameworkMakesOfIt: whenever the framework is not asked, its answer would have been the same.
func TestCurrentStateIsWhatTheFrameworkMakesOfIt(t *testing.T) {
	t.Parallel()
	s := newVeeamServer(t.Context(), t)
	const name = "veeam_vb365_proxy"
	kind := s.types[name]
	plain := aProxy()
	for attribute, value := range plain {
		if _, nested := value.(map[string]any); nested {
			delete(plain, attribute)
		}
	}
	for title, test := range map[string]struct {
		state   string
		version int64
		want    bool
	}{
		"plain values":                   {state: string(stored(t, kind, plain).JSON), want: true},
		"nulls":                          {state: string(stored(t, kind, map[string]any{"host_name": proxyHost}).JSON), want: true},
		"nested values":                  {state: string(stored(t, kind, aProxy()).JSON)},
		"an attribute that is no more":   {state: strings.Replace(string(stored(t, kind, plain).JSON), "{", `{"pool":"a",`, 1)},
		"one in place of another":        {state: strings.Replace(string(stored(t, kind, plain).JSON), `"port"`, `"pool"`, 1)},
		"an attribute that is still new": {state: `{"host_name":"` + proxyHost + `"}`},
		"an older version":               {state: string(stored(t, kind, plain).JSON), version: -1},
		"null":                           {state: "null"},
		"nothing":                        {},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			req := &tfprotov6.UpgradeResourceStateRequest{TypeName: name, Version: test.version, RawState: &tfprotov6.RawState{JSON: []byte(test.state)}}
			if have := s.steady[name].isCurrent(req); have != test.want {
				t.Fatalf("the state is current: %v", have)
			}
			if !test.want {
				return
			}
			here, err := s.UpgradeResourceState(t.Context(), req)
			s.ok(err, here.Diagnostics)
			framework, err := s.framework.UpgradeResourceState(t.Context(), req)
			s.ok(err, framework.Diagnostics)
			same, err := here.UpgradedState.Unmarshal(kind)
			s.ok(err, nil)
			want, err := framework.UpgradedState.Unmarshal(kind)
			s.ok(err, nil)
			if !same.Equal(want) {
				t.Errorf("the state is %v, and %v by the framework", same, want)
			}
		})
	}
	if (steadyType{}).isCurrent(&tfprotov6.UpgradeResourceStateRequest{}) {
		t.Error("without a state there is nothing to answer")
	}
}
