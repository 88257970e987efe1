// SPDX-License-Identifier: MPL-2.0

package crud

import (
	"context"
	"errors"
	"strings"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// What data sources and list resources of the same kind of object need.

// All returns all objects with all that Flatten needs.
func (s Spec[M, A, D]) All(ctx context.Context, data *D) ([]A, error) {
	listed, err := s.List(ctx, data)
	all := make([]A, 0, len(listed))
	for _, object := range listed {
		complete, readErr := s.Read(ctx, data, s.Entry(object).ID, new(M))
		switch {
		case errors.Is(readErr, rest.ErrNotFound): // gone since
		case readErr != nil:
			return nil, readErr
		default:
			all = append(all, complete)
		}
	}
	return all, err
}

// ByID returns the object with that ID. The error of a missing one, a *lookup.NotUniqueError, has the nearest.
func (s Spec[M, A, D]) ByID(ctx context.Context, data *D, id string) (A, error) {
	found, err := s.Read(ctx, data, id, new(M))
	if !errors.Is(err, rest.ErrNotFound) {
		return found, err
	}
	return s.one(ctx, data, "ID", id, func(e lookup.Entry) bool { return strings.EqualFold(e.ID, id) })
}

// ByName returns the only object with that name; none or several are a *lookup.NotUniqueError.
func (s Spec[M, A, D]) ByName(ctx context.Context, data *D, name string) (A, error) {
	found, err := s.named(ctx, data, name)
	if err != nil {
		return found, err
	}
	return s.Read(ctx, data, s.Entry(found).ID, new(M))
}

func (s Spec[M, A, D]) named(ctx context.Context, data *D, name string) (A, error) {
	return s.one(ctx, data, "name", name, func(e lookup.Entry) bool { return e.Name == name })
}

func (s Spec[M, A, D]) one(ctx context.Context, data *D, key, wanted string, is func(lookup.Entry) bool) (A, error) {
	all, err := s.List(ctx, data)
	if err != nil {
		var none A
		return none, err
	}
	query := lookup.Query{Thing: s.Noun, Things: s.Nouns, Key: key, Wanted: wanted}
	return lookup.One(query, all, func(object A) bool { return is(s.Entry(object)) }, s.Entry)
}
