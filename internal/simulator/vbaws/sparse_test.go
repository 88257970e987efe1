// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"maps"
	"net/http"
	"slices"
	"testing"
)

func TestMinimal(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Behaviour: Behaviour{Minimal: true}})
	id := s.AddRepository(Repository{Name: "r"})
	session := s.rescan(id)
	for path, want := range map[string]int{
		"/repositories": http.StatusOK, "/sessions/" + session: http.StatusOK,
		"/repositories/" + id: http.StatusNotFound, "/sessions": http.StatusNotFound, "/sessions/" + session + "/log": http.StatusNotFound,
		"/system/time": http.StatusNotFound, "/system/version": http.StatusNotFound, "/accounts/amazon": http.StatusNotFound,
	} {
		if got := s.get(path).status; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

func TestSparse(t *testing.T) {
	t.Parallel()
	s := start(t, Config{Behaviour: Behaviour{Sparse: true}})
	id := s.AddRepository(Repository{Name: "r"})
	session := s.rescan(id)
	for path, want := range map[string][]string{
		"/repositories":                 {"results", "totalCount"},
		"/repositories/" + id:           {"IAMRoleId", "amazonStorageFolder", "description", "enableEncryption", "id", "name"},
		"/sessions/" + session:          {"id", "status", "type", "usn"},
		"/sessions/" + session + "/log": {"sessionId"},
		"/system/version":               {"about", "version"},
	} {
		if got := slices.Sorted(maps.Keys(s.get(path).json)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	element, _ := s.get("/sessions").json["results"].([]any)[0].(map[string]any)
	if got := slices.Sorted(maps.Keys(element)); !slices.Equal(got, []string{"id", "status", "type", "usn"}) {
		t.Errorf("an element of the list: %v", got)
	}
}
