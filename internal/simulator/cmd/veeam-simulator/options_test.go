// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"flag"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/vbaws"
)

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, option := range []string{"--help", "-h"} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{option}, &stdout, &stderr); code != 0 || stderr.Len() > 0 {
			t.Errorf("%s: %d %s", option, code, stderr.String())
		}
		if stdout.String() != usage {
			t.Errorf("%s: got %s", option, stdout.String())
		}
	}
	(&options{}).flagSet().VisitAll(func(f *flag.Flag) {
		if !strings.Contains(usage, "\n  --"+f.Name+" ") {
			t.Errorf("the help does not tell of --%s", f.Name)
		}
	})
	for name := range faultSettings {
		if !strings.Contains(usage, " "+name+"=") && !strings.Contains(usage, " "+name+" ") {
			t.Errorf("the help does not tell of the fault setting %s", name)
		}
	}
	for _, id := range []string{proxyID(1), repositoryID(1), vb365RepositoryID(1), roleID(1), regionID(1)} {
		if promised := strings.TrimSuffix(id, "1") + "n"; !strings.Contains(usage, promised) {
			t.Errorf("the help does not promise %s", promised)
		}
	}
	for i, name := range regionNames {
		if !strings.Contains(usage, fmt.Sprintf("%d %s", i+1, name)) {
			t.Errorf("the help does not tell of region %d, %s", i+1, name)
		}
	}
	for line := range strings.SplitSeq(usage, "\n") {
		if len(line) > 120 {
			t.Errorf("a line of %d columns: %s", len(line), line)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"--version"}, &stdout, &stderr); code != 0 || stdout.String() != "veeam-simulator dev\n" {
		t.Errorf("got %d %s%s", code, stdout.String(), stderr.String())
	}
}

// TestFaultsOfTheHelp: the examples are right, in a POSIX shell.
func TestFaultsOfTheHelp(t *testing.T) {
	t.Parallel()
	examples := regexp.MustCompile(`--fault '([^']+)'`).FindAllStringSubmatch(usage, -1)
	if len(examples) != 2 {
		t.Errorf("got %d examples: %q", len(examples), examples)
	}
	for _, example := range examples {
		if _, err := parseFault(example[1]); err != nil {
			t.Errorf("%s: %v", example[1], err)
		}
	}
}

func TestEveryProductOfTheHelpStarts(t *testing.T) {
	t.Parallel()
	if list := strings.Join(vb365Products, ", "); !strings.Contains(usage, list+" or none") {
		t.Errorf("the help does not list %s", list)
	}
	for _, product := range vb365Products {
		vb365.New(vb365.Config{Product: product}) // panics when it is unknown
	}
	if list := strings.Join(vbaws.Products(), ", "); !strings.Contains(usage, list+" or none") {
		t.Errorf("the help does not list %s", list)
	}
}

func TestWrongOptions(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"--vb365-product 9":                            "--vb365-product is one of 3.0, 4.0",
		"--vbaws-product 1.0":                          "--vbaws-product is one of 2.0, 3.0",
		"--vb365-product none --vbaws-product none":    "both products are left out",
		"--session-outcome Success":                    "--session-outcome is one of",
		"--session-duration soon":                      "session-duration",
		"--session-duration -1s":                       "--session-duration is too short",
		"--rescan-duration -1s":                        "--rescan-duration is too short",
		"--token-lifetime 0s":                          "--token-lifetime is too short",
		"--proxies -1":                                 "--proxies is a number from 0",
		"--roles -1":                                   "--roles is a number from 0",
		"--repositories 10001":                         "--repositories is a number from 0",
		"--user=":                                      "--user is empty",
		"--proxy-password=":                            "--proxy-password is empty",
		"--vb365-listen 0.0.0.0:4443":                  "--vb365-listen: \"0.0.0.0:4443\" is not on the loopback interface",
		"--vbaws-listen :11005":                        "is not on the loopback interface",
		"--vbaws-listen [::]:11005":                    "is not on the loopback interface",
		"--vbaws-listen 192.0.2.1:11005":               "is not on the loopback interface",
		"--vbaws-listen vbaws.example.com:1":           "is not on the loopback interface",
		"--vbaws-listen 127.0.0.1":                     "is not an address and a port",
		"--listen-anywhere":                            "not defined: -listen-anywhere",
		"serve":                                        "unexpected argument \"serve\"",
		"--fault POST:/v8/Proxies":                     "want METHOD:PATH:SETTINGS",
		"--fault POST:/v8/Proxies:":                    "want METHOD:PATH:SETTINGS",
		"--fault POST:v8/Proxies:status=500":           "\"v8/Proxies\" is no path",
		"--fault POST:/v8/[:status=500":                "is no path",
		"--fault POST:/v8/Proxies:state=500":           "unknown setting \"state\"",
		"--fault POST:/v8/Proxies:status=99":           "status: want a number from 200 to 599",
		"--fault POST:/v8/Proxies:status=x":            "status: want a number",
		"--fault POST:/v8/Proxies:times=0":             "times: want a number from 1",
		"--fault POST:/v8/Proxies:skip=-1":             "skip: want a number from 0",
		"--fault POST:/v8/Proxies:latency=2":           "latency: ",
		"--fault POST:/v8/Proxies:latency=-2s":         "latency: is negative",
		"--fault POST:/v8/Proxies:drop=now":            "drop: want before or after",
		"--fault POST:/v8/Proxies:endless=1":           "endless: takes no value",
		"--fault POST:/v8/Proxies:stall=1":             "stall: takes no value",
		"--fault POST:/v8/Proxies:html=1":              "html: takes no value",
		"--fault POST:/v8/Proxies:html":                "need a status",
		"--fault POST:/v8/Proxies:retry-after=5":       "need a status",
		"--fault POST:/v8/Proxies:retry-after=soon":    "retry-after: want a number",
		"--fault POST:/v8/Proxies:truncate=0":          "truncate: want a number from 1",
		"--fault POST:/v8/Proxies:body={}":             "body: is the last setting, after a status",
		"--fault POST:/v8/Proxies:status=403,body={a}": "body: \"{a}\" is not JSON",
		"--fault POST:/v8/Proxies:skip=1,body={}":      "need a status",
		"--certificate broken":                         "--certificate is one of expired, not-yet-valid, other-name",
		"--fault GET:*:status=500 --proxies=many":      "proxies",
		"--machine a.example.com --machine b --nosuch": "nosuch",
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), strings.Fields(line), &stdout, &stderr)
		if code != 2 || !strings.Contains(stderr.String(), want) || !strings.Contains(stderr.String(), "--help") || stdout.Len() > 0 {
			t.Errorf("%s: got %d %s%s, want %s", line, code, stderr.String(), stdout.String(), want)
		}
	}
}

func TestParseFault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]appliance.Fault{
		"POST:/v8/Proxies:status=503,times=2,latency=2s": {
			Method: "POST", Path: "/v8/Proxies", Status: 503, Times: 2, Latency: 2 * time.Second,
		},
		"get:/v8/Proxies/*:skip=3,drop=before": {Method: "GET", Path: "/v8/Proxies/*", Skip: 3, DropBefore: true},
		"*:*:drop=after":                       {DropAfter: true},
		"::truncate=10":                        {Truncate: 10},
		"*:/api/v1/repositories:endless":       {Path: "/api/v1/repositories", Endless: true},
		"*:/api/v1/repositories:stall":         {Path: "/api/v1/repositories", Stall: true},
		"*:/api/v1/token:status=502,html":      {Path: "/api/v1/token", Status: 502, Body: errorPage, ContentType: "text/html"},
		"DELETE:*:status=429,retry-after=0":    {Method: "DELETE", Status: 429, Header: map[string][]string{"Retry-After": {"0"}}},
		`GET:*:status=403,times=1,body={"a":"b=c,d","times":2}`: {
			Method: "GET", Status: 403, Times: 1, Body: `{"a":"b=c,d","times":2}`, ContentType: "application/json",
		},
		"GET:*:latency=250ms": {Method: "GET", Latency: 250 * time.Millisecond},
	} {
		got, err := parseFault(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
	}
}
