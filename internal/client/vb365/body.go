// SPDX-License-Identifier: MPL-2.0

package vb365

// The bodies, with names in the exact case of the vendor's documents; the same thing is spelt differently from place
// to place.

// proxyBody is RESTProxyFromClient of all versions in one; the feature check keeps out what a version lacks. The id
// that v6 and later list is left out: what a chosen id does is not documented.
type proxyBody struct {
	HostName                *string            `json:"hostName,omitempty"`
	Description             *string            `json:"description,omitempty"`
	Port                    *int64             `json:"port,omitempty"`
	Username                *string            `json:"username,omitempty"`
	Password                string             `json:"password,omitempty"`
	AttachUsedProxy         *bool              `json:"attachUsedProxy,omitempty"`
	UseDomainNetwork        *bool              `json:"useDomainNetwork,omitempty"`
	ThreadsNumber           *int64             `json:"threadsNumber,omitempty"`
	EnableNetworkThrottling *bool              `json:"enableNetworkThrottling,omitempty"`
	ThrottlingValue         *int64             `json:"throttlingValue,omitempty"`
	ThrottlingUnit          *string            `json:"throttlingUnit,omitempty"`
	UseInternetProxy        *bool              `json:"useInternetProxy,omitempty"`
	InternetProxyType       *string            `json:"internetProxyType,omitempty"`
	InternetProxySettings   *internetProxyBody `json:"internetProxySettings,omitempty"`
	OperatingSystem         *string            `json:"operatingSystem,omitempty"`
	SSHSettings             *sshBody           `json:"sshSettings,omitempty"`
	ServiceAccountName      *string            `json:"serviceAccountName,omitempty"`
	ServiceAccountPassword  string             `json:"serviceAccountPassword,omitempty"`
	CreateServiceAccount    *bool              `json:"createServiceAccount,omitempty"`
}

func (s ProxySpec) body() proxyBody {
	return proxyBody{
		HostName: s.HostName, Description: s.Description, Port: s.Port, Username: s.Username, Password: s.Password.Reveal(),
		AttachUsedProxy: s.AttachUsedProxy, UseDomainNetwork: s.UseDomainNetwork, ThreadsNumber: s.ThreadsNumber,
		EnableNetworkThrottling: s.EnableNetworkThrottling, ThrottlingValue: s.ThrottlingValue, ThrottlingUnit: s.ThrottlingUnit,
		UseInternetProxy: s.UseInternetProxy, InternetProxyType: s.InternetProxyType, InternetProxySettings: s.InternetProxySettings.body(),
		OperatingSystem: s.OperatingSystem, SSHSettings: s.SSH.body(),
		ServiceAccountName: s.ServiceAccountName, ServiceAccountPassword: s.ServiceAccountPassword.Reveal(), CreateServiceAccount: s.CreateServiceAccount,
	}
}

// internetProxyBody is RESTInternetProxySettingsFromClient (S6 to S8).
type internetProxyBody struct {
	HostName          string `json:"hostName,omitempty"`
	Port              *int64 `json:"port,omitempty"`
	UseAuthentication *bool  `json:"useAuthentication,omitempty"`
	Username          string `json:"username,omitempty"`
	UserPassword      string `json:"userPassword,omitempty"`
}

func (p *InternetProxy) body() *internetProxyBody {
	if p == nil {
		return nil
	}
	return &internetProxyBody{p.HostName, p.Port, p.UseAuthentication, p.Username, p.Password.Reveal()}
}

// sshBody is RESTSshSettingsFromClient (S8), with its one name in PascalCase.
type sshBody struct {
	Account                string `json:"account,omitempty"`
	AccountPassword        string `json:"accountPassword,omitempty"`
	Port                   *int64 `json:"port,omitempty"`
	ConnectionTimeout      *int64 `json:"connectionTimeout,omitempty"`
	PrivateKeyBase64       string `json:"privateKeyBase64,omitempty"`
	PrivateKeyPassphrase   string `json:"privateKeyPassphrase,omitempty"`
	ElevateAccountToRoot   *bool  `json:"elevateAccountToRoot,omitempty"`
	AddToSudoers           *bool  `json:"addToSudoers,omitempty"`
	UseSuIfSudoUnavailable *bool  `json:"UseSuIfSudoUnavailable,omitempty"`
	RootPassword           string `json:"rootPassword,omitempty"`
	Fingerprint            string `json:"fingerprint,omitempty"`
	PublicBase64Key        string `json:"publicBase64Key,omitempty"`
	IgnoreFingerprintCheck *bool  `json:"ignoreFingerprintCheck,omitempty"`
}

func (s *SSHSettings) body() *sshBody {
	if s == nil {
		return nil
	}
	return &sshBody{
		Account: s.Account, AccountPassword: s.AccountPassword.Reveal(), Port: s.Port, ConnectionTimeout: s.ConnectionTimeout,
		PrivateKeyBase64: s.PrivateKeyBase64.Reveal(), PrivateKeyPassphrase: s.PrivateKeyPassphrase.Reveal(),
		ElevateAccountToRoot: s.ElevateAccountToRoot, AddToSudoers: s.AddToSudoers, UseSuIfSudoUnavailable: s.UseSuIfSudoUnavailable,
		RootPassword: s.RootPassword.Reveal(), Fingerprint: s.Fingerprint, PublicBase64Key: s.PublicBase64Key,
		IgnoreFingerprintCheck: s.IgnoreFingerprintCheck,
	}
}

// rescanAction is {"rescan":null}, by which v3 to v5 rescan (H30, H40, H50: post_proxies_id_action).
type rescanAction struct {
	Rescan *struct{} `json:"rescan"`
}

// rescanManyBody is RESTRescanOptions (S6 to S8).
type rescanManyBody struct {
	Proxies []proxyRef `json:"proxies"`
}

type proxyRef struct {
	ID string `json:"id"`
}

// removeAction is the removal of v3 and v4, which know no force. The example of the vendor's page has user name and
// password swapped.
func removeAction(o RemoveOptions) any {
	var body struct {
		Remove struct {
			Username     string `json:"username,omitempty"`
			UserPassword string `json:"userPassword,omitempty"`
		} `json:"remove"`
	}
	body.Remove.Username, body.Remove.UserPassword = o.Username, o.Password.Reveal()
	return body
}

// removeActionWithForce is the removal of v5. Its page prints the names in PascalCase and types force as a string;
// the names' case does not matter to the appliance, and the type is that of v6.
func removeActionWithForce(o RemoveOptions) any {
	return struct {
		Remove any `json:"remove"`
	}{removeFlat(o)}
}

// removeBody is RESTRemoveProxyOptions (S6 to S8); sshSettings exist in v8 only.
type removeBody struct {
	UserName     string   `json:"userName,omitempty"`
	UserPassword string   `json:"userPassword,omitempty"`
	Force        bool     `json:"force"`
	SSHSettings  *sshBody `json:"sshSettings,omitempty"`
}

// removeFlat is the removal of v6 and later.
func removeFlat(o RemoveOptions) any {
	return removeBody{o.Username, o.Password.Reveal(), o.Force, o.SSH.body()}
}

// maintenanceBody is RESTProxyCredentialsFromClient (S8).
type maintenanceBody struct {
	Username    string   `json:"username,omitempty"`
	Password    string   `json:"password,omitempty"`
	SSHSettings *sshBody `json:"sshSettings,omitempty"`
}

func (m MachineCredentials) body() maintenanceBody {
	return maintenanceBody{m.Username, m.Password.Reveal(), m.SSH.body()}
}
