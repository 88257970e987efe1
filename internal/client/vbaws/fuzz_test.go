// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// oneLine checks what a diagnostic repeats.
func oneLine(t *testing.T, s string) {
	t.Helper()
	if utf8.RuneCountInString(s) > 601 || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
		t.Errorf("not fit for a diagnostic: %q", s)
	}
}

func FuzzSession(f *testing.F) {
	f.Add([]byte(`{"id":"s","status":"Running","executionStartTime":"2020-06-19T04:00:05.901095","executionStopTime":"0001-01-01T00:00:00","reason":"a\nb"}`))
	f.Add([]byte(`{"id":"s","status":"Fai\u0000led\r\nby many","result":"a\u001b[31mb"}`))
	f.Add([]byte(`{"id":7,"status":null,"executionStartTime":{},"reason":["x"]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Session
		if json.Unmarshal(data, &s) != nil {
			return
		}
		_ = s.Outcome().String()
	})
}

func FuzzSessionLog(f *testing.F) {
	f.Add([]byte(`[{"logTime":"2020-06-19T04:00:05.901095","status":"Error","message":"a\r\nb"},{"status":"Warning"}]`), 3)
	f.Add([]byte(`[null,{},{"status":1}]`), -1)
	f.Add([]byte(`[{"status":"Error\nof\u001b[31many","message":"x"}]`), 1)
	f.Fuzz(func(t *testing.T, data []byte, limit int) {
		var log []LogItem
		if json.Unmarshal(data, &log) != nil {
			return
		}
		if n := len(FailingLines(log, limit)); n > max(limit, 0) || n > len(log) {
			t.Errorf("%d lines of %d, limit %d", n, len(log), limit)
		}
	})
}

func FuzzRepository(f *testing.F) {
	f.Add([]byte(d20Repository))
	f.Add([]byte(`{"id":"r","identity":{"id":"who"},"IAMRoleId":"role","_embedded":{"bucket":{}}}`))
	f.Add([]byte(`{"identity":[],"enableEncryption":"yes"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second Repository
		if json.Unmarshal(data, &first) != nil {
			return
		}
		if err := json.Unmarshal(data, &second); err != nil || !reflect.DeepEqual(first, second) {
			t.Errorf("decoded twice: %+v and %+v, %v", first, second, err)
		}
	})
}
