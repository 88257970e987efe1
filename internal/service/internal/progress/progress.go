// SPDX-License-Identifier: MPL-2.0

// Package progress reports what an operation of either product is waiting for.
package progress

import (
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
)

// silence is how long nothing may be said.
const silence = 30 * time.Second

// Lines sends a line whenever there is news, and repeats the last one with the time that has passed when there is
// none for half a minute.
type Lines struct {
	send    func(action.InvokeProgressEvent)
	started time.Time
	stop    chan struct{}
	stopped sync.WaitGroup

	mu     sync.Mutex
	last   string
	repeat *time.Timer
}

// Start begins with a first line. Stop must be called before the action returns.
func Start(send func(action.InvokeProgressEvent), first string) *Lines {
	l := &Lines{send: send, started: time.Now(), stop: make(chan struct{}), repeat: time.NewTimer(silence)}
	l.Say(first)
	l.stopped.Go(l.repeatUntilStopped)
	return l
}

// Say sends the line unless it is the one that was sent last.
func (l *Lines) Say(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if line == l.last {
		return
	}
	l.last = line
	l.repeat.Reset(silence)
	l.send(action.InvokeProgressEvent{Message: line})
}

// Stop ends the repetitions; afterwards nothing is sent any more.
func (l *Lines) Stop() {
	close(l.stop)
	l.stopped.Wait()
	l.repeat.Stop()
}

func (l *Lines) repeatUntilStopped() {
	for {
		select {
		case <-l.stop:
			return
		case <-l.repeat.C:
			l.mu.Lock()
			l.send(action.InvokeProgressEvent{Message: fmt.Sprintf("%s (%s)", l.last, time.Since(l.started).Round(time.Second))})
			l.repeat.Reset(silence)
			l.mu.Unlock()
		}
	}
}
