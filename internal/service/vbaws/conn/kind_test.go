// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// TestTitle: messages have the name of a repository if the list was read, however long ago, and read it once.
func TestTitle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		k := Kind[api.Repository]{collection: collection.New(collection.Source[api.Repository]{
			ID: func(r api.Repository) string { return r.ID },
			List: func(context.Context, []string) ([]api.Repository, bool, error) {
				reads++
				return []api.Repository{{ID: "A", Name: `Archive "1"`}}, false, nil
			},
		}), entry: func(r api.Repository) lookup.Entry { return lookup.Entry{Name: r.Name, ID: r.ID} }}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if got := k.Title("a"); got != "a" || reads != 0 {
			t.Errorf("before the list was read: %s, %d reads", got, reads)
		}
		for range 3 {
			k.ReadNames(ended)
			time.Sleep(time.Hour)
		}
		if got, other := k.Title("a"), k.Title("b"); got != `"Archive \"1\"" (ID a)` || other != "b" || reads != 1 {
			t.Errorf("got %s and %s after %d reads", got, other, reads)
		}
	})
}
