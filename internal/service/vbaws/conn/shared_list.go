// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	listTTL        = 30 * time.Second
	listFailureTTL = 10 * time.Second
)

// sharedList is a list that all objects of a run share: concurrent callers read it once, it is valid for half a minute, and
// a failure for some seconds. A plan of 300 look-ups by name reads it once instead of 300 times.
type sharedList[T any] struct {
	mu   sync.Mutex
	last *listRead[T]
}

// listRead is one read of the list.
type listRead[T any] struct {
	began time.Time
	done  chan struct{} // closed at the end, when the rest is set
	ended time.Time
	all   []T
	err   error
}

func (r *listRead[T]) isDone() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// isFresh reports whether a new read is unnecessary. A read under way may turn out to be.
func (r *listRead[T]) isFresh(since time.Time) bool {
	switch {
	case r == nil:
		return false
	case r.isDone() && r.err != nil:
		return time.Since(r.ended) < listFailureTTL
	}
	return !r.began.Before(since)
}

// get returns the list, which nobody may change, as it was half a minute ago at the earliest.
func (l *sharedList[T]) get(ctx context.Context, read func(context.Context) ([]T, error)) ([]T, error) {
	return l.since(ctx, time.Now().Add(-listTTL), read)
}

// find is get for a caller who looks for an element: a list without it, which may have come since, is read again.
func (l *sharedList[T]) find(ctx context.Context, read func(context.Context) ([]T, error), is func(T) bool) ([]T, error) {
	called := time.Now()
	all, err := l.get(ctx, read)
	if err != nil || slices.ContainsFunc(all, is) {
		return all, err
	}
	return l.since(ctx, called, read)
}

// isCached reports whether get needs no request.
func (l *sharedList[T]) isCached() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last.isFresh(time.Now().Add(-listTTL)) && l.last.isDone()
}

// cached returns the elements of the last list that was read, however old; none if it failed or there is none.
func (l *sharedList[T]) cached() []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil || !l.last.isDone() {
		return nil
	}
	return l.last.all
}

// since returns a list that was read at a time or later. The read outlives a caller that gives up, because others may wait
// for it; its requests have timeouts.
func (l *sharedList[T]) since(ctx context.Context, since time.Time, read func(context.Context) ([]T, error)) ([]T, error) {
	for {
		l.mu.Lock()
		current := l.last
		if !current.isFresh(since) && (current == nil || current.isDone()) {
			current = &listRead[T]{began: time.Now(), done: make(chan struct{})}
			l.last = current
			go func() {
				defer close(current.done)
				current.all, current.err = read(context.WithoutCancel(ctx))
				current.ended = time.Now()
			}()
		}
		l.mu.Unlock()
		select {
		case <-current.done:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if current.isFresh(since) {
			return current.all, current.err
		}
	}
}
