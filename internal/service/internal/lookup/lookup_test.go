// SPDX-License-Identifier: MPL-2.0

package lookup

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

type host struct{ name, id string }

func find(wanted string, hosts ...host) (host, error) {
	return One(Query{Thing: "proxy", Things: "proxies", Key: "host name", Wanted: wanted}, hosts,
		func(h host) bool { return strings.EqualFold(h.name, wanted) },
		func(h host) Entry { return Entry{h.name, h.id} })
}

// A message about none or two names what the user may have meant.
func TestOne(t *testing.T) {
	t.Parallel()
	many := []host{{"mail-1", "1"}, {"mail-2", "2"}, {"proxy-10.example.com", "3"}, {"proxy-2", "4"}, {"proxy-21", "5"}, {"database", "6"}, {"proxy-3", "7"}}
	for name, c := range map[string]struct {
		wanted string
		hosts  []host
		id     string
		err    string
	}{
		"found":            {"PROXY-2", many, "4", ""},
		"nobody":           {"proxy-1", nil, "", `no proxy has the host name "proxy-1"; there are no proxies`},
		"few":              {"x", []host{{"b", "2"}, {"a", "1"}}, "", `no proxy has the host name "x"; there are: "a" (ID 1), "b" (ID 2)`},
		"near":             {"proxy-1", many, "", `no proxy has the host name "proxy-1"; the nearest of 7 proxies: "proxy-10.example.com" (ID 3), "proxy-2" (ID 4), "proxy-21" (ID 5), "proxy-3" (ID 7), "mail-1" (ID 1)`},
		"letters swapped":  {"porxy-3", many, "", `no proxy has the host name "porxy-3"; the nearest of 7 proxies: "proxy-3" (ID 7), "proxy-2" (ID 4), "proxy-10.example.com" (ID 3), "proxy-21" (ID 5), "mail-1" (ID 1)`},
		"without domain":   {"branch2", []host{{"mail", "1"}, {"bench2", "2"}, {"backup", "3"}, {"branch-2.example.com", "4"}, {"file", "5"}, {"ad", "6"}}, "", `no proxy has the host name "branch2"; the nearest of 6 proxies: "branch-2.example.com" (ID 4), "bench2" (ID 2), "backup" (ID 3), "ad" (ID 6), "mail" (ID 1)`},
		"two":              {"a", []host{{"a", "1"}, {"A", "2"}, {"b", "3"}}, "", `2 proxies have the host name "a": "a" (ID 1), "A" (ID 2)`},
		"without their ID": {"x", []host{{"b", ""}}, "", `no proxy has the host name "x"; there are: "b"`},
	} {
		found, err := find(c.wanted, c.hosts...)
		if found.id != c.id || fmt.Sprint(err) != c.err && (err != nil || c.err != "") {
			t.Errorf("%s: found %v, error %v, want %s", name, found, err, c.err)
		}
		if _, ok := errors.AsType[*NotUniqueError](err); ok != (c.err != "") {
			t.Errorf("%s: %T", name, err)
		}
	}
}

// A mistyped ID is compared with IDs, not with names.
func TestOneByID(t *testing.T) {
	t.Parallel()
	var hosts []host
	for i := range 9 {
		hosts = append(hosts, host{fmt.Sprintf("name-%d", i), fmt.Sprintf("id-%d%d", i, 9-i)})
	}
	_, err := One(Query{"proxy", "proxies", "ID", "id-7"}, hosts, func(h host) bool { return h.id == "id-7" }, func(h host) Entry { return Entry{h.name, h.id} })
	missing, ok := errors.AsType[*NotUniqueError](err)
	if !ok || len(missing.Near) != 5 || missing.Near[0].ID != "id-72" {
		t.Errorf("error %v", err)
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"proxy-1.example.com", "PROXY-1.example.com", true},
		{"proxy-1.example.com", "proxy-1xexample.com", false},
		{"proxy-*", "proxy-", true},
		{"proxy-*", "a-proxy-1", false},
		{"*.example.com", "proxy-1.branch.example.com", true},
		{"proxy-?.*", "proxy-1.example.com", true},
		{"proxy-?.*", "proxy-10.example.com", false},
		{"*", "", true},
		{"?", "ä", true},
		{"[a-c]*", "b", false},
		{"[a-c]*", "[a-c]d", true},
		{`back\slash`, `back\slash`, true},
		{"a*c", "a\nb/c", true},
	} {
		if Glob(c.pattern)(c.name) != c.want {
			t.Errorf("Glob(%q)(%q) is not %t", c.pattern, c.name, c.want)
		}
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("proxy-*", "proxy-1")
	f.Add("[^", "x")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if !utf8.ValidString(pattern) {
			t.Skip()
		}
		if !strings.ContainsAny(pattern, "*?") && Glob(pattern)(name) && !strings.EqualFold(pattern, name) {
			t.Errorf("%q matches %q", pattern, name)
		}
		Glob("*" + pattern + "*")(name)
	})
}

// The distance is a metric but for names within others, which are as near as can be.
func FuzzDistance(f *testing.F) {
	f.Add("proxy-1", "porxy-1")
	f.Add("", "a")
	f.Fuzz(func(t *testing.T, a, b string) {
		d := distance(a, b)
		if d != distance(b, a) || d < 0 || d > max(utf8.RuneCountInString(strings.ToLower(a)), utf8.RuneCountInString(strings.ToLower(b))) {
			t.Errorf("distance(%q, %q) = %d, back %d", a, b, d, distance(b, a))
		}
		if distance(a, a) != 0 {
			t.Errorf("distance(%q, itself) = %d", a, distance(a, a))
		}
	})
}
