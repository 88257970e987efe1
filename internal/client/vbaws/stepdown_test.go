// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"errors"
	"net/http"
	"testing"
)

// An appliance that takes any revision at the login shows the right one only afterwards.
func TestRevisionOnlyTheLoginAccepts(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.6-rev0", "1.5-rev1")
	f.tokenNeutral = true
	f.on("GET "+repositoryPath, 200, `{"totalCount":0,"results":[]}`)
	c := f.client()
	for range 2 {
		if _, err := c.Repositories(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	list := "GET /api/v1/repositories?Limit=500&Offset=0 "
	must(t, f, "POST /api/v1/token 1.9-rev0", list+"1.9-rev0",
		"GET /api/v1/system/time 1.8-rev0", "GET /api/v1/system/time 1.7-rev0", "GET /api/v1/system/time 1.6-rev0",
		list+"1.6-rev0", list+"1.6-rev0")
	if got, err := c.Revision(t.Context()); err != nil || got != "1.6-rev0" {
		t.Errorf("Revision = %q, %v", got, err)
	}
}

func TestRescanRevisionWhenTheLoginAcceptsAny(t *testing.T) {
	t.Parallel()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, p.accepts...)
			f.tokenNeutral = true
			got, err := f.client().RescanRevision(t.Context())
			var unsupported *RescanUnsupportedError
			if got != p.rescan || p.rescan == "" && (!errors.As(err, &unsupported) || unsupported.Newest != p.newest) {
				t.Errorf("RescanRevision = %q, %v; want %q", got, err, p.rescan)
			}
		})
	}
}

func TestNothingLeftToStepDownTo(t *testing.T) {
	t.Parallel()
	for _, accepts := range [][]Revision{{}, {"1.0-rev0"}} {
		f := newFake(t, accepts...)
		f.tokenNeutral = true
		f.routes["GET "+repositoryPath] = func(w http.ResponseWriter, _ *http.Request) { refuseRevision(400)(w, "") }
		_, err := f.client().Repositories(t.Context())
		if _, ok := errors.AsType[*RevisionError](err); !ok {
			t.Errorf("err = %v", err)
		}
	}
}
