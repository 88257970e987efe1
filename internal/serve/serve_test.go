// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"io"
	"log"
	"runtime/debug"
	"testing"
)

func TestMemoryLimit(t *testing.T) { //nolint:paralleltest // the limit is that of the process
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	limitMemory(func(string) string { return "1GiB" })
	if limit := debug.SetMemoryLimit(-1); limit != before {
		t.Errorf("the limit that somebody has set became %d", limit)
	}
	limitMemory(func(string) string { return "" })
	if limit := debug.SetMemoryLimit(-1); limit != memoryLimit {
		t.Errorf("the limit is %d", limit)
	}
}

func TestStandardLogIsSilent(t *testing.T) { //nolint:paralleltest // the logger is that of the process
	defer log.SetOutput(log.Writer())
	silenceStandardLog()
	if log.Writer() != io.Discard {
		t.Error("the standard logger writes")
	}
}
