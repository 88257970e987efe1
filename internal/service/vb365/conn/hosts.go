// SPDX-License-Identifier: MPL-2.0

package conn

import (
	"context"
	"strings"
	"sync"
	"time"
)

// HostRegistry knows the proxies that this run creates and removes. Terraform works on objects of one host side by side: it knows
// no order between a resource that was renamed and its predecessor, or between two resources for one host.
type HostRegistry struct {
	mu       sync.Mutex
	creating map[string]bool          // by host
	removing map[string]chan struct{} // by ID, for the whole run; closed when the removal has ended
	changed  chan struct{}            // closed when a removal begins; nil: nobody waits for that
}

// removalGrace is how much later than a creation on the same host a removal may begin that Terraform runs at the same time.
const removalGrace = time.Second

// BeginCreation returns false while another resource creates a proxy on the host; end is to be called after the creation.
func (h *HostRegistry) BeginCreation(host string) (end func(), ok bool) {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.creating[host] {
		return nil, false
	}
	if h.creating == nil {
		h.creating = map[string]bool{}
	}
	h.creating[host] = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.creating, host)
	}, true
}

// BeginRemoval registers the removal of a proxy; end is to be called after it.
func (h *HostRegistry) BeginRemoval(id string) (end func()) {
	id = strings.ToLower(id)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.removing == nil {
		h.removing = map[string]chan struct{}{}
	}
	ended := make(chan struct{})
	h.removing[id] = ended
	if h.changed != nil {
		close(h.changed)
		h.changed = nil
	}
	return func() { close(ended) }
}

// AwaitRemoval waits for the end of the removal of a proxy, which may begin a moment later. It returns false if there is none.
func (h *HostRegistry) AwaitRemoval(ctx context.Context, id string) bool {
	id = strings.ToLower(id)
	grace := time.NewTimer(removalGrace)
	defer grace.Stop()
	for {
		h.mu.Lock()
		ended := h.removing[id]
		if h.changed == nil {
			h.changed = make(chan struct{})
		}
		begins := h.changed
		h.mu.Unlock()
		if ended != nil {
			select {
			case <-ended:
				return true
			case <-ctx.Done():
				return false
			}
		}
		select {
		case <-begins:
		case <-grace.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}
