// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
)

// shared returns a collection of what all objects of a run share. Its lists count as incomplete, so that a look-up that finds
// nothing reads the list again: what it looks for may have come since.
func shared[T item](get func(context.Context, string) (T, error), list func(context.Context) ([]T, error)) *collection.Collection[T] {
	return collection.New(collection.Source[T]{
		ID:  func(object T) string { return object.key() },
		Get: func(ctx context.Context, id string, _ bool) (T, error) { return get(ctx, id) },
		List: func(ctx context.Context, _ []string) (all []T, complete bool, err error) {
			all, err = list(ctx)
			return all, false, err
		},
	})
}
