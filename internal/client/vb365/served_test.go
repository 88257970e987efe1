// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// servingAll answers the probes of the given versions with a status and all others with 404.
func servingAll(t *testing.T, served answer, versions ...Version) *appliance {
	t.Helper()
	return newAppliance(t, func(line string, _ int) answer {
		version, _, _ := strings.Cut(strings.TrimPrefix(line, "GET /"), "/")
		if slices.Contains(versions, Version(version)) {
			return served
		}
		return answer{404, ""}
	})
}

func TestServedVersions(t *testing.T) {
	t.Parallel()
	for name, served := range map[string][]Version{
		"product 8, as seen":       {V8, V7},
		"product 8, as documented": {V8, V7, V6, V5},
		"product 6":                {V6, V5, V4, V3},
		"product 3":                {V3},
		"with a gap":               {V8, V6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []answer{{401, ""}, {403, `{"message":"no"}`}, {200, `{"version":"8.0.2.159"}`}} {
				a := servingAll(t, status, served...)
				options := a.options()
				options.AccessToken, options.Username, options.Password = "", "u", "p" // a login would be seen
				c := newClient(t, Config{Rest: options})
				got, err := c.ServedVersions(t.Context())
				if err != nil || !slices.Equal(got, served) {
					t.Errorf("with %d: %v, %v, want %v", status.status, got, err, served)
				}
				// The version in use is known by now, and the others are not asked for again.
				if again, err := c.ServedVersions(t.Context()); err != nil || !slices.Equal(again, served) {
					t.Errorf("again: %v, %v", again, err)
				}
				if v, err := c.Version(t.Context()); err != nil || v != served[0] {
					t.Errorf("Version: %q, %v", v, err)
				}
				a.wantLines(t, probes...)
				for _, r := range a.requests() {
					if got := r.header.Get("Authorization"); got != "" {
						t.Errorf("%s carries %q", r.line, got)
					}
				}
			}
		})
	}
}

// A pinned version stays in use, whatever else is served.
func TestServedVersionsWithAPin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, v Version) {
		a := servingAll(t, answer{401, ""}, V8, V7, V6)
		c := client(t, a, v)
		if got, err := c.ServedVersions(t.Context()); err != nil || !slices.Equal(got, []Version{V8, V7, V6}) {
			t.Errorf("%v, %v", got, err)
		}
		if got, err := c.Version(t.Context()); err != nil || got != v {
			t.Errorf("Version: %q, %v", got, err)
		}
		a.wantLines(t, probes...)
	})
}

// An appliance in trouble says nothing about a version, so there is no list.
func TestServedVersionsInTrouble(t *testing.T) {
	t.Parallel()
	for _, trouble := range []answer{{500, ""}, {503, ""}, {429, ""}, {302, ""}, {200, "<html>a web server</html>"}} {
		a := scripted(t, answer{404, ""}, answer{401, ""}, trouble)
		if got, err := client(t, a, "").ServedVersions(t.Context()); err == nil || got != nil {
			t.Errorf("%d: %v, %v", trouble.status, got, err)
		}
	}
	a := servingAll(t, answer{})
	_, err := client(t, a, "").ServedVersions(t.Context())
	if err == nil || errors.Is(err, rest.ErrNotFound) || !strings.Contains(err.Error(), "/v8/ServiceInstance") || !strings.Contains(err.Error(), "4443") {
		t.Errorf("none: %v", err)
	}
}
