// SPDX-License-Identifier: MPL-2.0

package proxy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/veeam-community/terraform-provider-veeam/internal/service/vb365/conn"
)

// warnBeforeRemoval reports at plan what the removal will lack: credentials cannot be added during apply.
func (r *proxyResource) warnBeforeRemoval(ctx context.Context, state tfsdk.State, diags *diag.Diagnostics) {
	var m proxyModel
	diags.Append(state.Get(ctx, &m)...)
	credentials := r.data.Credentials
	if credentials.Unknown || diags.HasError() {
		return
	}
	access := machine(ctx, r.data, &m, nil, diags)
	if diags.HasError() {
		return
	}
	if !access.usable() {
		diags.AddWarning("Backup Proxy Will Be Removed Without Credentials",
			fmt.Sprintf("%s The remove action will be sent without complete credentials, which the server may refuse.", whyUnusable(r.data, access, m.HostName.ValueString())))
		return
	}
	entry, _, _ := credentials.Find(m.CredentialsName.ValueString(), m.HostName.ValueString(), m.FQDN.ValueString())
	if named, _ := credentials.Named(m.CredentialsName.ValueString()); !m.CredentialsName.IsNull() && named == "" && entry != "" {
		diags.AddWarning("Backup Proxy Will Be Removed With Other Credentials",
			fmt.Sprintf("credentials_name of proxy %q is %q, and proxy_credentials of block \"vb365\" has no such entry (%s). Entry %q will be used.",
				m.HostName.ValueString(), m.CredentialsName.ValueString(), credentials.Names(), entry))
	}
}

// checkCredentials reports at plan what a creation or an edit will lack, and what the later removal of a new proxy will.
func (r *proxyResource) checkCredentials(ctx context.Context, req resource.ModifyPlanRequest, created, sent bool, diags *diag.Diagnostics) {
	var config, model, prior proxyModel
	diags.Append(req.Config.Get(ctx, &config)...)
	diags.Append(req.Plan.Get(ctx, &model)...)
	if !created {
		diags.Append(req.State.Get(ctx, &prior)...)
	}
	if diags.HasError() || model.HostName.IsUnknown() || model.CredentialsName.IsUnknown() || r.data.Credentials.Unknown {
		return
	}
	var found diag.Diagnostics
	access := machine(ctx, r.data, &model, &config, &found)
	// Terraform makes an ordinary plan before that of a destroy: an error about an object in state would prevent its removal.
	if !created {
		found = asWarnings(found)
	}
	config.checkPasswords(ctx, &prior, sent, found.AddAttributeWarning)
	if diags.Append(found...); len(found) > 0 {
		return
	}
	host := model.HostName.ValueString()
	switch {
	case !access.usable() && created:
		diags.AddWarning("Backup Proxy Will Be Created Without Credentials",
			whyUnusable(r.data, access, host)+" The creation will be sent without complete credentials, which the server may refuse, and the same applies to its removal.")
	case !access.usable() && sent:
		diags.AddWarning("Backup Proxy Will Be Edited Without Credentials",
			whyUnusable(r.data, access, host)+" The edit will be sent without complete credentials, which the server may refuse.")
	case created:
		if access = machine(ctx, r.data, &model, nil, diags); !access.usable() && !diags.HasError() {
			diags.AddWarning("Backup Proxy Has No Credentials For Its Removal",
				"Write-only arguments are not available at destroy. "+whyUnusable(r.data, access, host)+" The removal would be sent without complete credentials, which the server may refuse.")
		}
	}
}

func asWarnings(diags diag.Diagnostics) (warnings diag.Diagnostics) {
	for _, d := range diags {
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			warnings.AddAttributeWarning(at.Path(), d.Summary(), d.Detail())
		} else {
			warnings.AddWarning(d.Summary(), d.Detail())
		}
	}
	return warnings
}

// whyUnusable explains why there is no account for the machine of a proxy, and what to do.
func whyUnusable(data *conn.ProviderData, access machineAccess, host string) string {
	if access.source == "" {
		return fmt.Sprintf("No entry of proxy_credentials in block \"vb365\" matches the machine of proxy %q (%s). %s", host, data.Credentials.Names(), credentialsAdvice(host))
	}
	return fmt.Sprintf("For the machine of proxy %q, %s has %s but %s. Complete it.", host, access.source, access.has, access.lacks)
}

func credentialsAdvice(host string) string {
	return fmt.Sprintf("Add an entry \"default\" or %q to proxy_credentials, or set %s and %s.", host,
		conn.Product.Variable("proxy_username"), conn.Product.Variable("proxy_password"))
}

// checkPasswords reports the write-only passwords that an apply has to send and that are null. Validators must not require
// them: they run for a destroy as well, which needs none, and where the variable of an ephemeral value is often not set.
func (m *proxyModel) checkPasswords(ctx context.Context, prior *proxyModel, sent bool, report func(path.Path, string, string)) {
	var none diag.Diagnostics // the models have been decoded before
	proxy, priorProxy := object[internetProxyModel](ctx, m.InternetProxy, &none), object[internetProxyModel](ctx, prior.InternetProxy, &none)
	account, priorAccount := object[serviceAccountModel](ctx, m.ServiceAccount, &none), object[serviceAccountModel](ctx, prior.ServiceAccount, &none)
	check := func(at path.Path, password types.String, version, priorVersion types.Int64, needed bool) {
		if password.IsNull() && (needed || !version.IsNull() && !version.Equal(priorVersion)) {
			report(at, "Missing Password", "password_wo must be sent, and it is null. Set it; if its value comes from a variable, set the variable for this command.")
		}
	}
	check(path.Root("password_wo"), m.PasswordWO, m.PasswordWOVersion, prior.PasswordWOVersion, sent && !m.Username.IsNull())
	check(path.Root("internet_proxy").AtName("password_wo"), proxy.PasswordWO, proxy.PasswordWOVersion, priorProxy.PasswordWOVersion, false)
	check(path.Root("service_account").AtName("password_wo"), account.PasswordWO, account.PasswordWOVersion, priorAccount.PasswordWOVersion, false)
}
