// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"math"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/veeam-community/terraform-provider-veeam/internal/argument"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/operation"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/validate"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

const proxyDescription = "Registers a backup proxy of Veeam Backup for Microsoft 365, and removes it on destroy.\n\n" +
	"Creating it installs the proxy service on the machine, which takes minutes. Destroying it issues the *remove* action with the " +
	"credentials of the proxy's machine, which come from `proxy_credentials` of the provider: write-only arguments are not available at destroy.\n\n" +
	"Works with API versions v3 to v8 (products 3.0 to 8).\n\n" +
	"Terraform and OpenTofu silently ignore arguments that do not exist inside attributes such as `network_throttling`, `removal` and `ssh`: " +
	"check in the plan that they are set."

func (r *proxyResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: proxyDescription,
		Attributes: map[string]schema.Attribute{
			"host_name": schema.StringAttribute{
				Required: true, Validators: []validator.String{validate.HostName()},
				PlanModifiers: []planmodifier.String{keepSameHost{}, stringplanmodifier.RequiresReplaceIf(replacesHost, "", "")},
				MarkdownDescription: "DNS name or IP address of the machine. Names are case-insensitive, and a short name equals the full name that the server reports. " +
					"Changing it to another machine replaces the proxy.",
			},
			"description": schema.StringAttribute{
				Optional: true, Computed: true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), keepSameText{}},
				MarkdownDescription: "Description of the proxy; `\"\"` clears it. If omitted, the text on the server is kept.",
			},
			"port": schema.Int64Attribute{
				Optional: true, Computed: true, Validators: []validator.Int64{int64validator.Between(1, 65535)},
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
				MarkdownDescription: "TCP port of the proxy service. If omitted, the port on the server is kept; that of a new proxy is 9193.",
			},
			"credentials_name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Entry of the provider's `proxy_credentials` for this proxy's machine. It is stored in state, so that destroy finds it. If omitted, the " +
					"entry named like the host is used, and then the entry `default`. Changing it sends nothing to the server.",
			},
			"username": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Account of the machine for create and update, for example `EXAMPLE\\proxy-admin`. If omitted, `proxy_credentials` are used. Destroy always uses those.",
			},
			"password_wo": schema.StringAttribute{
				Optional: true, WriteOnly: true,
				Validators: []validator.String{
					validate.Password(),
					stringvalidator.AlsoRequires(path.MatchRoot("username"), path.MatchRoot("password_wo_version")),
				},
				MarkdownDescription: "Password of `username`. Write-only: never stored, and not available at destroy. If omitted, `proxy_credentials` are used.",
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of `password_wo`. Increment it to send a new value. If omitted, `password_wo` cannot be set.",
			},
			"attach_used_proxy": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether create may take over a proxy that another Veeam Backup for Microsoft 365 server manages. Changing it later sends no request. Defaults to `false`.",
			},
			"use_domain_network": schema.BoolAttribute{
				Optional: true, Computed: true,
				PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown(), boolplanmodifier.RequiresReplaceIf(replacesFlag, "", "")},
				MarkdownDescription: "Whether the proxy is a member of a domain (`type` `Domain`) rather than of a workgroup. If omitted, the setting on the server is kept; that of a new proxy is `false`. Changing it " +
					"replaces the proxy. " + conn.FeatureNote("use_domain_network"),
			},
			"threads_number": schema.Int64Attribute{
				Optional: true, Computed: true, Validators: []validator.Int64{int64validator.Between(1, math.MaxInt32)},
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
				MarkdownDescription: "Number of threads of the proxy. If omitted, the number on the server is kept; that of a new proxy is 64. " + conn.FeatureNote("threads_number"),
			},
			"network_throttling": schema.SingleNestedAttribute{
				Optional: true, Validators: []validator.Object{argument.NotEmpty()},
				MarkdownDescription: "Limit of the network bandwidth. If omitted, there is no limit.",
				Attributes: map[string]schema.Attribute{
					"value": schema.Int64Attribute{
						Required: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
						MarkdownDescription: "The limit, in `unit`.",
					},
					"unit": schema.StringAttribute{
						Optional: true, Computed: true, Default: stringdefault.StaticString("Mbps"),
						Validators:          []validator.String{stringvalidator.OneOf("Mbps", "MBs", "KBs")},
						MarkdownDescription: "`Mbps` (megabits per second), `MBs` (megabytes per second) or `KBs` (kilobytes per second). Defaults to `Mbps`.",
					},
				},
			},
			"internet_proxy":   internetProxyAttribute(),
			"operating_system": operatingSystemAttribute(),
			"ssh":              sshAttribute(),
			"service_account":  serviceAccountAttribute(),
			"maintenance_mode": maintenanceModeAttribute(),
			"removal":          removalAttribute(),
			"id":               computedString("ID of the proxy."),
			"type":             computedString("`Local` (the proxy on the server itself), `Domain` or `Workgroup`. Before API version v6 only `Local` is returned."),
			"fqdn":             computedString("Fully qualified name of the machine, as the server found it. " + conn.FeatureNote("fqdn")),
			"status":           computedString("`Online` or `Offline`, at the last refresh."),
			"version":          computedString("Build of the proxy service. " + conn.FeatureNote("version")),
			"proxy_pool_id":    computedString("ID of the proxy pool that the proxy belongs to. " + conn.FeatureNote("proxy_pool_id")),
			"timeouts":         timeoutsAttribute(ctx),
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	return operation.Timeouts(ctx, "Durations such as `90s`, `30m` or `2h`. Changing them sends no request. If omitted, the defaults apply.", timeouts.Opts{
		Create: true, CreateDescription: "Timeout of the creation, which installs software on the machine. Defaults to `30m`.",
		Read: true, ReadDescription: "Timeout of a refresh. Defaults to `5m`.",
		Update: true, UpdateDescription: "Timeout of an update, which deploys the settings to the machine. Defaults to `30m`.",
		Delete: true, DeleteDescription: "Timeout of the removal, which uninstalls software from the machine. Defaults to `30m`. Must be applied before destroy to take effect.",
	})
}

// computedString is an attribute that only the server sets, and that keeps its value when the proxy is edited.
func computedString(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed: true, MarkdownDescription: description, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

func internetProxyAttribute() schema.Attribute {
	custom := path.MatchRelative().AtParent()
	return schema.SingleNestedAttribute{
		Optional: true, Validators: []validator.Object{argument.NotEmpty()},
		MarkdownDescription: "Internet proxy that the backup proxy uses. If omitted, it uses none.",
		Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Required: true, Validators: []validator.String{stringvalidator.OneOf("FromManagementServer", "Custom")},
				MarkdownDescription: "`FromManagementServer` (the settings of the server) or `Custom` (those below).",
			},
			"host_name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.HostName()},
				MarkdownDescription: "Host name of the internet proxy. Required with type `Custom`. If omitted, none is sent.",
			},
			"port": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.Between(1, 65535)},
				MarkdownDescription: "Port of the internet proxy. Defaults to `3128` with type `Custom`.",
			},
			"username": schema.StringAttribute{
				Optional: true, Validators: []validator.String{validate.NotBlank()},
				MarkdownDescription: "Account at the internet proxy. If omitted, none is sent.",
			},
			"password_wo": schema.StringAttribute{
				Optional: true, WriteOnly: true,
				Validators: []validator.String{
					validate.Password(),
					stringvalidator.AlsoRequires(custom.AtName("username"), custom.AtName("password_wo_version")),
				},
				MarkdownDescription: "Password of `username`. Write-only: never stored. If omitted, none is sent.",
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Version of `password_wo`. Increment it to send a new value. If omitted, `password_wo` cannot be set.",
			},
		},
	}
}
