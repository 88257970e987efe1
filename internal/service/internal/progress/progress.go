// SPDX-License-Identifier: MPL-2.0

// Package progress reports what an operation of either product is waiting for: an action to Terraform's output, a resource,
// which has none until it is done, to Terraform's log.
package progress

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

// The longest time without a line.
const (
	outputInterval = 30 * time.Second
	logInterval    = time.Minute
)

// Lines sends a line whenever there is news, and repeats the last one with the time that has passed when there is
// none for the interval.
type Lines struct {
	send     func(line string)
	interval time.Duration
	started  time.Time
	stop     chan struct{}
	stopped  sync.WaitGroup

	mu     sync.Mutex
	last   string
	repeat *time.Timer
}

// Start begins the output of an action with a first line. Stop must be called before the action returns.
func Start(send func(action.InvokeProgressEvent), first string) *Lines {
	return start(outputInterval, func(line string) { send(action.InvokeProgressEvent{Message: line}) }, first)
}

// Log begins the lines that a resource writes to the log, at level INFO. Stop must be called before the resource returns.
func Log(ctx context.Context, first string) *Lines {
	return start(logInterval, func(line string) {
		if tflog.IsInfo(ctx) { // tflog looks at the level only after its work
			tflog.Info(ctx, line)
		}
	}, first)
}

func start(interval time.Duration, send func(string), first string) *Lines {
	l := &Lines{send: send, interval: interval, started: time.Now(), stop: make(chan struct{}), repeat: time.NewTimer(interval)}
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
	l.repeat.Reset(l.interval)
	l.send(line)
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
			l.send(fmt.Sprintf("%s (%s)", l.last, operation.Duration(time.Since(l.started).Round(time.Second))))
			l.repeat.Reset(l.interval)
			l.mu.Unlock()
		}
	}
}
