// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"encoding/base64"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// toCreate is all that is known. A limit or an internet proxy that is not configured is sent as switched off.
func (m *proxyModel) toCreate(ctx context.Context, secrets *proxyModel, diags *diag.Diagnostics) api.ProxySpec {
	spec := api.ProxySpec{Description: stringPointer(m.Description), Port: int64Pointer(m.Port), ThreadsNumber: int64Pointer(m.ThreadsNumber)}
	m.throttlingToAPI(ctx, &spec, diags)
	m.internetProxyToAPI(ctx, secrets, &spec, diags)
	spec.HostName = stringPointer(m.HostName)
	spec.AttachUsedProxy = boolPointer(m.AttachUsedProxy)
	spec.UseDomainNetwork = boolPointer(m.UseDomainNetwork)
	spec.OperatingSystem = stringPointer(m.OperatingSystem)
	if !m.ServiceAccount.IsNull() {
		account := object[serviceAccountModel](ctx, m.ServiceAccount, diags)
		secret := object[serviceAccountModel](ctx, secrets.ServiceAccount, diags)
		spec.ServiceAccountName = stringPointer(account.Name)
		spec.ServiceAccountPassword = rest.Secret(secret.PasswordWO.ValueString())
		spec.CreateServiceAccount = boolPointer(account.Create)
	}
	return spec
}

// toEdit is what differs from the last known values, because an edit leaves everything else as it is. The settings of a limit
// go together, and so do those of an internet proxy, whose password is write-only.
func (m *proxyModel) toEdit(ctx context.Context, prior, secrets *proxyModel, diags *diag.Diagnostics) api.ProxySpec {
	var spec api.ProxySpec
	if !m.Description.Equal(prior.Description) {
		spec.Description = stringPointer(m.Description)
	}
	if !m.Port.Equal(prior.Port) {
		spec.Port = int64Pointer(m.Port)
	}
	if !m.ThreadsNumber.Equal(prior.ThreadsNumber) {
		spec.ThreadsNumber = int64Pointer(m.ThreadsNumber)
	}
	if !m.NetworkThrottling.Equal(prior.NetworkThrottling) {
		m.throttlingToAPI(ctx, &spec, diags)
	}
	had, wants := object[internetProxyModel](ctx, prior.InternetProxy, diags), object[internetProxyModel](ctx, m.InternetProxy, diags)
	if wants.PasswordWOVersion.IsNull() {
		had.PasswordWOVersion = wants.PasswordWOVersion
	}
	if m.InternetProxy.IsNull() != prior.InternetProxy.IsNull() || had != wants {
		m.internetProxyToAPI(ctx, secrets, &spec, diags)
	}
	return spec
}

// sends reports whether an update sends anything.
func (m *proxyModel) sends(ctx context.Context, prior *proxyModel, diags *diag.Diagnostics) bool {
	return !reflect.ValueOf(m.toEdit(ctx, prior, m, diags)).IsZero() || m.secretsChanged(ctx, prior, diags) || !m.MaintenanceMode.Equal(prior.MaintenanceMode)
}

func (m *proxyModel) throttlingToAPI(ctx context.Context, spec *api.ProxySpec, diags *diag.Diagnostics) {
	spec.EnableNetworkThrottling = new(!m.NetworkThrottling.IsNull())
	throttling := object[throttlingModel](ctx, m.NetworkThrottling, diags)
	spec.ThrottlingValue, spec.ThrottlingUnit = int64Pointer(throttling.Value), stringPointer(throttling.Unit)
}

func (m *proxyModel) internetProxyToAPI(ctx context.Context, secrets *proxyModel, spec *api.ProxySpec, diags *diag.Diagnostics) {
	spec.UseInternetProxy = new(!m.InternetProxy.IsNull())
	proxy := object[internetProxyModel](ctx, m.InternetProxy, diags)
	spec.InternetProxyType = stringPointer(proxy.Type)
	if proxy.Type.ValueString() != proxyCustom {
		return
	}
	secret := object[internetProxyModel](ctx, secrets.InternetProxy, diags)
	spec.InternetProxySettings = &api.InternetProxy{
		HostName: proxy.HostName.ValueString(), Port: int64Pointer(proxy.Port), UseAuthentication: new(!proxy.Username.IsNull()),
		Username: proxy.Username.ValueString(), Password: rest.Secret(secret.PasswordWO.ValueString()),
	}
	if proxy.Port.IsNull() {
		spec.InternetProxySettings.Port = new(int64(internetProxyPort))
	}
}

// toSSH builds the SSH settings from the block, the write-only secrets of the configuration (zero at destroy), and
// the machine's entry in proxy_credentials, which fills what the others leave out.
func (m sshModel) toSSH(secrets sshModel, machine conn.Machine) *api.SSHSettings {
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
		Port:         int64Pointer(m.Port), ConnectionTimeout: int64Pointer(m.ConnectionTimeout),
		ElevateAccountToRoot: boolPointer(m.ElevateAccountToRoot), AddToSudoers: boolPointer(m.AddToSudoers),
		UseSuIfSudoUnavailable: boolPointer(m.UseSuIfSudoUnavailable), IgnoreFingerprintCheck: boolPointer(m.IgnoreFingerprintCheck),
		Fingerprint: m.Fingerprint.ValueString(), PublicBase64Key: m.HostPublicKey.ValueString(),
	}
}

// stringPointer, number and flag give nil, which is not sent, for what is null or left to the server.
func stringPointer(v types.String) *string {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	return new(v.ValueString())
}

func int64Pointer(v types.Int64) *int64 {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	return new(v.ValueInt64())
}

func boolPointer(v types.Bool) *bool {
	if v.IsNull() || v.IsUnknown() {
		return nil
	}
	return new(v.ValueBool())
}
