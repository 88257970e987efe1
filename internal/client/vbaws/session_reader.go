// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

const (
	listTime     = 20 * time.Second // a list that takes longer is as good as none
	minListPause = 10 * time.Second // after a list that could not be used; doubled with each further one
	maxListPause = 10 * time.Minute
)

// sessionReader reads several sessions by one list. The list is an optimization: a session that it lacks is read by its
// ID, and all are if it cannot be used, for whatever reason.
type sessionReader struct {
	one func(ctx context.Context, id string) (Session, error)
	all func(ctx context.Context, since time.Time) ([]Session, error)

	mu     sync.Mutex
	pause  time.Duration // after the last list; 0: it could be used
	paused time.Time     // no list is requested before this time
}

// read reads the sessions, which started at a time or later, once. Of the new ones, which the appliance may not show yet,
// only one is read by its ID where a list lacks them: its start moves the next list back if the clocks differ.
func (r *sessionReader) read(ctx context.Context, since time.Time, ids []string, isNew func(id string) bool, deliver func(id string, s Session, err error)) {
	missing := ids
	if len(ids) > 1 {
		listed, ok := r.list(ctx, since)
		if ok {
			missing = r.deliverListed(listed, ids, isNew, deliver)
		} else if missing = r.readAny(ctx, ids, deliver); missing == nil {
			return
		}
	}
	var reads sync.WaitGroup
	for _, id := range missing {
		reads.Go(func() { // the client bounds how many are sent at the same time
			session, err := r.one(ctx, id)
			deliver(id, session, err)
		})
	}
	reads.Wait()
}

// list returns the sessions by their IDs in lower case, or false if there is no list that can be used.
func (r *sessionReader) list(ctx context.Context, since time.Time) (map[string]Session, bool) {
	r.mu.Lock()
	paused := time.Now().Before(r.paused)
	r.mu.Unlock()
	if paused {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	sessions, err := r.all(ctx, since)
	if err != nil {
		return nil, false
	}
	listed := make(map[string]Session, len(sessions))
	for _, s := range sessions {
		listed[strings.ToLower(s.ID)] = s
	}
	r.mu.Lock()
	r.pause = 0
	r.mu.Unlock()
	return listed, true
}

// deliverListed returns the IDs that remain to be read.
func (r *sessionReader) deliverListed(listed map[string]Session, ids []string, isNew func(string) bool, deliver func(string, Session, error)) (missing []string) {
	oneNew := false
	for _, id := range ids {
		session, ok := listed[strings.ToLower(id)]
		switch {
		case ok:
			deliver(id, session, nil)
		case !isNew(id):
			missing = append(missing, id)
		case !oneNew:
			oneNew = true
			missing = append(missing, id)
		}
	}
	return missing
}

// readAny reads one of the sessions by its ID after a list failed. If the appliance does not answer that either, this is an
// outage and not the list's fault: then the error is the result of all, and nil is returned. Otherwise it returns the other
// IDs. Which session it is changes from round to round, because there may be one that cannot be read.
func (r *sessionReader) readAny(ctx context.Context, ids []string, deliver func(string, Session, error)) (others []string) {
	i := rand.IntN(len(ids))
	session, err := r.one(ctx, ids[i])
	if err != nil && (rest.Outage(err) || ctx.Err() != nil) {
		for _, id := range ids {
			deliver(id, Session{}, err)
		}
		return nil
	}
	deliver(ids[i], session, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !time.Now().Before(r.paused) {
		r.pause = min(max(2*r.pause, minListPause), maxListPause)
		r.paused = time.Now().Add(r.pause)
	}
	return slices.Concat(ids[:i], ids[i+1:])
}
