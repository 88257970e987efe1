// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vbaws"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/lookup"
)

// repositoryNamed finds the only repository of a name. None or several are a *lookup.NotUniqueError.
func (a *Appliance) repositoryNamed(ctx context.Context, name string) (api.Repository, error) {
	repositories, err := a.Client.Repositories(ctx)
	if err != nil {
		return api.Repository{}, err
	}
	return lookup.One(repositoryQuery("name", name), repositories, func(r api.Repository) bool { return r.Name == name }, repositoryEntry)
}

// repositoryWithID reads a repository. Only one that is not there costs a second request: for the list, whose nearest
// IDs the *lookup.NotUniqueError names.
func (a *Appliance) repositoryWithID(ctx context.Context, id string) (api.Repository, error) {
	repository, err := a.Client.Repository(ctx, id)
	if !errors.Is(err, rest.ErrNotFound) {
		return repository, err
	}
	repositories, err := a.Client.Repositories(ctx)
	if err != nil {
		return api.Repository{}, err
	}
	return lookup.One(repositoryQuery("ID", id), repositories, isRepository(id), repositoryEntry)
}

func repositoryQuery(key, wanted string) lookup.Query {
	return lookup.Query{Thing: "repository", Things: "repositories", Key: key, Wanted: wanted}
}

func repositoryEntry(r api.Repository) lookup.Entry {
	return lookup.Entry{Name: r.Name, ID: strings.ToLower(r.ID)}
}

func isRepository(id string) func(api.Repository) bool {
	return func(r api.Repository) bool { return strings.EqualFold(r.ID, id) }
}

// repositoryList is read once for the checks of all plans that a run makes.
type repositoryList struct {
	mu   sync.Mutex
	read bool
	all  []api.Repository
}

// missingRepository gives a *lookup.NotUniqueError when the appliance surely does not have the repository. What the list lacks
// is asked for again: it may have come since.
func (a *Appliance) missingRepository(ctx context.Context, id string) (missing *lookup.NotUniqueError) {
	if slices.ContainsFunc(a.repositories.get(ctx, a.Client), isRepository(id)) {
		return nil
	}
	_, err := a.repositoryWithID(ctx, id)
	errors.As(err, &missing)
	return missing
}

// get gives nothing when the list cannot be read.
func (l *repositoryList) get(ctx context.Context, client *api.Client) []api.Repository {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.read {
		all, err := client.Repositories(ctx)
		l.all, l.read = all, err == nil
	}
	return l.all
}
