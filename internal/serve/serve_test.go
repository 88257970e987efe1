// SPDX-License-Identifier: MPL-2.0

package serve

import (
	"io"
	"log"
	"testing"
)

func TestStandardLogIsSilent(t *testing.T) { //nolint:paralleltest // the logger is that of the process
	defer log.SetOutput(log.Writer())
	silenceStandardLog()
	if log.Writer() != io.Discard {
		t.Error("the standard logger writes")
	}
}
