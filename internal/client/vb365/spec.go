// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"encoding/base64"

	"github.com/veeam-community/terraform-provider-veeam/internal/client/rest"
)

// ProxySpec is what AddProxy and EditProxy send: nil and empty fields are left out, and what an edit leaves out stays
// as it is (H30:put_proxies_id). HostName, AttachUsedProxy, UseDomainNetwork and OperatingSystem belong to the
// addition alone; EditProxy does not send them.
type ProxySpec struct {
	HostName                *string
	Description             *string
	Port                    *int64  // 9193 when left out
	Username                *string // administrator of the machine, for example `EXAMPLE\proxy-admin`
	Password                rest.Secret
	AttachUsedProxy         *bool  // take over the proxy of another server
	UseDomainNetwork        *bool  // FeatureDomainNetwork
	ThreadsNumber           *int64 // FeatureThreads
	EnableNetworkThrottling *bool
	ThrottlingValue         *int64  // in ThrottlingUnit
	ThrottlingUnit          *string // "Mbps", "MBs", "KBs"
	UseInternetProxy        *bool
	InternetProxyType       *string // "FromManagementServer", "Custom"
	InternetProxySettings   *InternetProxy
	OperatingSystem         *string      // FeatureOperatingSystem: "Windows", "Linux"
	SSH                     *SSHSettings // FeatureSSH; of a Linux machine
	ServiceAccountName      *string      // FeatureServiceAccount, as the two below
	ServiceAccountPassword  rest.Secret
	CreateServiceAccount    *bool
}

// SSHSettings say how the appliance reaches a Linux machine (S8 RESTSshSettingsFromClient). Empty fields are left out.
type SSHSettings struct {
	Account                string
	AccountPassword        rest.Secret
	Port                   *int64      // 22 when left out
	ConnectionTimeout      *int64      // milliseconds; 30000 when left out
	PrivateKeyBase64       rest.Secret // content of the key file in Base64
	PrivateKeyPassphrase   rest.Secret
	ElevateAccountToRoot   *bool
	AddToSudoers           *bool // needs RootPassword
	UseSuIfSudoUnavailable *bool // needs RootPassword
	RootPassword           rest.Secret
	Fingerprint            string // of the machine's host key
	PublicBase64Key        string // the machine's host key in Base64
	IgnoreFingerprintCheck *bool
}

// MachineCredentials let the appliance into a proxy's machine: a Windows account, or SSH (FeatureSSH).
type MachineCredentials struct {
	Username string
	Password rest.Secret
	SSH      *SSHSettings
}

// RemoveOptions go with a removal. Force (FeatureForce) is needed for a proxy that is unreachable, in use or the
// default one (H50:delete_proxies_id).
type RemoveOptions struct {
	MachineCredentials
	Force bool
}

// forEdit leaves out what cannot be changed: H30:put_proxies_id does not list it, and the console does not offer it.
func (s ProxySpec) forEdit() ProxySpec {
	s.HostName, s.AttachUsedProxy, s.UseDomainNetwork, s.OperatingSystem = nil, nil, nil, nil
	return s
}

// requiredFeatures names the features that the fields of s belong to.
func (s ProxySpec) requiredFeatures() []Feature {
	var needs []Feature
	for _, field := range []struct {
		feature Feature
		set     bool
	}{
		{FeatureThreads, s.ThreadsNumber != nil},
		{FeatureDomainNetwork, s.UseDomainNetwork != nil},
		{FeatureOperatingSystem, s.OperatingSystem != nil},
		{FeatureSSH, s.SSH != nil},
		{FeatureServiceAccount, s.ServiceAccountName != nil || s.ServiceAccountPassword != "" || s.CreateServiceAccount != nil},
	} {
		if field.set {
			needs = append(needs, field.feature)
		}
	}
	return needs
}

func (m MachineCredentials) requiredFeatures() []Feature {
	if m.SSH != nil {
		return []Feature{FeatureSSH}
	}
	return nil
}

func (o RemoveOptions) requiredFeatures() []Feature {
	needs := o.MachineCredentials.requiredFeatures()
	if o.Force {
		needs = append(needs, FeatureForce)
	}
	return needs
}

// The secrets of a body are passed to package rest, which takes them out of what the server says.

func (s ProxySpec) secrets() []rest.Secret {
	secrets := append(s.SSH.secrets(), s.Password, s.ServiceAccountPassword)
	if s.InternetProxySettings != nil {
		secrets = append(secrets, s.InternetProxySettings.Password)
	}
	return secrets
}

func (m MachineCredentials) secrets() []rest.Secret { return append(m.SSH.secrets(), m.Password) }

func (s *SSHSettings) secrets() []rest.Secret {
	if s == nil {
		return nil
	}
	key, _ := base64.StdEncoding.DecodeString(s.PrivateKeyBase64.Reveal()) // the server may quote it as it is
	return []rest.Secret{s.AccountPassword, s.PrivateKeyBase64, rest.Secret(key), s.PrivateKeyPassphrase, s.RootPassword}
}
