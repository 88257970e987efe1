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
	vb365Attributes := connectionAttributes("vb365", 4443, vb365Version, "`v3` to `v8`; `auto`, the default, takes the newest one that the server supports")
	maps.Copy(vb365Attributes, map[string]schema.Attribute{"proxy_credentials": proxyCredentialsAttribute(), "force_removal": forceRemovalAttribute()})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages Veeam Backup for Microsoft 365 servers and Veeam Backup for AWS appliances: backup proxies, which are removed on destroy, and rescans that are part of the plan.\n\n" +
			"Configure the block of each product that you use. Every argument may come from an environment variable instead; the configuration takes precedence.",
		Attributes: map[string]schema.Attribute{
			"vb365": schema.SingleNestedAttribute{
				Optional: true, Attributes: vb365Attributes, Validators: []validator.Object{notEmpty{argument.NotEmpty(), "vb365"}},
				MarkdownDescription: "Veeam Backup for Microsoft 365.",
			},
			"vbaws": schema.SingleNestedAttribute{
				Optional: true, Validators: []validator.Object{notEmpty{argument.NotEmpty(), "vbaws"}},
				Attributes: connectionAttributes("vbaws", 11005, vbawsRevision, "a revision such as `1.3-rev0`; `auto`, the default, takes the newest one that the appliance accepts. "+
					"The repository rescan finds its own revision, whatever is set here"),
				MarkdownDescription: "Veeam Backup for AWS.",
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
	password := text("password", "Password of `username`. May come from an ephemeral value.", rule{block, "password", argument.Invisible})
	token := text("access_token", "Access token to use instead of `username` and `password`, which it excludes. It is not renewed when it expires.",
		without("username", "password"), trimmedRule("access_token", argument.Invisible))
	password.Sensitive, token.Sensitive = true, true
	return map[string]schema.Attribute{
		"endpoint": text("endpoint", fmt.Sprintf("URL of the REST API, for example `https://%s.example.com:%d`. Always `https`; port %d when none is given.", block, port, port),
			trimmedRule("endpoint", func(text string) string {
				_, problem := parseEndpoint(block, strconv.Itoa(port), text)
				return problem
			})),
		"username": text("username", "Account that logs in. It must be able to without a second factor.", trimmedRule("username", argument.Invisible)),
		"password": password, "access_token": token,
		"api_version":         text("api_version", "Version of the API: "+versions+".", trimmedRule("api_version", version)),
		"ca_certificate":      text("ca_certificate", "Certificate authority of the certificate, in PEM form. Excludes `ca_certificate_file` and `certificate_sha256`.", without("ca_certificate_file", "certificate_sha256")),
		"ca_certificate_file": text("ca_certificate_file", "File with the certificate authority, in PEM form. Excludes `ca_certificate` and `certificate_sha256`.", without("certificate_sha256")),
		"certificate_sha256": text("certificate_sha256", "SHA-256 fingerprint of the certificate: this one is accepted, self-signed or not, and no other. "+
			"An error about an untrusted certificate prints it. Excludes `ca_certificate` and `ca_certificate_file`.", trimmedRule("certificate_sha256", func(text string) string {
			_, problem := parseFingerprint(text)
			return problem
		})),
		"insecure_skip_verify": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to accept any certificate, also of an attacker. Defaults to `false`." + from("insecure_skip_verify"),
		},
		"request_timeout": text("request_timeout", "How long one request may take, for example `90s`; requests that install or uninstall software are bounded by "+
			"the timeouts of the object instead. Defaults to `60s`.", trimmedRule("request_timeout", func(text string) string {
			_, problem := parseDuration(text)
			return problem
		})),
		"max_retries": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(0, 20)},
			MarkdownDescription: "How often a request is sent again after a temporary failure. A request that changes something, whatever its method, is repeated only if it was certainly not processed: it was never sent, or the server answered 401, 429, or 503 with Retry-After. Defaults to 3." + from("max_retries"),
		},
		"max_concurrent_requests": schema.Int64Attribute{
			Optional: true, Validators: []validator.Int64{int64validator.Between(1, 100)},
			MarkdownDescription: "How many requests may be under way at the same time. Defaults to 10." + from("max_concurrent_requests"),
		},
	}
}

func forceRemovalAttribute() schema.Attribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether to force the removal of every proxy that is destroyed, as `removal.force` does for one proxy, but without an apply before the destroy. " +
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
		MarkdownDescription: "Accounts of the machines that backup proxies run on, used to create, edit and remove proxies and never stored in state. A proxy takes " +
			"the entry that its `credentials_name` names, else the entry named like its host, else the entry `default`. An exact name counts first, then one that differs in case. They may come from ephemeral values. " +
			"Environment: `VEEAM_VB365_PROXY_USERNAME` and `VEEAM_VB365_PROXY_PASSWORD` stand for the entry `default`.",
		// All of its values may come from variables that are not set for this command, so an empty entry is a warning only.
		NestedObject: schema.NestedAttributeObject{Validators: []validator.Object{argument.WarnEmpty("")}, Attributes: map[string]schema.Attribute{
			"username":                   schema.StringAttribute{Optional: true, Validators: []validator.String{line}, MarkdownDescription: "Account of the machine, for example `EXAMPLE\\proxy-admin`; on Linux the SSH user."},
			"password":                   secret("Password of the account.", line),
			"ssh_private_key":            secret("Linux: content of the SSH user's private key file."),
			"ssh_private_key_passphrase": secret("Linux: passphrase of the private key.", line),
			"ssh_root_password":          secret("Linux: password of root, where `su` or the sudoers file needs it.", line),
		}},
	}
}
