// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// Kind is a kind of object that is looked up by ID or by name. All look-ups of a run share one list.
type Kind[T any] struct {
	thing, things string // in messages
	collection    *collection.Collection[T]
	listOnly      bool // the API does not read one by its ID
	entry         func(T) lookup.Entry
}

func (d *ProviderData) Repositories() Kind[api.Repository] {
	return Kind[api.Repository]{
		"repository", "repositories", d.Client.SharedRepositories, false,
		func(r api.Repository) lookup.Entry { return lookup.Entry{Name: r.Name, ID: strings.ToLower(r.ID)} },
	}
}

func (d *ProviderData) IAMRoles() Kind[api.IAMRole] {
	return Kind[api.IAMRole]{
		"IAM role", "IAM roles", d.Client.SharedIAMRoles, false,
		func(r api.IAMRole) lookup.Entry { return lookup.Entry{Name: r.Name, ID: strings.ToLower(r.ID)} },
	}
}

func (d *ProviderData) Regions() Kind[api.Region] {
	return Kind[api.Region]{
		"region", "regions", d.Client.SharedRegions, true,
		func(r api.Region) lookup.Entry { return lookup.Entry{Name: r.Name, ID: strings.ToLower(r.ID)} },
	}
}

// List returns all objects, sorted by name, in a slice of the caller's own.
func (k Kind[T]) List(ctx context.Context) ([]T, error) {
	all, err := k.collection.All(ctx)
	slices.SortFunc(all, func(a, b T) int {
		left, right := k.entry(a), k.entry(b)
		return cmp.Or(strings.Compare(left.Name, right.Name), strings.Compare(left.ID, right.ID))
	})
	return all, err
}

func (k Kind[T]) hasID(id string) func(T) bool {
	return func(object T) bool { return strings.EqualFold(k.entry(object).ID, id) }
}

// Named returns the only object with a name. None or several are a *lookup.NotUniqueError.
func (k Kind[T]) Named(ctx context.Context, name string) (T, error) {
	return k.find(ctx, "name", name, func(object T) bool { return k.entry(object).Name == name })
}

func (k Kind[T]) find(ctx context.Context, key, wanted string, is func(T) bool) (T, error) {
	if _, err := k.collection.Find(ctx, wanted, is); err != nil {
		var none T
		return none, err
	}
	return lookup.One(lookup.Query{Thing: k.thing, Things: k.things, Key: key, Wanted: wanted}, k.collection.Last(), is, k.entry)
}

// WithID returns the object with an ID. Look-ups at the same time read the list, which answers for all. What the list lacks, or all
// if it cannot be read, is read by its ID.
func (k Kind[T]) WithID(ctx context.Context, id string) (T, error) {
	if k.listOnly {
		return k.find(ctx, "ID", id, k.hasID(id))
	}
	object, err := k.collection.Get(ctx, id)
	if !errors.Is(err, rest.ErrNotFound) {
		return object, err
	}
	listed, listErr := k.find(ctx, "ID", id, k.hasID(id))
	var missing *lookup.NotUniqueError
	if listErr == nil || errors.As(listErr, &missing) {
		return listed, listErr // which names the nearest IDs
	}
	return object, err
}

// Check returns the error of a look-up by ID that a plan makes for an object of which the list is needed anyway.
func (k Kind[T]) Check(ctx context.Context, id string) error {
	if all, err := k.collection.All(ctx); err == nil && slices.ContainsFunc(all, k.hasID(id)) {
		return nil
	}
	_, err := k.WithID(ctx, id)
	return err
}

// ReadNames reads the list, unless this run has read it before, so that title knows the names. It is for messages only: they
// do without the names if the list cannot be read within a few seconds. It also works when the time of ctx is over.
func (k Kind[T]) ReadNames(ctx context.Context) {
	if k.collection.Last() == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_, _ = k.collection.All(ctx)
	}
}

// Title returns an object as messages name it: by its name and ID if this run has read the list, otherwise by its ID.
func (k Kind[T]) Title(id string) string {
	all := k.collection.Last()
	if i := slices.IndexFunc(all, k.hasID(id)); i >= 0 {
		return fmt.Sprintf("%q (ID %s)", k.entry(all[i]).Name, id)
	}
	return id
}
