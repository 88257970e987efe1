// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Watch reads objects for all who want to know how one of them stands: one round of reads serves everybody who asks at
// about the same time. It works only while somebody asks, and each of them may leave without disturbing the others.
type Watch[K comparable, T any] struct {
	// Read looks at the objects once, and tells what it finds. Of an object that it tells nothing of, it could not be
	// found out yet how it stands.
	Read func(ctx context.Context, keys []K, tell func(key K, object T, err error))
	// Gather is how long a round waits for others to ask; 0: ten milliseconds.
	Gather time.Duration

	mu      sync.Mutex
	asked   []*ask[K, T]
	changed chan struct{} // closed when there is a new ask; nil: no rounds are made
}

// ask is one reading that somebody waits for.
type ask[K comparable, T any] struct {
	ctx    context.Context // of who waits: the reads carry on its values, and end with it
	key    K
	due    time.Time
	early  time.Duration // how long before it is due it may be served along with others
	answer chan reading[T]
}

type reading[T any] struct {
	object T
	err    error
	told   bool
}

const (
	watchSoon = 5 * time.Millisecond // the first gap; they grow as those of Poll

	watchGather = 10 * time.Millisecond
	watchTardy  = time.Second // after this time a round no longer holds up the next one
)

var errNotTold = errors.New("the appliance did not tell")

// Ask reads an object. The reading begins after the call.
func (w *Watch[K, T]) Ask(ctx context.Context, key K) (T, error) {
	found, err := w.answer(w.ask(ctx, key, time.Now(), 0))
	if err == nil && !found.told {
		err = errNotTold
	}
	return found.object, cmp.Or(err, found.err)
}

// Until shows each reading of an object to seen until that is done, returns an error, or ctx ends, whose cause is the
// error then. The gaps between two readings grow from milliseconds to five seconds. As with Poll, an Outage does not end
// the wait at once.
func (w *Watch[K, T]) Until(ctx context.Context, key K, seen func(T, error) (done bool, err error)) error {
	return w.Begin(ctx, key, 1, seen)()
}

// Begin is Until in two steps, for one who waits for so many objects together: the first reading is asked for at once, what
// it returns goes on. The gaps for several begin as those of Poll: with shorter ones a busy machine is late with some of
// them, which would then be read by themselves.
func (w *Watch[K, T]) Begin(ctx context.Context, key K, together int, seen func(T, error) (done bool, err error)) (wait func() error) {
	first, gap := w.ask(ctx, key, time.Now(), 0), watchSoon
	if together > 1 {
		gap = 250 * time.Millisecond
	}
	return func() error { return w.follow(first, gap, seen) }
}

func (w *Watch[K, T]) follow(a *ask[K, T], gap time.Duration, seen func(T, error) (done bool, err error)) error {
	var outage outage
	for ; ; gap = longer(gap) {
		found, err := w.answer(a)
		if err != nil {
			return outage.endedBy(err)
		}
		if found.told {
			done, err := seen(found.object, found.err)
			if err == nil && done {
				return nil
			}
			if err := outage.forgive(err); err != nil {
				return err
			}
		}
		// The jitter keeps runs apart that were started at the same time; who waits for the same is brought together again.
		a = w.ask(a.ctx, a.key, time.Now().Add(gap+rand.N(gap/10)), gap/2)
	}
}

// ask asks for the reading that is due at a time.
func (w *Watch[K, T]) ask(ctx context.Context, key K, due time.Time, early time.Duration) *ask[K, T] {
	a := &ask[K, T]{ctx: ctx, key: key, due: due, early: early, answer: make(chan reading[T], 1)}
	w.mu.Lock()
	w.asked = append(w.asked, a)
	if w.changed == nil {
		w.changed = make(chan struct{})
		go w.rounds(w.changed)
	} else {
		close(w.changed)
		w.changed = make(chan struct{})
	}
	w.mu.Unlock()
	return a
}

// answer waits for a reading.
func (w *Watch[K, T]) answer(a *ask[K, T]) (reading[T], error) {
	select {
	case found := <-a.answer:
		return found, nil
	case <-a.ctx.Done():
		w.drop(a)
		return reading[T]{}, context.Cause(a.ctx)
	}
}

// drop forgets an ask, and makes the rounds look again: it may have been the last.
func (w *Watch[K, T]) drop(a *ask[K, T]) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if at := slices.Index(w.asked, a); at >= 0 {
		w.asked = slices.Delete(w.asked, at, at+1)
		close(w.changed)
		w.changed = make(chan struct{})
	}
}

// rounds serves all asks when they are due, and ends when there are none.
func (w *Watch[K, T]) rounds(changed <-chan struct{}) {
	for {
		if pause := time.Until(w.earliest().Add(w.gather())); pause > 0 {
			timer := time.NewTimer(pause)
			select {
			case <-timer.C:
			case <-changed:
			}
			timer.Stop()
		}
		due, next := w.take()
		if changed = next; changed == nil {
			return
		}
		if len(due) == 0 {
			continue
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.serve(due)
		}()
		timer := time.NewTimer(watchTardy)
		select {
		case <-done:
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (w *Watch[K, T]) gather() time.Duration { return cmp.Or(w.Gather, watchGather) }

// earliest is when the first ask is due.
func (w *Watch[K, T]) earliest() (due time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.asked {
		if due.IsZero() || a.due.Before(due) {
			due = a.due
		}
	}
	return due
}

// take gives the asks of the next round, once the first of them is due, and the channel that tells of new ones; nil when
// nobody asks any more.
func (w *Watch[K, T]) take() (due []*ask[K, T], changed <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.asked) == 0 {
		w.changed = nil
		return nil, nil
	}
	now := time.Now()
	if slices.ContainsFunc(w.asked, func(a *ask[K, T]) bool { return !now.Before(a.due.Add(w.gather())) }) {
		w.asked = slices.DeleteFunc(w.asked, func(a *ask[K, T]) bool {
			served := !now.Before(a.due.Add(-a.early))
			if served {
				due = append(due, a)
			}
			return served
		})
	}
	return due, w.changed
}

// serve makes one round. Its reads end when nobody waits for them any more.
func (w *Watch[K, T]) serve(asks []*ask[K, T]) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(asks[0].ctx))
	defer cancel()
	var left atomic.Int64
	left.Store(int64(len(asks)))
	waiting := map[K][]*ask[K, T]{}
	var keys []K
	for _, a := range asks {
		stop := context.AfterFunc(a.ctx, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		})
		defer stop() // at the end of the round
		if waiting[a.key] == nil {
			keys = append(keys, a.key)
		}
		waiting[a.key] = append(waiting[a.key], a)
	}
	var mu sync.Mutex
	tell := func(key K, found reading[T]) {
		mu.Lock()
		defer mu.Unlock()
		for _, a := range waiting[key] {
			a.answer <- found
		}
		delete(waiting, key)
	}
	w.Read(ctx, slices.Clone(keys), func(key K, object T, err error) { tell(key, reading[T]{object, err, true}) })
	for _, key := range keys {
		tell(key, reading[T]{})
	}
}
func longer(gap time.Duration) time.Duration {
	if gap < 250*time.Millisecond {
		return 2 * gap
	}
	return min(gap+gap/2, pollLast)
}
