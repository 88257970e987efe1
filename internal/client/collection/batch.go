// SPDX-License-Identifier: MPL-2.0

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
		if r.after = max(after, c.changed[r.key], c.changedAll); !r.answeredBy(c.current()) {
			r = c.enter(ctx, r)
		}
		reads[i] = r
	}
	return reads
}

// current is the last list while it is new enough to answer calls.
func (c *Collection[T]) current() *list[T] {
	if c.last == nil || time.Since(c.last.began) > maxAge {
		return nil
	}
	return c.last
}

// answeredBy finishes a read if the list answers it. A list that answers but lacks the object stays in the read.
func (r *read[T]) answeredBy(list *list[T]) bool {
	if r.list = nil; list == nil || list.count <= r.after {
		return false
	}
	object, listed := list.byID[r.key]
	if r.list = list; listed || r.key == "" {
		r.finish(object, nil)
		return true
	}
	return false
}

func (c *Collection[T]) enter(ctx context.Context, r *read[T]) *read[T] {
	if c.next == nil {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		c.next = &batch[T]{cancel: cancel, reads: map[string]*read[T]{}}
		go c.run(ctx, c.next)
	}
	c.next.waiting++
	if same := c.next.reads[r.key]; same != nil {
		same.after, same.poll = max(same.after, r.after), same.poll && r.poll
		return same
	}
	r.batch, c.next.reads[r.key] = c.next, r
	return r
}

// wait returns the result of a read or the cause of the end of ctx.
func (c *Collection[T]) wait(ctx context.Context, r *read[T]) (T, error) {
	if r.batch != nil {
		defer c.leave(r.batch)
	}
	select {
	case <-r.done:
		return r.object, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

func (c *Collection[T]) leave(b *batch[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b.waiting--; b.waiting > 0 {
		return
	}
	b.cancel()
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
	var single, unknown []*read[T]
	c.mu.Lock()
	if c.next == b {
		c.next = nil
	}
	for _, r := range b.reads {
		switch {
		case r.answeredBy(c.current()):
		case r.list != nil:
			single = append(single, r)
		default:
			unknown = append(unknown, r)
		}
	}
	if len(unknown) == 1 && unknown[0].key != "" {
		if !unknown[0].poll {
			c.singles++
		}
		if unknown[0].poll || c.singles <= singleReads {
			single, unknown = append(single, unknown...), nil
		}
	}
	c.mu.Unlock()
	var reads sync.WaitGroup
	defer reads.Wait()
	for _, r := range append(single, c.readList(ctx, unknown)...) {
		reads.Go(func() { c.get(ctx, r) }) // the HTTP client limits how many are sent at the same time
	}
}

// get reads one object by its ID.
func (c *Collection[T]) get(ctx context.Context, r *read[T]) {
	r.finish(c.source.Get(ctx, r.id, r.list != nil && r.list.complete))
}

// readList answers reads by one list. It returns those that remain to be read by ID.
func (c *Collection[T]) readList(ctx context.Context, reads []*read[T]) (others []*read[T]) {
	if len(reads) == 0 {
		return nil
	}
	list, failure := c.newList(ctx, reads)
	for _, r := range reads {
		switch {
		case r.answeredBy(list):
		case failure != nil && (r.key == "" || isFatal(failure)):
			r.finish(r.object, failure)
		default:
			others = append(others, r)
		}
	}
	return others
}

// newList reads the list and remembers it, unless a later one has been faster.
func (c *Collection[T]) newList(ctx context.Context, reads []*read[T]) (*list[T], error) {
	c.mu.Lock()
	c.count++
	list, failure := &list[T]{count: c.count, began: time.Now(), byID: map[string]T{}}, c.failure
	if time.Since(c.failed) > failureTTL {
		failure = nil
	}
	c.mu.Unlock()
	if failure != nil {
		return nil, failure
	}
	var ids []string
	for _, r := range reads {
		ids = append(ids, r.id)
	}
	if slices.Contains(ids, "") {
		ids = nil
	}
	list.all, list.complete, failure = c.source.List(ctx, ids)
	for _, object := range list.all {
		list.byID[strings.ToLower(c.source.ID(object))] = object
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if failure != nil {
		if ctx.Err() == nil {
			c.failure, c.failed = failure, time.Now()
		}
		return nil, failure
	}
	if c.last == nil || c.last.count < list.count {
		c.last, c.failure = list, nil
		maps.DeleteFunc(c.changed, func(_ string, count int) bool { return count < list.count })
	}
	return list, nil
}

// isFatal reports whether a list failed for a reason that would fail the reads of single objects too: a refused account, or a
// request that could not be sent. One that is late, cut or refused by a gateway says nothing about them.
func isFatal(failure error) bool {
	transport, ok := errors.AsType[*rest.TransportError](failure)
	return ok && !transport.Sent || errors.Is(failure, rest.ErrUnauthorized)
}
