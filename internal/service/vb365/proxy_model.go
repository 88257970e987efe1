// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/internal/values"
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

// toAPI builds the settings that create and edit share. Left-out blocks are sent as switched off, so that removing
// one from the configuration takes effect. secrets are the configuration's model, the only place of write-only values.
func (m *proxyModel) toAPI(ctx context.Context, secrets *proxyModel, diags *diag.Diagnostics) api.ProxySpec {
	spec := api.ProxySpec{
		Description:             text(m.Description),
		Port:                    number(m.Port),
		ThreadsNumber:           number(m.ThreadsNumber),
		EnableNetworkThrottling: new(!m.NetworkThrottling.IsNull()),
		UseInternetProxy:        new(!m.InternetProxy.IsNull()),
	}
	if !m.NetworkThrottling.IsNull() {
		throttling := object[throttlingModel](ctx, m.NetworkThrottling, diags)
		spec.ThrottlingValue = number(throttling.Value)
		spec.ThrottlingUnit = text(throttling.Unit)
	}
	if !m.InternetProxy.IsNull() {
		proxy := object[internetProxyModel](ctx, m.InternetProxy, diags)
		spec.InternetProxyType = text(proxy.Type)
		if proxy.Type.ValueString() == "Custom" {
			secret := object[internetProxyModel](ctx, secrets.InternetProxy, diags)
			spec.InternetProxySettings = &api.InternetProxy{
				HostName: proxy.HostName.ValueString(), Port: 3128, UseAuthentication: !proxy.Username.IsNull(),
				Username: proxy.Username.ValueString(), Password: rest.Secret(secret.PasswordWO.ValueString()),
			}
			if !proxy.Port.IsNull() {
				spec.InternetProxySettings.Port = proxy.Port.ValueInt64()
			}
		}
	}
	return spec
}

// toCreate adds what only a creation takes.
func (m *proxyModel) toCreate(ctx context.Context, secrets *proxyModel, diags *diag.Diagnostics) api.ProxySpec {
	spec := m.toAPI(ctx, secrets, diags)
	spec.HostName = text(m.HostName)
	spec.AttachUsedProxy = flag(m.AttachUsedProxy)
	spec.UseDomainNetwork = flag(m.UseDomainNetwork)
	spec.OperatingSystem = text(m.OperatingSystem)
	if !m.ServiceAccount.IsNull() {
		account := object[serviceAccountModel](ctx, m.ServiceAccount, diags)
		secret := object[serviceAccountModel](ctx, secrets.ServiceAccount, diags)
		spec.ServiceAccountName = text(account.Name)
		spec.ServiceAccountPassword = rest.Secret(secret.PasswordWO.ValueString())
		spec.CreateServiceAccount = flag(account.Create)
	}
	return spec
}

// toSSH builds the SSH settings from the block, the write-only secrets of the configuration (zero at destroy), and
// the machine's entry in proxy_credentials, which fills what the others leave out.
func (m sshModel) toSSH(secrets sshModel, machine Machine) *api.SSHSettings {
	secret := func(own types.String, shared rest.Secret) rest.Secret {
		if own.ValueString() != "" {
			return rest.Secret(own.ValueString())
		}
		return shared
	}
	account := m.Account.ValueString()
	if account == "" {
		account = machine.Username
	}
	key := secret(secrets.PrivateKeyWO, machine.SSHPrivateKey)
	if key != "" {
		key = rest.Secret(base64.StdEncoding.EncodeToString([]byte(key.Reveal())))
	}
	return &api.SSHSettings{
		Account: account, AccountPassword: secret(secrets.AccountPasswordWO, machine.Password),
		PrivateKeyBase64: key, PrivateKeyPassphrase: secret(secrets.PrivateKeyPassphraseWO, machine.SSHPrivateKeyPassphrase),
		RootPassword: secret(secrets.RootPasswordWO, machine.SSHRootPassword),
		Port:         number(m.Port), ConnectionTimeout: number(m.ConnectionTimeout),
		ElevateAccountToRoot: flag(m.ElevateAccountToRoot), AddToSudoers: flag(m.AddToSudoers),
		UseSuIfSudoUnavailable: flag(m.UseSuIfSudoUnavailable), IgnoreFingerprintCheck: flag(m.IgnoreFingerprintCheck),
		Fingerprint: m.Fingerprint.ValueString(), PublicBase64Key: m.HostPublicKey.ValueString(),
	}
}

// fromAPI takes over what the server tells. What it does not tell, because the version lacks the field or the proxy
// is offline, stays as it was.
func (m *proxyModel) fromAPI(ctx context.Context, version api.Version, p api.Proxy, diags *diag.Diagnostics) {
	m.ID = types.StringValue(strings.ToLower(p.ID))
	if !strings.EqualFold(m.HostName.ValueString(), p.HostName) {
		m.HostName = types.StringValue(p.HostName)
	}
	m.Description = values.Optional(p.Description)
	m.Port = types.Int64Value(p.Port)
	m.Type = values.Optional(p.Type)
	m.FQDN = values.Optional(p.FQDN)
	m.Status = values.Optional(p.Status)
	m.Version = values.Optional(p.Version)
	m.ProxyPoolID = values.Optional(p.ProxyPoolID)
	if p.OperatingSystem != "" || !version.Supports(api.FeatureOperatingSystem) || m.OperatingSystem.IsUnknown() {
		m.OperatingSystem = values.Optional(p.OperatingSystem)
	}
	switch {
	case p.ThreadsNumber != nil:
		m.ThreadsNumber = types.Int64Value(*p.ThreadsNumber)
	case !version.Supports(api.FeatureThreads) || m.ThreadsNumber.IsUnknown():
		m.ThreadsNumber = types.Int64Null()
	}
	switch {
	case !version.Supports(api.FeatureDomainNetwork) || p.Type == "" && m.UseDomainNetwork.IsUnknown():
		m.UseDomainNetwork = types.BoolNull()
	case p.Type != "":
		m.UseDomainNetwork = types.BoolValue(p.Type == "Domain")
	}
	m.MaintenanceMode = types.BoolNull()
	if p.MaintenanceModeState != "" {
		m.MaintenanceMode = types.BoolValue(p.MaintenanceModeState != maintenanceDisabled)
	}
	m.throttlingFromAPI(ctx, p, diags)
	m.internetProxyFromAPI(ctx, p, diags)
}

// keepPromises takes back what an edit has brought to light, such as the name of a machine that was offline before: the
// plan said that it stays, and Terraform refuses anything else. The next refresh tells.
func (m *proxyModel) keepPromises(planned proxyModel) {
	keep(&m.Type, planned.Type)
	keep(&m.FQDN, planned.FQDN)
	keep(&m.OperatingSystem, planned.OperatingSystem)
	keep(&m.UseDomainNetwork, planned.UseDomainNetwork)
	keep(&m.ThreadsNumber, planned.ThreadsNumber)
	keep(&m.MaintenanceMode, planned.MaintenanceMode)
}

func keep[T attr.Value](value *T, planned T) {
	if !planned.IsUnknown() {
		*value = planned
	}
}

func (m *proxyModel) throttlingFromAPI(ctx context.Context, p api.Proxy, diags *diag.Diagnostics) {
	if !p.EnableNetworkThrottling {
		m.NetworkThrottling = types.ObjectNull(throttlingTypes)
		return
	}
	throttling := object[throttlingModel](ctx, m.NetworkThrottling, diags)
	if p.ThrottlingValue != nil {
		throttling.Value = types.Int64Value(*p.ThrottlingValue)
	}
	if p.ThrottlingUnit != "" {
		throttling.Unit = types.StringValue(p.ThrottlingUnit)
	}
	if throttling.Value.IsNull() { // not told, and never known: a limit without a value could not be configured
		return
	}
	m.NetworkThrottling = nested(ctx, throttlingTypes, throttling, diags)
}

func (m *proxyModel) internetProxyFromAPI(ctx context.Context, p api.Proxy, diags *diag.Diagnostics) {
	if !p.UseInternetProxy {
		m.InternetProxy = types.ObjectNull(internetProxyTypes)
		return
	}
	proxy := object[internetProxyModel](ctx, m.InternetProxy, diags)
	proxy.Type = types.StringValue(p.InternetProxyType)
	proxy.PasswordWO = types.StringNull()
	if p.InternetProxyType == "Custom" && p.InternetProxy != nil {
		proxy.HostName = types.StringValue(p.InternetProxy.HostName)
		if !proxy.Port.IsNull() || p.InternetProxy.Port != 3128 {
			proxy.Port = types.Int64Value(p.InternetProxy.Port)
		}
		proxy.Username = types.StringNull()
		if p.InternetProxy.UseAuthentication {
			proxy.Username = values.Optional(p.InternetProxy.Username)
		}
	}
	m.InternetProxy = nested(ctx, internetProxyTypes, proxy, diags)
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

// text, number and flag give nil, which is not sent, for what is null or left to the server.
func text(v types.String) *string {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	return new(v.ValueString())
}

func number(v types.Int64) *int64 {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	return new(v.ValueInt64())
}

func flag(v types.Bool) *bool {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	return new(v.ValueBool())
}
