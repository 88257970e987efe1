// SPDX-License-Identifier: MPL-2.0

// Package collection reads the objects of one kind for all callers of a client. Terraform asks for one object at a time, ten
// at once: concurrent calls are answered by one request for a list, and that list answers later calls too. It is an
// optimization only: an object that it lacks is read by its ID, and so are all if the list cannot be read.
package collection

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const (
	maxAge      = 30 * time.Second      // of a list that answers calls
	failureTTL  = 10 * time.Second      // how long no other list is requested after one that failed
	batchWindow = 10 * time.Millisecond // how long a call waits for others to be read with
	slowBatch   = time.Second           // a batch that takes longer no longer holds up the next one
	singleReads = 2                     // so many calls that come alone are read by ID before the list is read instead
	anyKey      = "*"                   // stands for all keys in Collection.changed
)

// Source is how the objects of a collection are read.
type Source[T any] struct {
	ID func(T) string // case-insensitive
	// Get reads one object; a missing one is rest.ErrNotFound. With unlisted, a complete list lacks the object.
	Get func(ctx context.Context, id string, unlisted bool) (T, error)
	// List reads all objects, or at least those with the IDs if there are any. The list is complete if it can hardly lack an
	// object, as it can when objects move from one page to another meanwhile.
	List   func(ctx context.Context, ids []string) (all []T, complete bool, err error)
	Window time.Duration // instead of batchWindow, for tests
}

// Collection is safe for concurrent use. Its requests carry the values of the context of one of those who wait for them, and
// are cancelled when no caller waits any more.
type Collection[T any] struct {
	source  Source[T]
	running chan struct{} // full while a batch is read

	mu         sync.Mutex
	count      int            // of lists and own writes: it orders them, which times cannot
	changed    map[string]int // by key: count at the last own write
	changedAll int            // count at the last own write that may have changed any object
	last       list[T]
	failure    error // of the last list
	failed     time.Time
	singles    int       // calls that came alone
	waiters    int       // objects that are waited for
	next       *batch[T] // that calls can still join
}

type list[T any] struct {
	count    int // at its beginning; 0: there is no list
	ended    time.Time
	complete bool
	all      []T
	byID     map[string]T
}

type batch[T any] struct {
	cancel  context.CancelFunc
	waiting int                 // callers without an answer
	reads   map[string]*read[T] // by their keys
}

// read is what all wait for who ask for the same object or, without an ID, for the list.
type read[T any] struct {
	id, key string    // the key is the ID in lower case
	after   int       // only a list with a higher count answers
	poll    bool      // of a waiter: a list is only worth it if there are others
	batch   *batch[T] // nil: answered without one
	done    chan struct{}
	object  T
	list    list[T] // that answers, or lacks the object
	err     error
}

func (r *read[T]) finish(object T, err error) {
	r.object, r.err = object, err
	close(r.done)
}

// answeredBy finishes a read if the list answers it. A list that could answer but lacks the object stays in the read.
func (r *read[T]) answeredBy(l list[T]) bool {
	if r.list = (list[T]{}); l.count <= r.after || time.Since(l.ended) > maxAge {
		return false
	}
	object, listed := l.byID[r.key]
	if r.list = l; listed || r.key == "" {
		r.finish(object, nil)
		return true
	}
	return false
}

// New returns a collection; it reads nothing.
func New[T any](source Source[T]) *Collection[T] {
	return &Collection[T]{source: source, running: make(chan struct{}, 1), changed: map[string]int{}}
}

// Changed notes that an own write has changed objects, or may have: lists that began before do not answer for these keys,
// which are IDs or what Find is called with.
func (c *Collection[T]) Changed(keys ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	for _, key := range append(keys, anyKey) {
		c.changed[strings.ToLower(key)] = c.count
	}
}

// ChangedAll is Changed for all objects: an own write to objects of another kind may have changed any.
func (c *Collection[T]) ChangedAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	c.changedAll = c.count
}

// lastChange is the count at the last own write to one of the keys; 0: none since the last list.
func (c *Collection[T]) lastChange(keys []string) (count int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	count = c.changedAll
	for _, key := range keys {
		count = max(count, c.changed[strings.ToLower(key)])
	}
	return count
}

// Get returns an object as it was half a minute ago or later, and after own writes. The errors are those of Source.
func (c *Collection[T]) Get(ctx context.Context, id string) (T, error) {
	objects, errs := c.GetEach(ctx, []string{id})
	return objects[0], errs[0]
}

// GetEach is Get for several objects, which are read together. Results and errors are by index.
func (c *Collection[T]) GetEach(ctx context.Context, ids []string) ([]T, []error) {
	objects, errs := make([]T, len(ids)), make([]error, len(ids))
	for i, read := range c.join(ctx, 0, false, ids) {
		objects[i], errs[i] = c.wait(ctx, read)
	}
	return objects, errs
}

// All returns all objects, as Get does.
func (c *Collection[T]) All(ctx context.Context) ([]T, error) {
	return c.Find(ctx, anyKey, func(T) bool { return true })
}

// Find returns the objects that match, as Get does. The key is the one of Changed, for example the name that is looked for. Where
// no object matches, a list answers only if it is complete or began after the call.
func (c *Collection[T]) Find(ctx context.Context, key string, match func(T) bool) (found []T, err error) {
	c.mu.Lock()
	called := c.count
	c.mu.Unlock()
	for keys, after := []string{key}, 0; ; after = max(called, c.lastChange(keys)) {
		read := c.join(ctx, max(after, c.lastChange(keys)), false, []string{""})[0]
		if _, err := c.wait(ctx, read); err != nil {
			return nil, err
		}
		found, keys = []T{}, keys[:1]
		for _, object := range read.list.all {
			if match(object) {
				found, keys = append(found, object), append(keys, c.source.ID(object))
			}
		}
		count := read.list.count
		if count > c.lastChange(keys) && (len(found) > 0 || read.list.complete || count > called) {
			return found, nil
		}
	}
}

// Last returns the objects of the last list, however old; none without one. Nobody may change the slice.
func (c *Collection[T]) Last() []T {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last.all
}

// Wait reads an object again and again, as rest.Poll does, and shows each result to seen until that is done or fails. Those
// who wait at the same time are served by the same requests.
func (c *Collection[T]) Wait(ctx context.Context, id string, seen func(T, error) (done bool, err error)) error {
	return c.WaitEach(ctx, []string{id}, func(_ int, object T, err error) (bool, error) { return seen(object, err) })[0]
}

// WaitEach is Wait for several objects, by their index, as the errors are. The calls of seen for different objects may overlap.
func (c *Collection[T]) WaitEach(ctx context.Context, ids []string, seen func(at int, object T, err error) (done bool, failure error)) []error {
	errs := make([]error, len(ids))
	c.addWaiters(len(ids))
	var waits sync.WaitGroup
	for i, read := range c.join(ctx, 0, true, ids) {
		waits.Go(func() {
			defer c.addWaiters(-1)
			errs[i] = rest.Poll(ctx, func(ctx context.Context) (bool, error) {
				if read == nil {
					read = c.join(ctx, 0, true, ids[i:i+1])[0]
				}
				object, err := c.wait(ctx, read)
				if err != nil && ctx.Err() != nil {
					return false, err
				}
				read = nil
				return seen(i, object, err)
			})
		})
	}
	waits.Wait()
	return errs
}

func (c *Collection[T]) addWaiters(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiters += n
}

// join adds reads to the next batch, unless the last list answers them.
func (c *Collection[T]) join(ctx context.Context, after int, poll bool, ids []string) []*read[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if poll {
		after = c.count
	}
	reads := make([]*read[T], len(ids))
	for i, id := range ids {
		r := &read[T]{id: id, key: strings.ToLower(id), poll: poll, done: make(chan struct{})}
		if r.after = max(after, c.changed[r.key], c.changedAll); !r.answeredBy(c.last) {
			if c.next == nil {
				ctx, cancel := context.WithCancel(context.WithoutCancel(ctx)) //nolint:gosec // the last who waits calls it
				c.next = &batch[T]{cancel: cancel, reads: map[string]*read[T]{}}
				go c.run(ctx, c.next)
			}
			c.next.waiting++
			if same := c.next.reads[r.key]; same != nil {
				same.after, same.poll, r = max(same.after, r.after), same.poll && poll, same
			}
			r.batch, c.next.reads[r.key] = c.next, r
		}
		reads[i] = r
	}
	return reads
}

// wait returns the result of a read or the cause of the end of ctx. The last one who leaves a batch cancels it.
func (c *Collection[T]) wait(ctx context.Context, r *read[T]) (object T, err error) {
	select {
	case <-r.done:
		object, err = r.object, r.err
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if b := r.batch; b != nil {
		if b.waiting--; b.waiting == 0 {
			b.cancel()
			c.close(b)
		}
	}
	return object, err
}

// close ends the time in which calls can join a batch.
func (c *Collection[T]) close(b *batch[T]) {
	if c.next == b {
		c.next = nil
	}
}

// run reads a batch, once others had time to join it.
func (c *Collection[T]) run(ctx context.Context, b *batch[T]) {
	select {
	case <-time.After(cmp.Or(c.source.Window, batchWindow)):
	case <-ctx.Done():
		return
	}
	select {
	case c.running <- struct{}{}:
		defer func() { <-c.running }()
	case <-time.After(slowBatch):
	case <-ctx.Done():
		return
	}
	var byID, unknown []*read[T]
	c.mu.Lock()
	c.close(b)
	for _, r := range b.reads {
		switch {
		case r.answeredBy(c.last):
		case r.list.count > 0:
			byID = append(byID, r)
		default:
			unknown = append(unknown, r)
		}
	}
	alone := len(unknown) == 1 && unknown[0].key != ""
	switch {
	case alone && unknown[0].poll: // another waiter may be late on a busy machine
		alone = c.waiters <= 1
	case alone:
		c.singles++
		alone = c.singles <= singleReads
	}
	c.mu.Unlock()
	var failure error
	var list list[T]
	if len(unknown) > 0 && !alone {
		list, failure = c.newList(ctx, unknown)
	}
	for _, r := range unknown {
		switch {
		case r.answeredBy(list):
		case failure != nil && (r.key == "" || isFatal(failure)):
			r.finish(r.object, failure)
		default:
			byID = append(byID, r)
		}
	}
	var reads sync.WaitGroup
	for _, r := range byID { // the HTTP client limits how many are sent at the same time
		reads.Go(func() {
			object, err := c.source.Get(ctx, r.id, r.list.complete)
			if errors.Is(err, rest.ErrNotFound) {
				c.forget(r.id)
			}
			r.finish(object, err)
		})
	}
	reads.Wait()
}

// forget lets the last list not answer for an object that no longer exists.
func (c *Collection[T]) forget(id string) {
	c.mu.Lock()
	_, listed := c.last.byID[strings.ToLower(id)]
	c.mu.Unlock()
	if listed {
		c.Changed(id)
	}
}

// newList reads the list and remembers it, unless a later one has been faster.
func (c *Collection[T]) newList(ctx context.Context, reads []*read[T]) (l list[T], err error) {
	var ids []string
	for _, r := range reads {
		ids = append(ids, r.id)
	}
	if slices.Contains(ids, "") {
		ids = nil
	}
	c.mu.Lock()
	if c.failure != nil && time.Since(c.failed) < failureTTL {
		defer c.mu.Unlock()
		return l, c.failure
	}
	c.count++
	count := c.count
	c.mu.Unlock()
	l.all, l.complete, err = c.source.List(ctx, ids)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if ctx.Err() == nil {
			c.failure, c.failed = err, time.Now()
		}
		return list[T]{}, err
	}
	l.count, l.ended, l.byID = count, time.Now(), make(map[string]T, len(l.all))
	for _, object := range l.all {
		l.byID[strings.ToLower(c.source.ID(object))] = object
	}
	if c.failure = nil; c.last.count < count {
		c.last = l
		maps.DeleteFunc(c.changed, func(_ string, changed int) bool { return changed < count })
	}
	return l, nil
}

// isFatal reports whether a list failed for a reason that would fail the reads of single objects too: a refused account, or a
// request that could not be sent. One that is late, cut or refused by a gateway says nothing about them.
func isFatal(failure error) bool {
	transport, ok := errors.AsType[*rest.TransportError](failure)
	return ok && !transport.Sent || errors.Is(failure, rest.ErrUnauthorized)
}
