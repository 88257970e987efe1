// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const sessionJSON = `{"id":"73310000-1111-4222-8333-444455556666","repositoryId":"` + id + `","state":"Synchronizing","progressPercent":40,"error":null,"_links":{"self":{"href":"/v8/RepositorySynchronizeSessions/73310000-1111-4222-8333-444455556666"}}}`

// eachWithSync runs a test for every version that synchronizes.
func eachWithSync(t *testing.T, test func(t *testing.T, v Version)) {
	t.Helper()
	each(t, func(t *testing.T, v Version) {
		if v != V3 {
			test(t, v)
		}
	})
}

// A synchronization is started by one request and read by the ID that it answers.
func TestSynchronization(t *testing.T) {
	t.Parallel()
	eachWithSync(t, func(t *testing.T, v Version) {
		post, body := "POST /"+string(v)+"/BackupRepositories/"+id+"/Sync", ""
		if v == V4 || v == V5 {
			post, body = "POST /"+string(v)+"/BackupRepositories/"+id+"/action", `{"sync":null}`
		}
		a := scripted(t, answer{200, sessionJSON}, answer{200, `{"id":"73310000-1111-4222-8333-444455556666","state":"None","progressPercent":"100"}`})
		c := client(t, a, v)
		started, err := c.SyncRepository(t.Context(), id)
		want := SyncSession{ID: "73310000-1111-4222-8333-444455556666", RepositoryID: id, State: SyncSynchronizing, Progress: new(int64(40))}
		if err != nil || !reflect.DeepEqual(started, want) {
			t.Errorf("%+v, %v, want %+v", started, err, want)
		}
		read, err := c.SyncSession(t.Context(), started.ID)
		if want := (SyncSession{ID: "73310000-1111-4222-8333-444455556666", State: SyncNone, Progress: new(int64(100))}); err != nil || !reflect.DeepEqual(read, want) {
			t.Errorf("%+v, %v, want %+v", read, err, want)
		}
		a.wantLines(t, post, "GET /"+string(v)+"/RepositorySynchronizeSessions/73310000-1111-4222-8333-444455556666")
		sent := a.requests()
		checkHeader(t, "start", sent[0].header, body != "")
		checkHeader(t, "read", sent[1].header, false)
		if sent[0].body != body || sent[1].body != "" {
			t.Errorf("bodies %q and %q", sent[0].body, sent[1].body)
		}
	})
}

func TestSyncSessionDecoding(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]SyncSession{
		`{"id":"73000000-1111-4222-8333-444455556666","repositoryId":"72000000-1111-4222-8333-444455556666","state":"Failed","progressPercent":null,"error":"Access\r\n  denied."}`: {ID: "73000000-1111-4222-8333-444455556666", RepositoryID: "72000000-1111-4222-8333-444455556666", State: SyncFailed, Error: "Access denied."},
		`{"id":"73000000-1111-4222-8333-444455556666","state":null,"error":null,"new":{}}`:                                                                                          {ID: "73000000-1111-4222-8333-444455556666"},
		`{"id":"73000000-1111-4222-8333-444455556666","state":"Waiting","progressPercent":12.5}`:                                                                                    {ID: "73000000-1111-4222-8333-444455556666", State: "Waiting", Progress: new(int64(12))},
		`{"id":"73000000-1111-4222-8333-444455556666","progressPercent":{}}`:                                                                                                        {ID: "73000000-1111-4222-8333-444455556666"},
	} {
		got, err := client(t, scripted(t, answer{200, body}), V8).SyncSession(t.Context(), "73000000-1111-4222-8333-444455556666")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

// A start that was taken is no failure because its answer is poor; what broke off may have been taken.
func TestSyncWithoutASession(t *testing.T) {
	t.Parallel()
	eachWithSync(t, func(t *testing.T, v Version) {
		for _, body := range []string{"", "null", "{}", `{"id":null}`} {
			got, err := client(t, scripted(t, answer{200, body}), v).SyncRepository(t.Context(), id)
			if err != nil || !reflect.DeepEqual(got, SyncSession{RepositoryID: id}) {
				t.Errorf("%q: %+v, %v", body, got, err)
			}
		}
		if _, err := client(t, scripted(t, answer{200, `{"id":`}), v).SyncRepository(t.Context(), id); !rest.OutcomeUnknown(err) {
			t.Errorf("half an answer: %v", err)
		}
	})
}

func TestSyncRefused(t *testing.T) {
	t.Parallel()
	eachWithSync(t, func(t *testing.T, v Version) {
		_, err := client(t, scripted(t, answer{500, `{"message":"The repository is not on object storage."}`}), v).SyncRepository(t.Context(), id)
		if err == nil || rest.OutcomeUnknown(err) || !strings.Contains(err.Error(), "not on object storage") {
			t.Errorf("%v", err)
		}
		_, err = client(t, scripted(t, answer{404, ""}), v).SyncRepository(t.Context(), id)
		if !errors.Is(err, rest.ErrNotFound) {
			t.Errorf("%v, want not found", err)
		}
		for _, bad := range []string{"", ".", ".."} {
			if _, err := client(t, scripted(t), v).SyncRepository(t.Context(), bad); err == nil {
				t.Errorf("SyncRepository(%q) succeeded", bad)
			}
			if _, err := client(t, scripted(t), v).SyncSession(t.Context(), bad); err == nil {
				t.Errorf("SyncSession(%q) succeeded", bad)
			}
		}
	})
}

// Being gone is how a session ends, so it must be certain: the list, an array in v8 too, decides where the answer to a
// read does not.
func TestSyncSessionGone(t *testing.T) {
	t.Parallel()
	eachWithSync(t, func(t *testing.T, v Version) {
		unclear := []int{400, 404, 500}
		if v == V8 {
			unclear = []int{404}
		}
		for _, status := range unclear {
			failure := answer{status, `{"message":"what session?"}`}
			a := scripted(t, failure, answer{200, `[{"id":"616e6f74-1111-4222-8333-444455556666"}]`})
			if _, err := client(t, a, v).SyncSession(t.Context(), "73310000-1111-4222-8333-444455556666"); !errors.Is(err, rest.ErrNotFound) {
				t.Errorf("%d: %v, want not found", status, err)
			}
			list := "GET /" + string(v) + "/RepositorySynchronizeSessions"
			a.wantLines(t, list+"/73310000-1111-4222-8333-444455556666", list)

			a = scripted(t, failure, answer{200, `[` + sessionJSON + `]`})
			if s, err := client(t, a, v).SyncSession(t.Context(), "73310000-1111-4222-8333-444455556666"); err != nil || s.State != SyncSynchronizing {
				t.Errorf("%d: %+v, %v, want the one of the list", status, s, err)
			}
			for _, answer := range []answer{{404, ""}, {500, ""}, {200, ""}, {200, `{"results":[]}`}} {
				_, err := client(t, scripted(t, failure, answer), v).SyncSession(t.Context(), "73310000-1111-4222-8333-444455556666")
				if err == nil || errors.Is(err, rest.ErrNotFound) {
					t.Errorf("%d, list %v: %v, want an error that does not say gone", status, answer, err)
				}
			}
		}
	})
	a := scripted(t, answer{404, `{"errorCode":"ResourceNotFound"}`})
	if _, err := client(t, a, V8).SyncSession(t.Context(), "73310000-1111-4222-8333-444455556666"); !errors.Is(err, rest.ErrNotFound) {
		t.Errorf("by code: %v", err)
	}
}

// The reason of a failure is the appliance's own text, which may repeat what it was sent.
func TestSyncErrorIsTidy(t *testing.T) {
	t.Parallel()
	a := scripted(t, answer{200, `{"id":"73000000-1111-4222-8333-444455556666","state":"Failed","error":"access-token\r\nis wrong\u001b[2J` + strings.Repeat("x", 5000) + `"}`})
	session, err := client(t, a, V8).SyncSession(t.Context(), "73000000-1111-4222-8333-444455556666")
	if err != nil || !strings.HasPrefix(session.Error, "*** is wrong [2Jxxx") || len(session.Error) > 700 {
		t.Errorf("%.1000q, %v", session.Error, err)
	}
}
