// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/argument"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// The rules of the arguments are applied twice: by validate, to what is in the configuration, and by configure, to what comes from
// the environment or was unknown before. Each returns what is wrong, in words that follow the name of the argument, or nothing.

// trimmed removes what surrounds a pasted value or the content of a file: blanks, line ends and a byte order mark.
func trimmed(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) })
}

func parseEndpoint(block, defaultPort, text string) (endpoint *url.URL, problem string) {
	if problem := argument.Invisible(text); problem != "" {
		return nil, problem
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, fmt.Sprintf("must be a URL such as https://%s.example.com:%s", block, defaultPort)
	case u.User != nil:
		return nil, "must not contain credentials; use username and password"
	case u.Scheme != "https":
		return nil, "must begin with https://: credentials are never sent unencrypted"
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, "must end after host and port: the provider adds the paths of the API itself"
	case u.Port() == "":
		u.Host = strings.TrimSuffix(u.Host, ":") + ":" + defaultPort
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, ""
}

func parseDuration(text string) (d time.Duration, problem string) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, "must be a positive duration such as 90s or 2m"
	}
	return d, ""
}

func parseFingerprint(text string) (sum []byte, problem string) {
	sum, err := rest.ParseFingerprint(text)
	if err != nil {
		return nil, "must be a fingerprint: " + err.Error()
	}
	return sum, ""
}

// versionRule makes the rule for api_version.
func versionRule[V ~string](parse func(string) (V, bool), all []V) func(string) string {
	return func(text string) string {
		if _, known := parse(text); text == "auto" || known {
			return ""
		}
		names := make([]string, len(all))
		for i, version := range all {
			names[i] = strconv.Quote(string(version))
		}
		return "must be \"auto\" or one of " + strings.Join(names, ", ")
	}
}

// rule is the validator of a rule.
type rule struct {
	block, name string
	problem     func(string) string
}

func (rule) Description(context.Context) string { return "must be usable" }

func (a rule) MarkdownDescription(ctx context.Context) string { return a.Description(ctx) }

func (a rule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.ValueString() == "" { // the last has a message of its own
		return
	}
	if problem := a.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid Configuration", fmt.Sprintf("%s of block %q %s.", a.name, a.block, problem))
	}
}

// notEmpty refuses a block without arguments. If the environment configures the product, it is a warning: the block may be
// meant, but a misspelt endpoint would silently be that of the environment.
type notEmpty struct {
	validator.Object
	block string
}

func (n notEmpty) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	check, variables := n.Object, "VEEAM_"+strings.ToUpper(n.block)+"_"
	if os.Getenv(variables+"ENDPOINT") != "" {
		check = argument.WarnEmpty(" All settings come from the environment variables " + variables + "….")
	}
	check.ValidateObject(ctx, req, resp)
}

// excludes is stringvalidator.ConflictsWith, with the next step in its message.
type excludes struct{ validator.String }

func (e excludes) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	var conflicts validator.StringResponse
	e.String.ValidateString(ctx, req, &conflicts)
	for _, d := range conflicts.Diagnostics {
		resp.Diagnostics.AddAttributeError(req.Path, d.Summary(), strings.TrimSuffix(d.Detail(), ".")+". Remove one of them.")
	}
}
