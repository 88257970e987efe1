// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/argument"
)

func (p *veeamProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	vb365Attributes := connectionAttributes("vb365", 4443, vb365Version, "`v3` to `v8`, or `auto` for the newest one that the server supports. Defaults to `auto`")
	maps.Copy(vb365Attributes, map[string]schema.Attribute{"proxy_credentials": proxyCredentialsAttribute(), "force_removal": forceRemovalAttribute()})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages Veeam Backup for Microsoft 365 servers and Veeam Backup for AWS appliances: backup proxies, which are removed on destroy, and rescans that are part of the plan.\n\n" +
			"Configure the block of each product that you use. Every argument may come from an environment variable instead; the configuration takes precedence.",
		Attributes: map[string]schema.Attribute{
			"vb365": schema.SingleNestedAttribute{
				Optional: true, Attributes: vb365Attributes, Validators: []validator.Object{notEmpty{argument.NotEmpty(), "vb365"}},
				MarkdownDescription: "Connection to a Veeam Backup for Microsoft 365 server. If omitted, environment variables are used; objects of the product need one of them.",
			},
			"vbaws": schema.SingleNestedAttribute{
				Optional: true, Validators: []validator.Object{notEmpty{argument.NotEmpty(), "vbaws"}},
				Attributes: connectionAttributes("vbaws", 11005, vbawsRevision, "a revision such as `1.3-rev0`, or `auto` for the newest one that the appliance accepts. Defaults to `auto`. "+
					"Repository rescans use the newest revision that has them, regardless of this argument"),
				MarkdownDescription: "Connection to a Veeam Backup for AWS appliance. If omitted, environment variables are used; objects of the product need one of them.",
			},
		},
	}
}

// connectionAttributes are the arguments that both products have.
func connectionAttributes(block string, port int, version func(string) string, versions string) map[string]schema.Attribute {
	from := func(argument string) string {
		return fmt.Sprintf(" Environment: `VEEAM_%s_%s`.", strings.ToUpper(block), strings.ToUpper(argument))
	}
	without := func(names ...string) validator.String {
		var expressions []path.Expression
		for _, name := range names {
			expressions = append(expressions, path.MatchRelative().AtParent().AtName(name))
		}
		return excludes{stringvalidator.ConflictsWith(expressions...)}
	}
	text := func(name, description string, validators ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			Optional: true, MarkdownDescription: description + from(name),
			Validators: append([]validator.String{stringvalidator.LengthAtLeast(1)}, validators...),
		}
	}
	trimmedRule := func(name string, problem func(trimmed string) string) validator.String {
		return rule{block, name, func(text string) string { return problem(trimmed(text)) }}
	}
	password := text("password", "Password of `username`. May be an ephemeral value. If omitted, `access_token` is required.", rule{block, "password", argument.Invisible})
	token := text("access_token", "Access token, instead of `username` and `password`. The provider cannot renew it. If omitted, the provider logs in.",
		without("username", "password"), trimmedRule("access_token", argument.Invisible))
	password.Sensitive, token.Sensitive = true, true
	return map[string]schema.Attribute{
		"endpoint": text("endpoint", fmt.Sprintf("URL of the REST API, for example `https://%s.example.com:%d`. The scheme is always `https`. The port defaults to %d. If omitted, the environment variable is required.", block, port, port),
			trimmedRule("endpoint", func(text string) string {
				_, problem := parseEndpoint(block, strconv.Itoa(port), text)
				return problem
			})),
		"username": text("username", "Account that logs in. Must not require multi-factor authentication. If omitted, `access_token` is required.", trimmedRule("username", argument.Invisible)),
		"password": password, "access_token": token,
		"api_version":         text("api_version", "Version of the API: "+versions+".", trimmedRule("api_version", version)),
		"ca_certificate":      text("ca_certificate", "Certificate of the certificate authority, in PEM format. Conflicts with `ca_certificate_file` and `certificate_sha256`. If omitted, the authorities of the system are trusted.", without("ca_certificate_file", "certificate_sha256")),
		"ca_certificate_file": text("ca_certificate_file", "Path to a PEM file with the certificate of the certificate authority. Conflicts with `ca_certificate` and `certificate_sha256`. If omitted, the authorities of the system are trusted.", without("certificate_sha256")),
		"certificate_sha256": text("certificate_sha256", "SHA-256 fingerprint of the certificate. Only this certificate is accepted, self-signed or not. "+
			"The error about an untrusted certificate shows it. Conflicts with `ca_certificate` and `ca_certificate_file`. If omitted, the certificate is verified.", trimmedRule("certificate_sha256", func(text string) string {
			_, problem := parseFingerprint(text)
			return problem
		})),
		"insecure_skip_verify": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Disables the verification of the certificate. Insecure. Defaults to `false`." + from("insecure_skip_verify"),
		},
		"request_timeout": text("request_timeout", "Timeout of one request, for example `90s`. Requests that install or uninstall software have "+
			"the timeouts of the object instead. Defaults to `60s`.", trimmedRule("request_timeout", func(text string) string {
			_, problem := parseDuration(text)
			return problem
		})),
		"max_retries": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(0, 20)},
			MarkdownDescription: "Maximum number of retries after a transient failure. Write requests are retried only if the server cannot have processed them: they were not sent, or the response is 401, 429, or 503 with `Retry-After`. Defaults to `3`." + from("max_retries"),
		},
		"max_concurrent_requests": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(1, 100)},
			MarkdownDescription: "Maximum number of concurrent requests. Defaults to `10`." + from("max_concurrent_requests"),
		},
	}
}

func forceRemovalAttribute() schema.Attribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Forces the removal of every proxy that is destroyed, as `removal.force` does for one proxy, but without an apply before the destroy. " +
			"A forced removal also succeeds while the machine is unreachable or the proxy is in use, and then **the proxy service stays installed on the machine**. Set it for one " +
			"destroy, and unset it afterwards. Ignored with API versions that have no forced removal (v3 and v4). Defaults to `false`. Environment: `VEEAM_VB365_FORCE_REMOVAL`.",
	}
}

func proxyCredentialsAttribute() schema.Attribute {
	secret := func(description string, validators ...validator.String) schema.Attribute {
		return schema.StringAttribute{Optional: true, Sensitive: true, Validators: validators, MarkdownDescription: description}
	}
	line := argument.Rule("must not contain control characters", argument.Invisible)
	return schema.MapNestedAttribute{
		Optional: true,
		MarkdownDescription: "Accounts of the machines that backup proxies run on, used to create, update and remove proxies. Never stored in state. A proxy uses " +
			"the entry named by its `credentials_name`, otherwise the entry with the name of its host, otherwise the entry `default`. An exact match has precedence over a case-insensitive one. May be ephemeral values. " +
			"If omitted, requests for proxies contain no credentials. Environment: `VEEAM_VB365_PROXY_USERNAME` and `VEEAM_VB365_PROXY_PASSWORD` set the entry `default`.",
		// All of its values may come from variables that are not set for this command, so an empty entry is a warning only.
		NestedObject: schema.NestedAttributeObject{Validators: []validator.Object{argument.WarnEmpty("")}, Attributes: map[string]schema.Attribute{
			"username":                   schema.StringAttribute{Optional: true, Validators: []validator.String{line}, MarkdownDescription: "Account of the machine, for example `EXAMPLE\\proxy-admin`; on Linux the SSH user. If omitted, none is sent."},
			"password":                   secret("Password of the account. If omitted, none is sent.", line),
			"ssh_private_key":            secret("Linux: content of the private key file of the SSH user. If omitted, the password is used."),
			"ssh_private_key_passphrase": secret("Linux: passphrase of the private key. If omitted, the key has none.", line),
			"ssh_root_password":          secret("Linux: password of root, if `su` or `add_to_sudoers` needs it. If omitted, none is sent.", line),
		}},
	}
}
