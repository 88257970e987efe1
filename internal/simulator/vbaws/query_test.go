// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"slices"
	"testing"
	"time"
)

func TestMatcher(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "anything", true},
		{"*", "", true},
		{"rep", "My Repository", true},
		{"REP", "my repository", true},
		{"rep*", "My Repository", false},
		{"my*", "My Repository", true},
		{"*tory", "My Repository", true},
		{"m*r*y", "My Repository", true},
		{"m*x*y", "My Repository", false},
		{"a.c*", "abc", false},
		{"a.c*", "a.cd", true},
		{"[a]*", "a", false},
		{`\*`, `\x`, true},
		{"two*", "two\nlines", true},
	} {
		if got := matcher(c.pattern).MatchString(c.name); got != c.want {
			t.Errorf("%q and %q: got %t", c.pattern, c.name, got)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	items := []int{1, 2, 3, 4, 5}
	for _, c := range []struct {
		offset, limit string
		defaultLimit  int
		want          []int
	}{
		{"", "", 0, items},
		{"", "", 2, []int{1, 2}},
		{"", "-1", 2, items},
		{"", "3", 2, []int{1, 2, 3}},
		{"4", "", 2, []int{5}},
		{"5", "", 0, nil},
		{"99", "1", 0, nil},
		{"1", "2", 0, []int{2, 3}},
		{"0", "0", 0, nil},
		{"3", "99", 0, []int{4, 5}},
	} {
		query := fields{}
		for name, value := range map[string]string{"Offset": c.offset, "limit": c.limit} {
			if value != "" {
				query[name] = []string{value}
			}
		}
		got, err := cut(items, query, c.defaultLimit)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%+v: got %v, %v", c, got, err)
		}
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	noon := time.Date(2025, 9, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"":                            {},
		"2025-09-01":                  noon.Add(-12 * time.Hour),
		"2025-09-01T12:00:00":         noon,
		"2025-09-01T12:00:00.5":       noon.Add(time.Second / 2),
		"2025-09-01T12:00:00Z":        noon,
		"2025-09-01T14:00:00+02:00":   noon,
		"2025-09-01T12:00:00.0000001": noon.Add(100),
	} {
		got, err := fields{"FromUtc": {text}}.instant("FromUtc")
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: got %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"now", "2025-13-01", "1756728000", "2025-09-01 12:00:00"} {
		if got, err := (fields{"FromUtc": {text}}).instant("FromUtc"); err == nil {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}

func TestFieldsIgnoreCase(t *testing.T) {
	t.Parallel()
	f := fields{"STATUS": {"a"}, "other": {"x"}}
	if got := f.first("Status"); got != "a" {
		t.Errorf("got %q", got)
	}
	if got := f.first("missing"); got != "" {
		t.Errorf("got %q", got)
	}
	if values, err := f.oneOf("status", []string{"a", "b"}); err != nil || !slices.Equal(values, []string{"a"}) {
		t.Errorf("got %v, %v", values, err)
	}
	if _, err := f.oneOf("status", []string{"A"}); err == nil {
		t.Error("a value of another case is taken")
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	if a, b := randomID(), randomID(); a == b || !isUUID.MatchString(a) || !isUUID.MatchString(b) {
		t.Errorf("got %s and %s", a, b)
	}
	role, bucket := stableID("role", "x"), stableID("bucket", "x")
	if role == bucket || role != stableID("role", "x") || !isUUID.MatchString(role) {
		t.Errorf("got %s and %s", role, bucket)
	}
}
