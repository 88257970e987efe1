// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// waiting is a provider with one data source, test_wait, whose read ends when its context does.
type waiting struct {
	provider.Provider
	reading chan context.Context
}

func (waiting) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "test"
}
func (waiting) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (waiting) Resources(context.Context) []func() resource.Resource                     { return nil }

func (w waiting) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return waitDataSource{reading: w.reading} }}
}

type waitDataSource struct {
	datasource.DataSource
	reading chan context.Context
}

func (waitDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "test_wait"
}

func (waitDataSource) Schema(context.Context, datasource.SchemaRequest, *datasource.SchemaResponse) {}

func (d waitDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	d.reading <- ctx
	<-ctx.Done()
	resp.Diagnostics.AddError("Interrupted", context.Cause(ctx).Error())
}

func serverOf(t testing.TB, p provider.Provider) server {
	t.Helper()
	s, err := newServer(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// An upgrade of the framework may bring calls that the wrapper has to learn of.
func TestServerHasEveryCallOfTheFramework(t *testing.T) {
	t.Parallel()
	inner, outer := reflect.TypeOf(providerserver.NewProtocol6(nil)()), reflect.TypeFor[server]()
	for method := range inner.Methods() {
		if !hasMethod(outer, method.Name) {
			t.Errorf("the framework's server has %s, which does not reach it", method.Name)
		}
	}
}

func hasMethod(t reflect.Type, name string) bool {
	_, ok := t.MethodByName(name)
	return ok
}

// perObject are the calls that come once for each object, or more often.
var perObject = []string{
	"ValidateResourceConfig", "UpgradeResourceState", "UpgradeResourceIdentity", "ReadResource", "PlanResourceChange", "ApplyResourceChange",
	"ImportResourceState", "ValidateDataResourceConfig", "ReadDataSource",
}

type key struct{}

func TestNoCallKeepsItsContext(t *testing.T) {
	t.Parallel()
	s := reflect.ValueOf(serverOf(t, waiting{}))
	for method, call := range s.Methods() {
		if !slices.Contains(perObject, method.Name) {
			continue
		}
		held := make([]weak.Pointer[[1024]byte], 50)
		for i := range held {
			held[i] = callWithValue(t, call)
		}
		runtime.GC()
		kept := 0
		for _, pointer := range held {
			if pointer.Value() != nil {
				kept++
			}
		}
		if kept > 0 {
			t.Errorf("after %d calls of %s, %d contexts are still held", len(held), method.Name, kept)
		}
	}
	runtime.KeepAlive(s)
}

// callWithValue makes a call with an empty request, as gRPC does: its context is canceled after the call. It returns a
// pointer to a value in the context that does not keep it.
func callWithValue(t *testing.T, method reflect.Value) weak.Pointer[[1024]byte] {
	t.Helper()
	value := new([1024]byte)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, value))
	defer cancel()
	method.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.New(method.Type().In(1).Elem())})
	return weak.Make(value)
}

func TestCallIsInterrupted(t *testing.T) {
	t.Parallel()
	config, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	for name, interrupt := range map[string]func(server, context.CancelFunc){
		"by the stop of the provider": func(s server, _ context.CancelFunc) {
			_, _ = s.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
		},
		"by the CLI": func(_ server, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reading := make(chan context.Context)
			s := serverOf(t, waiting{reading: reading})
			ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
			defer cancel()
			answered := make(chan *tfprotov6.ReadDataSourceResponse)
			go func() {
				resp, _ := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "test_wait", Config: &config})
				answered <- resp
			}()
			during := <-reading
			if during.Err() != nil || during.Value(key{}) != "value" {
				t.Errorf("during the call, the context has error %v and value %v", during.Err(), during.Value(key{}))
			}
			interrupt(s, cancel)
			if resp := <-answered; len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Interrupted" {
				t.Errorf("the call was not interrupted: %v", resp.Diagnostics)
			}
		})
	}
}

// A context has one channel for its life and an error that stays, whatever ends it.
func TestCallContext(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped")
	for name, test := range map[string]struct {
		end   func(parent context.CancelCauseFunc, end func())
		cause error
	}{
		"the end of the call":   {func(_ context.CancelCauseFunc, end func()) { end() }, context.Canceled},
		"the end of the parent": {func(parent context.CancelCauseFunc, _ func()) { parent(stopped) }, stopped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent, cancel := context.WithCancelCause(context.WithValue(t.Context(), key{}, "value"))
			defer cancel(nil)
			ctx, end := newCallContext(parent)
			done := ctx.Done()
			child, cancelChild := context.WithCancel(ctx)
			defer cancelChild()
			if ctx.Err() != nil || child.Value(key{}) != "value" {
				t.Errorf("during the call: %v, %v", ctx.Err(), child.Value(key{}))
			}
			test.end(cancel, end)
			<-child.Done()
			end()
			cancel(errors.New("late"))
			if ctx.Done() != done || !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(context.Cause(ctx), test.cause) || child.Value(key{}) != nil {
				t.Errorf("after the call: %v because of %v, value %v", ctx.Err(), context.Cause(ctx), child.Value(key{}))
			}
		})
	}
}
