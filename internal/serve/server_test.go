// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"sync/atomic"
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

// oncePerProcess are the calls that go straight to the framework; of state stores the provider has none.
var oncePerProcess = []string{
	"GetMetadata", "GetProviderSchema", "GetResourceIdentitySchemas", "GetFunctions", "ValidateProviderConfig", "ConfigureProvider", "StopProvider",
	"ValidateStateStoreConfig", "ConfigureStateStore", "ReadStateBytes", "WriteStateBytes", "GetStates", "DeleteState", "LockState", "UnlockState",
}

type key struct{}

func TestNoCallKeepsItsContext(t *testing.T) {
	t.Parallel()
	s := reflect.ValueOf(serverOf(t, waiting{}))
	for method, call := range s.Methods() {
		if slices.Contains(oncePerProcess, method.Name) {
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
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.New(method.Type().In(1).Elem())})
	switch stream := results[0].Interface().(type) {
	case *tfprotov6.ListResourceServerStream:
		for range stream.Results {
		}
	case *tfprotov6.InvokeActionServerStream:
		for range stream.Events {
		}
	}
	return weak.Make(value)
}

// The framework keeps a context of each call until it is stopped. It is stopped when nothing is under way, and only then.
func TestFrameworkForgetsCalls(t *testing.T) {
	t.Parallel()
	config, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	reading := make(chan context.Context)
	s := serverOf(t, waiting{reading: reading})
	var forgotten atomic.Int32
	forget := s.calls.forget
	s.calls.forget = func() { forgotten.Add(1); forget() }
	read := func(ctx context.Context) (ended chan struct{}) {
		ended = make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "test_wait", Config: &config})
		}()
		return ended
	}
	long, end := context.WithCancel(t.Context())
	defer end()
	underWay := read(long)
	held := <-reading
	for range 2 * forgetAfter {
		short, stop := context.WithCancel(t.Context())
		ended := read(short)
		<-reading
		stop()
		<-ended
	}
	if n := forgotten.Load(); n != 0 || held.Err() != nil {
		t.Fatalf("forgot %d times while a call was under way, which was told %v", n, held.Err())
	}
	released := make(chan struct{})
	context.AfterFunc(held, func() { close(released) })
	end()
	<-underWay
	<-released
	if n := forgotten.Load(); n != 1 {
		t.Errorf("forgot %d times", n)
	}
	for range forgetAfter - 1 {
		_, _ = s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{})
	}
	if n := forgotten.Load(); n != 1 {
		t.Errorf("forgot %d times: that costs too", n)
	}
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

// streaming answers with streams that tell the value of their context while they are read.
type streaming struct {
	framework
	ctx context.Context
	err error
}

func (f *streaming) ListResource(ctx context.Context, _ *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	f.ctx = ctx
	return &tfprotov6.ListResourceServerStream{Results: func(yield func(tfprotov6.ListResourceResult) bool) {
		for ctx.Err() == nil && yield(tfprotov6.ListResourceResult{DisplayName: ctx.Value(key{}).(string)}) {
		}
	}}, f.err
}

func (f *streaming) InvokeAction(ctx context.Context, _ *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	f.ctx = ctx
	return &tfprotov6.InvokeActionServerStream{Events: func(yield func(tfprotov6.InvokeActionEvent) bool) {
		for ctx.Err() == nil && yield(tfprotov6.InvokeActionEvent{Type: tfprotov6.ProgressInvokeActionEventType{Message: ctx.Value(key{}).(string)}}) {
		}
	}}, f.err
}

// The stream of both calls is read after they have returned.
func TestContextLastsAsLongAsTheStream(t *testing.T) {
	t.Parallel()
	ctx := context.WithValue(t.Context(), key{}, "value")
	inner := &streaming{}
	list, err := server{framework: inner, calls: &calls{}}.ListResource(ctx, &tfprotov6.ListResourceRequest{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for result := range list.Results {
		if seen++; result.DisplayName != "value" || seen == 3 {
			break
		}
	}
	inner.wantEnded(t, seen)

	invoked, err := server{framework: inner, calls: &calls{}}.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{})
	if err != nil {
		t.Fatal(err)
	}
	seen = 0
	for event := range invoked.Events {
		if seen++; event.Type.(tfprotov6.ProgressInvokeActionEventType).Message != "value" || seen == 3 {
			break
		}
	}
	inner.wantEnded(t, seen)
}

func TestContextEndsWithAFailedStream(t *testing.T) {
	t.Parallel()
	ctx := context.WithValue(t.Context(), key{}, "value")
	inner := &streaming{err: errors.New("no stream")}
	if _, err := (server{framework: inner, calls: &calls{}}).ListResource(ctx, &tfprotov6.ListResourceRequest{}); !errors.Is(err, inner.err) {
		t.Errorf("the list's error is %v", err)
	}
	inner.wantEnded(t, 3)
	if _, err := (server{framework: inner, calls: &calls{}}).InvokeAction(ctx, &tfprotov6.InvokeActionRequest{}); !errors.Is(err, inner.err) {
		t.Errorf("the action's error is %v", err)
	}
	inner.wantEnded(t, 3)
}

func (f *streaming) wantEnded(t *testing.T, seen int) {
	t.Helper()
	if seen != 3 {
		t.Errorf("%d events came through instead of 3", seen)
	}
	if f.ctx.Value(key{}) != nil || f.ctx.Err() == nil {
		t.Error("the context is still held after the stream")
	}
}
