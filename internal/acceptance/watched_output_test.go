// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bytes"
	"strings"
	"sync"
)

// watchedOutput is what a command has written so far, to be looked at while it runs.
type watchedOutput struct {
	mu   sync.Mutex
	text bytes.Buffer  // not embedded: its ReadFrom would pass by Write
	more chan struct{} // closed by the next write; nil: nobody waits for it
}

func (o *watchedOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.more != nil {
		close(o.more)
		o.more = nil
	}
	return o.text.Write(p)
}

// await waits until the command has written the text, or has ended, and tells whether it was the former.
func (o *watchedOutput) await(text string, ended <-chan struct{}) bool {
	for {
		o.mu.Lock()
		said := strings.Contains(o.text.String(), text)
		if o.more == nil {
			o.more = make(chan struct{})
		}
		more := o.more
		o.mu.Unlock()
		if said {
			return true
		}
		select {
		case <-more:
		case <-ended:
			return false
		}
	}
}

func (o *watchedOutput) Bytes() []byte { return o.text.Bytes() }

func (o *watchedOutput) String() string { return o.text.String() }
