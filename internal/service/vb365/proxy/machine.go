// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
	api "github.com/veeam-community/terraform-provider-veeam/internal/client/vb365"
	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

type diagnostics = diag.Diagnostics

// displayName names the proxy in messages.
func (m *proxyModel) displayName() string {
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
	source     string // empty: there are none
	has, lacks string // of an incomplete account, such as "a user name" and "no password"
}

func (a machineAccess) usable() bool { return a.source != "" && a.lacks == "" }

// machine finds the credentials: username and password_wo of the configuration where there is one, which at destroy
// there is not, and otherwise the provider's proxy_credentials. Linux machines take them as SSH settings.
func machine(ctx context.Context, data *conn.ProviderData, model, config *proxyModel, diags *diagnostics) machineAccess {
	var access machineAccess
	entry, machine, err := data.Credentials.Find(model.CredentialsName.ValueString(), model.HostName.ValueString(), model.FQDN.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("credentials_name"), "Ambiguous Credentials", err.Error()+".")
		return access
	}
	if entry != "" {
		access.source = fmt.Sprintf("entry %q of proxy_credentials", entry)
	}
	unknown := machine.Unknown
	var secrets sshModel
	if config != nil {
		data.Credentials.Check(config.CredentialsName, diags.AddAttributeError)
		secrets = object[sshModel](ctx, config.SSH, diags)
		if !config.Username.IsNull() {
			machine = conn.Machine{Username: config.Username.ValueString(), Password: rest.Secret(config.PasswordWO.ValueString())}
			access.source = "username and password_wo"
			unknown = config.Username.IsUnknown() || config.PasswordWO.IsUnknown()
		}
		unknown = unknown || config.SSH.IsUnknown() || secrets.unknown() || config.OperatingSystem.IsUnknown()
	}
	if model.OperatingSystem.ValueString() == "Linux" {
		access.SSH = object[sshModel](ctx, model.SSH, diags).toSSH(secrets, machine)
		if access.source == "" && !model.SSH.IsNull() {
			access.source = "the ssh block"
		}
		access.complete(unknown, machine, access.SSH.Account, "neither data password nor data private key", access.SSH.AccountPassword, access.SSH.PrivateKeyBase64)
		return access
	}
	access.complete(unknown, machine, machine.Username, "no password", machine.Password)
	// A user name alone is not sent: the server might try it, and failed logons lock accounts.
	if access.lacks == "" {
		access.Username, access.Password = machine.Username, machine.Password
	}
	return access
}

// complete sets what the account has and lacks, unless a part of it is not known yet, and adds details to its source.
func (a *machineAccess) complete(unknown bool, machine conn.Machine, account, noSecret string, secrets ...rest.Secret) {
	secret := slices.ContainsFunc(secrets, func(s rest.Secret) bool { return s != "" })
	switch {
	case a.source == "" || unknown:
	case account == "":
		a.has, a.lacks = "a password", "no user name"
	case !secret:
		a.has, a.lacks = fmt.Sprintf("a user name (%s)", account), noSecret
	default:
		a.source += fmt.Sprintf(" (account %s)", account)
	}
	if a.lacks != "" && machine.FromEnvironment {
		a.source += fmt.Sprintf(" (from %s and %s)", conn.Product.Variable("proxy_username"), conn.Product.Variable("proxy_password"))
	}
}

func (a machineAccess) username() *string {
	if a.Username == "" {
		return nil
	}
	return &a.Username
}

func (a machineAccess) advice(host string) string {
	switch {
	case a.source == "":
		return "No credentials for the proxy's machine were sent, because none are configured. " + credentialsAdvice(host)
	case a.lacks != "":
		return fmt.Sprintf("For the account of the proxy's machine %s was sent: %s has %s but %[1]s. Complete it.", a.lacks, a.source, a.has)
	}
	return "The credentials for the proxy's machine came from " + a.source + "; if the server says that they are wrong, correct them."
}

// attachAdvice is for a refusal whose reason only the server's own words tell: no version documents the answer for a
// machine whose proxy belongs to another server.
func (m *proxyModel) attachAdvice(err error) string {
	var refused *rest.APIError
	if m.AttachUsedProxy.ValueBool() || !errors.As(err, &refused) || !slices.Contains([]int{400, 409, 500}, refused.Status) {
		return ""
	}
	return creationHint(causeOf(err))
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
	spec.ServiceAccountName = stringPointer(after.Name)
	spec.ServiceAccountPassword = rest.Secret(object[serviceAccountModel](ctx, config.ServiceAccount, diags).PasswordWO.ValueString())
}
