// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"encoding/base64"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

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
		if proxy.Type.ValueString() == proxyCustom {
			secret := object[internetProxyModel](ctx, secrets.InternetProxy, diags)
			spec.InternetProxySettings = &api.InternetProxy{
				HostName: proxy.HostName.ValueString(), Port: new(int64(internetProxyPort)), UseAuthentication: new(!proxy.Username.IsNull()),
				Username: proxy.Username.ValueString(), Password: rest.Secret(secret.PasswordWO.ValueString()),
			}
			if !proxy.Port.IsNull() {
				spec.InternetProxySettings.Port = number(proxy.Port)
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
