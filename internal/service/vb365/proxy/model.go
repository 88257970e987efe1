// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

type proxyModel struct {
	HostName          types.String   `tfsdk:"host_name"`
	Description       types.String   `tfsdk:"description"`
	Port              types.Int64    `tfsdk:"port"`
	CredentialsName   types.String   `tfsdk:"credentials_name"`
	Username          types.String   `tfsdk:"username"`
	PasswordWO        types.String   `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64    `tfsdk:"password_wo_version"`
	AttachUsedProxy   types.Bool     `tfsdk:"attach_used_proxy"`
	UseDomainNetwork  types.Bool     `tfsdk:"use_domain_network"`
	ThreadsNumber     types.Int64    `tfsdk:"threads_number"`
	NetworkThrottling types.Object   `tfsdk:"network_throttling"`
	InternetProxy     types.Object   `tfsdk:"internet_proxy"`
	OperatingSystem   types.String   `tfsdk:"operating_system"`
	SSH               types.Object   `tfsdk:"ssh"`
	ServiceAccount    types.Object   `tfsdk:"service_account"`
	MaintenanceMode   types.Bool     `tfsdk:"maintenance_mode"`
	Removal           types.Object   `tfsdk:"removal"`
	ID                types.String   `tfsdk:"id"`
	Type              types.String   `tfsdk:"type"`
	FQDN              types.String   `tfsdk:"fqdn"`
	Status            types.String   `tfsdk:"status"`
	Version           types.String   `tfsdk:"version"`
	ProxyPoolID       types.String   `tfsdk:"proxy_pool_id"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

type throttlingModel struct {
	Value types.Int64  `tfsdk:"value"`
	Unit  types.String `tfsdk:"unit"`
}

type internetProxyModel struct {
	Type              types.String `tfsdk:"type"`
	HostName          types.String `tfsdk:"host_name"`
	Port              types.Int64  `tfsdk:"port"`
	Username          types.String `tfsdk:"username"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
}

type sshModel struct {
	Account                types.String `tfsdk:"account"`
	AccountPasswordWO      types.String `tfsdk:"account_password_wo"`
	PrivateKeyWO           types.String `tfsdk:"private_key_wo"`
	PrivateKeyPassphraseWO types.String `tfsdk:"private_key_passphrase_wo"`
	RootPasswordWO         types.String `tfsdk:"root_password_wo"`
	SecretsWOVersion       types.Int64  `tfsdk:"secrets_wo_version"`
	Port                   types.Int64  `tfsdk:"port"`
	ConnectionTimeout      types.Int64  `tfsdk:"connection_timeout"`
	ElevateAccountToRoot   types.Bool   `tfsdk:"elevate_account_to_root"`
	AddToSudoers           types.Bool   `tfsdk:"add_to_sudoers"`
	UseSuIfSudoUnavailable types.Bool   `tfsdk:"use_su_if_sudo_unavailable"`
	IgnoreFingerprintCheck types.Bool   `tfsdk:"ignore_fingerprint_check"`
	Fingerprint            types.String `tfsdk:"fingerprint"`
	HostPublicKey          types.String `tfsdk:"host_public_key"`
}

// unknown reports whether a value that opens the machine is not known yet.
func (m sshModel) unknown() bool {
	return m.Account.IsUnknown() || m.AccountPasswordWO.IsUnknown() || m.PrivateKeyWO.IsUnknown()
}

type serviceAccountModel struct {
	Name              types.String `tfsdk:"name"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	Create            types.Bool   `tfsdk:"create"`
}

type removalModel struct {
	Force types.Bool `tfsdk:"force"`
}

// object decodes a nested attribute; one that is null or unknown gives the zero T, all of whose values are null.
func object[T any](ctx context.Context, o types.Object, diags *diag.Diagnostics) T {
	var v T
	if !o.IsNull() && !o.IsUnknown() {
		diags.Append(o.As(ctx, &v, basetypes.ObjectAsOptions{})...)
	}
	return v
}

var throttlingTypes = map[string]attr.Type{"value": types.Int64Type, "unit": types.StringType}

var internetProxyTypes = map[string]attr.Type{
	"type": types.StringType, "host_name": types.StringType, "port": types.Int64Type,
	"username": types.StringType, "password_wo": types.StringType, "password_wo_version": types.Int64Type,
}

func nested[T any](ctx context.Context, attributes map[string]attr.Type, v T, diags *diag.Diagnostics) types.Object {
	o, d := types.ObjectValueFrom(ctx, attributes, v)
	diags.Append(d...)
	return o
}
