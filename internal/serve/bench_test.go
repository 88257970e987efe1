// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tfsdklog"
)

// BenchmarkUnchangedObject is what a plan that finds nothing to do costs the provider for each object.
func BenchmarkUnchangedObject(b *testing.B) {
	for variable, level := range levels(func(string) string { return "" }) {
		b.Setenv(variable, level)
	}
	for name, object := range map[string]struct {
		kind          string
		config, state map[string]any
	}{
		"proxy": {"veeam_vb365_proxy", map[string]any{"host_name": proxyHost}, map[string]any{"id": proxyID, "host_name": proxyHost}},
		"rescan": {"veeam_vbaws_repository_rescan", map[string]any{"repository_id": proxyID}, map[string]any{
			"repository_id": proxyID, "session_id": proxyID, "session_status": "Succeeded", "wait_for_completion": true,
		}},
	} {
		b.Run(name, func(b *testing.B) {
			ctx := tfsdklog.NewRootSDKLogger(b.Context(), tfsdklog.WithLevelFromEnv("TF_LOG_SDK"))
			s := newVeeamServer(ctx, b)
			kind := s.types[object.kind]
			config, old := s.encode(kind, object.config), stored(b, kind, object.state)
			state := s.plan(ctx, object.kind, config, old, s.encode(kind, object.state))
			b.ReportAllocs()
			for b.Loop() {
				s.plan(ctx, object.kind, config, old, state)
			}
		})
	}
}

// plan makes the calls of the CLI for one object, and gives its refreshed state.
func (s *veeamServer) plan(ctx context.Context, kind string, config *tfprotov6.DynamicValue, old *tfprotov6.RawState, state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	validated, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: kind, Config: config})
	s.ok(err, validated.Diagnostics)
	upgraded, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: kind, RawState: old})
	s.ok(err, upgraded.Diagnostics)
	read, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: kind, CurrentState: state})
	s.ok(err, read.Diagnostics)
	planned, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, Config: config, PriorState: read.NewState, ProposedNewState: read.NewState, PriorIdentity: read.NewIdentity,
	})
	s.ok(err, planned.Diagnostics)
	return read.NewState
}
