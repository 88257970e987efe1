// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"math"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/argument"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

func operatingSystemAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{stringvalidator.OneOf(operatingSystems...)},
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIf(replacesSystem, "", "")},
		MarkdownDescription: "`Windows` or `Linux`. If omitted, the server decides. Changing it replaces the proxy. " +
			conn.FeatureNote("operating_system"),
	}
}

func sshAttribute() schema.Attribute {
	secret := func(description string, value validator.String) schema.Attribute {
		return schema.StringAttribute{
			Optional: true, WriteOnly: true,
			Validators: []validator.String{
				value,
				stringvalidator.AlsoRequires(path.MatchRelative().AtParent().AtName("secrets_wo_version")),
			},
			MarkdownDescription: description + " Write-only: never stored. If omitted, the one of `proxy_credentials` is used.",
		}
	}
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{Optional: true, MarkdownDescription: description + " If omitted, it is not sent."}
	}
	return schema.SingleNestedAttribute{
		Optional: true, Validators: []validator.Object{argument.NotEmpty()},
		MarkdownDescription: "How the server connects to a Linux machine. If omitted, accounts and secrets come from `proxy_credentials`; at destroy the " +
			"secrets always come from there. " + conn.FeatureNote("ssh"),
		Attributes: map[string]schema.Attribute{
			"account": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "SSH user. If omitted, the `username` of `proxy_credentials` is used.",
			},
			"account_password_wo":       secret("Password of the SSH user; not needed where sudo asks for none.", validate.Password()),
			"private_key_wo":            secret("Content of the private key file.", stringvalidator.LengthAtLeast(1)),
			"private_key_passphrase_wo": secret("Passphrase of the private key.", validate.Password()),
			"root_password_wo":          secret("Password of root, for `add_to_sudoers` and `use_su_if_sudo_unavailable`.", validate.Password()),
			"secrets_wo_version": schema.Int64Attribute{
				Optional: true, MarkdownDescription: "Version of the write-only secrets of this block. Increment it to send new values. If omitted, they cannot be set.",
			},
			"port": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(1, 65535)},
				MarkdownDescription: "SSH port. Defaults to `22`.",
			},
			"connection_timeout": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
				MarkdownDescription: "Timeout of the SSH connection, in milliseconds. Defaults to `30000`.",
			},
			"elevate_account_to_root":    flag("Whether to gain root rights with sudo."),
			"add_to_sudoers":             flag("Whether the server adds the user to the sudoers file."),
			"use_su_if_sudo_unavailable": flag("Whether to use `su` if there is no `sudo`."),
			"ignore_fingerprint_check":   flag("Whether to accept any host key."),
			"fingerprint": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Expected fingerprint of the host key of the machine. If omitted, it is not sent.",
			},
			"host_public_key": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Public host key of the machine, in Base64, which the server verifies. If omitted, it is not sent.",
			},
		},
	}
}

func serviceAccountAttribute() schema.Attribute {
	parent := path.MatchRelative().AtParent()
	return schema.SingleNestedAttribute{
		Optional: true, Validators: []validator.Object{argument.NotEmpty()},
		PlanModifiers: []planmodifier.Object{objectplanmodifier.RequiresReplaceIf(replacesServiceAccount, "", "")},
		MarkdownDescription: "Account that the proxy service runs as. If omitted, the server chooses it. Changing `name` or `create` replaces the proxy; the first account that is " +
			"configured for an imported proxy is assumed to be the existing one. " +
			conn.FeatureNote("service_account"),
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Name of the account, on Windows in the form `EXAMPLE\\svc-proxy`.",
			},
			"password_wo": schema.StringAttribute{
				Optional: true, WriteOnly: true,
				Validators:          []validator.String{validate.Password(), stringvalidator.AlsoRequires(parent.AtName("password_wo_version"))},
				MarkdownDescription: "Password of the account. Write-only: never stored. If omitted, none is sent.",
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of `password_wo`. Increment it to send a new value. If omitted, `password_wo` cannot be set.",
			},
			"create": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Whether the server creates the account on the machine. Defaults to `false`.",
			},
		},
	}
}

func maintenanceModeAttribute() schema.Attribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true,
		PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		MarkdownDescription: "Whether the proxy is in maintenance mode. Requires membership in a pool, so a new proxy cannot be in it. If omitted, the mode is not changed. " +
			conn.FeatureNote("maintenance_mode"),
	}
}

func removalAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true, Validators: []validator.Object{argument.NotEmpty()},
		MarkdownDescription: "How destroy removes the proxy. Must be applied before destroy to take effect. If omitted, the removal is not forced.",
		Attributes: map[string]schema.Attribute{
			"force": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to remove the proxy even if its machine is unreachable, if it is in use, or if it is the default proxy. " +
					"Defaults to `false`. " + conn.FeatureNote("removal.force"),
			},
		},
	}
}
