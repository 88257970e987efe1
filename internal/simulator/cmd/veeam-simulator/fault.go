// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/veeam-community/terraform-provider-veeam/internal/simulator/appliance"
)

// errorPage is what a proxy in front of an appliance answers.
const errorPage = "<html><head><title>Error</title></head><body><center><h1>Error</h1></center></body></html>"

// parseFault reads METHOD:PATH:SETTINGS.
func parseFault(text string) (appliance.Fault, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) < 3 || parts[2] == "" {
		return appliance.Fault{}, errors.New("want METHOD:PATH:SETTINGS, such as POST:/v8/Proxies:status=503")
	}
	f := appliance.Fault{Method: pattern(strings.ToUpper(parts[0])), Path: pattern(parts[1])}
	if _, err := path.Match(f.Path, ""); err != nil || (f.Path != "" && !strings.HasPrefix(f.Path, "/")) {
		return f, fmt.Errorf("%q is no path", parts[1])
	}
	settings, body, hasBody := strings.Cut(parts[2], ",body=")
	if hasBody {
		if !json.Valid([]byte(body)) {
			return f, fmt.Errorf("body: %q is not JSON", body)
		}
		f.Body, f.ContentType = body, "application/json"
	}
	for setting := range strings.SplitSeq(settings, ",") {
		name, value, _ := strings.Cut(setting, "=")
		set, known := faultSettings[name]
		if !known {
			return f, fmt.Errorf("unknown setting %q", name)
		}
		if err := set(&f, value); err != nil {
			return f, fmt.Errorf("%s: %w", name, err)
		}
	}
	if f.Status == 0 && (f.Body != "" || f.Header != nil) && !f.Endless {
		return f, errors.New("html, body and retry-after need a status")
	}
	return f, nil
}

// pattern turns a lone "*" into what appliance.Fault takes for anything.
func pattern(text string) string {
	if text == "*" {
		return ""
	}
	return text
}

var faultSettings = map[string]func(f *appliance.Fault, value string) error{
	"status": func(f *appliance.Fault, value string) (err error) {
		f.Status, err = number(value, 200, 599)
		return err
	},
	"times": func(f *appliance.Fault, value string) (err error) { f.Times, err = number(value, 1, 1<<30); return err },
	"skip":  func(f *appliance.Fault, value string) (err error) { f.Skip, err = number(value, 0, 1<<30); return err },
	"truncate": func(f *appliance.Fault, value string) (err error) {
		f.Truncate, err = number(value, 1, 1<<30)
		return err
	},
	"latency": func(f *appliance.Fault, value string) (err error) {
		f.Latency, err = time.ParseDuration(value)
		if err == nil && f.Latency < 0 {
			err = errors.New("is negative")
		}
		return err
	},
	"drop": func(f *appliance.Fault, value string) error {
		f.DropBefore, f.DropAfter = value == "before", value == "after"
		if !f.DropBefore && !f.DropAfter {
			return fmt.Errorf("want before or after, not %q", value)
		}
		return nil
	},
	"retry-after": func(f *appliance.Fault, value string) error {
		_, err := number(value, 0, 1<<30)
		f.Header = http.Header{"Retry-After": {value}}
		return err
	},
	"html": func(f *appliance.Fault, value string) error {
		f.Body, f.ContentType = errorPage, "text/html"
		return noValue(value)
	},
	"body": func(*appliance.Fault, string) error { return errors.New("is the last setting, after a status") },
	"stall": func(f *appliance.Fault, value string) error {
		f.Stall = true
		return noValue(value)
	},
	"endless": func(f *appliance.Fault, value string) error {
		f.Endless = true
		return noValue(value)
	},
}

func number(value string, least, most int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("want a number from %d to %d, not %q", least, most, value)
	}
	return n, nil
}

func noValue(value string) error {
	if value != "" {
		return errors.New("takes no value")
	}
	return nil
}
