// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

func TestConcurrentCallersShareOneNegotiation(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.8-rev0", "1.7-rev0")
			c := f.client(change)
			var wait sync.WaitGroup
			for range 50 {
				wait.Go(func() {
					var unsupported *RescanUnsupportedError
					if _, err := c.RescanRevision(context.Background()); !errors.As(err, &unsupported) {
						t.Errorf("err = %v", err)
					}
				})
			}
			wait.Wait()
			// One for the rescan, two to negotiate, one for the version.
			if got := f.requests(); len(got) != 4 {
				t.Errorf("requests %v", got)
			}
		})
	}
}

func TestCancelledCallerLeavesTheOthers(t *testing.T) {
	t.Parallel()
	for mode, change := range map[string]func(*Config){"password": func(*Config) {}, "access token": withToken} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, "1.9-rev0")
			entered, release := make(chan struct{}), make(chan struct{})
			hold := func(answer http.HandlerFunc) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					close(entered)
					<-release
					answer(w, r)
				}
			}
			f.token, f.routes["GET "+timePath] = hold(f.logIn), hold(f.routes["GET "+timePath])
			c := f.client(change)
			ctx, cancel := context.WithCancelCause(t.Context())
			first, second := make(chan error, 1), make(chan error, 1)
			go func() { _, err := c.Revision(ctx); first <- err }()
			<-entered
			go func() { _, err := c.Revision(context.Background()); second <- err }()
			stopped := errors.New("stopped by the test")
			cancel(stopped)
			if err := <-first; !errors.Is(err, stopped) {
				t.Errorf("err = %v", err)
			}
			close(release)
			if err := <-second; err != nil {
				t.Error(err)
			}
			if got := f.requests(); len(got) != 1 {
				t.Errorf("requests %v", got)
			}
		})
	}
}

// Two calls are refused; the one that hears of it late must not look again.
func TestStepDownIsShared(t *testing.T) {
	t.Parallel()
	early, late := uid("early"), uid("late")
	f := newFake(t, "1.7-rev0")
	f.tokenNeutral = true
	for _, id := range []string{early, late} {
		f.on("GET "+repositoryPath+"/"+id, 200, fmt.Sprintf(`{"id":%q,"name":"n"}`, id))
	}
	c := f.client()
	if _, err := c.Revision(t.Context()); err != nil {
		t.Fatal(err)
	}
	entered, release := make(chan struct{}), make(chan struct{})
	f.refuse = func(w http.ResponseWriter, revision string) {
		if f.last().uri == repositoryPath+"/"+late && revision == "1.9-rev0" {
			close(entered)
			<-release
		}
		refuseRevision(400)(w, revision)
	}
	second := make(chan error, 1)
	go func() { _, err := c.Repository(context.Background(), late); second <- err }()
	<-entered
	if _, err := c.Repository(t.Context(), early); err != nil {
		t.Error(err)
	}
	close(release)
	if err := <-second; err != nil {
		t.Error(err)
	}
	if got := f.count("GET " + timePath); got != 2 {
		t.Errorf("%d questions, want 2: %v", got, f.requests())
	}
}
