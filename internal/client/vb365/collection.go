// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/collection"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// row is an operation as a span of versions has it.
type row struct {
	endpoint
	first, last Version
}

// operation is the rows of all versions that have the operation.
type operation []row

// in returns the operation of a version, or an *UnsupportedError.
func (o operation) in(d *versionSpec, feature Feature) (endpoint, error) {
	for _, r := range o {
		if r.first <= d.version && d.version <= r.last {
			return r.endpoint, nil
		}
	}
	return endpoint{}, &UnsupportedError{Version: d.version, Feature: feature}
}

// object is an element of a Collection as requests and responses have it.
type object interface {
	item
	name() string
}

// kind is what the client keeps of a kind of objects.
type kind[A object] struct {
	objects *collection.Collection[A]

	mu     sync.Mutex
	known  map[string]bool // IDs, in lower case, of a list; it is not changed
	listed time.Time
	own    map[string]bool // IDs, in lower case, of what this client has created
}

// Collection is a kind of objects that are listed, read, created, changed and deleted by their IDs. Each method returns an
// *UnsupportedError if the version in use has no such objects.
type Collection[A object] struct {
	*kind[A]
	client                            *Client
	feature                           Feature
	list, get, create, update, delete operation
	wrote                             func() // notes that a write may have changed objects of another kind; nil: it cannot
}

// newCollection completes a Collection by what the client keeps of the kind.
func newCollection[A object](c *Collection[A]) *Collection[A] {
	kept, _ := c.client.kinds.LoadOrStore(c.feature, &kind[A]{own: map[string]bool{}, objects: collection.New(collection.Source[A]{
		ID: func(object A) string { return object.key() }, Get: c.readOne, List: c.readList,
	})})
	c.kind, _ = kept.(*kind[A])
	return c
}

func (c *Collection[A]) readOne(ctx context.Context, id string, unlisted bool) (A, error) {
	var none A
	d, get, err := c.prepare(ctx, c.get)
	if err != nil {
		return none, err
	}
	list, err := c.list.in(d, c.feature)
	if err != nil {
		return none, err
	}
	found, _, err := readOne(ctx, c.client, d, get, nil, id, unlisted, items[A](ctx, c.client, d, list, nil))
	return found, err
}

func (c *Collection[A]) readList(ctx context.Context, _ []string) (all []A, complete bool, err error) {
	d, list, err := c.prepare(ctx, c.list)
	if err != nil {
		return nil, false, err
	}
	count := 0
	for page, err := range pages[A](ctx, c.client, d, list, nil, wholeList) {
		if err != nil {
			return nil, false, err
		}
		count++
		for _, object := range page {
			all = append(all, *object)
		}
	}
	return all, count == 1, nil
}

// List returns all objects, in the server's order: as they were half a minute ago or later, and after own writes.
func (c *Collection[A]) List(ctx context.Context) ([]A, error) {
	if err := c.client.Login(ctx); err != nil {
		return nil, err
	}
	return c.objects.All(ctx)
}

// Get is List for one object. One that is gone: errors.Is(err, rest.ErrNotFound).
func (c *Collection[A]) Get(ctx context.Context, id string) (A, error) {
	if err := c.client.Login(ctx); err != nil {
		var none A
		return none, err
	}
	return c.objects.Get(ctx, id)
}

// Create sends the object, in which mask are secrets, and returns what the server has created. A lost response is a
// *rest.LostCreationError.
func (c *Collection[A]) Create(ctx context.Context, sent A, mask ...rest.Secret) (A, error) {
	var created A
	d, e, err := c.prepare(ctx, c.create)
	if err != nil {
		return created, err
	}
	before := c.existing(ctx)
	defer c.changed("")
	err = c.client.call(ctx, d, e, "", rest.Request{Body: sent, Out: &created, Mask: mask, Check: func() error {
		if err := created.check(""); err != nil {
			return err
		}
		if created.name() != strings.TrimSpace(sent.name()) && created.name() != sent.name() {
			return fmt.Errorf("it is about %q", created.name())
		}
		return nil
	}})
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.own[strings.ToLower(created.key())] = true
	case rest.OutcomeUnknown(err):
		if before = maps.Clone(before); before != nil {
			maps.Copy(before, c.own)
		}
		return created, &rest.LostCreationError{Known: before, Err: err}
	}
	return created, asNotServed(d, err)
}

// Update changes an object.
func (c *Collection[A]) Update(ctx context.Context, id string, sent A, mask ...rest.Secret) error {
	return c.send(ctx, c.update, id, sent, mask...)
}

// Delete deletes an object. One that is gone already may be answered with an error, Get tells for sure.
func (c *Collection[A]) Delete(ctx context.Context, id string) error {
	return c.send(ctx, c.delete, id, nil)
}

// send sends an operation on one object whose response has no body that is needed.
func (c *Collection[A]) send(ctx context.Context, o operation, id string, body any, mask ...rest.Secret) error {
	d, e, err := c.prepare(ctx, o)
	if err != nil {
		return err
	}
	defer c.changed(id)
	return c.client.call(ctx, d, e, id, rest.Request{Body: body, Mask: mask})
}

func (c *Collection[A]) prepare(ctx context.Context, o operation) (*versionSpec, endpoint, error) {
	d, err := c.client.resolveVersion(ctx)
	if err != nil {
		return nil, endpoint{}, err
	}
	e, err := o.in(d, c.feature)
	return d, e, err
}

func (c *Collection[A]) changed(id string) {
	c.objects.Changed(id)
	if c.wrote != nil {
		c.wrote()
	}
}

// existingMaxAge is how long a list says which objects existed before a creation.
const existingMaxAge = 30 * time.Second

// existing returns the IDs of the objects that exist, by whichever client they were created; nil if they cannot be listed.
func (c *Collection[A]) existing(ctx context.Context) map[string]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listed.IsZero() || time.Since(c.listed) > existingMaxAge {
		c.known, c.listed = nil, time.Now()
		if all, err := c.List(ctx); err == nil {
			c.known = map[string]bool{}
			for _, object := range all {
				c.known[strings.ToLower(object.key())] = true
			}
		}
	}
	return c.known
}

// listIDs returns the IDs of the objects in a list that belongs to one object of the collection.
func listIDs[E item, A object](ctx context.Context, c *Collection[A], list operation, id string) (ids []string, err error) {
	d, e, err := c.prepare(ctx, list)
	if err != nil {
		return nil, err
	}
	e.path = strings.ReplaceAll(e.path, "{id}", url.PathEscape(id))
	for element, err := range items[E](ctx, c.client, d, e, nil) {
		if missing, ok := errors.AsType[*NotServedError](err); ok { // no such object, of a version that is served
			err = missing.Cause
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, element.key())
	}
	return ids, nil
}

// difference returns the IDs that others lack.
func difference(ids, others []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return slices.ContainsFunc(others, func(other string) bool { return strings.EqualFold(id, other) })
	})
}

func differ(ids, others []string) bool {
	return len(difference(ids, others))+len(difference(others, ids)) > 0
}

func valueOf[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
