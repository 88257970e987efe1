// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"encoding/json"
	"math"
	"testing"
	"time"
)

func TestInt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"7": 7, `"7"`: 7, `" 7 "`: 7, "-7": -7, "0": 0, "7.0": 7, `"7.0"`: 7, "7e2": 700, "null": 42, `""`: 42, `" "`: 42,
		"9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64, "-9223372036854775808.0": math.MinInt64,
	} {
		got := Int(42) // what null and nothing leave
		if err := json.Unmarshal([]byte(text), &got); err != nil || int64(got) != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{`"x"`, "7.5", "true", "{}", "[7]", "1e300", "9223372036854775808", "-1e19", `"NaN"`, `"Inf"`} {
		var got Int
		if err := json.Unmarshal([]byte(text), &got); err == nil || got != 0 {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
}

func TestBool(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"true": true, `"true"`: true, `"True"`: true, `" TRUE "`: true, "1": true, `"1"`: true,
		"false": false, `"False"`: false, "0": false,
	} {
		got := Bool(!want)
		if err := json.Unmarshal([]byte(text), &got); err != nil || bool(got) != want {
			t.Errorf("%s: %t, %v", text, got, err)
		}
	}
	for _, text := range []string{"null", `""`} {
		got := Bool(true)
		if err := json.Unmarshal([]byte(text), &got); err != nil || !got {
			t.Errorf("%s: %t, %v", text, got, err)
		}
	}
	for _, text := range []string{`"yes"`, "2", "{}", "[true]"} {
		var got Bool
		if err := json.Unmarshal([]byte(text), &got); err == nil || got {
			t.Errorf("%s: %t, %v", text, got, err)
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	at := func(nanoseconds int) time.Time { return time.Date(2020, 6, 19, 4, 0, 5, nanoseconds, time.UTC) }
	for text, want := range map[string]time.Time{
		"2020-06-19T04:00:05.901095":          at(901095000),
		"2020-06-19T04:00:05.9010951":         at(901095100),
		"2020-06-19T04:00:05.901095Z":         at(901095000),
		"2020-06-19T06:00:05.901095+02:00":    at(901095000),
		"2020-06-19T04:00:05":                 at(0),
		"2020-06-19 04:00:05":                 at(0),
		" 2020-06-19T04:00:05Z\n":             at(0),
		"2020-06-19":                          time.Date(2020, 6, 19, 0, 0, 0, 0, time.UTC),
		"":                                    {},
		"  ":                                  {},
		"0001-01-01T00:00:00":                 {},
		"0001-01-01T00:00:00Z":                {},
		"0001-01-01T00:00:00.0000000+00:00":   {},
		"0001-01-01T00:00:00.0000000-05:00":   {},
		"2020-06-19T04:00:05.123456789+00:00": at(123456789),
	} {
		got, err := ParseTime(text)
		if err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "2020-13-01", "19.06.2020", "1592539205", "2020-06-19T25:00:00"} {
		if got, err := ParseTime(text); err == nil || !got.IsZero() {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func FuzzInt(f *testing.F) {
	for _, seed := range []string{"7", `"7"`, "null", "1e3", `" -1.0 "`, "[]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got Int
		err := json.Unmarshal(data, &got)
		var plain int64
		if json.Unmarshal(data, &plain) == nil && (err != nil || int64(got) != plain) {
			t.Errorf("%q: %d, %v; a plain number gives %d", data, got, err, plain)
		}
	})
}

func FuzzBool(f *testing.F) {
	for _, seed := range []string{"true", `"False"`, "null", "1", "{}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got Bool
		err := json.Unmarshal(data, &got)
		var plain bool
		if json.Unmarshal(data, &plain) == nil && (err != nil || bool(got) != plain) {
			t.Errorf("%q: %t, %v; a plain value gives %t", data, got, err, plain)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{"2020-06-19T04:00:05.901095", "0001-01-01T00:00:00", "2020-06-19T04:00:05+02:00", "9999-12-31T23:59:59-10:00", "0002-01-01T00:00:00+10:00", "", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseTime(text)
		if err != nil {
			return
		}
		if got.Location() != time.UTC {
			t.Errorf("%q: not UTC", text)
		}
		again, err := ParseTime(got.Format(time.RFC3339Nano))
		if err != nil || !again.Equal(got) {
			t.Errorf("%q: %v reads back as %v, %v", text, got, again, err)
		}
	})
}
