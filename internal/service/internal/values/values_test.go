// SPDX-License-Identifier: MPL-2.0

package values

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestOptional(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]types.String{"": types.StringNull(), " ": types.StringValue(" "), "a": types.StringValue("a")} {
		if have := Optional(text); !have.Equal(want) {
			t.Errorf("%q gives %s instead of %s", text, have, want)
		}
	}
}

func TestTimestamp(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("east", 2*3600)
	for _, test := range []struct {
		time time.Time
		want types.String
	}{
		{time.Time{}, types.StringNull()},
		{time.Date(2024, 2, 29, 12, 30, 15, 0, time.UTC), types.StringValue("2024-02-29T12:30:15Z")},
		{time.Date(2024, 2, 29, 0, 30, 15, 999, east), types.StringValue("2024-02-28T22:30:15Z")},
	} {
		if have := Timestamp(test.time); !have.Equal(test.want) {
			t.Errorf("%s gives %s instead of %s", test.time, have, test.want)
		}
	}
}
