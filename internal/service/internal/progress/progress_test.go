// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
)

func TestLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var said []string
		lines := Start(func(event action.InvokeProgressEvent) { said = append(said, event.Message) }, "Waiting.")
		time.Sleep(20 * time.Second)
		lines.Say("Waiting.") // no news
		lines.Say("Running.")
		time.Sleep(70 * time.Second)
		lines.Say("Ended.")
		lines.Stop()
		time.Sleep(time.Hour)
		want := []string{"Waiting.", "Running.", "Running. (50s)", "Running. (1m20s)", "Ended."}
		if !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	})
}

// TestLog: the log of a wait has each change of the status, and once a minute the last one with the time that has passed.
func TestLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var written bytes.Buffer
		lines := Log(tflogtest.RootLogger(t.Context(), &written), "Accepted")
		time.Sleep(10 * time.Second)
		lines.Say("Running")
		lines.Say("Running")
		time.Sleep(2*time.Minute + 10*time.Second)
		lines.Say("Succeeded")
		lines.Stop()
		time.Sleep(time.Hour)
		entries, err := tflogtest.MultilineJSONDecode(&written)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, entry := range entries {
			said = append(said, fmt.Sprint(entry["@level"], " ", entry["@message"]))
		}
		want := []string{"info Accepted", "info Running", "info Running (1m10s)", "info Running (2m10s)", "info Succeeded"}
		if !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	})
}
