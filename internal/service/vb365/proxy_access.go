// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
)

type diagnostics = diag.Diagnostics

// object names the proxy in messages.
func (m *proxyModel) object() string {
	if m.ID.IsNull() || m.ID.IsUnknown() {
		return fmt.Sprintf("Proxy %q", m.HostName.ValueString())
	}
	if m.HostName.IsNull() {
		return "Proxy " + m.ID.ValueString()
	}
	return fmt.Sprintf("Proxy %q (%s)", m.HostName.ValueString(), m.ID.ValueString())
}

// machineAccess are the credentials for a proxy's machine, and where they came from.
type machineAccess struct {
	api.MachineCredentials
	source string // empty: there are none
}

// machine finds the credentials: username and password_wo of the configuration where there is one, which at destroy
// there is not, and otherwise the provider's proxy_credentials. Linux machines take them as SSH settings.
func (a *Appliance) machine(ctx context.Context, model, config *proxyModel, diags *diagnostics) machineAccess {
	var access machineAccess
	entry, machine, found := a.Credentials.find(model.CredentialsName.ValueString(), model.HostName.ValueString())
	if found {
		access.source = fmt.Sprintf("entry %q of proxy_credentials (account %s)", entry, machine.Username)
	}
	var secrets sshModel
	if config != nil {
		secrets = object[sshModel](ctx, config.SSH, diags)
		if config.PasswordWO.ValueString() != "" {
			machine = Machine{Username: config.Username.ValueString(), Password: rest.Secret(config.PasswordWO.ValueString())}
			access.source = fmt.Sprintf("username and password_wo (account %s)", machine.Username)
		}
	}
	if model.OperatingSystem.ValueString() == "Linux" {
		access.SSH = object[sshModel](ctx, model.SSH, diags).toSSH(secrets, machine)
		if access.source == "" && !model.SSH.IsNull() {
			access.source = fmt.Sprintf("the ssh block (account %s)", access.SSH.Account)
		}
		return access
	}
	access.Username, access.Password = machine.Username, machine.Password
	return access
}

func (a machineAccess) username() *string {
	if a.Username == "" {
		return nil
	}
	return &a.Username
}

func (a machineAccess) advice(host string) string {
	if a.source == "" {
		return "No credentials for the proxy's machine were sent, because there are none. " + credentialsAdvice(host)
	}
	return "The credentials for the proxy's machine came from " + a.source + "; if the server says that they are wrong, correct them there."
}

// attachAdvice is for a refusal whose reason only the server's own words tell: no version documents the answer for a
// machine whose proxy belongs to another server.
func (m *proxyModel) attachAdvice(err error) string {
	var refused *rest.APIError
	if m.AttachUsedProxy.ValueBool() || !errors.As(err, &refused) || !slices.Contains([]int{400, 409, 500}, refused.Status) {
		return ""
	}
	return "If another Veeam Backup for Microsoft 365 server manages the proxy on this machine, attach_used_proxy = true takes it over."
}

// secretsChanged tells whether the user asks for write-only values to be sent again.
func (m *proxyModel) secretsChanged(ctx context.Context, prior *proxyModel, diags *diagnostics) bool {
	changed := func(before, after types.Int64) bool { return !after.IsNull() && !after.Equal(before) }
	return changed(prior.PasswordWOVersion, m.PasswordWOVersion) ||
		!m.Username.IsNull() && !m.Username.Equal(prior.Username) ||
		!m.SSH.IsNull() && !m.SSH.Equal(prior.SSH) ||
		changed(object[internetProxyModel](ctx, prior.InternetProxy, diags).PasswordWOVersion, object[internetProxyModel](ctx, m.InternetProxy, diags).PasswordWOVersion) ||
		changed(object[serviceAccountModel](ctx, prior.ServiceAccount, diags).PasswordWOVersion, object[serviceAccountModel](ctx, m.ServiceAccount, diags).PasswordWOVersion)
}

// serviceAccountPassword adds the account of the service to an edit when its password is to be sent again.
func (m *proxyModel) serviceAccountPassword(ctx context.Context, prior, config *proxyModel, spec *api.ProxySpec, diags *diagnostics) {
	before, after := object[serviceAccountModel](ctx, prior.ServiceAccount, diags), object[serviceAccountModel](ctx, m.ServiceAccount, diags)
	if after.PasswordWOVersion.IsNull() || after.PasswordWOVersion.Equal(before.PasswordWOVersion) {
		return
	}
	spec.ServiceAccountName = text(after.Name)
	spec.ServiceAccountPassword = rest.Secret(object[serviceAccountModel](ctx, config.ServiceAccount, diags).PasswordWO.ValueString())
}
