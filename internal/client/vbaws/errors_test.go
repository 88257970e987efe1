// SPDX-License-Identifier: MPL-2.0

package vbaws

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

func TestRevisionTable(t *testing.T) {
	t.Parallel()
	all := Revisions()
	if len(all) != 11 || all[0] != "1.9-rev0" || all[10] != "1.0-rev0" {
		t.Fatalf("Revisions = %v", all)
	}
	descending := slices.Clone(all)
	slices.Sort(descending) // one digit each: the order of the texts is that of the numbers
	slices.Reverse(descending)
	if !slices.Equal(all, descending) {
		t.Errorf("not the newest first: %v", all)
	}
	var rescan []Revision
	for _, r := range all {
		if parsed, ok := ParseRevision(string(r)); !ok || parsed != r {
			t.Errorf("ParseRevision(%q) = %q, %t", r, parsed, ok)
		}
		if r.Product() == "" {
			t.Errorf("%s has no product", r)
		}
		if r.HasRescan() {
			rescan = append(rescan, r)
		}
	}
	if !slices.Equal(rescan, []Revision{"1.3-rev0", "1.2-rev0", "1.1-rev0", "1.0-rev0"}) {
		t.Errorf("with the rescan: %v", rescan)
	}
	for _, wrong := range []string{"", "auto", "1.3", "1.3-REV0", " 1.3-rev0", "1.10-rev0", "v8"} {
		if got, ok := ParseRevision(wrong); ok || got != "" {
			t.Errorf("ParseRevision(%q) = %q, %t", wrong, got, ok)
		}
	}
	if r := Revision("9.9-rev9"); r.HasRescan() || r.Product() != "" {
		t.Error("an unknown revision has something")
	}
}

func TestRescanUnsupportedText(t *testing.T) {
	t.Parallel()
	told := (&RescanUnsupportedError{Newest: "1.6-rev0", Appliance: "8.1.0.7"}).Error()
	for _, part := range []string{"removed from the API", "1.4-rev0", "version 8 and later", "version 8.1.0.7", "1.6-rev0", "add it again", "console", "up to 7"} {
		if !strings.Contains(told, part) {
			t.Errorf("%q is missing in: %s", part, told)
		}
	}
	untold := (&RescanUnsupportedError{Newest: "1.6-rev0"}).Error()
	if !strings.Contains(untold, "This appliance uses revision 1.6-rev0") {
		t.Errorf("untold: %s", untold)
	}
}

// The version is a courtesy: whatever goes wrong with it, the explanation stays.
func TestUnsupportedWithoutTheVersion(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 404, 500} {
		f := newFake(t, "1.6-rev0", "1.4-rev0")
		f.on("GET "+versionPath, status, "")
		_, err := f.client().RescanRevision(t.Context())
		var unsupported *RescanUnsupportedError
		if !errors.As(err, &unsupported) || *unsupported != (RescanUnsupportedError{Newest: "1.6-rev0"}) {
			t.Errorf("status %d: %v", status, err)
		}
	}
}

func TestApplianceVersion(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.6-rev0")
	c := f.client(pinned("1.6-rev0"))
	if got, err := c.ApplianceVersion(t.Context()); err != nil || got != "8.1.0.7" {
		t.Errorf("got %q, %v", got, err)
	}
	must(t, f, "POST /api/v1/token 1.6-rev0", "GET /api/v1/system/version 1.6-rev0")
	f.on("GET "+versionPath, 403, problem(403, "accessDenied", "Access denied", "AccessDenied", ""))
	if _, err := c.ApplianceVersion(t.Context()); !errors.Is(err, rest.ErrForbidden) {
		t.Errorf("err = %v", err)
	}
}

func TestVersionRefusal(t *testing.T) {
	t.Parallel()
	named := rest.APIError{Status: 400, Path: repositoryPath, Problem: "unsupportedApiVersion"}
	with := func(change func(*rest.APIError)) *rest.APIError {
		e := named
		change(&e)
		return &e
	}
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"named":                  {&named, true},
		"wrapped":                {fmt.Errorf("call: %w", &named), true},
		"named 404":              {with(func(e *rest.APIError) { e.Status = 404 }), true},
		"named 405":              {with(func(e *rest.APIError) { e.Status = 405 }), true},
		"named 401":              {with(func(e *rest.APIError) { e.Status = 401 }), false},
		"named 500":              {with(func(e *rest.APIError) { e.Status = 500 }), false},
		"other problem":          {with(func(e *rest.APIError) { e.Problem = "validationError" }), false},
		"by code":                {with(func(e *rest.APIError) { e.Problem, e.Code = "", "ApiVersionUnspecified" }), true},
		"by message":             {with(func(e *rest.APIError) { e.Problem, e.Message = "", "The API version 1.9 is not known." }), true},
		"bare 400 on token":      {&rest.APIError{Status: 400, Path: tokenPath}, false},
		"bare 404 on token":      {&rest.APIError{Status: 404, Path: tokenPath}, true},
		"bare 405 on time":       {&rest.APIError{Status: 405, Path: timePath}, true},
		"bare 404 elsewhere":     {&rest.APIError{Status: 404, Path: repositoryPath + "/x"}, false},
		"words of another":       {&rest.APIError{Status: 404, Path: tokenPath, Message: "no such page"}, false},
		"no answer":              {&rest.TransportError{Path: tokenPath}, false},
		"none":                   {nil, false},
		"account refused on 400": {&rest.APIError{Status: 400, Path: tokenPath, Code: "AccessDenied", Problem: "accessDenied"}, false},
	} {
		if got := versionRefusal(c.err) != nil; got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	if _, err := New(Config{Rest: rest.Options{TLS: rest.TLSOptions{CA: []byte("no PEM")}}}); err == nil {
		t.Error("no error")
	}
}

func TestProductInMessages(t *testing.T) {
	t.Parallel()
	f := newFake(t, "1.9-rev0")
	f.routes["GET "+repositoryPath] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }
	if _, err := f.client().Repositories(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "Veeam Backup for AWS answered GET /api/v1/repositories with 500") {
		t.Errorf("err = %v", err)
	}
}
