// SPDX-License-Identifier: MPL-2.0

package acceptance

import (
	"bytes"
	"strings"
	"sync"
)

// watchedOutput is what a command has written so far, to be looked at while it runs.
type watchedOutput struct {
	mu sync.Mutex
	bytes.Buffer
}

func (o *watchedOutput) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.Buffer.Write(p)
}

func (o *watchedOutput) contains(text string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Contains(o.Buffer.String(), text)
}
