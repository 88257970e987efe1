// SPDX-License-Identifier: MPL-2.0

package operation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
)

// TestCauses: the cause of an ended context is a sentence for the user, and still the error that code compares with.
func TestCauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := operation.WithTimeout(t.Context(), "create", 15*time.Minute)
		defer cancel()
		time.Sleep(15*time.Minute + time.Second)
		synctest.Wait()
		cause := context.Cause(ctx)
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) || !errors.Is(cause, context.DeadlineExceeded) || cause.Error() != "the create timeout of 15m ended" {
			t.Errorf("after the timeout: %v, %v", ctx.Err(), cause)
		}
		parent, interrupt := context.WithCancel(t.Context())
		ctx, cancel = operation.WithTimeout(parent, "update", time.Minute)
		defer cancel()
		interrupt()
		synctest.Wait()
		cause = context.Cause(ctx)
		if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(cause, context.Canceled) || cause.Error() != "the operation was interrupted" {
			t.Errorf("after the interrupt: %v, %v", ctx.Err(), cause)
		}
	})
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		5 * time.Second: "5s", 15 * time.Minute: "15m", time.Hour: "1h", 90 * time.Minute: "1h30m", 70 * time.Second: "1m10s",
		time.Hour + 10*time.Second: "1h0m10s", 30 * time.Second: "30s", 10 * time.Hour: "10h",
	} {
		if got := operation.Duration(d); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestTimeouts: each timeout is a duration greater than zero.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	attribute, _ := operation.Timeouts(t.Context(), "Durations.", timeouts.Opts{Create: true, Read: true, Update: true, Delete: true}).(schema.SingleNestedAttribute)
	if len(attribute.Attributes) != 4 {
		t.Fatalf("%d members", len(attribute.Attributes))
	}
	for name, member := range attribute.Attributes {
		text, _ := member.(schema.StringAttribute)
		for value, valid := range map[string]bool{
			"1s": true, "30m": true, "2h45m": true, "0.5h": true, "-1h": false, "0s": false, "0": false, "1d": false, "90": false, "": false, "soon": false,
		} {
			req := validator.StringRequest{Path: path.Root("timeouts").AtName(name), ConfigValue: types.StringValue(value)}
			var resp validator.StringResponse
			for _, v := range text.Validators {
				v.ValidateString(t.Context(), req, &resp)
			}
			if resp.Diagnostics.HasError() == valid {
				t.Errorf("%s = %q: %v", name, value, resp.Diagnostics)
			}
			for _, d := range resp.Diagnostics {
				if !strings.Contains(d.Detail(), `"30m"`) || strings.Contains(d.Detail(), "-1.5h") {
					t.Errorf("a poor message: %s", d.Detail())
				}
			}
		}
	}
}
