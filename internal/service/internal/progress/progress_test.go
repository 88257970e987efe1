// SPDX-License-Identifier: MPL-2.0

package progress

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
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
