// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/veeam-community/terraform-provider-veeam/internal/argument"
	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// settings reads the arguments of one product's block: the configuration first, then the environment.
type settings struct {
	ctx    context.Context
	config tfsdk.Config
	block  string
	diags  *diag.Diagnostics
	errors int // that diags had before

	unknown       bool // an argument is another object's output that is not known yet
	noEnvironment bool
}

func newSettings(ctx context.Context, config tfsdk.Config, block string, diags *diag.Diagnostics) *settings {
	return &settings{ctx: ctx, config: config, block: block, diags: diags, errors: diags.ErrorsCount()}
}

// present tells whether the product is configured at all: by its block, or by the variable of its endpoint.
func (s *settings) present() bool {
	var block types.Object
	s.diags.Append(s.config.GetAttribute(s.ctx, path.Root(s.block), &block)...)
	s.unknown = block.IsUnknown()
	return !block.IsNull() || os.Getenv(s.variable("endpoint")) != ""
}

func (s *settings) failed() bool { return s.diags.ErrorsCount() > s.errors }

func (s *settings) path(argument string) path.Path { return path.Root(s.block).AtName(argument) }

func (s *settings) variable(argument string) string {
	return "VEEAM_" + strings.ToUpper(s.block) + "_" + strings.ToUpper(argument)
}

func (s *settings) environment(argument string) string {
	if s.noEnvironment {
		return ""
	}
	return os.Getenv(s.variable(argument))
}

// configured tells whether the configuration itself, not the environment, has one of the arguments, which are texts.
func (s *settings) configured(arguments ...string) bool {
	return slices.ContainsFunc(arguments, func(argument string) bool {
		var value types.String
		s.diags.Append(s.config.GetAttribute(s.ctx, s.path(argument), &value)...)
		return !value.IsNull()
	})
}

func (s *settings) text(argument string) string {
	var value types.String
	s.diags.Append(s.config.GetAttribute(s.ctx, s.path(argument), &value)...)
	if value.IsUnknown() {
		s.unknown = true
	}
	if value.IsNull() {
		return s.environment(argument)
	}
	return value.ValueString()
}

// token is a text without what surrounds a pasted one; control characters in it are an error.
func (s *settings) token(name string) string {
	text := trimmed(s.text(name))
	s.check(name, argument.Invisible(text))
	return text
}

// password is a text that is taken as it is, so that a line end, which comes from a file, is an error.
func (s *settings) password(name string) string {
	text := s.text(name)
	s.check(name, argument.Invisible(text))
	return text
}

func (s *settings) flag(argument string) bool {
	var value types.Bool
	s.diags.Append(s.config.GetAttribute(s.ctx, s.path(argument), &value)...)
	s.unknown = s.unknown || value.IsUnknown()
	text := trimmed(s.environment(argument))
	if !value.IsNull() || text == "" {
		return value.ValueBool()
	}
	set, err := strconv.ParseBool(text)
	if err != nil {
		s.invalid(argument, "must be true or false")
	}
	return set
}

func (s *settings) integer(argument string, fallback, least, most int) int {
	var value types.Int64
	s.diags.Append(s.config.GetAttribute(s.ctx, s.path(argument), &value)...)
	s.unknown = s.unknown || value.IsUnknown()
	if !value.IsNull() {
		return int(value.ValueInt64())
	}
	text := trimmed(s.environment(argument))
	if text == "" {
		return fallback
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < least || number > most {
		s.invalid(argument, fmt.Sprintf("must be a whole number from %d to %d", least, most))
	}
	return number
}

func (s *settings) duration(argument string, fallback time.Duration) time.Duration {
	text := s.token(argument)
	if text == "" {
		return fallback
	}
	value, problem := parseDuration(text)
	s.check(argument, problem)
	return value
}

// version is the configured API version, empty for "auto".
func (s *settings) version(rule func(string) string) string {
	version := s.token("api_version")
	if version == "" || version == "auto" {
		return ""
	}
	s.check("api_version", rule(version))
	return version
}

// require reports a missing argument; one that is not known yet is not missing.
func (s *settings) require(argument, value string) bool {
	if value == "" && !s.unknown {
		s.diags.AddAttributeError(s.path(argument), "Missing Configuration",
			fmt.Sprintf("Block %q needs %s. Set it there, or set the environment variable %s.", s.block, argument, s.variable(argument)))
	}
	return value != ""
}

// check reports a problem once, if there is one.
func (s *settings) check(argument, problem string) {
	if problem != "" && !slices.ContainsFunc(s.diags.Errors(), func(d diag.Diagnostic) bool {
		at, ok := d.(diag.DiagnosticWithPath)
		return ok && at.Path().Equal(s.path(argument))
	}) {
		s.invalid(argument, problem)
	}
}

func (s *settings) invalid(argument, rule string) {
	var value types.String
	where := ""
	if s.config.GetAttribute(s.ctx, s.path(argument), &value); value.IsNull() && os.Getenv(s.variable(argument)) != "" {
		where = fmt.Sprintf(" (from the environment variable %s)", s.variable(argument))
	}
	s.diags.AddAttributeError(s.path(argument), "Invalid Configuration", fmt.Sprintf("%s of block %q%s %s.", argument, s.block, where, rule))
}

func (s *settings) unusable(err error) {
	s.diags.AddAttributeError(path.Root(s.block), "Invalid Configuration", fmt.Sprintf("Block %q cannot be used: %s.", s.block, err))
}

type machineModel struct {
	Username                types.String `tfsdk:"username"`
	Password                types.String `tfsdk:"password"`
	SSHPrivateKey           types.String `tfsdk:"ssh_private_key"`
	SSHPrivateKeyPassphrase types.String `tfsdk:"ssh_private_key_passphrase"`
	SSHRootPassword         types.String `tfsdk:"ssh_root_password"`
}

// proxyCredentials reads the map of machines' accounts. An entry without any value, such as that of an ephemeral variable
// which was not given again, is none; so is one that is null.
func proxyCredentials(s *settings) conn.Credentials {
	var entries types.Map
	s.diags.Append(s.config.GetAttribute(s.ctx, s.path("proxy_credentials"), &entries)...)
	credentials := conn.Credentials{Entries: map[string]conn.Machine{}, Unknown: entries.IsUnknown() || s.unknown && entries.IsNull()}
	var objects map[string]types.Object
	if !entries.IsNull() && !entries.IsUnknown() {
		s.diags.Append(entries.ElementsAs(s.ctx, &objects, false)...)
	}
	for name, object := range objects {
		if object.IsNull() {
			continue
		}
		if object.IsUnknown() {
			credentials.Entries[name] = conn.Machine{Unknown: true}
			continue
		}
		var m machineModel
		s.diags.Append(s.config.GetAttribute(s.ctx, s.path("proxy_credentials").AtMapKey(name), &m)...)
		machine := conn.Machine{
			Username: m.Username.ValueString(), Password: rest.Secret(m.Password.ValueString()),
			SSHPrivateKey:           rest.Secret(m.SSHPrivateKey.ValueString()),
			SSHPrivateKeyPassphrase: rest.Secret(m.SSHPrivateKeyPassphrase.ValueString()),
			SSHRootPassword:         rest.Secret(m.SSHRootPassword.ValueString()),
			Unknown: m.Username.IsUnknown() || m.Password.IsUnknown() || m.SSHPrivateKey.IsUnknown() ||
				m.SSHPrivateKeyPassphrase.IsUnknown() || m.SSHRootPassword.IsUnknown(),
		}
		if machine != (conn.Machine{}) {
			credentials.Entries[name] = machine
		}
	}
	username, password := trimmed(os.Getenv(s.variable("proxy_username"))), os.Getenv(s.variable("proxy_password"))
	for variable, text := range map[string]string{"proxy_username": username, "proxy_password": password} {
		if problem := argument.Invisible(text); problem != "" {
			s.diags.AddError("Invalid Configuration", fmt.Sprintf("The environment variable %s %s.", s.variable(variable), problem))
		}
	}
	if !credentials.HasDefault() && (username != "" || password != "") {
		credentials.Entries[conn.DefaultEntry] = conn.Machine{Username: username, Password: rest.Secret(password), FromEnvironment: true}
	}
	return credentials
}

// logger passes the clients' lines to Terraform's log. It asks for the level first: tflog looks at it only after its work.
type logger struct{}

func (logger) Debug(ctx context.Context, message string, fields map[string]any) {
	if tflog.IsDebug(ctx) {
		tflog.Debug(ctx, message, fields)
	}
}

func (logger) Warn(ctx context.Context, message string, fields map[string]any) {
	if tflog.IsWarn(ctx) {
		tflog.Warn(ctx, message, fields)
	}
}
