// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// TestLostCreationKnowsWhatExistedBefore: the objects that existed before a creation are those of a list before it, however long the
// response was waited for, and those that the client itself has created.
func TestLostCreationKnowsWhatExistedBefore(t *testing.T) {
	t.Parallel()
	const before, own, lost = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002", "11111111-0000-4000-8000-000000000003"
	pool := func(id string) string { return `{"id":"` + id + `","name":"main"}` }
	var pools *Collection[ProxyPool]
	list, posts := []string{pool(before)}, 0
	server := newAppliance(t, func(line string, _ int) answer {
		if strings.HasPrefix(line, "GET ") {
			return listOf(V8, list...)
		}
		if posts++; posts == 1 {
			list = append(list, pool(own))
			return answer{201, pool(own)}
		}
		list = append(list, pool(lost))
		pools.mu.Lock()
		pools.listed = time.Now().Add(-time.Hour)
		pools.mu.Unlock()
		return answer{504, ""}
	})
	pools = client(t, server, V8).ProxyPools()
	if _, err := pools.Create(t.Context(), ProxyPool{Name: "main"}); err != nil {
		t.Fatal(err)
	}
	_, err := pools.Create(t.Context(), ProxyPool{Name: "main"})
	unknown, ok := errors.AsType[*rest.LostCreationError](err)
	if !ok || !maps.Equal(unknown.Known, map[string]bool{before: true, own: true}) {
		t.Errorf("%v: %+v", err, unknown)
	}
}
